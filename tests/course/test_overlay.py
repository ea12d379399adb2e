"""A private folder that holds and replaces what the public notebook shows."""

import copy
import json

import pytest

from edutorch.cli import main
from edutorch.course.assignment import assignment_of, load_assignment
from edutorch.course.drawn import own_seed, secret_file
from edutorch.course.grade import load_solution
from edutorch.course.notebook import NotebookError, code_cell, read_notebook, write_notebook
from edutorch.course.overlay import overlaid

from .conftest import HIDDEN, PUBLIC, cell_by_id, toy_notebook, with_source

TRIPLE = "# question: triple\ndef triple(x):\n    ### BEGIN SOLUTION\n    return 3 * x\n    ### END SOLUTION\n"


def private_part():
    """A harder hidden check in the place of double-2, one more, and a question that nobody has seen."""
    about = {"role": "check", "question": "double", "timeout": 3, "hidden": True}
    cells = [
        code_cell(HIDDEN.replace("7.0", "8.5"), about | {"id": "double-2", "points": 5}, [], "double-2"),
        code_cell("print(double(-2.5))", about | {"id": "double-3", "points": 1}, [], "double-3"),
        {"cell_type": "markdown", "id": "text", "metadata": {}, "source": ["Triple it."]},
        code_cell(TRIPLE, {"role": "solution", "question": "triple", "form": "write", "title": "Triple"}, [], "triple"),
        code_cell("print(triple(2))", {"role": "check", "question": "triple", "id": "triple-1", "points": 2}, [], "t"),
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def course(tmp_path):
    for name in ("solutions", "exercises", "private"):
        (tmp_path / name).mkdir()
    write_notebook(with_source(toy_notebook(), "double-1", PUBLIC), tmp_path / "solutions" / "toy.ipynb")
    write_notebook(private_part(), tmp_path / "private" / "toy.ipynb")
    return tmp_path


def test_cells_are_replaced_by_id_and_added_to_their_question():
    public, private = toy_notebook(), private_part()
    before = copy.deepcopy(public)
    cells = overlaid(public, private)["cells"]
    names = [cell["id"] for cell in cells]
    assert names == ["title", "setup", "double", "double-1", "double-2", "double-squares", "double-3", "text"] + [
        "triple",
        "t",
    ]
    assert cells[4] is private["cells"][0] and public == before
    assignment = assignment_of(overlaid(public, private), "toy")
    assert {name: question.points for name, question in assignment.questions.items()} == {"double": 7, "triple": 2}


def test_release_and_grade_use_it_and_the_public_notebook_learns_nothing(course, capsys):
    solution, private = course / "solutions" / "toy.ipynb", course / "private"
    assert main(["release", str(solution), "--private", str(private)]) == 0
    assert main(["release", str(solution), "--private", str(private), "--check"]) == 0
    exercise = load_assignment(course / "exercises" / "toy.ipynb")
    assert exercise.points == 9 and exercise.questions["double"].hidden_checks == 2
    assert "8.5" not in solution.read_text(encoding="utf-8") and "Triple" not in solution.read_text(encoding="utf-8")
    assert cell_by_id(read_notebook(private / "toy.ipynb"), "double-3")["outputs"]
    submission = course / "handed-in.ipynb"
    cells = [code_cell(f"# question: {name}\ndef {name}(x):\n    return {n} * x", {}, [], name) for name, n in NUMBERS]
    write_notebook({**read_notebook(course / "exercises" / "toy.ipynb"), "cells": cells}, submission)
    report = course / "report.json"
    words = ["grade", str(solution), str(submission), "--json", str(report), "--private", str(private), "--unsafe"]
    assert main(words) == 0
    assert json.loads(report.read_text(encoding="utf-8"))["rows"][0]["points"] == 9
    assert secret_file(private).exists()


NUMBERS = (("double", 2), ("triple", 3))


def test_the_secret_of_the_seeds_is_the_private_folders(tmp_path):
    seed = own_seed("toy", tmp_path)
    assert seed == own_seed("toy", tmp_path) != own_seed("toy")


def test_a_folder_that_is_not_there_is_named(course):
    with pytest.raises(NotebookError, match="nowhere is no folder"):
        load_solution(course / "solutions" / "toy.ipynb", course / "nowhere")
