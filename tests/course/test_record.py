"""The learner's record: kept, read, set aside when damaged; and the table of it."""

import shutil
import sys
from pathlib import Path

import pytest

from edutorch.cli import main
from edutorch.course import record
from edutorch.course.assignment import load_assignment
from edutorch.course.files import state_folder
from edutorch.course.notebook import read_notebook, write_notebook
from edutorch.course.record import UNKEPT, Progress, progress_folder, progress_table, standing

from .conftest import cell_by_id, with_source
from .make_submissions import EXERCISE


def test_a_passed_answer_is_kept_with_its_source(tmp_path):
    progress = Progress(tmp_path)
    progress.record_attempt("ex", "q", "wrong", passed=False)
    progress.record_attempt("ex", "q", " wrong\n", passed=False)
    progress.record_attempt("ex", "q", "right", passed=True)
    entry = Progress(tmp_path).question("ex", "q")
    assert entry["source"] == "right" and len(entry["failed"]) == 1
    progress.record_attempt("ex", "q", "wrong again", passed=False)
    assert Progress(tmp_path).question("ex", "q")["source"] == "right"


def test_nothing_kept_is_no_error(tmp_path):
    assert Progress(tmp_path).read() == {}
    assert Progress(tmp_path).question("ex", "q") == {}


DAMAGED = [
    b"",
    b"[1]",
    b"{",
    b"\xff\xfe",
    b'{"a": 1}',
    b'{"a": {"b": 1}}',
    b'{"a": {"b": {"passed": 3, "source": "x"}}}',
    b'{"a": {"b": {"passed": "2026"}}}',
    b'{"a": {"b": {"failed": 2}}}',
    b'{"a": {"b": {"failed": [2]}}}',
    b'{"a": {"b": {"hints": "two"}}}',
]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_record_is_set_aside(tmp_path, content):
    progress = Progress(tmp_path)
    progress.path.parent.mkdir()
    progress.path.write_bytes(content)
    assert progress.question("a", "b") == {}
    assert "set aside as progress.damaged.json" in progress.warning
    assert progress.path.with_suffix(".damaged.json").read_bytes() == content
    progress.record_attempt("ex", "q", "right", passed=True)
    assert Progress(tmp_path).question("ex", "q")["source"] == "right"


def test_a_second_damage_keeps_the_first_ones_copy_and_what_can_be_read_stays(tmp_path):
    progress = Progress(tmp_path)
    progress.record_attempt("ex", "q", "right", passed=True)
    for content in (b"{", progress.path.read_bytes().replace(b"}\n }", b'}, "r": 3\n }')):
        progress.path.write_bytes(content)
        progress.read()
    assert progress.path.with_suffix(".damaged.json").read_bytes() == b"{"
    assert b'"r": 3' in progress.path.with_suffix(".damaged-2.json").read_bytes()
    assert Progress(tmp_path).question("ex", "q")["source"] == "right"


def test_comments_and_spaces_make_no_other_attempt(tmp_path):
    progress = Progress(tmp_path)
    for source in ("def f():\n    return 1", "def f(): return 1  # now?", "not python (", "not  python ( "):
        progress.record_attempt("ex", "q", source, passed=False)
    assert len(progress.question("ex", "q")["failed"]) == 2


def test_what_cannot_be_kept_is_told_and_no_error(tmp_path):
    (tmp_path / ".edutorch").write_text("a file where a folder should be")
    progress = Progress(tmp_path)
    progress.record_attempt("ex", "q", "right", passed=True)
    assert progress.next_hint("ex", "q", 3) == 0
    assert "could not be kept" in progress.warning and progress.read() == {}


def test_hints_are_counted(tmp_path):
    progress = Progress(tmp_path)
    assert [progress.next_hint("ex", "q", 2) for _ in range(3)] == [0, 1, 1]


def test_the_folder_is_the_copy_that_a_notebook_lies_in(tmp_path):
    inside = tmp_path / "exercises"
    inside.mkdir()
    (tmp_path / ".edutorch").mkdir()
    (tmp_path / ".edutorch" / "laid.json").write_text("{}")
    assert progress_folder(inside) == tmp_path


