"""Points and comments that a person gives: overrides.csv, applied to a report and never to stored grades."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .diagnose import Verdict
from .grade import reason_of
from .notebook import NotebookError
from .results import Asked, Report, Row, in_full

COLUMNS = ("student", "question", "points", "comment", "reason", "exercise")


@dataclass(frozen=True)
class Override:
    """A line: what a student gets for a question, or (`points` None) what is only said; `reason`: why.

    `exercise`: empty where the file is of one exercise."""

    student: str
    question: str
    points: float | None
    comment: str
    reason: str
    exercise: str
    line: int


def read_overrides(path: Path) -> list[Override]:
    """The lines of the file. Raises NotebookError with the number of the line that is wrong."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            lacking = [name for name in COLUMNS[:3] if name not in (reader.fieldnames or ())]
            if lacking:
                raise NotebookError(f"{path}: its first line is {','.join(COLUMNS)}; {', '.join(lacking)} is not there")
            found = [_override(path, reader.line_num, line) for line in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise NotebookError(f"{path} cannot be read: {error}") from error
    seen: dict[tuple[str, str, str], int] = {}
    for each in found:
        first = seen.setdefault((each.student, each.question, each.exercise), each.line)
        if first != each.line:
            raise NotebookError(f"{path}, line {each.line}: {each.student}, {each.question} is in line {first}, too")
    return found


def _override(path: Path, number: int, line: dict[str, str]) -> Override:
    cells = {name: (line.get(name) or "").strip() for name in COLUMNS}
    try:
        points = float(cells["points"]) if cells["points"] else None
    except ValueError as error:
        raise NotebookError(f"{path}, line {number}: {cells['points']!r} is no number of points") from error
    student, question, exercise = cells["student"], cells["question"], cells["exercise"]
    return Override(student, question, points, cells["comment"], cells["reason"], exercise, number)


@dataclass(frozen=True)
class Overrides:
    """Those of a file, or none."""

    given: Sequence[Override] = ()

    def apply(self, report: Report) -> Report:
        """The report with them. Raises NotebookError for a student, a question or points that are not there."""
        asked = {question.id: question for question in report.questions}
        students = {row.student for row in report.rows}
        given = [each for each in self.given if each.exercise in ("", report.exercise)]
        for each in given:
            where = f"line {each.line} of the overrides"
            if each.student not in students:
                raise NotebookError(f"{where}: there is no student {each.student!r}")
            if each.question not in asked:
                raise NotebookError(f"{where}: {report.exercise} has no question {each.question!r}")
            if each.points is not None and not 0 <= each.points <= asked[each.question].points:
                raise NotebookError(f"{where}: {each.points:g} is not in 0 to {asked[each.question].points:g} points")
        return replace(report, rows=[_changed(row, given, asked) for row in report.rows])


def _changed(row: Row, given: Sequence[Override], asked: dict[str, Asked]) -> Row:
    mine = {each.question: each for each in given if each.student == row.student}
    if not mine:
        return row
    verdicts = {verdict.question: verdict for verdict in row.verdicts}
    if not verdicts:  # nothing could be graded, and still something may be worth points
        verdicts = {q.id: Verdict(q.id, q.title, "missing", 0.0, q.points) for q in asked.values()}
    told = []
    for name, each in mine.items():
        before = verdicts[name]
        verdicts[name] = _graded(before, each)
        if each.points is not None:
            why = f" ({each.reason})" if each.reason else ""
            told.append(f"{name}: by hand {before.points:g} -> {each.points:g}{why}")
    changed = list(verdicts.values())
    reason = "; ".join(filter(None, [reason_of(changed) if row.verdicts else row.reason, *told]))
    points = in_full(sum(verdict.points for verdict in changed))
    return replace(row, points=points, verdicts=changed, reason=reason)


def _graded(verdict: Verdict, by_hand: Override) -> Verdict:
    changed = replace(verdict, comment=by_hand.comment, by_hand=by_hand.reason if by_hand.points is not None else "")
    if by_hand.points is None:
        return changed
    state = "passed" if by_hand.points >= verdict.of else "graded"
    return replace(changed, points=by_hand.points, state=state, by_hand=by_hand.reason or "graded by hand")
