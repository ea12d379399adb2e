"""`edutorch lab` on a copy of the course, for tests and pictures that look at it with a browser."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edutorch.course.prediction import SKIP_ALL

BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def serving(copy: Path, root: Path, home: Path, notebook_settings: dict[str, object] | None = None) -> Iterator[str]:
    """The address of JupyterLab on a learner's copy of the course, with the library of `root` and a home of its own.

    No guess is skipped there, whatever the tests do. notebook_settings: of JupyterLab's notebooks, else the usual."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    variables = {"HOME": str(home), "PYTHONPATH": str(root)}
    variables |= {f"JUPYTER_{each}_DIR": str(home / each) for each in ("CONFIG", "DATA", "RUNTIME")}
    settings = home / "settings" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps(notebook_settings or {}))
    variables["JUPYTERLAB_SETTINGS_DIR"] = str(home / "settings")
    line = [sys.executable, "-m", "edutorch", "lab", str(copy), "--no-browser", f"--port={port}"]
    process = subprocess.Popen(
        [*line, "--IdentityProvider.token="],
        cwd=copy.parent,
        env={name: value for name, value in os.environ.items() if name != SKIP_ALL} | variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_listener(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for_listener(port: int, process: subprocess.Popen) -> None:
    end = time.monotonic() + 90
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except ConnectionRefusedError:
            assert process.poll() is None, "edutorch lab ended"
            assert time.monotonic() < end, "edutorch lab does not listen"
            time.sleep(0.1)
