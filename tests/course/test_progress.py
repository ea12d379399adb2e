"""The learner's record: kept, read, set aside when damaged; and the table of it."""

import pytest

from edutorch.cli import main
from edutorch.course.progress import Progress, progress_folder, progress_table


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


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b"\xff\xfe", b'{"a": 1}', b'{"a": {"b": 1}}'])
def test_a_damaged_record_is_set_aside(tmp_path, content):
    progress = Progress(tmp_path)
    progress.path.parent.mkdir()
    progress.path.write_bytes(content)
    assert progress.read() == {}
    assert "set aside" in progress.warning
    assert progress.path.with_suffix(".damaged.json").read_bytes() == content
    progress.record_attempt("ex", "q", "right", passed=True)
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
    assert progress_folder(inside) == inside
    Progress(tmp_path).record_attempt("ex", "q", "right", passed=True)
    assert progress_folder(inside) == tmp_path


def test_the_table(tmp_path):
    progress = Progress(tmp_path)
    progress.record_attempt("ex", "a", "right", passed=True)
    progress.record_attempt("ex", "b", "wrong", passed=False)
    lines = progress_table(tmp_path, {"ex": ["a", "b", "c"]}).splitlines()
    assert lines[0] == "ex: 1 of 3"
    assert "passed" in lines[1] and "tried 1 time" in lines[2] and lines[3].split() == ["c", "-"]


def test_the_command(tmp_path, capsys):
    Progress(tmp_path).record_attempt("03_autograd", "exp", "right", passed=True)
    assert main(["progress", str(tmp_path)]) == 0
    assert "03_autograd: 1 of 7" in capsys.readouterr().out
