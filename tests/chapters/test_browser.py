"""The chapters as a learner meets them: in JupyterLab, in a real browser, with the keyboard."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from edutorch.course.files import lay_copy
from tests.lab_server import BROWSER_OPTIONS, serving

# A folded cell has an empty prompt.
ALL_HAVE_RUN = """() => {
    const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];
    const numbers = prompts.map(each => each.textContent.trim()).filter(each => each !== '');
    return numbers.length > 0 && numbers.every(each => /\\[\\d+\\]/.test(each))
        && document.body.innerText.includes('| Idle');
}"""
# Chapter: its controls, each with its description, the text below it, and the text one step to the right.
CONTROLS = {
    "00_welcome": [
        ("degrees", "Turned by 0 degrees the network says 6", "Turned by 5 degrees the network"),
    ],
    "01_tensors": [
        ("tensor", "x[:, 1] has shape (3,)", "x[::2, 1:3] has shape (2, 2), strides (8, 1)"),
        ("step", "Step 4 of 6. 3 and 1", "Step 5 of 6. Both are read as (3, 4)."),
    ],
    "02_linear_regression": [
        (
            "rate",
            "Learning rate 0.10: unscaled arrives after 56 steps, scaled arrives after 16 steps.",
            "Learning rate 0.11: unscaled arrives after",
        ),
    ],
    "03_autograd": [
        ("h is 1e-", "h = 1e-15, off by 0.02: a staircase", "h = 1e-16, off by 0.4: 2 + h and 2 - h"),
    ],
}
ENDS = {  # the text at the left end, by description
    "degrees": "Turned by 0 degrees",
    "tensor": "x has shape",
    "step": "Step 1 of 6.",
    "rate": "Learning rate 0.01",
    "h is 1e-": "h = 1e-00",
}


@pytest.fixture(scope="module")
def address(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a learner's copy of the course is served, by `edutorch lab`."""
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed (extra lab)")
    folder = tmp_path_factory.mktemp("lab")
    lay_copy(folder / "my course", root)
    with serving(folder / "my course", root, folder / "home") as lab:
        yield f"{lab}/lab/tree/chapters"


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        yield driver.chromium.launch(executable_path=chromium, args=BROWSER_OPTIONS)


@pytest.mark.parametrize("name", CONTROLS)
def test_all_cells_run_and_the_controls_follow_the_keyboard(name: str, address: str, browser) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(120_000)
    page.goto(f"{address}/{name}.ipynb?reset")
    page.get_by_text("Python 3 (ipykernel) | Idle").first.wait_for()
    page.locator(".jp-CodeCell").first.wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.locator(".jp-InputPrompt", has_text="*").first.wait_for()
    page.wait_for_function(ALL_HAVE_RUN, timeout=180_000)
    errors = page.locator('[data-mime-type="application/vnd.jupyter.error"]')
    assert errors.all_inner_texts() == []
    assert page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0

    for control in CONTROLS[name]:
        follow_the_keyboard(page, *control)
    page.close()


def follow_the_keyboard(page, description: str, before: str, after: str) -> None:
    """Moves a slider by the keyboard, one step to the right and to its left end; text and picture below it must follow."""
    box = page.locator(".widget-vbox").filter(has_text=description)
    control, says, picture = box.get_by_role("slider"), box.get_by_role("status"), box.locator("img")
    control.scroll_into_view_if_needed()
    assert says.text_content().startswith(before)
    drawn = picture.get_attribute("src")
    control.press("ArrowRight")
    says.get_by_text(re.compile(re.escape(after))).wait_for()
    assert picture.get_attribute("src") != drawn
    control.press("Home")
    says.get_by_text(re.compile(re.escape(ENDS[description]))).wait_for()
