"""The learner's pieces in the library's place, counted, and put back."""

import pytest

import edutorch as torch
from edutorch import nn
from edutorch.course import forms
from edutorch.course.assignment import load_assignment
from edutorch.course.framework import in_framework, my_framework
from edutorch.course.pieces import LIBRARY, YOURS, CallsItself
from edutorch.course.record import Progress
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
    assert f"4 of {len(receipt.pieces)} pieces are your code" in str(receipt)
    uncalled = [piece for piece in receipt.pieces if piece.whose == LIBRARY and not piece.calls]
    assert uncalled and f"{len(uncalled)} more of the library's own" in str(receipt)
    assert "Tanh.backward " in str(receipt) and f"{uncalled[0].name} " not in str(receipt)


def test_it_is_really_the_learners_code(folder):
    questions = load_assignment(SOLUTION).questions
    wrong = questions["exp"].answer.replace("return gy * y", "return gy * y * 0")
    Progress(folder).record_attempt("03_autograd", "exp", wrong, passed=True)
    x = torch.tensor([1.0], requires_grad=True)
    with my_framework(folder, EXERCISE.parent):
        x.exp().backward()
    assert x.grad.item() == 0.0


def test_the_library_is_put_back_also_after_an_error(folder):
    before = [(c.__dict__["forward"], c.__dict__["backward"]) for c in (Exp, Mul, Tanh)]
    with pytest.raises(ZeroDivisionError), my_framework(folder, EXERCISE.parent):
        assert Exp.__dict__["forward"] is not before[0][0]
        1 / 0  # noqa: B018
    after = [(c.__dict__["forward"], c.__dict__["backward"]) for c in (Exp, Mul, Tanh)]
    assert after == before


def test_an_answer_that_no_longer_runs_is_left_to_the_library(folder):
    Progress(folder).record_attempt("03_autograd", "exp", "import nothing_there", passed=True)
    with my_framework(folder, EXERCISE.parent) as receipt:
        gradient()
    assert {p.whose for p in receipt.pieces if p.question == "exp"} == {LIBRARY}
    assert "no longer runs (ModuleNotFoundError" in str(receipt)


ATTRIBUTES = """\
# question: mul
class Mul(Function):
    @staticmethod
    def forward(ctx, x, y):
        ctx.x, ctx.y = x, y
        return wrap(x.array * y.array)

    @staticmethod
    def backward(ctx, gz):
        return gz * ctx.y, gz * ctx.x
"""


def test_attributes_of_ctx_do_as_well_as_saved_tensors(folder):
    Progress(folder).record_attempt("03_autograd", "mul", ATTRIBUTES, passed=True)
    expected = gradient()
    with my_framework(folder, EXERCISE.parent) as receipt:
        assert gradient() == pytest.approx(expected)
    counted = {piece.name: (piece.whose, piece.calls) for piece in receipt.pieces}
    assert counted["Mul.backward"][0] == YOURS and counted["Mul.backward"][1] >= 2


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("return gy * y", "return gy * nothing", "Exp.backward: NameError: name 'nothing' is not defined"),
        (
            "y = wrap(np.exp(x.array))",
            "y = torch.exp(x)",
            "Exp.forward: CallsItself: Exp.forward calls what it replaces",
        ),
        ("ctx.save_for_backward(y)", "ctx.save_for_backward(x, y)", "Exp.backward: ValueError"),
    ],
)
def test_where_a_piece_fails_the_librarys_takes_over(folder, old, new, told):
    questions = load_assignment(SOLUTION).questions
    Progress(folder).record_attempt("03_autograd", "exp", questions["exp"].answer.replace(old, new), passed=True)
    expected = gradient()
    with my_framework(folder, EXERCISE.parent) as receipt:
        assert gradient() == pytest.approx(expected)
        assert gradient() == pytest.approx(expected)
    assert told in str(receipt) and "the library's own took over" in str(receipt)
    assert {p.whose for p in receipt.pieces if p.question == "exp"} == {LIBRARY}
    assert {p.whose for p in receipt.pieces if p.question == "mul"} == {YOURS}


SGD_OF = {"sgd": "02_linear_regression", "momentum": "07_optimization"}


