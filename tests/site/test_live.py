"""The course in JupyterLite, in a real browser: an answer is checked wrongly and rightly, found after a reload, and
graded from the file that the page gives, also where the storage is full; all cells of three chapters run.
(test_chapters.py runs those of all chapters, without a browser.)

Where JupyterLite or Pyodide is not installed these are left out: `make site-test` installs them."""

import functools
import json
import os
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from edutorch.course.assignment import load_assignment
from edutorch.course.grade import judge
from edutorch.course.notebook import read_notebook
from edutorch.course.submission import read_submission
from tests.lab_server import BROWSER_OPTIONS

pytest.importorskip("jupyterlite_core", reason="JupyterLite is not installed: make site-test")

from .live import MEGABYTES, PAGE, PARTS, ROOT, build_live
from .test_chapters import SAID
from .test_live_link import limit_storage

PATIENCE = 120_000  # milliseconds
CHAPTERS = ["01_tensors", "03_autograd", "04_modules"]
PATIENCE_WITH_A_CHAPTER = 900_000
EXERCISE, QUESTION = "01_tensors", "strides"
SEES_IDLE = "document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'"
PROMPTS = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map((each) => each.textContent.trim())"
SEES_NONE_WAIT = f"{PROMPTS}.some((each) => /\\d/.test(each)) && !{PROMPTS}.some((each) => each.includes('*'))"

FILL = """async () => {
    const open = indexedDB.open("what fills the storage");
    open.onupgradeneeded = () => open.result.createObjectStore("all", { autoIncrement: true });
    await new Promise((done) => { open.onsuccess = done; });
    for (let kept = true; kept;) {
        const change = open.result.transaction("all", "readwrite");
        change.objectStore("all").add(new Uint8Array(10_000));
        kept = await new Promise((done) => { change.oncomplete = () => done(true); change.onabort = () => done(false); });
    }
}"""


class Counting(SimpleHTTPRequestHandler):
    """Serves files, and counts their bytes. (A browser tells those of its service worker twice.)"""

    sent = 0

    def copyfile(self, source: Any, outputfile: Any) -> None:
        Counting.sent += os.fstat(source.fileno()).st_size
        super().copyfile(source, outputfile)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not (PARTS / "pyodide-lock.json").exists():
        pytest.skip("Pyodide is not installed: make site-test")
    folder = tmp_path_factory.mktemp("live") / "live"
    build_live(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Counting, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def page(address: str, chromium: str, tmp_path: Path) -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=chromium, args=BROWSER_OPTIONS
        )
        opened = browser.new_page()
        opened.set_default_timeout(PATIENCE)
        opened.elsewhere, opened.errors, Counting.sent = [], [], 0
        opened.on("pageerror", lambda error: opened.errors.append(str(error)))
        opened.on("request", lambda request: opened.elsewhere.append(request.url))
        yield opened
        browser.close()


def open_notebook(page: Any, address: str, path: str) -> None:
    page.goto(f"{address}/{PAGE}?path={path}")
    page.wait_for_function(SEES_IDLE)


def cell(page: Any, text: str) -> Any:
    """The first code cell that contains the text."""
    return page.locator(".jp-CodeCell", has=page.locator(".cm-content", has_text=text)).first


def run(page: Any, where: Any, source: str = "") -> str:
    """Run a cell, with `source` in the place of its text; what it shows."""
    found = where.element_handle()  # a locator would look for the old text again
    found.query_selector(".cm-content").click()
    if source:
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(source)
    prompt = found.query_selector(".jp-InputPrompt")
    before = prompt.inner_text()
    page.keyboard.press("Control+Enter")
    has_run = "([prompt, before]) => !prompt.innerText.includes('*') && prompt.innerText !== before"
    page.wait_for_function(has_run, arg=[prompt, before])
    return str(found.query_selector(".jp-Cell-outputArea").inner_text())


