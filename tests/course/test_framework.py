"""The learner's pieces in the library's place, counted, and put back."""

import pytest

import edutorch as torch
from edutorch.course.assignment import load_assignment
from edutorch.course.framework import LIBRARY, YOURS, my_framework
from edutorch.course.progress import Progress
from edutorch.ops.activation import Tanh
from edutorch.ops.arithmetic import Mul
from edutorch.ops.exponential import Exp

from .make_submissions import EXERCISE, SOLUTION


@pytest.fixture
def folder(tmp_path):
    """A learner who has passed exp and mul."""
    questions = load_assignment(SOLUTION).questions
    for name in ("exp", "mul"):
        Progress(tmp_path).record_attempt("03_autograd", name, questions[name].answer, passed=True)
    return tmp_path


def gradient():
    x = torch.tensor([0.5, -1.0], requires_grad=True)
    loss = (2.0 * x.exp() * x.tanh()).sum()
    loss.backward()
    return [loss.item(), *x.grad.tolist()]


def test_the_network_runs_on_the_learners_code_and_gives_the_same(folder):
    expected = gradient()
    with my_framework(folder, EXERCISE.parent) as receipt:
        assert gradient() == pytest.approx(expected)
    counted = {piece.name: (piece.whose, piece.calls) for piece in receipt.pieces}
    assert counted["Exp.forward"] == (YOURS, 1) and counted["Exp.backward"] == (YOURS, 1)
    assert counted["Mul.forward"][0] == YOURS and counted["Mul.forward"][1] >= 2
    assert counted["Tanh.backward"] == (LIBRARY, 1)
    assert "4 of 6 pieces are your code" in str(receipt)


def test_it_is_really_the_learners_code(folder):
    questions = load_assignment(SOLUTION).questions
    wrong = questions["exp"].answer.replace("return gy * y", "return gy * y * 0")
    Progress(folder).record_attempt("03_autograd", "exp", wrong, passed=True)
    x = torch.tensor([1.0], requires_grad=True)
    with my_framework(folder, EXERCISE.parent):
        x.exp().backward()
    assert x.grad.item() == 0.0


def test_the_library_is_put_back_also_after_an_error(folder):
    before = [(c.__dict__["forward"], c.__dict__["_forward"], c.__dict__["backward"]) for c in (Exp, Mul, Tanh)]
    with pytest.raises(ZeroDivisionError), my_framework(folder, EXERCISE.parent):
        assert Exp.__dict__["forward"] is not before[0][0]
        1 / 0  # noqa: B018
    after = [(c.__dict__["forward"], c.__dict__["_forward"], c.__dict__["backward"]) for c in (Exp, Mul, Tanh)]
    assert after == before


def test_an_answer_that_no_longer_runs_is_left_to_the_library(folder):
    Progress(folder).record_attempt("03_autograd", "exp", "import nothing_there", passed=True)
    with my_framework(folder, EXERCISE.parent) as receipt:
        gradient()
    assert {p.whose for p in receipt.pieces if p.question == "exp"} == {LIBRARY}
    assert "no longer runs (ModuleNotFoundError" in str(receipt)
