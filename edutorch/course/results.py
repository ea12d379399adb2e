"""The results of a grading: rows, the file they are kept in, and what changed since the last time.

During a grading, each row is appended to FILE.partial as it is done; FILE itself is written at the end. Rows in either
are not graded again: a verdict is found by its key, which names everything that it depends on.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from .assignment import Assignment
from .diagnose import Verdict, as_difference
from .notebook import NotebookError, write_text

VERSION = 3  # of the file's format, which grades.schema.json describes


def in_full(points: float) -> float:
    """Points without what fractions leave in the last digits: 2.4, not 2.4000000000000004."""
    return round(points, 6)


@dataclass
class Row:
    """One submission: its verdicts, or the reason why there are none. `late_days` and `deducted` are a report's."""

    submission: str
    points: float
    of: float
    verdicts: list[Verdict] = field(default_factory=list)
    reason: str = ""
    student: str = ""
    handed_in: str = ""  # time of the file, ISO 8601
    late: bool = False  # the platform's mark
    platform: str = ""  # moodle, canvas, or "" for neither
    platform_name: str = ""  # what it calls the student in the name of the file
    platform_id: str = ""  # its number for the student
    platform_prefix: str = ""  # with which a file's name begins that goes back to the student
    late_days: int = 0
    deducted: float = 0.0
    attempts: int = 1

    @property
    def final(self) -> float:
        """Points after what is deducted for lateness."""
        return in_full(self.points - self.deducted)

    @property
    def percent(self) -> float:
        """Final points in percent of all."""
        return 100 * self.final / self.of if self.of else 0.0

    @property
    def sandbox(self) -> str:
        """How its own runs were isolated."""
        return ", ".join(sorted({verdict.sandbox for verdict in self.verdicts if verdict.sandbox})) or "nothing was run"

    def as_dict(self) -> dict[str, Any]:
        """For a JSON file."""
        data = asdict(self)
        for name in ("late_days", "deducted", "attempts"):
            del data[name]
        for verdict in data["verdicts"]:
            del verdict["comment"], verdict["by_hand"]
        return {**data, "percent": round(self.percent, 2), "sandbox": self.sandbox}


@dataclass
class Asked:
    """A question as it was asked: `text` is Markdown; `mistakes`: what is said of each planted one, by its id."""

    id: str
    title: str
    form: str
    points: float
    text: str = ""
    hints: list[str] = field(default_factory=list)
    mistakes: dict[str, str] = field(default_factory=dict)


def asked(assignment: Assignment) -> list[Asked]:
    """The questions of an exercise, for a report that has to do without its notebook."""
    return [
        Asked(
            question.id,
            question.title,
            question.form,
            question.points,
            assignment.texts.get(question.id, ""),
            question.hints,
            {mistake.id: mistake.message for mistake in question.mistakes},
        )
        for question in assignment.questions.values()
    ]


@dataclass
class Report:
    """All rows of an exercise, and its questions."""

    exercise: str
    title: str
    rows: list[Row]
    questions: list[Asked] = field(default_factory=list)
    seed: int = 0  # of the inputs that checks drew

    @property
    def of(self) -> float:
        """The most points there are."""
        return max([sum(question.points for question in self.questions), *(row.of for row in self.rows)])

    @property
    def sandbox(self) -> str:
        """How the runs were isolated."""
        labels = {row.sandbox for row in self.rows if row.sandbox != "nothing was run"}
        return ", ".join(sorted(labels)) or "nothing was run"


def write_json(report: Report, path: Path) -> None:
    """Everything, for the instructor."""
    data = {
        "version": VERSION,
        "exercise": report.exercise,
        "title": report.title,
        "seed": report.seed,
        "sandbox": report.sandbox,
        "questions": [asdict(question) for question in report.questions],
        "rows": [row.as_dict() for row in report.rows],
    }
    write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", path)


