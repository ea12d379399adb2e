"""Which of a question's planted mistakes a run makes, by its marks."""

from __future__ import annotations

import contextlib

from .assignment import Check, Mistake, Question
from .compare import difference, shown_cases
from .marks import Marks, by_place, expected_marks, made, marks_of_checks, unlike
from .notebook import Output
from .run import QuestionRun

# What outputs that a process has spoiled may raise.
UNREADABLE = LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError


def known_mistakes(question: Question, run: QuestionRun) -> list[Mistake]:
    """The planted mistakes whose marks this run has, the most telling ones first, each place reported once.

    Those that are known anyhow, "right, but ...", are told only where they are all that is wrong. An exception of the
    same type can have many causes: a mistake that raises is told only where no other place raises it, too."""
    given, reference = marks_of_run(question, run), marks_of_reference(question)
    candidates = [mistake for mistake in question.mistakes if made(mistake.marks, given, reference)]
    explained = {place for mistake in candidates for place in mistake.marks}
    raised = {place for place in _raised(question, run) if given.get(place) != reference.get(place)}
    elsewhere = {given.get(place) for place in raised - explained}
    candidates = [mistake for mistake in candidates if elsewhere.isdisjoint(mistake.marks.values())]
    anyhow = {place for mistake in candidates if mistake.anyhow for place in mistake.marks}
    if not unlike(given, reference).keys() <= anyhow:
        candidates = [mistake for mistake in candidates if not mistake.anyhow]
    candidates.sort(key=lambda mistake: (mistake.anyhow, -len(mistake.marks)))
    told: list[Mistake] = []
    places: set[str] = set()
    for mistake in candidates:
        if places.isdisjoint(mistake.marks):
            told.append(mistake)
            places |= set(mistake.marks)
    return told


def marks_of_run(question: Question, run: QuestionRun) -> Marks:
    """The marks of a run's public checks; none where they did not all run. What is as expected has the mark of the
    reference, also where rounding, which each processor does in its own way, gives it another digit."""
    known, reference = Marks(), marks_of_reference(question)
    for check in question.checks:
        record = run.cell(check.id)
        if check.hidden:
            continue
        if record is None or record["status"] not in ("ok", "error"):
            return {}
        marks = record.get("marks")  # slow ones are computed already
        if marks is None:
            marks = marks_of_checks({check.id: record["outputs"]}, {check.id: check.salt})
            marks |= {place: reference[place] for place in _as_expected(check, record["outputs"]) if place in marks}
        known |= marks
    return known


def _raised(question: Question, run: QuestionRun) -> set[str]:
    """The places of the public checks where a call of the answer raised an exception."""
    places = set()
    for name in [check.id for check in question.checks if not check.hidden]:
        with contextlib.suppress(*UNREADABLE):
            cases = enumerate(shown_cases((run.cell(name) or {})["outputs"]))
            places |= {f"{name}:{index}" for index, case in cases if case["value"].get("type") == "error"}
    return places


def _as_expected(check: Check, outputs: list[Output]) -> list[str]:
    """The places of a check where a value is the expected one, up to rounding."""
    places = []
    with contextlib.suppress(*UNREADABLE):
        for index, (want, have) in enumerate(zip(shown_cases(check.outputs), shown_cases(outputs), strict=False)):
            parts = by_place(index, have["value"])
            for place, wanted in by_place(index, want["value"]).items():
                if place in parts and difference(wanted, parts[place], check.rtol, check.atol) is None:
                    places.append(f"{check.id}:{place}")
    return places


def marks_of_reference(question: Question) -> Marks:
    """The marks of what the public checks expect."""
    public = [check for check in question.checks if not check.hidden]
    marks = {check.id: expected_marks(check.outputs, check.salt) for check in public}
    return {f"{name}:{place}": mark for name, each in marks.items() for place, mark in each.items()}