def steps_of_sgd(folder, passed, momentum=0.0):
    """The receipt of two steps, the answers to these questions being there."""
    for question in passed:
        answer = load_assignment(SOLUTION.parent / f"{SGD_OF[question]}.ipynb").questions[question].answer
        Progress(folder).record_attempt(SGD_OF[question], question, answer, passed=True)
    w = torch.tensor([1.0], requires_grad=True)
    with my_framework(folder, EXERCISE.parent) as receipt:
        optimizer = torch.optim.SGD([w], lr=0.5, momentum=momentum)
        for _ in range(2):
            w.grad = torch.ones(1)
            optimizer.step()
    assert w.item() == 1.0 - 0.5 - 0.5 * (1 + momentum)
    return receipt


@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_the_sgd_with_momentum_takes_the_place_of_the_one_without(tmp_path, momentum):
    # before, the one without was called as well: with momentum it failed, and the library's step took over
    receipt = steps_of_sgd(tmp_path, ["sgd", "momentum"], momentum)
    pieces = [(p.name, p.question, p.whose, p.calls) for p in receipt.pieces if p.name.startswith("SGD.")]
    assert pieces == [("SGD.step", "momentum", YOURS, 2), ("SGD.update", "momentum", YOURS, 2)]
    assert not [piece.failure for piece in receipt.pieces if piece.failure]


def test_until_it_has_passed_the_one_without_momentum_stands_there(tmp_path):
    receipt = steps_of_sgd(tmp_path, ["sgd"])
    pieces = [(p.name, p.question, p.whose, p.calls) for p in receipt.pieces if p.name.startswith("SGD.")]
    assert pieces == [("SGD.step", "sgd", YOURS, 2), ("SGD.update", "momentum", LIBRARY, 0)]


def test_numbers_that_stand_for_a_tensor_arrive_as_tensors_and_no_others(monkeypatch):
    # before, the dim of a log_softmax arrived as a tensor, too
    swaps = {"LogSoftmax.forward": "edutorch.ops.activation.LogSoftmax", "Mul.forward": "edutorch.ops.arithmetic.Mul"}
    monkeypatch.setattr(forms, "answer_swaps", swaps)
    seen = []

    class Mine:
        @staticmethod
        def forward(ctx, x, other):
            seen.append(type(other))
            return torch.Tensor.detach(x)

    with in_framework({"LogSoftmax": Mine, "Mul": Mine}):
        torch.log_softmax(torch.zeros(2, 3), 1)
        torch.ones(2) * 2
        with in_framework({"LogSoftmax": Mine, "Mul": Mine}):
            torch.log_softmax(torch.zeros(2, 3), 1)
            torch.ones(2) * 2
    assert seen == [int, torch.Tensor] * 2


def test_a_function_of_ones_own_is_called_by_the_layer(monkeypatch):
    # before, nn.LogSoftmax passed _stacklevel, which a learner's function does not take
    for name in ("softmax", "softmin", "log_softmax"):
        layer = getattr(torch.nn, {"softmax": "Softmax", "softmin": "Softmin", "log_softmax": "LogSoftmax"}[name])(1)
        monkeypatch.setattr(torch.nn.functional, name, lambda x, dim: (x, dim))
        assert layer(x := torch.ones(1, 2)) == (x, 1)


def test_in_a_check_a_piece_that_calls_itself_is_refused(monkeypatch):
    monkeypatch.setattr(forms, "answer_swaps", {"Exp.forward": "edutorch.ops.exponential.Exp"})

    class Mine:
        @staticmethod
        def forward(ctx, x):
            return torch.exp(x)

    with pytest.raises(CallsItself, match="Exp.forward calls what it replaces"), in_framework({"Exp": Mine}):
        torch.tensor([1.0]).exp()
    assert torch.tensor([0.0]).exp().tolist() == [1.0]


class Registers(nn.Module):
    def __setattr__(self, name, value):
        super().__setattr__(name, value)


class Generates(nn.Module):
    def named_parameters(self, prefix="", recurse=True):
        yield from super().named_parameters(prefix, recurse)


class Returns(nn.Module):
    def named_parameters(self, prefix="", recurse=True):
        return nn.Module.named_parameters(self, prefix, recurse)


@pytest.mark.parametrize(
    ("mine", "method"),
    [(Registers, "__setattr__"), (Generates, "named_parameters"), (Returns, "named_parameters")],
)
def test_a_method_that_asks_its_library_is_refused_in_words(monkeypatch, mine, method):
    monkeypatch.setattr(forms, "answer_swaps", {f"Mine.{method}": "edutorch.nn.module.Module"})
    words = f"library's Module.{method} is your own code.*Write out what it does"
    with pytest.raises(CallsItself, match=words), in_framework({"Mine": mine}):
        list(nn.Linear(1, 1).named_parameters())
