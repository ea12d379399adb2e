"""The course as a learner meets it: in JupyterLab, in a real browser, with the keyboard."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edutorch.course.assignment import load_assignment
from edutorch.course.files import lay_copy
from edutorch.course.notebook import read_notebook
from edutorch.course.practice import Practice
from tests.chapters.reading import FOLDER, tags
from tests.lab_server import BROWSER_OPTIONS, serving

# No dialog about kernels, and every cell in the page, also far below what is seen of it.
SETTINGS = {"autoStartDefaultKernel": True, "windowingMode": "none"}
# A folded cell has an empty prompt.
ALL_HAVE_RUN = """() => {
    const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];
    const numbers = prompts.map(each => each.textContent.trim()).filter(each => each !== '');
    return numbers.length > 0 && numbers.every(each => /\\[\\d+\\]/.test(each))
        && document.body.innerText.includes('| Idle');
}"""
CHAPTERS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
EXERCISES = sorted(path.stem for path in (FOLDER.parent / "exercises").glob("*.ipynb"))
RUN_CELL = "Shift+Enter"


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
    page.on("console", lambda message: page.errors.append(message.text) if is_error(message) else None)
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    yield page
    for session in page.request.get(f"{address}/api/sessions").json():
        page.request.delete(f"{address}/api/sessions/{session['id']}")
    page.close()


def is_error(message) -> bool:
    """Not that JupyterLab looks for a language server, which nobody has installed."""
    return message.type == "error" and "/lsp/status" not in message.location.get("url", "")


def open_notebook(page, address: str, path: str) -> None:
    """Open a notebook and wait for its kernel; so far nothing has changed in it, and nothing is broken."""
    page.goto(f"{address}/lab/tree/{path}?reset")
    page.get_by_text("| Idle").first.wait_for()
    page.locator(".jp-CodeCell").first.wait_for()
    assert page.locator(".jp-mod-dirty").count() == 0, "unsaved changes in a fresh notebook"
    assert page.get_by_text("Error displaying widget").count() == 0


def run_all(page) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.wait_for_function(ALL_HAVE_RUN, timeout=600_000)


def error_outputs(page) -> list[str]:
    return page.locator('[data-mime-type="application/vnd.jupyter.error"]').all_inner_texts()


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_runs_hides_its_results_and_its_controls_follow_the_keyboard(name: str, address: str, lab) -> None:
    open_notebook(lab, address, f"chapters/{name}.ipynb")
    run_all(lab)
    meant = [cell for cell in read_notebook(FOLDER / f"{name}.ipynb")["cells"] if "raises-exception" in tags(cell)]
    assert len(error_outputs(lab)) == len(meant), error_outputs(lab)
    assert lab.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    shown = lab.locator(".jp-OutputArea-output").all_inner_texts()
    assert not [text for text in shown if "the result:" in text], "shown without a guess"
    assert any("The result is hidden until" in text for text in shown)
    sliders = lab.get_by_role("slider").count()
    assert lab.get_by_role("slider", name=re.compile(r"\w")).count() == sliders, "a slider without an accessible name"
    for place in range(sliders):
        move(lab, lab.get_by_role("slider").nth(place))
    for button in lab.locator(".jupyter-widgets .jupyter-button").all():
        assert is_named(button), "a button that a screen reader cannot name"
        follow(lab, button, "Enter")
    assert lab.errors == []


def is_named(control) -> bool:
    """Whether a control has an accessible name: `- slider "learning rate"`, and not `- slider` alone."""
    return '"' in control.aria_snapshot().partition("\n")[0]


def move(page, slider) -> None:
    """A step of the keyboard, to the side on which there is room, changes what is shown below the control."""
    now, most = (float(slider.get_attribute(f"aria-value{each}")) for each in ("now", "max"))
    follow(page, slider, "ArrowLeft" if now == most else "ArrowRight")


def follow(page, control, key: str) -> None:
    """Press a key on a control; the picture or text that belongs to it is another one soon."""
    control.scroll_into_view_if_needed()
    shown = control.locator("xpath=ancestor::*[contains(@class, 'jp-OutputArea-output')][1]").locator(
        ".widget-html-content"
    )
    before = shown.last.inner_html()
    control.focus()
    page.keyboard.press(key)
    end = time.monotonic() + 120
    while shown.last.inner_html() == before:
        assert time.monotonic() < end, f"{key} changes nothing"
        page.wait_for_timeout(50)


@pytest.mark.parametrize("name", EXERCISES)
def test_an_exercise_runs_and_tells_a_wrong_answer_from_a_right_one(name: str, address: str, lab, root: Path) -> None:
    open_notebook(lab, address, f"exercises/{name}.ipynb")
    run_all(lab)
    assert error_outputs(lab) == []
    (first, *_) = load_assignment(root / "solutions" / f"{name}.ipynb").questions.values()
    wrong = first.mistakes[0]
    answer(lab, first.id, wrong.source)
    lab.get_by_text(wrong.message.split(". ")[0]).first.wait_for()
    press(lab, "a hint", "Hint 1 of 3")
    press(lab, "the solution", "The solution comes after 1 more different attempt")
    answer(lab, first.id, first.answer)
    lab.get_by_text(f"✓ {first.title}: as expected.").first.wait_for()
    lab.get_by_text("So far: 1 of").first.wait_for()
    press(lab, "one solution", "One solution")
    if first.source:
        press(lab, "the library's own", ", line ")
    assert error_outputs(lab) == [] and lab.errors == []


def test_a_problem_to_practice_on_brings_a_cell_for_its_answer(address: str, lab, root: Path) -> None:
    assignment = load_assignment(root / "exercises" / "01_tensors.ipynb")
    open_notebook(lab, address, "exercises/01_tensors.ipynb")
    code = lab.locator(".jp-CodeCell").last
    before = lab.locator(".jp-CodeCell").count()
    write(lab, code, 'from edutorch.course import exercise\n\nq = exercise("01_tensors", "shapes")\nq.practice(7)')
    lab.keyboard.press(RUN_CELL)
    lab.get_by_text("5. Shapes (practice 7)").first.wait_for()
    below = lab.locator(".jp-CodeCell", has_text='q.practice(7, {"a": None')
    below.last.wait_for()
    assert lab.locator(".jp-CodeCell").count() == before + 1
    right = Practice(assignment, assignment.questions["shapes"], 7).answer
    for wrong, told in ({"a": (9, 9, 9)}, "5 of 6 right"), ({}, "✓ Practice 7: as expected."):
        write(lab, lab.locator(".jp-CodeCell").last, f"q.practice(7, { {**right, **wrong} })")
        lab.keyboard.press(RUN_CELL)
        lab.get_by_text(told).first.wait_for()
    assert error_outputs(lab) == [] and lab.errors == []


def press(page, button: str, told: str) -> None:
    """Press the first button with these words on it by keyboard; what is told appears."""
    page.get_by_role("button", name=button, exact=True).first.focus()
    page.keyboard.press("Enter")
    page.get_by_text(told).first.wait_for()


def answer(page, question: str, source: str) -> None:
    """Write an answer into its cell, run it, and run the cell below, which checks it."""
    cell = page.locator(".jp-CodeCell", has_text=f"# question: {question}").first
    write(page, cell, source)
    page.keyboard.press(RUN_CELL)
    page.keyboard.press(RUN_CELL)


def write(page, cell, source: str) -> None:
    """Replace what stands in a cell."""
    cell.scroll_into_view_if_needed()
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(source)
