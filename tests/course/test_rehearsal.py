"""Each piece alone before the long run: right, missing, wrong, failing, not called."""

import pytest

import edutorch as torch
from edutorch.course.assignment import load_assignment
from edutorch.course.framework import framework_parts
from edutorch.course.record import Progress
from edutorch.course.rehearsal import REPEATS, first_difference, forecast, rehearse

from .make_submissions import EXERCISE, SOLUTION

EXERCISES = EXERCISE.parent


@pytest.fixture
def passed(tmp_path):
    """Records an answer of exercise 3 as passed: the reference's, with words exchanged."""
    questions = load_assignment(SOLUTION).questions

    def record(name, old="", new=""):
        answer = questions[name].answer
        assert old in answer
        Progress(tmp_path).record_attempt("03_autograd", name, answer.replace(old, new), passed=True)
        return tmp_path

    return record


def few_steps():
    """Two steps down a slope, through exp and *."""
    x, losses = torch.tensor([0.5, -1.0], requires_grad=True), []
    for _ in range(2):
        loss = (2.0 * x.exp() * x).sum()
        (slope,) = torch.autograd.grad(loss, x)
        x = (x - 0.1 * slope).detach().requires_grad_()
        losses.append(loss.item())
    return losses


def rows(folder):
    rehearsal = rehearse(few_steps, 100, framework_parts(folder, EXERCISES))
    return {row.pieces: row for row in rehearsal.rows}, rehearsal


def test_a_right_piece_is_as_the_librarys_and_the_run_is_forecast(passed):
    found, rehearsal = rows(passed("exp"))
    row = found["Exp.backward, Exp.forward"]
    assert row.verdict == "your code; losses as the library's" and row.calls == 4
    assert found["Mul.backward, Mul.forward"].verdict == "missing: the library's own"
    assert 0 < rehearsal.forecast < 100 and "the whole run: about" in str(rehearsal)


def test_a_wrong_backward_shows_from_the_step_after(passed):
    found, rehearsal = rows(passed("exp", "return gy * y", "return gy * y * 0.5"))
    verdict = found["Exp.backward, Exp.forward"].verdict
    assert verdict.startswith("your code DIFFERS: the loss of step 2 is")
    assert verdict in str(rehearsal)


def test_a_piece_that_fails_and_one_that_no_longer_runs_are_the_librarys(passed):
    folder = passed("exp", "return gy * y", "return gy * missing")
    Progress(folder).record_attempt("03_autograd", "mul", "import nothing_there", passed=True)
    found, _ = rows(folder)
    assert "Exp.backward failed, NameError" in found["Exp.backward, Exp.forward"].verdict
    assert "no longer runs (ModuleNotFoundError" in found["Mul.backward, Mul.forward"].verdict


def test_a_piece_the_run_does_not_call(passed):
    found, _ = rows(passed("mend_tanh"))
    assert found["Tanh.backward, Tanh.forward"].verdict == "your code; this run does not call it"


def test_two_runs_part_at_the_first_loss_that_is_not_the_same():
    nan = float("nan")
    assert first_difference([2.3, 2.25, 2.1], [2.3, 2.2, 2.1]) == 2
    assert first_difference([2.3001, 1e-9], [2.3, 0.0]) is None
    assert first_difference([2.3, nan], [2.3, 2.2]) == 2 and first_difference([nan], [nan]) == 1
    assert first_difference([2.3], [2.3, 2.2]) == first_difference([2.3, 2.2], [2.3]) == 2


def test_a_run_is_forecast_by_the_fastest_trial():
    now, left = [0.0], [8.0, 2.0, 4.0]

    def trial():
        now[0] += left.pop(0)
        return [0.0, 0.0]

    assert forecast(trial, 100, repeats=3, clock=lambda: now[0]) == 100.0 and left == []


def test_a_piece_after_which_the_run_is_shorter_differs(passed):
    part = next(part for part in framework_parts(passed("exp"), EXERCISES) if part.title.startswith("Exp"))
    ran = []

    def trial():
        losses = few_steps()
        ran.append(1)
        return losses if len(ran) <= REPEATS else losses[:1]

    (row,) = rehearse(trial, 100, [part]).rows
    assert row.verdict.startswith("your code DIFFERS: the loss of step 2 is missing, the library's")


def test_what_is_missing_and_not_called_is_counted_and_not_listed(passed):
    found, rehearsal = rows(passed("mend_tanh"))
    listed = [name for name in found if name in str(rehearsal)]
    assert "Tanh.backward, Tanh.forward" in listed and "pad_sequence" not in listed
    assert f"{len(found) - len(listed)} more are missing, and this run does not call them" in str(rehearsal)
