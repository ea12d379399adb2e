"""The page of feedback that a learner reads: each question beside the answer, what was wrong, which checks gave points.

Of hidden checks no values are told.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from .diagnose import Verdict
from .notebook import write_text
from .overview import overview
from .page import folded, listing, markdown, page, rows, tag, text
from .report import case_text, feedback_lines, file_names
from .results import Asked, Report, Row

UNASKED = Asked("", "", "write", 0.0)
INDEX = "index"  # the instructor's page


def write_html(report: Report, folder: Path) -> None:
    """A page of feedback for each submission, and index.html for the instructor, which links to them."""
    folder.mkdir(parents=True, exist_ok=True)
    names = file_names(report, taken=INDEX)
    for name, row in names.items():
        write_text(feedback(report, row), folder / f"{name}.html")
    write_text(overview(report, {f"{name}.html": row for name, row in names.items()}), folder / f"{INDEX}.html")


def write_feedback(report: Report, path: Path) -> None:
    """A zip file of the learners' pages, named as the platform that named the hand-ins finds their owners by."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, row in file_names(report).items():
            place = f"{row.platform_prefix}feedback.html" if row.platform_prefix else f"{name}.html"
            about = zipfile.ZipInfo(place)  # of no date: the same grades are the same file
            about.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(about, feedback(report, row).encode("utf-8", "backslashreplace"))


def feedback(report: Report, row: Row) -> str:
    """The page of one submission."""
    asked = {question.id: question for question in report.questions}
    late = f"{row.points:g} less {row.deducted:g}, handed in {row.late_days} days late" if row.deducted else ""
    share = f"{min(max(row.percent, 0), 100):.0f}%"
    parts = [
        tag("p", text(row.student or row.submission), kind="quiet"),
        tag("div", f"{row.final:g} of {row.of:g} points", kind="points"),
        tag("p", text(late)) if late else "",
        tag("div", tag("div", style=f"width:{share}"), kind="bar"),
    ]
    if row.verdicts:
        parts.append(tag("ul", *(tag("li", _chip(verdict)) for verdict in row.verdicts), kind="chips"))
    else:
        parts.append(tag("p", text(row.reason)))
    parts += [_section(verdict, asked.get(verdict.question, UNASKED)) for verdict in row.verdicts]
    return page(report.title, *parts, tag("p", tag("small", text(row.sandbox)), kind="quiet"))


def _kind(verdict: Verdict) -> tuple[str, str, str]:
    """Class, sign and words."""
    if verdict.passed:
        return "passed", "\u2713", "passed"
    if not verdict.counts or verdict.state == "graded":
        return "open", "\u25cb", verdict.words
    return "failed", "\u2717", "partly right" if verdict.points else "not yet"


def _chip(verdict: Verdict) -> str:
    kind, sign, _ = _kind(verdict)
    words = f"{sign} {verdict.title} {verdict.points:g}/{verdict.of:g}"
    return f'<a class="verdict {kind}" href="#{verdict.question}">{text(words)}</a>'


def _section(verdict: Verdict, asked: Asked) -> str:
    kind, sign, words = _kind(verdict)
    points = f"{verdict.points:g} of {verdict.of:g} points"
    head = tag("h2", text(verdict.title)) + tag("span", text(f"{sign} {words}: {points}"), kind="verdict")
    left = _question(verdict, asked)
    right = "".join([*_said(verdict), _answer(verdict, asked), _checks(verdict)])
    sides = tag("div", tag("div", left), tag("div", right), kind="sides") if left else right
    return tag("section", tag("div", head, kind="head"), sides, kind=kind, id=verdict.question) + "\n"


def _question(verdict: Verdict, asked: Asked) -> str:
    """What was asked, and the hints: of a question that has passed, folded."""
    told = re.sub(r"\A#+ .*\n+", "", asked.text)  # its heading is the section's
    parts = [markdown(told)] if told else []
    if parts and verdict.passed:
        parts = [folded("the question", *parts)]
    if asked.hints:
        used = f", {verdict.hints} of them asked for" if verdict.hints else ""
        hints = "".join(tag("li", markdown(hint)) for hint in asked.hints)
        parts.append(folded(f"{len(asked.hints)} hints{used}", tag("ol", hints)))
    return "".join(parts)


def _said(verdict: Verdict) -> list[str]:
    """What is wrong, the smallest failing case, what to think about."""
    parts = [] if verdict.passed or not verdict.counts else [tag("p", tag("b", text(f"{verdict.words.capitalize()}.")))]
    parts += [listing(case_text(verdict))] if case_text(verdict) else []
    by_person = [f"Graded by hand: {verdict.by_hand}"] if verdict.by_hand else []
    lines = [*feedback_lines(verdict), *by_person, *([verdict.comment] if verdict.comment else [])]
    return parts + ([tag("div", *(tag("p", text(line)) for line in lines), kind="said")] if lines else [])


def _answer(verdict: Verdict, asked: Asked) -> str:
    if asked.form == "text" and verdict.answer:
        return folded("your answer", markdown(re.sub(r"(?m)^#+ *question *:.*$", "", verdict.answer)), opened=True)
    return folded("your answer", listing(verdict.answer), opened=True) if verdict.answer else ""


def _checks(verdict: Verdict) -> str:
    """Which checks gave points: those in sight by number, hidden ones together."""
    shown = [check for check in verdict.checks if not check["hidden"]]
    hidden = [check for check in verdict.checks if check["hidden"]]
    lines = [
        [f"check {number}", _mark(check["passed"]), f"{check['points']:g} of {check['of']:g}"]
        for number, check in enumerate(shown, start=1)
    ]
    if hidden:
        passed = sum(check["passed"] for check in hidden)
        points, of = (sum(check[key] for check in hidden) for key in ("points", "of"))
        some = f"{passed} of {len(hidden)} passed" if 0 < passed < len(hidden) else _mark(passed > 0)
        lines.append([f"{len(hidden)} with other inputs", some, f"{points:g} of {of:g}"])
    return rows(lines, ["checks", "", "points"], numbers=[2]) if lines else ""


def _mark(passed: bool) -> str:
    return "\u2713 passed" if passed else "\u2717 failed"