def test_a_question_is_checked_and_progress_is_kept(page: Any, address: str) -> None:
    question = load_assignment(ROOT / "solutions" / f"{EXERCISE}.ipynb").questions[QUESTION]
    open_notebook(page, address, f"exercises/{EXERCISE}.ipynb")
    for text in load_assignment(ROOT / "exercises" / f"{EXERCISE}.ipynb").setup:
        run(page, cell(page, text.splitlines()[0]))
    answer, check = cell(page, f"# question: {QUESTION}"), cell(page, f'exercise("{EXERCISE}", "{QUESTION}")')
    mistake = question.mistakes[0]
    run(page, answer, mistake.source)
    assert mistake.message.split(".")[0] in run(page, check)
    run(page, answer, question.answer)
    told = run(page, check)
    assert "as expected" in told and "Checked in the browser" in told
    assert abs(Counting.sent / 1e6 - MEGABYTES) < 5
    page.get_by_role("menuitem", name="File", exact=True).click()
    with page.expect_download() as download:
        page.get_by_text("Download", exact=True).click()  # saves, too
    page.reload()
    page.wait_for_function(SEES_IDLE)
    assert question.answer.splitlines()[-1].strip() in answer.inner_text()
    assert "1 of " in run(page, check, "from edutorch.course import progress\nprogress()")
    run(page, cell(page, "progress()"), "import ipywidgets\nipywidgets.IntSlider(3, 0, 9)")
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert float(slider.get_attribute("aria-valuenow")) == 4
    assert [url for url in page.elsewhere if not url.startswith((address, "data:", "blob:"))] == []
    assert page.errors == []
    assert QUESTION in passed(download.value.path())


def passed(notebook: Path) -> list[str]:
    """The questions of a learner's notebook that grading finds right."""
    assignment = load_assignment(ROOT / "solutions" / f"{EXERCISE}.ipynb")
    return [each.question for each in judge(assignment, read_submission(notebook, assignment)) if each.passed]


def test_where_the_storage_is_full_the_page_says_so_and_gives_the_notebook(page: Any, address: str) -> None:
    question = load_assignment(ROOT / "solutions" / f"{EXERCISE}.ipynb").questions[QUESTION]
    limit_storage(page, address, 5_000_000)
    open_notebook(page, address, f"exercises/{EXERCISE}.ipynb")
    cell(page, f"# question: {QUESTION}").locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(question.answer)
    page.evaluate(FILL)
    page.keyboard.press("Control+S")
    page.get_by_role("alert").get_by_text("storage of this browser is full").wait_for()
    page.get_by_text("Close", exact=True).click()  # what JupyterLite says of it
    with page.expect_download() as download:
        page.get_by_text("Download this notebook").click()
    assert passed(download.value.path()) == [QUESTION]


def test_where_the_browser_keeps_nothing_a_notebook_opens(address: str, chromium: str, tmp_path: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    settings = tmp_path / "Default" / "Preferences"
    settings.parent.mkdir()
    settings.write_text(json.dumps({"profile": {"default_content_setting_values": {"cookies": 2}}}))  # 2: blocked
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            tmp_path, executable_path=chromium, args=BROWSER_OPTIONS
        )
        opened = browser.new_page()
        opened.goto(f"{address}/{PAGE}?path=exercises/{EXERCISE}.ipynb")
        opened.get_by_role("alert").get_by_text("lets pages keep nothing").wait_for()
        cell(opened, f"# question: {QUESTION}").wait_for(timeout=PATIENCE)
        browser.close()


def test_the_texts_of_a_notebook_are_single_strings(address: str) -> None:
    with urlopen(f"{address}/files/chapters/{CHAPTERS[0]}.ipynb") as answer:
        cells = json.load(answer)["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    texts = [text for output in outputs for text in (output.get("text"), *output.get("data", {}).values())]
    assert texts and not any(isinstance(text, list) for text in (*texts, *(cell["source"] for cell in cells)))


def shown(page: Any, mime: str) -> list[str]:
    """The outputs of this kind on the page."""
    return page.locator(f'[data-mime-type="{mime}"]').all_inner_texts()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_all_cells_of_a_chapter_run(page: Any, address: str, chapter: str) -> None:
    open_notebook(page, address, f"chapters/{chapter}.ipynb")
    page.set_default_timeout(PATIENCE_WITH_A_CHAPTER)
    page.get_by_role("menuitem", name="Edit", exact=True).click()
    page.get_by_text("Clear Outputs of All Cells", exact=True).click()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.wait_for_function(SEES_NONE_WAIT)
    page.wait_for_function(SEES_IDLE)
    cells = read_notebook(ROOT / "chapters" / f"{chapter}.ipynb")["cells"]
    meant = [cell for cell in cells if "raises-exception" in cell["metadata"].get("tags", [])]
    written = shown(page, "application/vnd.jupyter.stderr")
    tracebacks = [text for text in written if not any(said in text for said in SAID)]
    assert len(tracebacks) == len(meant), tracebacks
    assert "[ ]:" not in page.evaluate(PROMPTS)  # the cells after an error
    assert page.locator(".jupyter-widgets").count() > 0
    assert page.get_by_text("Error displaying widget").count() == 0
