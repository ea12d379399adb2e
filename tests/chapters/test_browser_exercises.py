"""The exercises as a learner meets them: in JupyterLab, in a real browser, with the keyboard.

They stand apart from the chapters' so that two processes share them."""

from pathlib import Path

import pytest

from edutorch.course.assignment import load_assignment
from edutorch.course.practice import Practice
from tests.chapters.lab_page import error_outputs, open_notebook
from tests.chapters.reading import FOLDER

EXERCISES = sorted(path.stem for path in (FOLDER.parent / "exercises").glob("*.ipynb"))
RUN_CELL = "Shift+Enter"


@pytest.mark.parametrize("name", EXERCISES)
def test_an_exercise_runs_and_tells_a_wrong_answer_from_a_right_one(name: str, address: str, lab, root: Path) -> None:
    (first, *_) = load_assignment(root / "solutions" / f"{name}.ipynb").questions.values()
    wrong = first.mistakes[0]
    open_notebook(lab, address, f"exercises/{name}.ipynb")
    run_above(lab, first.id)  # nbval runs them all
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


def run_above(page, question: str) -> None:
    """Run what stands above the answer to a question."""
    page.locator(".jp-CodeCell", has_text=f"# question: {question}").first.locator(".cm-content").click()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Above Selected Cell", exact=True).click()


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
