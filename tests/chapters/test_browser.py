"""The chapters as a learner meets them: in JupyterLab, in a real browser, with the keyboard."""

import re
import time

import pytest

from edutorch.course.notebook import read_notebook
from tests.chapters.lab_page import error_outputs, open_notebook, run_all
from tests.chapters.reading import FOLDER, tags

CHAPTERS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))


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
