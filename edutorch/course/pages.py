"""The HTML of a grading: a page of feedback for each submission, and a summary for the instructor."""

from __future__ import annotations

import html
import re
from collections import Counter
from pathlib import Path

from .diagnose import Verdict
from .notebook import write_text
from .report import case_text, feedback_lines, file_names
from .results import Report, Row

STYLE = """
body{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto;padding:0 1em}
pre{background:#f4f4f4;padding:.6em;overflow-x:auto} code{background:#f4f4f4}
section{border-left:.4em solid #b3261e;padding-left:1em;margin:2em 0} section.passed{border-color:#1b7f3b}
table{border-collapse:collapse} td,th{text-align:left;padding:.1em 1em .1em 0} .bar{background:#3b6fb6;height:1em}
"""


def write_html(report: Report, folder: Path) -> None:
    """A page of feedback for each submission; of hidden checks no values, as a learner reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, row in file_names(report).items():
        write_text(_feedback(report, row), folder / f"{name}.html")


def _page(title: str, *parts: str) -> str:
    title = html.escape(title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>'
        f"<body><h1>{title}</h1>{''.join(parts)}</body></html>\n"
    )


def _feedback(report: Report, row: Row) -> str:
    late = f", {row.points:g} less {row.deducted:g} for {row.late_days} late days" if row.deducted else ""
    parts = [f"<p><b>{row.final:g} of {row.of:g} points</b>{late}</p>"]
    parts += [] if row.verdicts else [f"<p>{_text(row.reason)}</p>"]
    parts += [_section(verdict) for verdict in row.verdicts]
    return _page(f"{report.title}: {row.student or row.submission}", *parts, f"<p><small>{row.sandbox}</small></p>")


def _section(verdict: Verdict) -> str:
    mark, kind = ("\u2713", "passed") if verdict.passed else ("\u2717", "failed")
    head = f"{mark} {verdict.title} ({verdict.points:g} of {verdict.of:g}): {verdict.words}"
    parts = [f"<h2>{_text(head)}</h2>"]
    parts += [f"<pre>{html.escape(case_text(verdict))}</pre>"] if case_text(verdict) else []
    parts += [f"<p>{_text(line)}</p>" for line in feedback_lines(verdict)]
    parts += [f"<details><summary>points</summary>{_checks(verdict)}</details>"] if verdict.checks else []
    if verdict.answer:
        parts.append(f"<details><summary>your answer</summary><pre>{html.escape(verdict.answer)}</pre></details>")
    return f'<section class="{kind}">{"".join(parts)}</section>'


def _checks(verdict: Verdict) -> str:
    """Which checks gave points: those in sight by number, hidden ones together."""
    rows = []
    for words, hidden in (("in sight", False), ("hidden", True)):
        checks = [check for check in verdict.checks if check["hidden"] == hidden]
        if checks:
            passed = sum(check["passed"] for check in checks)
            points, of = (sum(check[key] for check in checks) for key in ("points", "of"))
            rows.append([f"checks {words}", f"{passed} of {len(checks)} passed", f"{points:g} of {of:g} points"])
    return _table(rows)


def write_summary(report: Report, path: Path) -> None:
    """For the instructor: how the points are distributed, the hardest questions, each planted mistake and how often."""
    tens = Counter(min(int(row.percent // 10), 9) for row in report.rows)
    bars = [
        [f"{10 * ten} to {10 * ten + 10} %", str(tens[ten]), f'<div class="bar" style="width:{tens[ten]}em"></div>']
        for ten in range(10)
    ]
    verdicts = [verdict for row in report.rows for verdict in row.verdicts]
    by_question: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_question.setdefault(verdict.question, []).append(verdict)
    shares = {
        name: sum(v.points for v in each) / max(sum(v.of for v in each), 1e-9) for name, each in by_question.items()
    }
    hardest = [
        [_text(name), f"{100 * shares[name]:.0f} % of the points"] for name in sorted(shares, key=shares.__getitem__)
    ]
    mistakes = Counter(name for verdict in verdicts for name in verdict.mistake.split())
    students = [[_text(row.student), f"{row.final:g} of {row.of:g}", _text(row.reason)] for row in report.rows]
    page = _page(
        report.title,
        f"<p>{len(report.rows)} submissions, {html.escape(report.sandbox)}</p>",
        "<h2>Points</h2>" + _table(bars),
        "<h2>Questions, the hardest first</h2>" + _table(hardest),
        "<h2>Mistakes that were met</h2>"
        + _table([[_text(name), str(count)] for name, count in mistakes.most_common()]),
        "<h2>Students</h2>" + _table(students),
    )
    write_text(page, path)


def _table(rows: list[list[str]]) -> str:
    """Rows of cells that are HTML already."""
    lines = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _text(text: str) -> str:
    """Words as HTML, what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))
