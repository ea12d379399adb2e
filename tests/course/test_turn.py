"""Your turn: untouched, wrong and right, and never an exception."""

import numpy as np
import pytest

import edutorch as torch
from edutorch.course import check_turn
from edutorch.course.turn import same


def said(capsys) -> str:
    return capsys.readouterr().out.replace("\n", " ").strip()


def untouched(x): ...


def raises_the_stubs_error(x):
    raise NotImplementedError


@pytest.mark.parametrize("yours", [None, ..., untouched, raises_the_stubs_error])
def test_untouched(capsys, yours):
    check_turn(yours, (3, 3))
    assert said(capsys) == "Your turn: complete this cell, then run it again."


def test_a_function_that_is_written_and_returns_nothing(capsys):
    """Before, as for an untouched one: "Your turn: complete this cell", to somebody who had."""

    def forgets(x):
        """-> x, doubled"""
        x = 2 * x

    class Rule:
        @staticmethod
        def backward(ctx, gradient):
            gradient * 2

    check_turn(forgets, (3, 6))
    assert said(capsys) == "✗ forgets(3) gives None: `return` is missing"
    check_turn(Rule.backward, (None, 1, 2), hint="Double it.")
    assert said(capsys) == "✗ backward(None, 1) gives None: `return` is missing Hint: Double it."


def test_a_stub_with_lines_of_its_own_is_untouched(capsys):
    def stub(x):
        """-> x, doubled"""
        x = float(x)
        ...  # your turn

    def returns_the_mark(x):
        y = ...  # your turn
        return y

    check_turn(returns_the_mark, (3, 6))
    assert said(capsys) == "Your turn: complete this cell, then run it again."
    check_turn(stub, (3, 6))
    assert said(capsys) == "Your turn: complete this cell, then run it again."


def test_a_function_that_is_right(capsys):
    check_turn(abs, (3, 3), (-2, 2), well_done="That is the whole of ReLU.")
    assert said(capsys) == "✓ That is the whole of ReLU."


def test_the_first_case_that_fails_is_shown_with_the_hint(capsys):
    check_turn(lambda x: x, (3, 3), (-2, 0), hint="What of numbers below zero?")
    assert said(capsys) == "✗ <lambda>(-2) gives -2, expected 0 Hint: What of numbers below zero?"


def test_what_comes_out_is_shown_to_seven_digits(capsys):
    # before, (0.09999999999999998, 1.8): more digits than the difference needs
    check_turn(lambda x: (1.0 - 0.9, x / 3e20), (2.0, (0.0, 1.0)))
    assert said(capsys) == "✗ <lambda>(2.0) gives (0.1, 6.666667e-21), expected (0.0, 1.0)"


def test_an_exception_is_told_with_its_line(capsys):
    def divides(x):
        return 1 / x

    check_turn(divides, (0, 0))
    assert said(capsys) == "✗ divides(0) raises ZeroDivisionError: division by zero, in the line `return 1 / x`"


def test_an_exception_of_the_library_is_told_with_the_learners_line(capsys):
    def adds_a_tuple(x):
        y = x + 1
        return y * (y, y)

    check_turn(adds_a_tuple, (torch.ones(2), torch.ones(2)))
    assert said(capsys).endswith("in the line `return y * (y, y)`")


def test_none_after_the_first_case_is_an_answer(capsys):
    check_turn(lambda x: None if x < 0 else x, (1, 1), (-1, 0))
    assert said(capsys) == "✗ <lambda>(-1) gives None, expected 0"


def test_a_value_and_its_expected_one_is_not_given_away(capsys):
    check_turn(4.0, 5.0, hint="Add the bias.")
    assert said(capsys) == "✗ 4.0 is not it yet Hint: Add the bias."
    check_turn(5.0 + 1e-9, 5.0)
    assert said(capsys) == "✓ Right."


def test_a_value_and_what_it_must_satisfy(capsys):
    check_turn(0.31, lambda rate: rate > 0.3)
    assert said(capsys) == "✓ Right."
    check_turn(0.1, lambda rate: rate > 0.3)
    assert said(capsys) == "✗ 0.1 is not it yet"
    check_turn(0.1, lambda rate: rate > 0.3 or "a larger one is needed", hint="Double it.")
    assert said(capsys) == "✗ 0.1 is not it yet: a larger one is needed Hint: Double it."
    check_turn([0.4], lambda rate: rate > 0.3)
    assert said(capsys).startswith("✗ [0.4] is not it yet: checking it raises TypeError: '>' not supported")


def test_a_module_can_be_called_and_is_judged_as_a_value(capsys):
    check_turn(torch.nn.Linear(2, 3), lambda layer: layer.out_features == 3, well_done="Three outputs.")
    assert said(capsys) == "✓ Three outputs."
    check_turn(torch.nn.Linear(2, 4), lambda layer: layer.out_features == 3)
    assert said(capsys).startswith("✗")


@pytest.mark.parametrize(
    ("given", "expected", "agree"),
    [
        (torch.tensor([1.0, 2.0]), [1.0, 2.0], True),
        (torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor([1.0, 2.0]), True),
        (np.ones((2, 1)), np.ones(2), False),
        ((2, 3), [2, 3], True),
        ((2, 3), (2, 3, 4), False),
        (float("nan"), float("nan"), True),
        (1.0, float("nan"), False),
        ("a", "a", True),
        (1, "1", False),
        ({"a": 1}, {"a": 1}, True),
        (object(), 3, False),
        (torch.tensor([0.1, 0.2, 0.4]).sum() - 0.7, 0.0, True),  # 6e-8 in float32
        (torch.tensor(0.0001), 0.0, False),
        (0.1 + 0.2 - 0.3, 0.0, True),
        (1e-7, 0.0, False),  # float64
        (torch.tensor([1.0, -torch.inf]), [2.0, -torch.inf], False),
        (torch.tensor([1.0, 0.0]), torch.tensor([True, False]), False),  # as a mask they act in another way
        ([True, False], torch.tensor([True, False]), True),
    ],
)
def test_what_agrees(given, expected, agree):
    assert same(given, expected) is agree
