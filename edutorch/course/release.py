"""From the solution notebook to the released exercise: `edutorch release`.

The reference and every planted mistake are run. The reference's outputs are stored as the expected
ones; a mistake must lose points and look different from the reference and from every other mistake.
"""

from __future__ import annotations

import copy
import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from .assignment import Assignment, Check, Question, cells_with_role, load_assignment
from .compare import compare_outputs, sealed
from .diagnose import Verdict, diagnose, run_fingerprint
from .notebook import (
    Cell,
    Notebook,
    NotebookError,
    as_lines,
    code_cell,
    course_data,
    notebook_text,
    read_notebook,
    write_text,
)
from .run import QuestionRun, run_answers


class ReleaseError(NotebookError):
    """A solution notebook that cannot be released; the message lists every reason."""


def release_exercise(
    solution: str | os.PathLike[str],
    target: str | os.PathLike[str] | None = None,
    *,
    check: bool = False,
    update: bool = False,
) -> Path:
    """Run the solution notebook and write the exercise, by default exercises/NAME beside solutions/.

    Outputs not stored yet are stored in the solution notebook; stored ones must be those of the run,
    unless `update`. With `check` nothing is written and both files must be in step already. Raises
    ReleaseError with all that is wrong."""
    solution = Path(solution)
    target = Path(target) if target else solution.parents[1] / "exercises" / solution.name
    notebook, assignment = read_notebook(solution), load_assignment(solution)
    if assignment.released:
        raise ReleaseError(f"{solution} is a released exercise, not a solution notebook")
    problems = _run_reference(notebook, assignment, update)
    problems += _run_mistakes(notebook, assignment)
    if problems:
        raise ReleaseError("\n".join(problems))
    for path, text in (
        (target, notebook_text(released_notebook(notebook, assignment))),
        (solution, notebook_text(notebook)),
    ):
        if check and (not path.exists() or path.read_text(encoding="utf-8") != text):
            raise ReleaseError(f"{path} is not in step with {solution}: run `edutorch release`")
        if not check:
            path.parent.mkdir(exist_ok=True)
            write_text(text, path)
    return target


def _run_reference(notebook: Notebook, assignment: Assignment, update: bool) -> list[str]:
    """Run all answers; store what is new in the notebook and in the assignment; what is wrong."""
    answers = {name: question.answer for name, question in assignment.questions.items()}
    runs = run_answers(assignment, answers, compare=False)
    problems, cells = [], {course_data(c)["id"]: c for c in cells_with_role(notebook, "check")}
    for question in assignment.questions.values():
        run = runs[question.id]
        for check in question.checks:
            record = run.cell(check.id)
            if record is None or record["status"] != "ok":
                problems.append(f"{question.id}: the reference fails: {_why(question, run)}")
                break
            outputs = record["outputs"]
            if check.outputs and not update:
                problems += _differs(check, outputs)
            if not check.outputs or update:
                check.outputs = outputs
                cells[check.id]["outputs"], cells[check.id]["execution_count"] = outputs, 1
    return problems


def _differs(check: Check, outputs: list[dict[str, Any]]) -> list[str]:
    return [
        f"{check.id}: the stored output is not that of the run ({found.call}: stored "
        f"{found.expected}, run {found.got}); `edutorch release --update` stores the run's"
        for found in compare_outputs(check.outputs, outputs, check.rtol, check.atol)[:1]
    ]


def _why(question: Question, run: QuestionRun) -> str:
    verdict = diagnose(question, run)
    case = f": {verdict.case.got}" if verdict.case else ""
    return f"{verdict.words} {verdict.message}{case}"


def run_mistakes(assignment: Assignment) -> dict[str, tuple[Verdict, str]]:
    """Run every planted mistake; its verdict and the fingerprint of its public outputs, by its id."""
    questions, answers = {}, {}
    for question in assignment.questions.values():
        for mistake in question.mistakes:
            questions[mistake.id] = replace(question, id=mistake.id, mistakes=[])
            answers[mistake.id] = mistake.source
    if not answers:
        return {}
    runs = run_answers(replace(assignment, questions=questions), answers)
    return {name: (diagnose(questions[name], run), run_fingerprint(questions[name], run)) for name, run in runs.items()}


def _run_mistakes(notebook: Notebook, assignment: Assignment) -> list[str]:
    """Store each mistake's fingerprint in its cell; what is wrong with it."""
    if any(not check.outputs for question in assignment.questions.values() for check in question.checks):
        return []  # the reference failed already
    problems: list[str] = []
    seen: dict[tuple[str, str], str] = {}
    results = run_mistakes(assignment)
    cells = {course_data(cell)["id"]: cell for cell in cells_with_role(notebook, "mistake")}
    for question in assignment.questions.values():
        for mistake in question.mistakes:
            verdict, mark = results[mistake.id]
            public = [item for item in verdict.checks if not item["hidden"]]
            if verdict.points >= question.points:
                problems.append(f"{mistake.id}: this mistake loses no points")
            elif not mark or all(item["passed"] for item in public):
                problems.append(f"{mistake.id}: the public checks do not show this mistake")
            elif (question.id, mark) in seen:
                problems.append(f"{mistake.id}: looks the same as {seen[question.id, mark]}")
            seen[question.id, mark] = mistake.id
            mistake.fingerprint = course_data(cells[mistake.id])["fingerprint"] = mark
    return problems


def released_notebook(notebook: Notebook, assignment: Assignment) -> Notebook:
    """What a learner gets: text, set-up, stubs, and a cell that checks each; checks in metadata."""
    cells: list[Cell] = []
    for cell in notebook["cells"]:
        role = course_data(cell).get("role", "text")
        if role in ("check", "mistake"):
            continue
        if role != "solution":
            cells.append(_without_outputs(cell))
            continue
        question = assignment.questions[course_data(cell)["question"]]
        cells += [_stub_cell(cell, question), _asking_cell(assignment.name, question)]
    metadata = copy.deepcopy(notebook.get("metadata", {}))
    metadata["edutorch"] = {
        "name": assignment.name,
        "setup": assignment.setup,
        "questions": [_released_question(question) for question in assignment.questions.values()],
    }
    return {**notebook, "cells": cells, "metadata": metadata}


def _without_outputs(cell: Cell) -> Cell:
    cell = copy.deepcopy(cell)
    if cell["cell_type"] == "code":
        cell["outputs"], cell["execution_count"] = [], None
    return cell


def _stub_cell(cell: Cell, question: Question) -> Cell:
    stub = _without_outputs(cell)
    stub["source"] = as_lines(question.stub)
    stub["metadata"]["edutorch"] = {"role": "solution", "question": question.id}
    stub["metadata"]["tags"] = ["raises-exception"]
    return stub


def _asking_cell(name: str, question: Question) -> Cell:
    source = f'q = exercise("{name}", "{question.id}")\nq.check()'
    return code_cell(source, {"role": "ask", "question": question.id}, [], f"ask-{question.id}")


def _released_question(question: Question) -> dict[str, Any]:
    data = asdict(question)
    del data["answer"]
    data["checks"] = [
        {**asdict(check), "outputs": sealed(check.outputs) if check.sealed else check.outputs}
        for check in question.checks
        if not check.hidden
    ]
    data["mistakes"] = [
        {"id": m.id, "message": m.message, "ask": m.ask, "fingerprint": m.fingerprint} for m in question.mistakes
    ]
    return data
