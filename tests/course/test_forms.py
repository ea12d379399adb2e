"""Helpers of the forms order, mend, witness and predict."""

import numpy as np
import pytest

import edutorch as torch
from edutorch.course import assemble, changed_statements, forms, parts, rejects, run_program
from edutorch.course.forms import FormError

LINES = {"A": "x = 1", "B": "y = x + 1"}


def test_lines_are_put_in_the_learners_order():
    assert run_program(assemble(LINES, " ab "), {})["y"] == 2
    with pytest.raises(NameError):
        run_program(assemble(LINES, "BA"), {})
    for answer in ("AX", "", None, 12):
        with pytest.raises(FormError, match='answer = "AB" for example'):
            assemble(LINES, answer)


@pytest.mark.parametrize("answer", ["A, B", "a-b", "A → B", "A\nB.", ["A", "B"], ("a", "b")])
def test_an_order_may_be_written_with_marks_between_its_letters(answer):
    assert assemble(LINES, answer) == "x = 1\ny = x + 1"


def test_a_line_that_stands_twice_is_a_slip_of_form():
    with pytest.raises(FormError, match="A is there more than once"):
        assemble(LINES, "ABA")


BEFORE = '''
class F:
    """Doc."""
    def f(self, x):
        y = x
        if y:
            return y
        return 0
'''


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ((), 0),
        (("y = x", "y = (  x )  # a comment"), 0),
        (('"""Doc."""', '"""Another."""'), 0),
        (("y = x", "y = -x"), 1),
        (("if y:", "if not y:"), 1),
        (("y = x", "y = x\n        y = -y"), 1),
        (("        return 0\n", ""), 1),
        (("def f(self, x):", "def f(self, x, z):"), 1),
        (("y = x", "y = 2 * x", "return 0", "return 1"), 2),
    ],
)
def test_statements_are_counted_not_characters(change, count):
    after = BEFORE
    for old, new in zip(change[::2], change[1::2], strict=True):
        after = after.replace(old, new)
    assert changed_statements(BEFORE, after) == count


def test_a_test_rejects_by_assertion_or_false_and_its_own_errors_go_on():
    def by_assertion(value):
        assert value == 1

    assert rejects(by_assertion, [1, 2]) == [False, True]
    assert rejects(lambda value: value == 1, [1, 2]) == [False, True]
    with pytest.raises(ZeroDivisionError):
        rejects(lambda value: 1 / 0, [1])


def test_a_test_may_give_a_tensor_of_true_or_false_and_nothing_else():
    assert rejects(lambda value: (value == 1).all(), [torch.ones(2), torch.zeros(2)]) == [False, True]
    assert rejects(lambda value: np.isclose(value, 1), [1, 2]) == [False, True]
    assert rejects(lambda value: None, [1]) == [False]
    for test, words in {
        lambda value: value == 1: r"a Tensor of bool with the shape \(2,\)",
        lambda value: value[0]: "a Tensor of float32",
        lambda value: [True]: "a list",
        lambda value: 1: "an int",
    }.items():
        with pytest.raises(FormError, match=words):
            rejects(test, [torch.ones(2)])


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("value == 1", "`return` is missing"),
        ("if value != 1:\n        return", "`return` is missing"),
        ("assert value == 1", [False, True]),
        ("np.testing.assert_equal(value, 1)", [False, True]),
        ("if value != 1:\n        raise AssertionError", [False, True]),
        ("if value != 1:\n        return False", [False, True]),
    ],
)
def test_a_test_that_cannot_reject_lacks_its_return(monkeypatch, lines, said):
    """Before, as one that lets each candidate through: told what its inputs do not show, or that it compares nothing."""
    answer = f"def accepts(value):\n    {lines}\n"
    names = {"np": np}
    exec(answer, names)
    monkeypatch.setattr(forms, "answer_text", answer)
    if isinstance(said, list):
        assert rejects(names["accepts"], [1, 2]) == said
        return
    with pytest.raises(FormError, match=said):
        rejects(names["accepts"], [1, 2])


def test_parts_are_one_however_they_are_written():
    answer = {"a": 4, "b": "4.0", "c": "Error ", "d": [2, 3], "e": (2, 3), "f": "RuntimeError", "g": ValueError}
    assert parts(answer, "abcdefg", lists=True) == {
        "a": "4",
        "b": "4",
        "c": "error",
        "d": "(2, 3)",
        "e": "(2, 3)",
        "f": "error",
        "g": "error",
    }
    assert parts({"a": (4,), "b": "(4,)", "c": (), "d": "error", "e": "(2,3)"}, "abcde", shapes=True) == {
        "a": "(4,)",
        "b": "(4,)",
        "c": "()",
        "d": "error",
        "e": "(2, 3)",
    }
    assert parts({"a": "View", "b": True}, "ab", words=("view", "true")) == {"a": "view", "b": "true"}


@pytest.mark.parametrize(
    ("answer", "options", "told"),
    [
        (None, {}, 'write it as answer = {"a": ..., "b": ...}, not as None'),
        ([4, 8], {}, 'write it as answer = {"a": ..., "b": ...}, not as a list'),
        ({"a": 4}, {}, "with b"),
        ({"a": 4, "b": 8, "c": 1}, {}, "without c"),
        ({"a": 4, "b": None}, {}, "there is no answer yet for b"),
        ({"a": 4, "b": "four"}, {}, "b is 'four', and a number or \"error\" is asked for"),
        ({"a": 4, "b": (0.5,)}, {}, "b is (0.5,), and a number or"),
        ({"a": (4,), "b": "(4)"}, {"shapes": True}, "the shape of a tensor with one dimension is (4,)"),
        ({"a": "view", "b": 4}, {"words": ("view", "copy")}, 'b is 4, and "view" or "copy" is asked for'),
        ({"a": (4,), "b": 4}, {"shapes": True}, "the shape of a tensor with one dimension is (4,)"),
        ({"a": (4,), "b": (2.5, 1)}, {"shapes": True}, "b is (2.5, 1), and a shape such as (2, 3) or"),
    ],
)
def test_another_form_is_no_wrong_value(answer, options, told):
    with pytest.raises(FormError) as error:
        parts(answer, "ab", **options)
    assert told in str(error.value)


def _square(x):
    return x * x


class _Square:
    def __init__(self):
        super().__init__()
        self.two = 2


@pytest.mark.parametrize(
    ("right", "behaves"), [(_square, lambda f: f(3) == 9), (_Square, lambda kind: kind().two == 2)]
)
def test_a_test_cannot_tell_the_right_one_by_what_it_is(right, behaves):
    assert rejects(lambda candidate: candidate is right, [right]) == [True]
    assert rejects(lambda candidate: candidate.__name__ == right.__name__, [right]) == [True]
    assert rejects(behaves, [right]) == [False]
