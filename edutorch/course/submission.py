"""Taking the answers out of a learner's notebook, whatever state it is in.

Only answer cells count, found by question id: in the cell's metadata, or, where an editor dropped
that, in the line `# question: ID`. Nothing else of a submission is ever executed.
"""

from __future__ import annotations

import ast
import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .assignment import Assignment
from .notebook import Cell, NotebookError, course_data, marked_question, read_notebook, source_of
from .stub import is_untouched

LONGEST_ANSWER = 200_000  # characters; parsing more takes memory and time from the whole batch
LONGEST_REST = 1_000_000  # of all the other cells, which are only looked through for names


@dataclass
class Submission:
    """Answers by question, and a note for whatever was damaged, missing or there twice."""

    answers: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    names_outside: set[str] = field(default_factory=set)


def find_submissions(paths: Sequence[Path]) -> list[Path]:
    """The files named, and all notebooks in the folders named, at any depth.

    What begins with a dot was handed in by nobody: checkpoints, a Mac's copies; nor was __MACOSX."""
    found: list[Path] = []
    for path in paths:
        waiting = [path] if path.is_dir() and path.suffix != ".ipynb" else []
        found += [] if waiting else [path]
        while waiting:
            with contextlib.suppress(OSError):  # an unreadable folder in it
                for entry in waiting.pop().iterdir():
                    if entry.name.startswith((".", "__MACOSX")):
                        continue
                    if entry.suffix.lower() == ".ipynb":
                        found.append(entry)
                    elif entry.is_dir() and not entry.is_symlink():
                        waiting.append(entry)
    return sorted(found)


def read_submission(path: str | os.PathLike[str], assignment: Assignment) -> Submission:
    """The answers in the notebook `path`. Raises NotebookError where it is no notebook."""
    notebook = read_notebook(path)
    submission, found = Submission(), _answer_cells(notebook["cells"], assignment)
    for question in assignment.questions.values():
        cells = found.get(question.id, [])
        if not cells:
            submission.notes[question.id] = "no answer cell with this question's id in the notebook"
            continue
        _take_answer(submission, question.id, question.stub, cells)
    answers, room = set(submission.answers.values()), LONGEST_REST
    for cell in notebook["cells"]:
        room -= len(_source_or_nothing(cell))
        if room >= 0:
            submission.names_outside |= _defined_names(cell, answers)
    return submission


def _answer_cells(cells: list[Cell], assignment: Assignment) -> dict[str, list[tuple[int, Cell]]]:
    found: dict[str, list[tuple[int, Cell]]] = {}
    for number, cell in enumerate(cells, start=1):
        data = course_data(cell)
        if data.get("role") in ("mistake", "right"):
            continue  # the solution notebook itself, handed in as the reference
        identity = data.get("question") if data.get("role") == "solution" else None
        identity = identity or marked_question(_source_or_nothing(cell))
        if isinstance(identity, str) and identity in assignment.questions:
            found.setdefault(identity, []).append((number, cell))
    return found


def _source_or_nothing(cell: Cell) -> str:
    try:
        return source_of(cell)
    except NotebookError:
        return ""


def _take_answer(submission: Submission, identity: str, stub: str, cells: list[tuple[int, Cell]]) -> None:
    """Of several cells the last changed one counts, and a note says so."""
    readable: list[tuple[int, str]] = []
    for number, cell in cells:
        try:
            source = source_of(cell)
        except NotebookError as error:
            submission.notes[identity] = f"cell {number} is damaged: {error}"
            continue
        if cell.get("cell_type") != "code":
            submission.notes[identity] = f"cell {number} was turned into {cell.get('cell_type')}"
            continue
        if len(source) > LONGEST_ANSWER:
            submission.notes[identity] = (
                f"cell {number} has {len(source):,} characters, more than the {LONGEST_ANSWER:,} of an answer"
            )
            continue
        readable.append((number, source))
    changed = [(number, source) for number, source in readable if not is_untouched(source, stub)]
    if len({source for _, source in changed}) > 1:
        numbers = ", ".join(str(number) for number, _ in changed)
        submission.notes[identity] = (
            f"different answers in the cells {numbers}: the last, cell {changed[-1][0]}, was graded"
        )
    if readable:
        submission.answers[identity] = (changed or readable)[-1][1]


def _defined_names(cell: Cell, answers: set[str]) -> set[str]:
    """The names that a cell other than an answer defines."""
    source = _source_or_nothing(cell)
    if not isinstance(cell, dict) or cell.get("cell_type") != "code" or source in answers:
        return set()
    return names_defined_in(source)


def names_defined_in(source: str) -> set[str]:
    """The names that a piece of source assigns, defines or imports at its top level."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
    return names


def names_used_in(source: str) -> set[str]:
    """The names that a piece of source reads."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