def test_outside_a_copy_nothing_is_written_to_where_one_is(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    Progress(tmp_path).record_attempt("ex", "q", "somebody else's", passed=True)  # as at the root of a file system
    inside = tmp_path / "anywhere"
    inside.mkdir()
    place = progress_folder(inside)
    assert place.is_relative_to(state_folder()) and not place.is_relative_to(inside)
    assert Progress(place).question("ex", "q") == {}


@pytest.fixture
def assignment():
    return load_assignment(EXERCISE)


def test_the_table(tmp_path, assignment):
    progress = Progress(tmp_path)
    progress.record_attempt("03_autograd", "exp", "right", passed=True)
    progress.record_attempt("03_autograd", "mul", "wrong", passed=False)
    lines = progress_table(progress, [assignment]).splitlines()
    assert lines[0] == f"kept in {progress.path}"
    points = assignment.questions["exp"].points
    assert (
        lines[1]
        == f"03_autograd: 1 of {len(assignment.questions)} questions, up to {points:g} of {assignment.points:g} points"
    )
    rows = {line.split()[0]: line.split()[1:] for line in lines[2:]}
    assert rows["exp"][0] == "passed" and rows["mul"] == ["tried", "1", "time"] and rows["witness"] == ["-"]


def test_of_an_exercise_that_is_not_begun_the_table_has_one_line(tmp_path, assignment):
    kept, told = progress_table(Progress(tmp_path), [assignment]).splitlines()
    assert told.startswith("03_autograd: 0 of ")


def test_where_one_stands(assignment):
    entries = {"exp": {"passed": "2026", "source": ""}}
    told = standing(assignment, entries)
    first, *_ = assignment.questions.values()
    assert (told.passed, told.next_title) == (1, first.title)
    assert standing(assignment, dict.fromkeys(assignment.questions, entries["exp"])).next_title == ""


def laid(folder):
    """A copy of the course with nothing but exercise 3."""
    (folder / "exercises").mkdir(parents=True)
    (folder / ".edutorch").mkdir()
    (folder / ".edutorch" / "laid.json").write_text("{}")
    shutil.copy(EXERCISE, folder / "exercises")
    return folder


def test_the_command_names_the_folder_and_tells_of_damage(tmp_path, capsys):
    progress = Progress(laid(tmp_path))
    progress.record_attempt("03_autograd", "exp", "right", passed=True)
    assert main(["progress", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert str(progress.path) in said and "03_autograd: 1 of" in said
    progress.path.write_text("{")
    assert main(["progress", str(tmp_path)]) == 0
    assert "could not be read whole" in capsys.readouterr().out


def test_reset_gives_one_stub_back_and_keeps_the_answer(tmp_path, capsys, assignment):
    notebook = laid(tmp_path) / "exercises" / "03_autograd.ipynb"
    stub, mine = assignment.questions["exp"].stub, "# question: exp\nmine = 1"
    write_notebook(with_source(read_notebook(notebook), "exp", mine), notebook)
    progress = Progress(tmp_path)
    progress.record_attempt("03_autograd", "exp", mine, passed=True)
    progress.record_attempt("03_autograd", "mul", "other", passed=True)
    assert main(["reset", "exp", str(tmp_path)]) == 0
    kept = Path(capsys.readouterr().out.splitlines()[0].rpartition(" kept in ")[2])
    assert kept.read_text() == mine + "\n" and kept.is_relative_to(tmp_path / ".edutorch")
    assert "".join(cell_by_id(read_notebook(notebook), "exp")["source"]) == stub
    assert progress.question("03_autograd", "exp") == {} and progress.question("03_autograd", "mul")


def test_reset_of_nothing_is_one_sentence(tmp_path, capsys):
    assert main(["reset", "nothing", str(laid(tmp_path))]) == 2
    assert capsys.readouterr().err.startswith("edutorch reset: no question 'nothing' in the exercises of")


def test_a_browser_keeps_it_with_the_notebooks_or_says_that_it_does_not(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setattr(record, "DRIVE", tmp_path)
    assert progress_folder() == tmp_path and progress_table(Progress(tmp_path), []).splitlines()[1:] == []
    monkeypatch.setattr(record, "DRIVE", tmp_path / "none")
    assert progress_folder() != tmp_path and progress_table(Progress(tmp_path), []).splitlines()[1:] == [UNKEPT]
