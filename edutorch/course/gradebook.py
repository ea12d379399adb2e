"""Grades in the tables that Moodle and Canvas import, and a gradebook of several exercises.

GRADING.md says what each column holds.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .notebook import NotebookError, write_text
from .report import as_table, printable, safe
from .results import Report, Row, in_full

CANVAS_COLUMNS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
MOODLE_COLUMNS = ["Identifier", "Full name", "ID number", "Grade", "Maximum Grade", "Last modified (grade)"]


@dataclass
class Gradebook:
    """Each student's row by exercise; `of`: the most points of each exercise."""

    titles: dict[str, str] = field(default_factory=dict)
    of: dict[str, float] = field(default_factory=dict)
    students: dict[str, dict[str, Row]] = field(default_factory=dict)

    def final(self, student: str, exercise: str) -> float:
        """Points after lateness; 0 where nothing was handed in."""
        row = self.students[student].get(exercise)
        return row.final if row else 0.0

    def total(self, student: str) -> float:
        """Over all exercises."""
        return in_full(sum(self.final(student, name) for name in self.of))

    def percent(self, student: str) -> float:
        """Of the points of all exercises."""
        most = sum(self.of.values())
        return 100 * self.total(student) / most if most else 0.0


def gradebook(reports: Sequence[Report]) -> Gradebook:
    """Reports of different exercises, each with one row a student, as one.

    Raises NotebookError for two of one exercise."""
    book = Gradebook()
    for report in sorted(reports, key=lambda each: each.exercise):
        if report.exercise in book.of:
            raise NotebookError(f"two gradings of {report.exercise}: put them together with `edutorch report --json`")
        book.titles[report.exercise], book.of[report.exercise] = report.title, report.of
        for row in report.rows:
            book.students.setdefault(row.student or row.submission, {})[report.exercise] = row
    book.students = dict(sorted(book.students.items()))
    return book


def gradebook_table(book: Gradebook) -> str:
    """To read: a line a student."""
    lines = [["student", *book.of, "total", "%"]]
    for student, rows in book.students.items():
        cells = [f"{book.final(student, name):g}/{book.of[name]:g}" if name in rows else "-" for name in book.of]
        lines.append([printable(student), *cells, f"{book.total(student):g}", f"{book.percent(student):.0f}"])
    return as_table(lines)


def write_gradebook(book: Gradebook, path: Path) -> None:
    """A line a student: final points by exercise (nothing where there is no hand-in), their total, its percentage."""
    lines: list[list[object]] = [["student", *book.of, "total", "of", "percent"]]
    for student, rows in book.students.items():
        cells = [rows[name].final if name in rows else "" for name in book.of]
        total = [book.total(student), sum(book.of.values()), round(book.percent(student), 2)]
        lines.append([safe(student), *cells, *total])
    _write(lines, path)


def write_canvas(book: Gradebook, path: Path, columns: Sequence[str] = ()) -> None:
    """The table that Canvas imports; columns: its own names for the assignments, as "Exercise 3 (4711)".

    Raises NotebookError if there are not as many names as exercises."""
    if columns and len(columns) != len(book.of):
        raise NotebookError(f"--column {len(columns)} times for {len(book.of)} exercises: {', '.join(book.of)}")
    lines: list[list[object]] = [[*CANVAS_COLUMNS, *(columns or book.titles.values())]]
    lines.append(["    Points Possible", "", "", "", "", *book.of.values()])
    for student, rows in book.students.items():
        known = _of_platform(rows.values(), "canvas")
        who = [known.platform_name, known.platform_id, ""] if known else [student, "", student]
        points = [round(rows[name].final, 2) if name in rows else "" for name in book.of]
        lines.append([*map(safe, who), "", "", *points])
    _write(lines, path)


def write_moodle(report: Report, path: Path) -> None:
    """Moodle's offline grading worksheet of an assignment; who is not named as Moodle does has an ID number alone."""
    lines: list[list[object]] = [[*MOODLE_COLUMNS, "Feedback comments"]]
    for row in report.rows:
        known = row.platform == "moodle"
        identifier = f"Participant {row.platform_id}" if known else ""
        name = row.platform_name if known else row.student
        number = "" if known and row.student == f"{row.platform_name} ({row.platform_id})" else row.student
        lines.append([identifier, safe(name), safe(number), round(row.final, 2), row.of, "-", safe(row.reason)])
    _write(lines, path)


def _of_platform(rows: Iterable[Row], platform: str) -> Row | None:
    return next((row for row in rows if row.platform == platform), None)


def _write(lines: Iterable[Sequence[object]], path: Path) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(lines)
    write_text(out.getvalue(), path)
