"""Answers out, stubs in; and telling an untouched stub from an answer."""

import pytest

from edutorch.course.notebook import NotebookError
from edutorch.course.stub import is_untouched, make_stub

ANSWER = """\
# question: f
def f(x):
    \"\"\"Doc.\"\"\"
    ### BEGIN SOLUTION
    y = x + 1
    return y
    ### END SOLUTION
"""


def test_the_answer_becomes_not_implemented_at_its_indent():
    stub = make_stub(ANSWER)
    assert stub.splitlines() == ["# question: f", "def f(x):", '    """Doc."""', "    raise NotImplementedError"]


@pytest.mark.parametrize(
    ("answer", "stub"),
    [
        ("answer = {'a': 1, 'x.grad': (2, 3)}\nother = 2", 'answer = {"a": None, "x.grad": None}\nother = None'),
        ("answer = [4, 'error']", "answer = [None, None]"),
        ("answer = (4, 5)", "answer = (None, None)"),
        ('answer = "CBEAD"', 'answer = ""'),
        ("answer = 4", "answer = None"),
    ],
)
def test_of_values_the_form_stays(answer, stub):
    text = f"# question: p\n### BEGIN SOLUTION\n{answer}\n### END SOLUTION"
    assert make_stub(text) == f"# question: p\n{stub}"


@pytest.mark.parametrize(
    "text",
    [
        "x = 1",
        "### BEGIN SOLUTION\nx = 1",
        "x = 1\n### END SOLUTION",
        "### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION",
    ],
)
def test_markers_come_in_pairs(text):
    with pytest.raises(NotebookError, match="SOLUTION"):
        make_stub(text)


@pytest.mark.parametrize(
    ("answer", "untouched"),
    [
        (make_stub(ANSWER), True),
        (make_stub(ANSWER) + "\n\n# a thought\n", True),
        (ANSWER, False),
        (make_stub(ANSWER).replace("raise NotImplementedError", "return 1"), False),
        ("def f(x:", False),
    ],
)
def test_comments_and_spaces_do_not_touch_a_stub(answer, untouched):
    assert is_untouched(answer, make_stub(ANSWER)) is untouched
