"""Extracting the answers from a learner's notebook, whatever state it is in.

Only answer cells count, found as answers.py says. Nothing else of a submission is ever executed.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from .answers import Found, find_answers, question_of, without_leftovers
from .assignment import Assignment
from .notebook import Cell, NotebookError, course_data, read_notebook, source_of

MOST_CELLS = 6  # that a note names
HINT = re.compile(r"\bHint (\d) of (\d)\b")  # as q.hint() says it
LONGEST_REST = 1_000_000  # of all the other cells, which are only looked through for names


@dataclass
class Submission:
    """Answers by question, and a note for anything that was damaged, missing or there twice."""

    answers: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    names_outside: set[str] = field(default_factory=set)
    hints: dict[str, int] = field(default_factory=dict)  # by question, how many the outputs show


def read_submission(path: str | os.PathLike[str], assignment: Assignment) -> Submission:
    """The answers in the notebook `path`. Raises NotebookError if it is no notebook."""
    cells = read_notebook(path)["cells"]
    texts = [question.id for question in assignment.questions.values() if question.form == "text"]
    submission, found = Submission(), find_answers(cells, assignment.questions, texts)
    for question in assignment.questions.values():
        about = found.get(question.id, Found(note="no answer cell with this question's id in the notebook"))
        answer, notes = about.chosen(question.stub), [about.note]
        if answer is not None:
            code = question.form != "text"
            submission.answers[question.id], left_out = (
                without_leftovers(answer.source) if code else (answer.source, "")
            )
            notes += [left_out, told_of_rivals(about, question.stub)]
        if note := "; ".join(filter(None, notes)):
            submission.notes[question.id] = note
    submission.names_outside = _names_outside(cells, assignment)
    submission.hints = _hints(cells, assignment)
    return submission


def _hints(cells: Sequence[Cell], assignment: Assignment) -> dict[str, int]:
    """How many hints a notebook's outputs show for each question."""
    hints: dict[str, int] = {}
    question = ""
    for cell in cells:
        question = question_of(cell, assignment.questions)[0] or question
        outputs = cell.get("outputs") if isinstance(cell, dict) else None
        for number, of in HINT.findall(json.dumps(outputs)[:LONGEST_REST] if outputs else ""):
            if question and 1 <= int(number) <= int(of) == len(assignment.questions[question].hints):
                hints[question] = max(hints.get(question, 0), int(number))
    return hints


def told_of_rivals(found: Found, stub: str) -> str:
    """Where a notebook has several answers to one question: which of them counts."""
    rivals = found.rivals(stub)
    if len(rivals) < 2:
        return ""
    *others, last = ["+".join(map(str, answer.numbers[:3])) for answer in rivals]
    told = ", ".join(others[:MOST_CELLS] + ["..."] * (len(others) > MOST_CELLS))
    return f"different answers in the cells {told} and {last}: the last, cell {last}, counts"


def _names_outside(cells: Sequence[Cell], assignment: Assignment) -> set[str]:
    """What the learner's own cells define, those of answers and of the exercise apart."""
    names, room = set(), LONGEST_REST
    for cell in cells:
        source = _source_or_nothing(cell)
        room -= len(source)
        if room < 0:
            break
        own = source in assignment.own_cells or course_data(cell).get("role") == "ask"
        if not own and not question_of(cell, assignment.questions)[0]:
            names |= names_defined_in(source)
    return names


def _source_or_nothing(cell: Cell) -> str:
    with contextlib.suppress(NotebookError):
        return source_of(cell) if isinstance(cell, dict) and cell.get("cell_type") == "code" else ""
    return ""


def names_defined_in(source: str) -> set[str]:
    """The names that a piece of source assigns, defines or imports at its top level."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    names: set[str] = set()
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif not isinstance(node, (ast.Lambda, ast.comprehension)):  # these have names of their own
            waiting += ast.iter_child_nodes(node)
    return names


def names_used_in(source: str) -> set[str]:
    """The names that a piece of source reads."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
