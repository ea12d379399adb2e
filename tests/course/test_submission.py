"""Answers out of notebooks in every state: missing, doubled, damaged, without metadata."""

import json

import pytest

from edutorch.course.notebook import NotebookError, course_data, read_notebook, write_notebook
from edutorch.course.submission import names_defined_in, read_submission

from .conftest import cell_by_id, with_source

ANSWER = "# question: double\ndef double(x):\n    return x + x"


@pytest.fixture
def notebook(toy):
    return read_notebook(toy / "exercises" / "toy.ipynb")


@pytest.fixture
def answers(toy_assignment, tmp_path):
    def of(notebook):
        path = tmp_path / "submission.ipynb"
        write_notebook(notebook, path)
        return read_submission(path, toy_assignment)

    return of


def test_the_answer_is_found_by_its_metadata(notebook, answers):
    assert answers(with_source(notebook, "double", ANSWER)).answers == {"double": ANSWER}


def test_the_line_is_enough_where_metadata_are_lost(notebook, answers):
    with_source(notebook, "double", ANSWER)
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    assert answers(notebook).answers == {"double": ANSWER}


def test_metadata_are_enough_where_the_line_is_lost(notebook, answers):
    source = ANSWER.split("\n", 1)[1]
    assert answers(with_source(notebook, "double", source)).answers == {"double": source}


def test_a_source_may_be_one_string(notebook, answers):
    cell_by_id(notebook, "double")["source"] = ANSWER
    assert answers(notebook).answers == {"double": ANSWER}


def test_a_missing_cell_is_noted(notebook, answers):
    notebook["cells"] = [c for c in notebook["cells"] if c["id"] != "double"]
    found = answers(notebook)
    assert found.answers == {} and "no answer cell" in found.notes["double"]


def test_of_two_different_answers_the_last_counts_and_it_is_said(notebook, answers):
    with_source(notebook, "double", ANSWER)
    second = json.loads(json.dumps(cell_by_id(notebook, "double")))
    notebook["cells"].append({**second, "id": "again", "source": [ANSWER.replace("x + x", "3 * x")]})
    found = answers(notebook)
    assert "3 * x" in found.answers["double"]
    assert "cells 3 and 5" in found.notes["double"]


def test_a_copy_of_the_stub_does_not_hide_the_answer(notebook, answers):
    stub = json.loads(json.dumps(cell_by_id(notebook, "double")))
    with_source(notebook, "double", ANSWER)
    notebook["cells"].append({**stub, "id": "stub"})
    found = answers(notebook)
    assert found.answers == {"double": ANSWER} and found.notes == {}


@pytest.mark.parametrize("source", [None, 3, [1, 2], {"a": 1}])
def test_a_damaged_cell_is_noted(notebook, answers, source):
    cell_by_id(notebook, "double")["source"] = source
    found = answers(notebook)
    assert found.answers == {} and "damaged" in found.notes["double"]


def test_a_cell_turned_into_text_is_noted(notebook, answers):
    cell_by_id(notebook, "double")["cell_type"] = "markdown"
    assert "turned into markdown" in answers(notebook).notes["double"]


def test_cells_that_are_no_cells_are_passed_over(notebook, answers):
    notebook["cells"] += [None, 3, "text", {}, {"metadata": []}, {"metadata": {"edutorch": []}}]
    notebook["cells"].append({"metadata": {"edutorch": {"role": "solution", "question": []}}})
    assert list(answers(notebook).answers) == ["double"]


def test_names_of_the_exercises_own_cells_and_of_answers_are_not_the_learners(notebook, answers):
    notebook["cells"].append({"cell_type": "code", "metadata": {}, "source": "helper = 1", "id": "h"})
    assert answers(with_source(notebook, "double", ANSWER)).names_outside == {"helper"}


def test_names_defined():
    source = "import a.b\nfrom c import d as e\nf = 1\ndef g(x): y = x\nclass H: z = 1\nwith o as i:\n    j = 1"
    assert names_defined_in(source) == {"a", "e", "f", "g", "H", "i", "j"}
    assert names_defined_in("[k for k in l]\nlambda m: (n := m)") == set()
    assert names_defined_in("not python (") == set()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not JSON"),
        (b"My dog ate it.", "not JSON"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"[]", "no list of cells"),
        (b"{}", "no list of cells"),
        (b'{"cells": {}, "nbformat": 4}', "no list of cells"),
        (b'{"cells": [], "nbformat": 3}', "notebook format 3"),
        (b'{"worksheets": [], "nbformat": 2}', "no list of cells"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_what_is_no_notebook_is_refused_with_the_reason(tmp_path, content, reason):
    path = tmp_path / "x.ipynb"
    path.write_bytes(content)
    with pytest.raises(NotebookError, match=reason):
        read_notebook(path)


def test_a_missing_file_and_a_huge_one_are_refused(tmp_path, monkeypatch):
    with pytest.raises(NotebookError, match="No such file"):
        read_notebook(tmp_path / "none.ipynb")
    monkeypatch.setattr("edutorch.course.notebook.LARGEST_FILE", 10)
    (tmp_path / "big.ipynb").write_text('{"cells": []}')
    with pytest.raises(NotebookError, match="13 bytes"):
        read_notebook(tmp_path / "big.ipynb")


def test_metadata_of_any_kind_are_met():
    assert course_data({"metadata": None}) == course_data({}) == course_data(None) == {}
