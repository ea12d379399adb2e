"""The last cell of each exercise runs on the learner's pieces, every one of them."""

import ast

import pytest

from edutorch.course.assignment import load_assignment
from edutorch.course.notebook import read_notebook, source_of
from edutorch.course.pieces import YOURS
from edutorch.course.record import Progress

from .make_submissions import SOLUTION

SOLUTIONS = sorted(SOLUTION.parent.glob("*.ipynb"))


@pytest.mark.parametrize("solution", SOLUTIONS, ids=lambda path: path.stem)
def test_the_last_cell_calls_every_piece(solution, tmp_path, monkeypatch, capsys):
    assignment = load_assignment(solution)
    (tmp_path / ".edutorch").mkdir()
    (tmp_path / ".edutorch" / "laid.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    for question in assignment.questions.values():
        Progress(tmp_path).record_attempt(assignment.name, question.id, question.answer, passed=True)
    last = [source_of(cell) for cell in read_notebook(solution)["cells"] if cell["cell_type"] == "code"][-1]
    assert "with my_framework() as receipt:" in last and ast.parse(last)
    names: dict = {}
    for source in [*assignment.setup, last]:
        exec(compile(source, "cell", "exec"), names)
    pieces = [piece for piece in names["receipt"].pieces if piece.exercise == assignment.name]
    assert pieces, "no piece of this exercise is swapped in"
    assert {piece.name: piece.calls for piece in pieces if piece.calls == 0 or piece.whose != YOURS} == {}
    assert not [piece.failure for piece in pieces if piece.failure]
