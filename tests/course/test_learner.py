"""q.check(), q.hint(), q.solution() as a learner meets them, without a browser."""

from types import SimpleNamespace

import pytest

from edutorch.course import exercise as make
from edutorch.course import learner, progress
from edutorch.course.message import Message
from edutorch.course.notebook import read_notebook, write_notebook
from edutorch.course.record import Progress, Standing

from .conftest import with_source

RIGHT = "# question: double\ndef double(x):\n    return 2 * x"
WRONG = "# question: double\ndef double(x):\n    return 3 * x"


@pytest.fixture
def folder(toy, tmp_path):
    """A learner's folder with the released toy."""
    write_notebook(read_notebook(toy / "exercises" / "toy.ipynb"), tmp_path / "toy.ipynb")
    (tmp_path / ".edutorch").mkdir()
    (tmp_path / ".edutorch" / "laid.json").write_text("{}")
    return tmp_path


@pytest.fixture
def shell(monkeypatch):
    """A notebook's shell, whose history the test fills."""
    fake = SimpleNamespace(history_manager=SimpleNamespace(input_hist_raw=[""]), user_ns={})
    monkeypatch.setattr("edutorch.course.learner._shell", lambda: fake)
    yield fake
    learner._workers.close()


def executed(shell, *sources):
    shell.history_manager.input_hist_raw += sources


@pytest.mark.parametrize(
    ("title", "sentence"), [("5. What moves?", "Next: 5. What moves?"), ("6. Step", "Next: 6. Step.")]
)
def test_the_next_question_is_named_in_a_sentence(title, sentence, folder, monkeypatch, shell):
    q = make("toy", "double", folder)
    monkeypatch.setattr("edutorch.course.learner.standing", lambda *_: Standing(1, 2, 4, 8, title))
    assert q._success("").parts[-1].endswith(f"points. {sentence}")


def test_the_stub_is_not_attempted_and_not_run(folder, shell, monkeypatch):
    monkeypatch.setattr("edutorch.course.grade.run_answers", None)
    q = make("toy", "double", folder)
    assert q.check().title == "Not attempted yet."
    assert not (folder / ".edutorch" / "progress.json").exists()


def test_the_answer_last_executed_is_checked(folder, shell):
    executed(shell, RIGHT, "other = 1", WRONG)
    q = make("toy", "double", folder)
    told = q.check()
    assert told.title == "Not yet: wrong values." and list(told.actions) == ["a hint", "the solution"]
    assert "expected  [2., 4.]" in repr(told) and "yours     [3., 6.]" in repr(told)
    assert q.case is shell.user_ns["case"] and q.case.state == "values"
    executed(shell, RIGHT)
    told = q.check()
    assert told.title == "✓ Double: as expected." and "x + x." in told.parts
    assert "1 more check, with other inputs, runs when it is graded." in told.parts[0]
    assert "So far: 1 of 1 questions, up to 4 of 4 points." in repr(told) and "the last question" in repr(told)
    assert repr(told).count("\n") < 15 and list(told.actions) == ["one solution"]
    assert q.case is None
    kept = Progress(folder).question("toy", "double")
    assert kept["source"] == RIGHT and len(kept["failed"]) == 1


def test_the_saved_notebook_is_checked_where_nothing_was_executed(folder, shell):
    notebook = with_source(read_notebook(folder / "toy.ipynb"), "double", RIGHT)
    write_notebook(notebook, folder / "toy.ipynb")
    told = make("toy", "double", folder).check()
    assert told.title == "✓ Double: as expected." and "as it stands in the saved notebook" in repr(told)


def test_no_answer_cell_says_what_to_do(folder, shell):
    write_notebook({"cells": [], "nbformat": 4}, folder / "mine.ipynb")
    q = make("toy", "double", folder)
    (folder / "toy.ipynb").unlink()
    assert "`# question: double`" in repr(q.check())


def test_a_name_of_another_cell_is_told(folder, shell):
    executed(shell, "helper = 1", "# question: double\ndef double(x):\n    return helper * x")
    told = make("toy", "double", folder).check()
    assert told.title == "Not yet: uses a name defined outside the answer cell."
    assert "'helper' is defined in another cell" in repr(told)


def test_a_name_that_the_check_misses_is_told(folder, shell):
    executed(shell, "# question: double\ndef duoble(x):\n    return 2 * x")
    told = repr(make("toy", "double", folder).check())
    assert "uses 'double', which the answer cell lacks" in told and "changed" in told


