"""The reports of a grading: a table to read, JSON, CSV, HTML feedback, Gradescope's JSON."""

from __future__ import annotations

import csv
import html
import io
import json
import os
from pathlib import Path

from .diagnose import Verdict
from .notebook import write_text
from .results import Report, Row

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
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    text = ["  ".join(word.ljust(width) for word, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    messages = [
        f"{printable(row.submission)}, {verdict.question}: {printable(verdict.message)}"
        for row in report.rows
        for verdict in row.verdicts
        if verdict.mistake
    ]
    text += ["", *messages] if messages else []
    return "\n".join([*text, "", f"{report.title}: {len(report.rows)} submissions, {report.sandbox}"])


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
    writer.writerow([*head, *questions, "mistakes", "reason", "sandbox"])
    for row in report.rows:
        points = {verdict.question: verdict.points for verdict in row.verdicts}
        mistakes = " ".join(v.mistake for v in row.verdicts if v.mistake)
        cells = [_safe(row.student), _safe(row.submission), row.points, row.of, row.late_days, row.deducted, row.final]
        cells += [round(row.percent, 2), *(points.get(name, 0) for name in questions)]
        writer.writerow([*cells, mistakes, _safe(row.reason), row.sandbox])
    write_text(out.getvalue(), path)


def _safe(text: str) -> str:
    """Makes a cell harmless: a spreadsheet runs one that begins like a formula, a terminal obeys escape characters."""
    text = printable(text)
    return "'" + text if text.startswith(("=", "+", "-", "@")) else text


def write_html(report: Report, folder: Path) -> None:
    """A page of feedback for each submission, without values of hidden checks, since learners read it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, row in _file_names(report).items():
        write_text(_page(report, row), folder / f"{name}.html")


def _file_names(report: Report) -> dict[str, Row]:
    """A name for each submission's own files: its path, if its name would not be unique."""
    names: dict[str, Row] = {}
    for row in report.rows:
        stem = (row.submission or row.student).removesuffix(".ipynb").strip("./").replace("/", "_")
        stem = os.fsdecode(os.fsencode(stem)[-LONGEST_NAME:]) or "submission"
        numbered = (f"{stem}-{number}" for number in range(2, len(report.rows) + 2))
        names[next(name for name in [stem, *numbered] if name not in names)] = row
    return names


def _page(report: Report, row: Row) -> str:
    title = html.escape(f"{report.title}: {row.student or row.submission}")
    late = f", {row.points:g} less {row.deducted:g} for {row.late_days} late days" if row.deducted else ""
    parts = [f"<h1>{title}</h1>", f"<p><b>{row.final:g} of {row.of:g} points</b>{late}</p>"]
    if not row.verdicts:
        parts.append(f"<p>{html.escape(row.reason)}</p>")
    parts += [_section(verdict) for verdict in row.verdicts]
    parts.append(f"<p><small>{html.escape(row.sandbox)}</small></p>")
    style = "body{font:16px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 1em}"
    style += "pre{background:#f4f4f4;padding:.6em;overflow-x:auto}"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{style}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def _section(verdict: Verdict) -> str:
    lines = feedback_lines(verdict)
    head = f"{verdict.title} ({verdict.points:g} of {verdict.of:g}): {verdict.words}"
    body = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    case = f"<pre>{html.escape(case_text(verdict))}</pre>" if case_text(verdict) else ""
    return f"<h2>{html.escape(head)}</h2>{case}{body}"


def feedback_lines(verdict: Verdict) -> list[str]:
    """Message, note, the question to think about: those there are."""
    return [text for text in dict.fromkeys((verdict.message, verdict.note, verdict.ask)) if text]


def case_text(verdict: Verdict) -> str:
    """The smallest failing case as a few short lines, with the learner's own frames and what they printed."""
    lines = [str(verdict.case)] if verdict.case else []
    if verdict.printed:
        lines += ["your code printed:", *(f"  {line}" for line in verdict.printed.splitlines())]
    return "\n".join(lines)


def write_gradescope(report: Report, folder: Path) -> None:
    """The results.json of Gradescope's autograder format, one for each submission."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, row in _file_names(report).items():
        write_text(_gradescope(row), folder / f"{name}.json")


def _gradescope(row: Row) -> str:
    tests = [
        {
            "name": verdict.title,
            "score": verdict.points,
            "max_score": verdict.of,
            "output": "\n".join([verdict.words, case_text(verdict), *feedback_lines(verdict)]),
            "visibility": "visible",
        }
        for verdict in row.verdicts
    ]
    data = {"score": row.final, "output": f"{row.reason}\n{row.sandbox}".strip(), "tests": tests}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"