def read_json(path: Path) -> Report:
    """The report that `write_json` wrote. Raises ValueError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] != VERSION:
            raise ValueError(f"{path} has version {data['version']} of the format, expected {VERSION}: grade again")
        questions = [Asked(**question) for question in data["questions"]]
        rows = [row_of(item) for item in data["rows"]]
        return Report(data["exercise"], data["title"], rows, questions, data.get("seed", 0))
    except (KeyError, TypeError, AttributeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} is no report of `edutorch grade --json`: {error!r}") from error


def row_of(item: dict[str, Any]) -> Row:
    """The row that `as_dict` gave."""
    data = {key: value for key, value in item.items() if key not in ("percent", "sandbox", "verdicts")}
    return Row(**data, verdicts=[_verdict(verdict) for verdict in item["verdicts"]])


def _verdict(item: dict[str, Any]) -> Verdict:
    return Verdict(**{**item, "case": as_difference(item["case"]) if item["case"] else None})


def merged(reports: Sequence[Report]) -> Report:
    """Reports of one exercise as one, such as those of `grade --shard`. Raises NotebookError for those of several."""
    names = sorted({report.exercise for report in reports})
    if len(names) > 1:
        raise NotebookError(f"these are reports of different exercises: {', '.join(names)}")
    rows = {(row.submission, row.student): row for report in reports for row in report.rows}
    return replace(reports[-1], rows=sorted(rows.values(), key=_place))


def _place(row: Row) -> tuple[bool, PurePosixPath, str]:
    """Where a row stands among the others, as a grading in one piece has them: who handed in nothing at the end."""
    return not row.submission, PurePosixPath(row.submission), row.student


class Kept:
    """What is kept of earlier gradings, in FILE and in FILE.partial; without a file, of nothing."""

    def __init__(self, file: Path | None, exercise: str) -> None:
        """Raises ValueError or NotebookError if the file is something else."""
        self.file, self._one_at_a_time = file, threading.Lock()
        self.journal = file.with_name(f"{file.name}.partial") if file else None
        self.report = read_json(file) if file and file.exists() and file.stat().st_size else None
        if self.report and self.report.exercise != exercise:
            raise NotebookError(f"{file} holds the grades of {self.report.exercise}: name another file for {exercise}")
        rows = [*(self.report.rows if self.report else ()), *self._journaled()]
        verdicts = [verdict for row in rows for verdict in row.verdicts if verdict.key]
        self.verdicts = {verdict.key: verdict for verdict in verdicts}

    def _journaled(self) -> Iterator[Row]:
        if self.journal and self.journal.exists():
            for line in self.journal.read_text(encoding="utf-8").splitlines():
                try:
                    yield row_of(json.loads(line))
                except (ValueError, TypeError, KeyError, AttributeError):  # cut off as the process was ended
                    continue

    def add(self, row: Row) -> None:
        """Append a row that has just been graded."""
        if self.journal:
            line = json.dumps(row.as_dict()) + "\n"  # ASCII
            with self._one_at_a_time, open(self.journal, "a", encoding="utf-8") as file:
                file.write(line)

    def others(self, students: Sequence[str]) -> list[Row]:
        """The rows kept of all other students."""
        return [row for row in self.report.rows if row.student not in students] if self.report else []

    def changes(self, report: Report) -> list[str]:
        """What is not as it was kept, a line a submission."""
        before = {(row.submission, row.student): row for row in self.report.rows} if self.report else {}
        lines = []
        for row in report.rows:
            old = before.get((row.submission, row.student))
            if old is None or _points(old) == _points(row):
                continue
            was, now = _points(old), _points(row)
            parts = [f"{name} {was.get(name, 0):g} -> {now.get(name, 0):g}" for name in {**was, **now}]
            parts = [part for part, name in zip(parts, {**was, **now}, strict=True) if was.get(name) != now.get(name)]
            lines.append(f"{row.student}, {row.submission}: {old.points:g} -> {row.points:g} ({', '.join(parts)})")
        return lines

    def write(self, report: Report) -> None:
        """Write FILE whole; FILE.partial has done its service."""
        if self.file and self.journal:
            write_json(report, self.file)
            self.journal.unlink(missing_ok=True)


def _points(row: Row) -> dict[str, float]:
    return {verdict.question: verdict.points for verdict in row.verdicts}