def test_hints_come_one_by_one(folder, shell):
    q = make("toy", "double", folder)
    given = [q.hint() for _ in range(4)]
    assert [told.title for told in given] == [f"Hint {n} of 3" for n in (1, 2, 3, 3)]
    assert given[0].parts == ["What is x + x?"]
    assert given[2].parts == ["`return` `2 * x`"]


def test_the_solution_comes_after_two_different_attempts(folder, shell, toy, monkeypatch):
    q = make("toy", "double", folder)
    assert "2 more different attempts" in repr(q.solution())
    for source in (WRONG, WRONG, WRONG.replace("3", "4")):
        q.progress.record_attempt("toy", "double", source, passed=False)
        told = q.solution()
        assert told.title == ("Not yet." if source == WRONG else "This installation has no solutions.")
    monkeypatch.setattr("edutorch.course.learner.course_root", lambda: toy)
    assert "return 2 * x" in repr(q.solution())


def test_messages_are_markdown_in_a_notebook(folder, shell):
    executed(shell, WRONG)
    text = make("toy", "double", folder).check()._repr_markdown_()
    assert text.startswith("**Not yet: wrong values.**\n\n```text\ncase ")


def test_what_is_not_there_is_named(folder):
    with pytest.raises(KeyError, match="no question 'triple'; it has double"):
        make("toy", "triple", folder)
    with pytest.raises(FileNotFoundError, match="no exercise nothing.ipynb in"):
        make("nothing", "double", folder)


def test_a_worker_waits_for_the_next_check_in_a_notebook_only(folder, shell, monkeypatch):
    make("toy", "double", folder)
    (waiting,) = learner._workers.idle
    assert waiting.is_waiting()
    executed(shell, RIGHT)
    make("toy", "double", folder).check()
    assert learner._workers.idle == [waiting] and waiting.is_waiting() and waiting.jobs == 1
    monkeypatch.setattr("edutorch.course.learner._shell", lambda: None)
    make("toy", "double", folder)
    assert learner._workers.idle == [] and not waiting.is_waiting()
    assert not waiting.folder.exists() and not waiting.kernels.exists()


def test_a_waiting_worker_ends_with_the_notebook(folder, shell):
    make("toy", "double", folder)
    (worker,) = learner._workers.idle
    worker.process.stdin.close()  # as when the notebook's kernel ends, however it does
    assert worker.process.wait(timeout=60) == 0
    assert not worker.folder.exists() and not worker.kernels.exists()


def test_what_is_missing_is_named(folder, monkeypatch):
    monkeypatch.setattr("edutorch.course.run.find_spec", lambda name: None if name == "nbval" else 1)
    notebook = with_source(read_notebook(folder / "toy.ipynb"), "double", RIGHT)
    write_notebook(notebook, folder / "toy.ipynb")
    with pytest.raises(ModuleNotFoundError, match="checking needs nbval: pip install"):
        make("toy", "double", folder).check()


def test_what_a_failing_answer_prints_is_shown(folder, shell):
    executed(shell, "# question: double\ndef double(x):\n    print('x is', x)\n    return 3 * x")
    told = repr(make("toy", "double", folder).check())
    assert "your code printed:\n" in told and "  x is [1. 2.]" in told


def test_a_name_that_another_cell_has_too_is_not_said_to_come_from_there(folder, shell):
    executed(shell, "helper = 1", "# question: double\ndef duoble(x):\n    return 2 * x", "double = 3")
    told = make("toy", "double", folder).check()
    assert told.title == "Not yet: exception." and "which the answer cell lacks" in repr(told)


def test_the_buttons_do_what_they_say(folder, shell, monkeypatch):
    widgets = pytest.importorskip("ipywidgets", reason="ipywidgets is not installed (extra lab)")
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda what, raw=False: shown.append(what))
    q = make("toy", "double", folder)
    Message("Not yet.", actions={"a hint": q.hint})._ipython_display_()
    text, box = shown
    assert text["text/markdown"] == "**Not yet.**" and isinstance(box, widgets.VBox)
    box.children[0].children[0].click()
    assert shown[2].title == "Hint 1 of 3"


def test_progress_in_a_notebook(folder):
    Progress(folder).record_attempt("03_autograd", "exp", "right", passed=True)
    told = repr(progress(folder))
    assert str(folder) in told and "03_autograd: 1 of" in told
