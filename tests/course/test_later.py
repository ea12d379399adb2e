"""What a check shows at its end: no answer learns from the order in which its candidates are called."""

import random

import pytest

from edutorch.course import cases, later, rejects, show
from edutorch.course.forms import FormError
from edutorch.course.run import run_answers

from .conftest import many

# In sight: which candidate comes when can be read.
CHECK = """
from edutorch.course import rejects, show

def right(x):
    return 2 * x

def square(x):
    return x * x

def minus(x):
    return -2 * x

def shifted(x):
    return 2 * x + 1

def half(x):
    return x / 2

def constant(x):
    return 2

show("rejects the right one", rejects(double, [right])[0])
for name, wrong in [("a", square), ("b", minus), ("c", shifted), ("d", half), ("e", constant)]:
    show(f"rejects {name}", rejects(double, [wrong])[0])
"""
HONEST = "$def double(f):\n    return all(f(x) == 2 * x for x in (1, 3, -2))"
COUNTS = "$calls = []\ndef double(f):\n    calls.append(f)\n    return len(calls) % 6 == 1"
FAILS = "$def double(f):\n    return f(0) == 0 and 1 / (f(1) - 1) > 0 and all(f(x) == 2 * x for x in (1, 3, -2))"


@pytest.fixture
def drawn(monkeypatch):
    """Orders of chance that are the same each time."""
    source = random.Random(3)
    monkeypatch.setattr(later.random, "SystemRandom", lambda: source)


@pytest.fixture
def shown(monkeypatch):
    found = []
    monkeypatch.setattr(cases, "_display", lambda call, outcome, size: found.append((call, outcome["values"][0])))
    return found


def test_candidates_of_a_check_are_tried_together_at_its_end_in_another_order(drawn, shown):
    calls = []

    def test(candidate):
        calls.append(candidate)
        return candidate < 2

    with later.together(lambda: calls.append("before")):
        show("first", rejects(test, [0])[0])
        show("second", rejects(test, [1])[0])
        show("a number", 3)
        show("the others", rejects(test, [2, 3])[0])
        assert calls == [] and shown == []
    tried = [each for each in calls if each != "before"]
    assert calls[::2] == ["before"] * 8
    assert sorted(tried[:4]) == sorted(tried[4:]) == [0, 1, 2, 3]
    assert tried[:4] != [0, 1, 2, 3] != tried[4:] != tried[:4]
    assert shown == [("first", False), ("second", False), ("a number", 3), ("the others", True)]


def test_outside_of_a_check_they_are_tried_at_once(shown):
    show("the answer", rejects(lambda x: x, [True])[0])
    assert shown == [("the answer", False)]
    assert rejects(lambda x: x, [True, False]) == [False, True]


def test_a_check_may_ask_at_once():
    with later.together(lambda: None):
        first, second = rejects(lambda x: x, [True, False])
        assert not first and second
        assert repr([first, second]) == "[False, True]"
        assert second == True  # noqa: E712


def test_what_is_shown_before_an_error_of_the_check_is_shown(shown):
    with pytest.raises(ZeroDivisionError), later.together(lambda: None):
        show("the answer", rejects(lambda x: x, [True])[0])
        raise ZeroDivisionError
    assert shown == [("the answer", False)]


def test_an_error_of_the_test_stands_where_its_candidate_does(drawn, shown):
    with pytest.raises(ZeroDivisionError), later.together(lambda: None):
        for value in (1, 2, 0, 3):
            show(f"{value}", rejects(lambda x: 1 / x > 0, [value])[0])
    assert shown == [("1", False), ("2", False)]


def test_a_test_that_remembers_is_told_so():
    seen = []
    with pytest.raises(FormError, match="accepts and rejects the same candidate"):
        rejects(lambda x: seen.append(x) or len(seen) == 1, [1])


def test_an_answer_that_counts_its_calls_is_not_as_expected(toy_assignment):
    assignment, answers = many(
        toy_assignment, {"honest": HONEST, "fails": FAILS, **{f"counts{k}": COUNTS for k in "abc"}}
    )
    check = assignment.questions["honest"].checks[0]
    for question in assignment.questions.values():
        question.checks = [type(check)("check", CHECK, [])]
    runs = run_answers(assignment, answers, compare=False, trusted=True)
    honest, failed = (told(runs[name]) for name in ("honest", "fails"))
    assert honest == [("rejects the right one", False), *((f"rejects {name}", True) for name in "abcde")]
    assert failed == [("rejects the right one", False), "ZeroDivisionError"]
    # by chance each passes once in 36
    assert any(told(runs[f"counts{k}"]) != honest for k in "abc")


def told(run) -> list:
    found = []
    for output in run.cell("check")["outputs"]:
        case = output.get("data", {}).get(cases.CASE)
        found.append((case["call"], case["value"]["values"][0]) if case else output.get("ename"))
    return found
