"""Attempts and lateness, in the report alone."""

import datetime

import pytest

from edutorch.course.diagnose import Verdict
from edutorch.course.results import Report, Row
from edutorch.course.rules import Rules

DEADLINE = datetime.datetime(2026, 11, 1, 12, tzinfo=datetime.UTC)


def row(submission, points, days=0.0, state="passed", **data):
    when = (DEADLINE + datetime.timedelta(days=days)).isoformat()
    return Row(submission, points, 10, [Verdict("a", "A", state, points, 10)], student="ann", handed_in=when, **data)


def counting(*rows, **rules):
    (found,) = Rules(**rules).apply(Report("x", "X", list(rows))).rows
    return found.submission, found.final, found.attempts


def test_of_two_hand_ins_the_last_or_the_best_counts():
    rows = [row("new", 4, days=1), row("old", 6)]
    assert counting(*rows) == ("new", 4, 2)
    assert counting(*rows, attempt="best") == ("old", 6, 2)


def test_another_exercise_in_the_same_folder_does_not_count():
    assert counting(row("old", 4), row("other exercise", 0, days=1, state="missing")) == ("old", 4, 2)


@pytest.mark.parametrize(
    ("days", "late", "late_days", "final"),
    [(-1, False, 0, 10), (0.1, False, 1, 8), (1.5, False, 2, 6), (9, False, 9, 0)],
)
def test_lateness_costs_for_each_day_begun(days, late, late_days, final):
    stored = row("x", 10, days, late=late)
    (found,) = Rules(deadline=DEADLINE, penalty=20).apply(Report("x", "X", [stored])).rows
    assert (found.late_days, found.final, found.points) == (late_days, final, 10)
    assert (stored.late_days, stored.deducted) == (0, 0)


def test_a_platforms_mark_is_one_day():
    assert counting(row("x", 10, late=True), penalty=10) == ("x", 9, 1)


def test_the_better_of_two_is_the_one_that_is_better_after_lateness():
    rows = [row("in time", 6, -1), row("late", 7, 3)]
    assert counting(*rows, attempt="best", deadline=DEADLINE, penalty=10) == ("in time", 6, 2)
