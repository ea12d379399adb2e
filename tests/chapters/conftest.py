"""The course in JupyterLab, in a real browser: for the tests of the chapters and those of the exercises."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edutorch.course.files import lay_copy
from tests.lab_server import BROWSER_OPTIONS, serving

# No dialog about kernels, and every cell in the page, also far below what is seen of it.
SETTINGS = {"autoStartDefaultKernel": True, "windowingMode": "none"}


@pytest.fixture(scope="module")
def address(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a learner's copy of the course is served, by `edutorch lab`."""
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed (extra lab)")
    folder = tmp_path_factory.mktemp("lab")
    lay_copy(folder / "my course", root)
    with serving(folder / "my course", root, folder / "home", SETTINGS) as served:
        yield served


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=chromium, args=BROWSER_OPTIONS)
        # One profile: JupyterLab's own files are loaded and compiled once.
        yield launched.new_context(viewport={"width": 1280, "height": 900})


@pytest.fixture
def lab(address: str, browser) -> Iterator:
    """A page, and what the browser's console called an error on it; its kernel is shut down at the end."""
    page = browser.new_page()
    page.set_default_timeout(120_000)
    page.errors = []
    page.on("console", lambda message: page.errors.append(message.text) if _is_error(message) else None)
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    yield page
    (token,) = (cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "_xsrf")
    for session in page.request.get(f"{address}/api/sessions").json():
        assert page.request.delete(f"{address}/api/sessions/{session['id']}", headers={"X-XSRFToken": token}).ok
    page.close()


def _is_error(message) -> bool:
    """Not that JupyterLab looks for a language server, which nobody has installed."""
    return message.type == "error" and "/lsp/status" not in message.location.get("url", "")
