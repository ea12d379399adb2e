"""The reports of a grading: a table to read, CSV, the answers as files."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

from .diagnose import Verdict
from .notebook import write_text
from .results import Report, Row

CSV_VERSION = 1  # of the columns that GRADING.md describes
LONGEST_NAME = 240  # bytes; systems allow 255, and a suffix is added


def table(report: Report) -> str:
    """A row for each submission: points, percent, one column per question, the reason."""
    questions, late = _questions(report), any(row.late_days for row in report.rows)
    head = ["student", "submission", "points", "%", *(["late"] if late else []), *questions, "reason"]
    lines = [head]
    for row in report.rows:
        points = {verdict.question: f"{verdict.points:g}/{verdict.of:g}" for verdict in row.verdicts}
        cells = [points.get(name, "-") for name in questions]
        days = [_lateness(row)] if late else []
        name = printable(row.submission) or "-"
        final = f"{row.final:g}/{row.of:g}"
        lines.append([printable(row.student), name, final, f"{row.percent:.0f}", *days, *cells, _short(row)])
    messages = [
        f"{printable(row.submission)}, {verdict.question}: {printable(verdict.message)}"
        for row in report.rows
        for verdict in row.verdicts
        if verdict.mistake
    ]
    told = ["", *messages] if messages else []
    count = f"{len(report.rows)} submission{'s' * (len(report.rows) != 1)}"
    return "\n".join([as_table(lines), *told, "", f"{report.title}: {count}, {report.sandbox}"])


def as_table(lines: Sequence[Sequence[str]]) -> str:
    """Lines of as many cells each, in columns."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    texts = ("  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)) for line in lines)
    return "\n".join(text.rstrip() for text in texts)


def _lateness(row: Row) -> str:
    taken = f", -{row.deducted:g}" if row.deducted else ""
    return f"{row.late_days} day{'s' * (row.late_days > 1)}{taken}" if row.late_days else ""


def _short(row: Row, most: int = 100) -> str:
    attempts = f"{row.attempts} hand-ins, this one counts" if row.attempts > 1 else ""
    reason = printable("; ".join(filter(None, [attempts, row.reason])))
    return reason if len(reason) <= most else reason[: most - 3] + "..."


def printable(text: str) -> str:
    """The text on one line, whatever a learner's text or a file name contains."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _questions(report: Report) -> list[str]:
    names: dict[str, None] = {}
    for row in report.rows:
        names.update(dict.fromkeys(verdict.question for verdict in row.verdicts))
    return list(names)


def write_csv(report: Report, path: Path) -> None:
    """One line per submission, with points by question, for a gradebook. `points` are those earned, `final` those after
    lateness."""
    out = io.StringIO()
    questions = _questions(report)
    writer = csv.writer(out, lineterminator="\n")
    head = ["student", "submission", "points", "of", "late_days", "deducted", "final", "percent"]
    writer.writerow([*head, *questions, "mistakes", "reason", "sandbox", "version"])
    for row in report.rows:
        points = {verdict.question: verdict.points for verdict in row.verdicts}
        mistakes = " ".join(v.mistake for v in row.verdicts if v.mistake)
        cells = [safe(row.student), safe(row.submission), row.points, row.of, row.late_days, row.deducted, row.final]
        cells += [round(row.percent, 2), *(points.get(name, 0) for name in questions)]
        writer.writerow([*cells, mistakes, safe(row.reason), row.sandbox, CSV_VERSION])
    write_text(out.getvalue(), path)


def safe(text: str) -> str:
    """Makes a cell harmless: a spreadsheet runs one that begins like a formula, a terminal obeys escape characters."""
    text = printable(text)
    return "'" + text if text.startswith(("=", "+", "-", "@")) else text


def file_names(report: Report, taken: str = "") -> dict[str, Row]:
    """A name for each submission's own files: its path, where its name would not tell it apart; never `taken`."""
    names: dict[str, Row] = {}
    for row in report.rows:
        stem = (row.submission or row.student).removesuffix(".ipynb").strip("./").replace("/", "_")
        stem = os.fsdecode(os.fsencode(stem)[-LONGEST_NAME:]) or "submission"
        numbered = (f"{stem}-{number}" for number in range(2, len(report.rows) + 2))
        names[next(name for name in [stem, *numbered] if name not in names and name != taken)] = row
    return names


def feedback_lines(verdict: Verdict) -> list[str]:
    """Message, note, the question to think about: those there are."""
    return [text for text in dict.fromkeys((verdict.message, verdict.note, verdict.ask)) if text]


def case_text(verdict: Verdict) -> str:
    """The smallest failing case as a few short lines, with the learner's own frames and what they printed."""
    lines = [str(verdict.case)] if verdict.case else []
    if verdict.printed:
        lines += ["your code printed:", *(f"  {line}" for line in verdict.printed.splitlines())]
    return "\n".join(lines)


def write_answers(report: Report, folder: Path) -> None:
    """Each answer as a file, FOLDER/STUDENT/QUESTION.py, as JPlag and others that look for copies read them."""
    for name, row in file_names(report).items():
        for verdict in row.verdicts:
            if verdict.answer:
                (folder / name).mkdir(parents=True, exist_ok=True)
                write_text(verdict.answer, folder / name / f"{verdict.question}.py")
