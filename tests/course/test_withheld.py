"""A piece of the library that is refused to some code, and to no other."""

import pytest

import edutorch as torch
from edutorch.course.pieces import CallsItself
from edutorch.course.withheld import is_of_library, names_to_withhold, refuse_answer, withhold
from edutorch.ops.exponential import Exp

before = torch.exp


@pytest.fixture
def run():
    """Runs source as an answer, or as a check."""
    withhold(["edutorch.ops.exponential.Exp.forward"])
    refuse_answer("<check>")
    yield lambda source, file: eval(compile(source, file, "eval"), {"torch": torch, "before": before, "Exp": Exp})
    withhold([])


@pytest.mark.parametrize("source", ["torch.exp(x)", "x.exp()", "before(x)", "Exp.apply(x)", "list(map(before, [x]))"])
def test_an_answer_is_refused_under_each_name_and_a_check_is_not(run, source):
    source = source.replace("x)", "torch.zeros(2))").replace("x.", "torch.zeros(2).").replace("[x]", "[torch.zeros(2)]")
    run(source, "<check>")
    with pytest.raises(CallsItself, match="Exp.forward"):
        run(source, "<answer>")


def test_what_was_withheld_is_given_back(run):
    assert run("torch.cosh(torch.zeros(1)).item()", "<answer>") == 1.0
    code = Exp.forward.__code__
    withhold([])
    assert Exp.forward.__code__ is not code and torch.exp(torch.zeros(1)).item() == 1.0
    assert "ctx" in str(__import__("inspect").signature(Exp.forward))


def test_a_function_is_withheld_in_every_module_that_has_one_of_its_name():
    names = names_to_withhold({"log_softmax": "edutorch.nn.functional.log_softmax", "A.b": "x.y.B"}, ["also.this"])
    assert names == ["also.this", "log_softmax", "x.y.B.b"]
    withhold(["log_softmax"])
    refuse_answer("<check>")
    for place in (torch, torch.nn.functional):
        with pytest.raises(CallsItself):
            place.log_softmax(torch.zeros(2), 0)
    with pytest.raises(CallsItself):
        torch.zeros(2).log_softmax(0)
    withhold([])


def test_what_is_the_librarys_is_told_apart():
    assert is_of_library(Exp) and is_of_library(torch.exp) and is_of_library(torch.optim.SGD.step)
    assert not is_of_library(lambda: None) and not is_of_library(len)
