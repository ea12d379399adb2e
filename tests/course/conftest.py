"""A toy exercise of one question on plain NumPy, released once, for the tests of the engine."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from edutorch.course import run
from edutorch.course.assignment import Assignment, load_assignment
from edutorch.course.notebook import Notebook, as_lines, code_cell, write_notebook
from edutorch.course.release import release_exercise

REFERENCE = """\
# question: double
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
"""
PUBLIC = """\
from edutorch.course import show

show(double, np.array([1.0, 2.0]))
show(double, np.array([[1.0, -3.0]]))
print("of one half:", double(0.5))
"""
HIDDEN = """\
from edutorch.course import show

show(double, np.array([7.0, 11.0, 0.0]))
"""


def toy_notebook() -> Notebook:
    """The solution notebook of the toy, as an instructor writes it: no outputs yet."""
    about = {"role": "solution", "question": "double", "form": "write", "title": "Double"}
    about |= {"hints": ["What is x + x?", "Three is 1 + 1 + 1.", "`return` `2 * x`"], "why": "x + x."}
    check = {"role": "check", "question": "double", "timeout": 3}
    mistake = {"role": "mistake", "question": "double", "ask": "What is the double of 3?"}
    cells = [
        {"cell_type": "markdown", "id": "title", "metadata": {}, "source": ["# Toy"]},
        code_cell("import numpy as np", {"role": "setup"}, [], "setup"),
        code_cell(REFERENCE, about | {"timeout": 3}, [], "double"),
        code_cell(PUBLIC, check | {"id": "double-1", "points": 1}, [], "double-1"),
        code_cell(HIDDEN, check | {"id": "double-2", "points": 3, "hidden": True}, [], "double-2"),
        code_cell(
            "# question: double\ndef double(x):\n    return x * x",
            mistake | {"id": "double-squares", "message": "That is the square."},
            [],
            "double-squares",
        ),
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def cell_by_id(notebook: Notebook, identity: str) -> dict:
    (cell,) = [cell for cell in notebook["cells"] if cell["id"] == identity]
    return cell


def with_source(notebook: Notebook, identity: str, source: str) -> Notebook:
    """The same notebook with another source in one of its cells."""
    cell_by_id(notebook, identity)["source"] = as_lines(source)
    return notebook


@pytest.fixture(autouse=True, scope="session")
def state_of_nobody(tmp_path_factory):
    """What is kept for a user outside of a copy goes to a folder of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def toy(tmp_path_factory) -> Path:
    """A course folder with solutions/toy.ipynb and the exercises/toy.ipynb released from it."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "solutions").mkdir()
    (folder / "exercises").mkdir()
    solution = folder / "solutions" / "toy.ipynb"
    write_notebook(toy_notebook(), solution)
    release_exercise(solution)
    return folder


@pytest.fixture(scope="session")
def toy_assignment(toy) -> Assignment:
    return load_assignment(toy / "solutions" / "toy.ipynb")


def many(assignment: Assignment, answers: dict[str, str]) -> tuple[Assignment, dict[str, str]]:
    """The toy's one question once for each answer, so that one worker runs them all."""
    (question,) = assignment.questions.values()
    questions = {name: replace(question, id=name) for name in answers}
    marked = {name: source.replace("$", "# question: double\n") for name, source in answers.items()}
    return replace(assignment, questions=questions), marked


@pytest.fixture
def names(request) -> dict:
    """What the first cell of an exercise defines: for tests in a file with a PAGE, see pages.py."""
    return request.module.PAGE.setup()


@pytest.fixture
def without_processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Answers run in this process, as in a browser, in the shell of a notebook."""
    interactiveshell = pytest.importorskip("IPython.core.interactiveshell")
    from traitlets.config import Config

    main = sys.modules["__main__"]
    interactiveshell.InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    monkeypatch.setattr(run, "NO_PROCESSES", True)
    yield
    interactiveshell.InteractiveShell.clear_instance()
    sys.modules["__main__"] = main
