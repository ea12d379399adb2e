"""Comparison of outputs: tolerance, states, text, seals, and whatever a hostile process may send."""

import numpy as np
import pytest

import edutorch as torch
from edutorch.course.cases import CASE, encode
from edutorch.course.compare import compare_outputs, difference


def compare(want, have, rtol=1e-6, atol=1e-8):
    found = difference(encode(want), encode(have), rtol, atol)
    return found[0] if found else None


def case(value, call="f(1)", size=1):
    return {"output_type": "display_data", "data": {CASE: {"call": call, "size": size, "value": value}}}


def printed(text):
    return {"output_type": "stream", "name": "stdout", "text": text}


@pytest.mark.parametrize(
    ("want", "have", "state"),
    [
        (1.0, 1.0 + 1e-9, None),
        (0.0, -0.0, None),
        (1.0, 1.0005, "near"),
        (1.0, 1.5, "values"),
        (1.0, float("nan"), "nan"),
        (float("nan"), float("nan"), None),
        (float("inf"), 1e300, "values"),
        (1.0, 1, "type"),
        (True, 1, "type"),
        (True, False, "values"),
        (None, None, None),
        ("ab", "ab", None),
        ("ab", "ba", "values"),
        ((1.0, 2.0), (1.0, 2.0), None),
        ((1.0, 2.0), [1.0, 2.0], "type"),
        ((1.0, 2.0), (1.0,), "shape"),
        ({"a": 1}, {"b": 1}, "shape"),
        (np.ones(2), np.ones((2, 1)), "shape"),
        (np.ones(2), np.ones(2, np.float32), "dtype"),
        (np.ones(2), torch.ones(2), "type"),
        (torch.ones(2), torch.ones(2) + 1e-7, None),
        (torch.zeros(2), torch.full((2,), 1e-7), None),  # 4 - 3.9999999
        (torch.zeros(2), torch.full((2,), 1e-5), "near"),
        (torch.zeros(2, dtype=torch.float64), torch.full((2,), 1e-7, dtype=torch.float64), "near"),
        (torch.ones(2), torch.tensor([1.0, 3.0]), "values"),
        (torch.ones(2), torch.nn.Parameter(torch.ones(2)) if hasattr(torch, "nn") else torch.ones(2), None),
        (10**40, 10**40 + 1, None),
    ],
)
def test_states(want, have, state):
    assert compare(want, have) == state


@pytest.mark.parametrize(
    ("value", "off", "state"),
    [
        (torch.tensor([0.7, -0.3]).tanh(), 2e-7, None),  # another processor's tanh, and some steps more
        (torch.tensor([0.7, -0.3]).tanh(), 2e-6, None),
        (torch.tensor([0.7, -0.3]).tanh(), 2e-4, "near"),
        (torch.tensor([1000.0, 0.0]), 1e-5, None),  # the 0 may be what is left of numbers around 1000
        (torch.tensor([1.0, 0.0]), 1e-5, "near"),
        (torch.tensor([0.7, -0.3]).half(), 1e-3, None),
        (torch.tensor([0.7, -0.3]).double(), 2e-6, "near"),
        (torch.tensor([0.7]).tanh().item(), 2e-6, None),
        (0.6, 2e-6, "near"),
        ([torch.tensor(0.7).tanh()], 2e-6, None),
    ],
)
def test_the_tolerance_is_what_the_dtype_holds_on_every_processor(value, off, state):
    other = [value[0] + off] if isinstance(value, list) else value + off
    assert compare(value, other) == state


def test_the_place_of_the_difference_is_told():
    want, have = torch.zeros(2, 3), torch.zeros(2, 3)
    have[1, 2] = 5.0
    found = difference(encode(want), encode(have), 1e-6, 1e-8)
    assert found == ("values", "at [1, 2]: expected 0, got 5")


def test_printed_numbers_have_a_tolerance_and_words_do_not():
    want = [printed("loss 0.1234567 after 3 steps\n")]
    assert compare_outputs(want, [printed("loss 0.12345671 after 3 steps\n")], 1e-6, 1e-8) == []
    assert compare_outputs(want, [printed("loss -0. after 3 steps")], 1e-6, 1e-8)[0].state == "values"
    assert compare_outputs(want, [printed("Loss 0.1234567 after 3 steps")], 1e-6, 1e-8)
    assert compare_outputs(want, [printed("loss 0.1234567 after 3 steps\nand more")], 1e-6, 1e-8)
    assert compare_outputs([printed("0.")], [printed("-0.")], 1e-6, 1e-8) == []


def test_too_few_and_too_many_cases_differ():
    one = case(encode(1.0))
    assert compare_outputs([one], [], 1e-6, 1e-8)[0].got == "nothing was shown"
    assert compare_outputs([one], [one, one], 1e-6, 1e-8)[0].got == "2 cases"


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"type": "float"},
        {"type": "float", "values": ["x"]},
        {"type": "float", "values": [[]]},
        {"type": "float", "values": 3},
        {"type": "ndarray", "shape": "no", "dtype": "float64", "values": [1.0]},
        {"type": "error"},
        {"type": ["float"], "values": [1.0]},
        {"type": "float", "values": [10**400]},
    ],
)
def test_a_value_that_cannot_be_read_is_a_difference(value):
    assert len(compare_outputs([case(encode(1.0))], [case(value)], 1e-6, 1e-8)) == 1


def test_an_expected_error_is_a_result():
    error = {"type": "error", "error": "RuntimeError", "text": "one wording"}
    other = {**error, "text": "another wording"}
    assert compare_outputs([case(error)], [case(other)], 1e-6, 1e-8) == []
    assert compare_outputs([case(error)], [case(encode(1.0))], 1e-6, 1e-8)[0].state == "values"
    wrong = {**error, "error": "TypeError"}
    assert compare_outputs([case(error)], [case(wrong)], 1e-6, 1e-8)[0].state == "exception"


def test_lines_printed_to_debug_do_no_harm_where_the_check_prints_nothing():
    value = case(encode(1.0))
    assert compare_outputs([value], [printed("x is 3"), value], 0, 0) == []
    (found,) = compare_outputs([value, printed("1")], [printed("x is 3\n"), value, printed("1")], 0, 0)
    assert found.got == "x is 3"
