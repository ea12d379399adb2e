"""Helpers of the forms order, mend, witness and predict."""

import pytest

from edutorch.course import assemble, changed_statements, parts, rejects, run_program

LINES = {"A": "x = 1", "B": "y = x + 1"}


def test_lines_are_put_in_the_learners_order():
    assert run_program(assemble(LINES, " ab "), {})["y"] == 2
    with pytest.raises(NameError):
        run_program(assemble(LINES, "BA"), {})
    for answer in ("AX", "", None):
        with pytest.raises(ValueError, match="letters A, B"):
            assemble(LINES, answer)


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


def test_parts_are_one_however_they_are_written():
    answer = {"a": 4, "b": "4.0", "c": "Error ", "d": [2, 3], "e": (2, 3), "g": None}
    assert parts(answer, "abcdefg") == {
        "a": "4",
        "b": "4",
        "c": "error",
        "d": "(2, 3)",
        "e": "(2, 3)",
        "f": "?",
        "g": "none",
    }
    assert parts(None, "a") == {"a": "?"}
