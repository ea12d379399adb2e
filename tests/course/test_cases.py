"""What check cells show: values, errors, changed inputs, in words and as JSON."""

import numpy as np
import pytest

import edutorch as torch
from edutorch.course import show
from edutorch.course.cases import brief, describe, encode


@pytest.fixture
def shown(monkeypatch):
    """The cases displayed: (call, value, size)."""
    cases = []

    def display(call, outcome, size):
        cases.append((call, outcome, size))

    monkeypatch.setattr("edutorch.course.cases._display", display)
    return cases


def test_a_call_is_shown_with_its_inputs_and_its_size(shown):
    def double(x, *, times=2):
        return times * x

    show(double, torch.tensor([1.0, 2.0]), times=3)
    ((call, value, size),) = shown
    assert call.endswith("double(tensor([1., 2.]), times=3)") and size == 2
    assert value["values"] == [3.0, 6.0] and value["shape"] == [2] and value["mutated"] == []
    assert value["dtype"] == "torch.float32" and value["type"] == "Tensor"


def test_an_exception_is_a_result_and_the_next_case_runs(shown):
    show(lambda x: [][x], 1)
    show("words", 3)
    assert shown[0][1]["error"] == "IndexError" and shown[1][1]["values"] == [3]


def test_changed_inputs_are_told(shown):
    def spoil(a, b):
        b += 1
        return a

    show(spoil, np.zeros(2), np.zeros(2))
    assert shown[0][1]["mutated"] == [1]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1.5, "1.5"),
        (True, "True"),
        (None, "None"),
        ("a", "'a'"),
        ((1, "b"), "(1, 'b')"),
        ((5,), "(5,)"),
        ([5], "[5]"),
        (np.array([200], np.uint8), "[200]  shape (1,), uint8"),
        (np.array([True, False]), "[ True, False]  shape (2,), bool"),
        (np.array([1.5, np.nan]), "[1.5, nan]  shape (2,), float64"),
        ({"k": 2}, "{k: 2}"),
        (torch.tensor([1.0, 2.5]), "[1.0, 2.5]  shape (2,), torch.float32"),
        (np.array([]), "[]  shape (0,), float64"),
        (float("nan"), "nan"),
        (object(), "an object of type object"),
    ],
)
def test_values_in_words(value, words):
    assert describe(encode(value)) == words


def test_large_values_are_refused():
    with pytest.raises(ValueError, match="at most 10000 numbers, this has 20000"):
        encode(np.zeros(20_000))


def test_long_inputs_are_cut():
    assert brief(torch.zeros(5, 5)) == "tensor of shape (5, 5)"
    assert len(brief("x" * 100)) == 60
    assert brief(len) == "len"
    assert brief(np.float64(6.5)) == "6.5"
