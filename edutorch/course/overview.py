"""The instructor's page of a grading: distribution, hardest questions, planted mistakes, students."""

from __future__ import annotations

import html
import statistics
from collections import Counter
from collections.abc import Mapping

from .diagnose import Verdict
from .page import folded, page, rows, tag, text
from .results import Report, Row

WIDTH, HEIGHT, FOOT = 660, 200, 24  # of the picture, in its own units


def overview(report: Report, pages: Mapping[str, Row]) -> str:
    """`pages`: the rows by the addresses of the students' pages."""
    finals = [row.final for row in report.rows]
    middle = f"mean {statistics.mean(finals):.1f}, median {statistics.median(finals):g}" if finals else "none"
    count = f"{len(report.rows)} student{'s' * (len(report.rows) != 1)}, {middle} of {report.of:g} points"
    return page(
        report.title,
        tag("p", text(count)),
        _by_hand(pages),
        tag("h3", "Distribution") + _distribution(report),
        tag("h3", "Questions, the hardest first") + _questions(report),
        tag("h3", "Planted mistakes") + _mistakes(report),
        tag("h3", "Students") + _students(pages),
        tag("p", tag("small", text(report.sandbox)), kind="quiet"),
    )


def _by_hand(pages: Mapping[str, Row]) -> str:
    """The texts that nobody has read yet, each with its place."""
    links = [
        tag("li", tag("a", text(f"{row.student}: {verdict.title}"), href=f"{_quoted(address)}#{verdict.question}"))
        for address, row in pages.items()
        for verdict in row.verdicts
        if verdict.state == "by hand"
    ]
    return tag("h3", f"To be graded by hand: {len(links)}") + tag("ul", *links) if links else ""


def _distribution(report: Report) -> str:
    """A bar for each tenth of the points: how many students."""
    tens = Counter(min(max(int(row.percent // 10), 0), 9) for row in report.rows)
    most, step = max(tens.values(), default=1), WIDTH / 10
    parts = []
    for ten in range(10):
        x, high = ten * step, (HEIGHT - 2 * FOOT) * tens[ten] / most
        top = HEIGHT - FOOT - high
        parts.append(f'<rect x="{x + 4:.0f}" y="{top:.1f}" width="{step - 8:.0f}" height="{high:.1f}" rx="3"/>')
        if tens[ten]:
            parts.append(f'<text x="{x + step / 2:.0f}" y="{top - 6:.1f}" text-anchor="middle">{tens[ten]}</text>')
    parts.append(f'<line class="axis" x1="0" x2="{WIDTH}" y1="{HEIGHT - FOOT}" y2="{HEIGHT - FOOT}"/>')
    for ten in range(0, 11, 2):
        anchor = "start" if ten == 0 else "end" if ten == 10 else "middle"
        parts.append(
            f'<text class="quiet" x="{ten * step:.0f}" y="{HEIGHT - 6}" text-anchor="{anchor}">{10 * ten} %</text>'
        )
    told = ", ".join(f"{10 * ten} to {10 * ten + 10} %: {tens[ten]}" for ten in range(10) if tens[ten])
    alt = html.escape(f"Students by percent of the points. {told}")
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{alt}">{"".join(parts)}</svg>'


def _questions(report: Report) -> str:
    """Each question's share of its points, over those whose submission could be graded."""
    by_question: dict[str, list[Verdict]] = {}
    for row in report.rows:
        for verdict in row.verdicts:
            by_question.setdefault(verdict.question, []).append(verdict)
    lines = []
    for each in sorted(by_question.values(), key=_share):
        share = 100 * _share(each)
        bar = f'<div class="bar share"><div style="width:{share:.0f}%"></div></div>'
        passed, untouched = (
            sum(verdict.passed for verdict in each),
            sum(v.state in ("untouched", "missing") for v in each),
        )
        hints = sum(verdict.hints > 0 for verdict in each)
        numbers = [f"{share:.0f} %", str(passed), str(len(each) - passed - untouched), str(untouched), str(hints)]
        lines.append([text(each[0].title), bar, *numbers])
    head = ["question", "", "points", "passed", "not yet", "not tried", "took hints"]
    return rows(lines, head, numbers=range(2, 7))


def _share(verdicts: list[Verdict]) -> float:
    return sum(v.points for v in verdicts) / max(sum(v.of for v in verdicts), 1e-9)


def _mistakes(report: Report) -> str:
    """Each that was met, how often, and what is said of it; then those that nobody made."""
    met = Counter(name for row in report.rows for verdict in row.verdicts for name in verdict.mistake.split())
    said = {name: (asked.title, told) for asked in report.questions for name, told in asked.mistakes.items()}
    lines = [
        [str(count), tag("code", html.escape(name)), *map(text, said.get(name, ("", "")))]
        for name, count in met.most_common()
    ]
    unmet = [[tag("code", html.escape(name)), *map(text, told)] for name, told in said.items() if name not in met]
    table = (
        rows(lines, ["met", "mistake", "question", "what is said"], numbers=[0], long=3)
        if lines
        else tag("p", "None met.")
    )
    return table + (folded(f"{len(unmet)} that nobody made", rows(unmet, long=2)) if unmet else "")


def _students(pages: Mapping[str, Row]) -> str:
    lines = []
    for address, row in sorted(pages.items(), key=lambda item: (item[1].student.casefold(), item[0])):
        name = tag("a", text(row.student or row.submission), href=_quoted(address))
        late = f"{row.late_days} late" if row.late_days else ""
        lines.append([name, f"{row.final:g}", f"{row.percent:.0f} %", late, text(row.reason)])
    return rows(lines, ["student", "points", "", "days", "what is not as expected"], numbers=[1, 2], long=4)


def _quoted(address: str) -> str:
    return "./" + address.replace("%", "%25").replace("#", "%23").replace("?", "%3F")
