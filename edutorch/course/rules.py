"""The rules of a course, applied to a report and never to stored grades: which attempt counts, what lateness costs."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .results import Report, Row, in_full

DAY = 24 * 60 * 60  # seconds


@dataclass(frozen=True)
class Rules:
    """`penalty`: percent of the points of an attempt, for each day begun after `deadline`."""

    attempt: str = "last"
    deadline: datetime.datetime | None = None
    penalty: float = 0.0

    def apply(self, report: Report) -> Report:
        """A row for each student: the attempt that counts, with what is deducted from it."""
        rows = [self._penalized(row) for row in report.rows]
        attempts: dict[str, list[Row]] = {}
        for row in rows:
            attempts.setdefault(row.student or row.submission, []).append(row)
        return replace(report, rows=[self._counting(each) for each in attempts.values()])

    def _counting(self, rows: Sequence[Row]) -> Row:
        """Of one student's: with answers in it before without, then the last by the file's time, or the best."""
        order = (lambda row: row.final) if self.attempt == "best" else (lambda row: _time(row))
        found = max(rows, key=lambda row: (_answered(row), order(row), _time(row), row.submission))
        return replace(found, attempts=len(rows))

    def _penalized(self, row: Row) -> Row:
        days = self._days(row)
        return replace(row, late_days=days, deducted=in_full(row.points * min(1.0, days * self.penalty / 100)))

    def _days(self, row: Row) -> int:
        """Days begun after the deadline; one where only the platform's mark says that it is late."""
        seconds = _time(row) - self.deadline.timestamp() if self.deadline and row.handed_in else 0.0
        return max(math.ceil(seconds / DAY), int(row.late))


def _time(row: Row) -> float:
    return datetime.datetime.fromisoformat(row.handed_in).timestamp() if row.handed_in else 0.0


def _answered(row: Row) -> bool:
    return any(verdict.state != "missing" for verdict in row.verdicts)
