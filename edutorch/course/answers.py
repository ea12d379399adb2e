"""Which cell is the answer: one rule for `edutorch check`, `q.check()` and `edutorch grade`.

The line `# question: ID` tells which question a cell answers; without such a line, the cell's metadata do. Cells that
are empty or have only comments do not count. Halves of a cell that was split are joined. Of several answers to one
question the last that is not the stub counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from .notebook import Cell, NotebookError, course_data, marked_question, source_of
from .stub import is_blank, is_untouched

LONGEST_ANSWER = 200_000  # characters; parsing more takes memory and time from the whole batch
# Lines at the left margin that belong to a notebook, not to an answer
LEFTOVER = re.compile(
    r"^(?:!.*|%%? *(?:pip|pip3|conda|mamba|uv|timeit|prun|debug|pdb|matplotlib|load_ext|autoreload|reset)\b.*|%%time"
    r"|(?:exit|quit|sys\.exit)\( *\d* *\) *;?"
    r"|q\.(?:check|hint|solution)\( *\) *;?|q *= *exercise\(.*\)|from edutorch\.course import exercise"
    r"|show_source\(.*\) *;?) *(?:#.*)?$",
    re.MULTILINE,
)


@dataclass
class Answer:
    """One answer: the sources of its cells, several where it was split, and their numbers in the notebook."""

    sources: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    head: int | None = None  # which of the cells has the line

    @property
    def source(self) -> str:
        """The code that runs."""
        return "\n".join(self.sources)

    @property
    def size(self) -> int:
        """Characters."""
        return sum(map(len, self.sources))

    def headed(self, source: str) -> str:
        """What would run if the cell that has the line had this `source`."""
        head = self.head or 0
        return "\n".join([*self.sources[:head], source, *self.sources[head + 1 :]])


@dataclass
class Found:
    """The answers to one question in the notebook's order, and a note on a cell that cannot be one."""

    answers: list[Answer] = field(default_factory=list)
    note: str = ""

    def chosen(self, stub: str) -> Answer | None:
        """The answer that counts; None where there is none."""
        changed = [answer for answer in self.answers if not is_untouched(answer.source, stub)]
        return (changed or self.answers)[-1] if self.answers else None

    def rivals(self, stub: str) -> list[Answer]:
        """The answers that differ from each other and from the stub. If there are several, a person is told."""
        changed = {answer.source: answer for answer in self.answers if not is_untouched(answer.source, stub)}
        return list(changed.values())


def find_answers(cells: Sequence[Cell], questions: Collection[str], texts: Collection[str] = ()) -> dict[str, Found]:
    """The answers in a notebook's cells, by question, for the questions that have any; `texts`: those in Markdown."""
    found: dict[str, Found] = {}
    blank: dict[str, Answer] = {}
    before = ""  # the question of the last cell that counts
    for number, cell in enumerate(cells, start=1):
        question, has_line = question_of(cell, questions)
        entry = found.setdefault(question, Found()) if question else Found()
        try:
            source = _code(number, cell, question in texts)
        except NotebookError as error:
            entry.note = str(error)
            continue
        if is_blank(source):
            blank[question] = Answer([source], [number])
            continue
        if question and (question != before or (has_line and entry.answers[-1].head is not None)):
            entry.answers.append(Answer())
        before = question
        if question:
            answer = entry.answers[-1]
            answer.head = len(answer.sources) if has_line else answer.head
            answer.sources.append(source)
            answer.numbers.append(number)
    for question, entry in found.items():
        whole = len(entry.answers)
        entry.answers = [answer for answer in entry.answers if answer.size <= LONGEST_ANSWER]
        if len(entry.answers) < whole:
            entry.note = f"an answer in several cells has more than the {LONGEST_ANSWER:,} characters of an answer"
        if not entry.answers and question in blank:
            entry.answers.append(blank[question])
    return found


def question_of(cell: Cell, questions: Collection[str]) -> tuple[str, bool]:
    """The question that a cell answers, or "", and whether a line in the cell says so."""
    data = course_data(cell)
    try:
        marked = marked_question(source_of(cell))
    except NotebookError:
        marked = None
    if data.get("role") in ("mistake", "right"):  # the solution notebook itself, handed in as the reference
        return "", False
    if marked in questions:
        return str(marked), True
    told = data.get("question") if data.get("role") == "solution" else None
    return (told, False) if isinstance(told, str) and told in questions else ("", False)


def _code(number: int, cell: Cell, text: bool) -> str:
    """The source of a code cell, or of a `text`. Raises NotebookError with the reason where it cannot be run."""
    try:
        source = source_of(cell)
    except NotebookError as error:
        raise NotebookError(f"cell {number} is damaged: {error}") from error
    kind = cell.get("cell_type") if isinstance(cell, dict) else None
    if kind != "code" and not (text and kind in ("markdown", "raw")):
        raise NotebookError(f"cell {number} was turned into {kind}")
    if len(source) > LONGEST_ANSWER:
        raise NotebookError(
            f"cell {number} has {len(source):,} characters, more than the {LONGEST_ANSWER:,} of an answer"
        )
    return source


def without_leftovers(source: str) -> tuple[str, str]:
    """An answer without the lines that belong to the notebook (`!pip install`, `q.check()`, `exit()`), and a note.

    The lines stay as comments, so that their numbers in messages are those of the cell."""
    lines = [found.group().strip() for found in LEFTOVER.finditer(source)]
    if not lines:
        return source, ""
    told = ", ".join(f"`{line[:60]}`" for line in dict.fromkeys(lines))
    return LEFTOVER.sub(lambda found: f"# left out: {found.group()}", source), f"not run: {told}"
