"""`edutorch start` and `edutorch lab` as a learner meets them: over HTTP, and in a real browser."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from edutorch.course.files import lay_copy

BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def cell(kind: str, source: str) -> dict:
    rest = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": kind, "metadata": {}, "source": source} | rest


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A learner's copy of a course of one notebook."""
    cells = [cell("markdown", "# Welcome aboard"), cell("code", "print('6 times 7 is', 6 * 7)")]
    chapter = tmp_path / "course" / "chapters" / "00_welcome.ipynb"
    chapter.parent.mkdir(parents=True)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}}
    chapter.write_text(json.dumps(notebook | {"nbformat": 4, "nbformat_minor": 5}))
    lay_copy(tmp_path / "my course", tmp_path / "course")
    return tmp_path / "my course"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for_listener(port: int) -> None:
    """JupyterLab prints its address a moment before it listens there."""
    end = time.monotonic() + 30
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


@pytest.fixture
def server(copy: Path, root: Path, tmp_path: Path) -> Iterator[str]:
    """The address, with token, that a running `edutorch lab` prints."""
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed (extra lab)")
    port = free_port()
    line = [sys.executable, "-m", "edutorch", "lab", str(copy), "--no-browser", f"--port={port}"]
    home = {"HOME": str(tmp_path / "home"), "PYTHONPATH": str(root)}
    for name in ("CONFIG", "DATA", "RUNTIME"):
        home[f"JUPYTER_{name}_DIR"] = str(tmp_path / "home" / name)
    process = subprocess.Popen(
        line, cwd=tmp_path, env=os.environ | home, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        log = []
        for text in process.stderr or ():
            log.append(text)
            if found := re.search(r"http://127\.0\.0\.1\S+", text):
                wait_for_listener(port)
                yield found[0]
                break
        else:
            pytest.fail("edutorch lab ended:\n" + "".join(log))
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_the_copy_is_served_and_the_welcome_is_its_first_page(server: str) -> None:
    address, token = re.fullmatch(r"(http://[^/]+)/lab/tree/\S+\?token=(\w+)", server).groups()
    assert server.startswith(f"{address}/lab/tree/chapters/00_welcome.ipynb?")
    page = f"{address}/api/contents/chapters/00_welcome.ipynb?token={token}"
    with urllib.request.urlopen(page, timeout=30) as answer:
        content = json.load(answer)["content"]
    text, code = content["cells"]
    assert text["source"] == "# Welcome aboard"
    assert code["metadata"]["trusted"] is True
    with urllib.request.urlopen(f"{address}/lab?token={token}", timeout=30) as answer:
        assert "JupyterLab" in answer.read().decode()


def test_the_welcome_opens_and_runs_in_a_browser(server: str, chromium: str) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=BROWSER_OPTIONS)
        page = browser.new_page()
        page.set_default_timeout(60_000)
        page.goto(server)
        page.get_by_role("heading", name="Welcome aboard").wait_for()
        page.get_by_text("Python 3 (ipykernel) | Idle").first.wait_for()
        page.get_by_text("print(").first.click()
        page.keyboard.press("Shift+Enter")
        page.get_by_text("6 times 7 is 42").wait_for()
        assert page.get_by_text("Jupyter news").count() == 0
        browser.close()
