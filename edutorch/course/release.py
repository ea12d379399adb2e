"""From the solution notebook to the released exercise: `edutorch release`.

The reference and every planted mistake are run. The reference's outputs are stored as the expected
ones; a mistake must lose points and look different from the reference and from every other mistake.
"""

from __future__ import annotations

import contextlib
import copy
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from .assignment import Assignment, Check, Question, assignment_of, cells_with_role, load_assignment
from .cases import Encoded
from .compare import NUMBER, ROUNDING, precision, shown_cases, shown_text
from .diagnose import diagnose
from .drawn import faults_of_seeds
from .marks import compare, sealed, unlike
from .mistakes import marks_of_reference, marks_of_run
from .notebook import (
    Cell,
    Notebook,
    NotebookError,
    Output,
    as_lines,
    code_cell,
    course_data,
    notebook_text,
    read_notebook,
    write_text,
)
from .overlay import overlaid, private_notebook
from .practice import faults
from .run import QuestionRun, Workers, run_answers

CALLED = Check(
    "swaps-called", "from edutorch.course import forms, show\nshow('called', sorted(forms.called_swaps))", []
)


class ReleaseError(NotebookError):
    """A solution notebook that cannot be released; the message lists every reason."""


def release_exercise(
    solution: str | os.PathLike[str],
    target: str | os.PathLike[str] | None = None,
    *,
    check: bool = False,
    update: bool = False,
    private: Path | None = None,
) -> Path:
    """Run the solution notebook and write the exercise, by default exercises/NAME beside solutions/.

    Outputs not stored yet are stored in the solution notebook; stored ones must be those of the run,
    unless `update`. `private`: a folder laid over it, see overlay.py. With `check` nothing is written
    and all files must be in step already. Raises ReleaseError with all that is wrong."""
    solution = Path(solution)
    target = Path(target) if target else solution.parents[1] / "exercises" / solution.name
    public, secret = read_notebook(solution), private_notebook(solution, private)
    kept = {solution: public} | ({} if secret is None else {secret: read_notebook(secret)})
    notebook = public if secret is None else overlaid(public, kept[secret])
    assignment = assignment_of(notebook, solution.name.removesuffix(".ipynb"))
    if assignment.released:
        raise ReleaseError(f"{solution} is a released exercise, not a solution notebook")
    problems = [problem for question in assignment.questions.values() for problem in _unanswerable(question)]
    with contextlib.closing(Workers(trusted=True)) as workers:
        problems += _run_reference(notebook, assignment, update, workers)
        problems += _run_mistakes(notebook, assignment, workers)
        problems += [] if problems else faults(assignment)  # which need the marks of the mistakes
        problems += [] if problems else faults_of_seeds(assignment, workers)
    if problems:
        raise ReleaseError("\n".join(problems))
    for path, text in (
        (target, notebook_text(released_notebook(notebook, assignment))),
        *((path, notebook_text(each)) for path, each in kept.items()),
    ):
        if check and (not path.exists() or path.read_text(encoding="utf-8") != text):
            raise ReleaseError(f"{path} is not in step with {solution}: run `edutorch release`")
        if not check:
            path.parent.mkdir(exist_ok=True)
            write_text(text, path)
    return target


def _run_reference(notebook: Notebook, assignment: Assignment, update: bool, workers: Workers) -> list[str]:
    """Run all answers; store what is new in the notebook and in the assignment; what is wrong."""
    answers = {name: question.answer for name, question in assignment.questions.items() if not question.by_hand}
    runs = run_answers(_with_swaps_asked(assignment), answers, compare=False, workers=workers)
    problems, cells = [], {course_data(c)["id"]: c for c in cells_with_role(notebook, "check")}
    for name, run in runs.items():
        question = assignment.questions[name]
        for check in question.checks:
            record = run.cell(check.id)
            if check.sealed and not check.salt:  # once for all, so that the files stay as they are
                check.salt = course_data(cells[check.id])["salt"] = secrets.token_hex(8)
            if record is None or record["status"] != "ok":
                problems.append(f"{question.id}: the reference fails: {_why(question, run)}")
                break
            outputs = record["outputs"]
            problems += _errors_not_meant(check, outputs, course_data(cells[check.id]).get("raises", ()))
            if check.outputs and not update:
                problems += _differs(check, outputs)
            if not check.outputs or update:
                check.outputs = outputs
                cells[check.id]["outputs"], cells[check.id]["execution_count"] = outputs, 1
        problems += _swaps_never_called(question, run)
    return problems


def _with_swaps_asked(assignment: Assignment) -> Assignment:
    """With a last check where there are swap points, which shows those that the checks before it have called."""
    questions = {
        name: replace(question, checks=[*question.checks, CALLED]) if question.swaps else question
        for name, question in assignment.questions.items()
    }
    return replace(assignment, questions=questions)


def _swaps_never_called(question: Question, run: QuestionRun) -> list[str]:
    """A swap point is taken out of the library while an answer runs: a check is to show that the answer takes its
    place."""
    record = run.cell(CALLED.id)
    if record is None or record["status"] != "ok":  # the reference has failed, which is told
        return []
    (case,) = shown_cases(record["outputs"])
    called = {item["text"] for item in case["value"]["items"]}
    return [
        f"{question.id}: no check calls {name} in the library's place: call it there, `with in_framework():`, or take"
        ' it out of "swaps"'
        for name in question.swaps
        if name not in called
    ]


def _errors_not_meant(check: Check, outputs: list[Output], meant: Sequence[str]) -> list[str]:
    """An exception would be stored as the expected value: the check is to name it, else it is a slip."""
    errors = [(case["call"], case["value"]) for case in shown_cases(outputs) if case["value"]["type"] == "error"]
    return [
        f"{check.id}: the reference raises {value['error']} in {call} ({value['text']}); where that is the right"
        f' answer, the check\'s metadata say so: "raises": ["{value["error"]}"]'
        for call, value in errors
        if value["error"] not in meant
    ]


def _differs(check: Check, outputs: list[Output]) -> list[str]:
    return [
        f"{check.id}: the stored output is not that of the run ({found.call}: stored "
        f"{found.expected}, run {found.got}); `edutorch release --update` stores the run's"
        for found in compare(check.outputs, outputs, check.rtol, check.atol)[:1]
    ]


def _why(question: Question, run: QuestionRun) -> str:
    verdict = diagnose(question, run)
    case = f": {verdict.case.got}" if verdict.case else ""
    return f"{verdict.words} {verdict.message}{case}"


def fragile(solution: str | os.PathLike[str]) -> list[str]:
    """What another processor may compute a little differently, so that a check would fail the right answer there."""
    questions = load_assignment(solution).questions.values()
    return [f"{check.id}: {why}" for question in questions for check in question.checks for why in _why_fragile(check)]


def _why_fragile(check: Check) -> list[str]:
    found = []
    decimals = [number for number in NUMBER.findall(shown_text(check.outputs)) if "." in number and float(number) % 1]
    if decimals and check.rtol < ROUNDING["float32"]:
        found.append(
            f"it prints {decimals[0]}, whose last digit another processor may round differently; show() keeps the"
            f" dtype, by which numbers are compared, or set rtol to {ROUNDING['float32']:g} or more"
        )
    kinds = {precision(part) for case in shown_cases(check.outputs) for part in _parts(case["value"])}
    if check.rtol < Check.rtol and (wide := [kind for kind in kinds if ROUNDING.get(kind, 0) > check.rtol]):
        kind = max(wide, key=lambda each: ROUNDING[each])
        found.append(f"rtol={check.rtol:g} is finer than {kind} holds on another processor: {ROUNDING[kind]:g} is used")
    return found


def _parts(value: Encoded) -> list[Encoded]:
    """An encoded value, and those inside it."""
    return [value, *(each for item in value.get("items", ()) for each in _parts(item))]


def run_planted(assignment: Assignment, workers: Workers | None = None) -> dict[str, tuple[Question, QuestionRun]]:
    """Run every planted mistake and every other right answer; by its id, its question and its run."""
    questions, answers = {}, {}
    for question in assignment.questions.values():
        sources = {mistake.id: mistake.source for mistake in question.mistakes} | question.alternatives
        for name, source in sources.items():
            questions[name], answers[name] = replace(question, id=name), source
    planted = replace(assignment, questions=questions)
    runs = run_answers(planted, answers, trusted=True, workers=workers) if answers else {}
    return {name: (questions[name], run) for name, run in runs.items()}


def _run_mistakes(notebook: Notebook, assignment: Assignment, workers: Workers) -> list[str]:
    """Store each mistake's marks in its cell; what is wrong with the mistakes and the other right answers."""
    if any(not check.outputs for question in assignment.questions.values() for check in question.checks):
        return []  # the reference failed already
    results = run_planted(assignment, workers)
    cells = {course_data(cell)["id"]: cell for cell in cells_with_role(notebook, "mistake")}
    for question in assignment.questions.values():
        for mistake in question.mistakes:
            _, run = results[mistake.id]
            mistake.marks = unlike(marks_of_run(question, run), marks_of_reference(question), mistake.anyhow)
            course_data(cells[mistake.id])["marks"] = mistake.marks
    problems = []
    for name, (question, run) in results.items():
        problem = not_right(question, run) if name in question.alternatives else problem_of(question, run, name)
        problems += [f"{name}: {problem}"] if problem else []
    return problems


def not_right(question: Question, run: QuestionRun) -> str:
    """What is wrong with another right answer: it is to get all points."""
    verdict = diagnose(question, run)
    return "" if verdict.passed else f"this right answer is refused: {_why(question, run)}"


def problem_of(question: Question, run: QuestionRun, mistake: str) -> str:
    """What is wrong with a planted mistake: it is to lose points, to show in public, and to be known as itself."""
    verdict = diagnose(question, run)
    if verdict.state == "damaged":
        return verdict.message
    if verdict.points >= question.points and verdict.passed:
        return "this mistake loses no points"
    if verdict.state == "form":
        return f"this mistake is not in the form that is asked for ({verdict.message})"
    if all(item["passed"] for item in verdict.checks if not item["hidden"]):
        return "the public checks do not show this mistake"
    if verdict.mistake.split()[:1] != [mistake]:
        return f"looks the same as {verdict.mistake or 'nothing'}"
    return ""


def _unanswerable(question: Question) -> list[str]:
    """A stub that does not say the form of its answer."""
    bare = question.form in ("predict", "shape") and "answer = None" in question.stub
    return [f"{question.id}: the stub is a bare None; it states the form, as {{'a': None}}"] if bare else []


def released_notebook(notebook: Notebook, assignment: Assignment) -> Notebook:
    """What a learner gets: text, set-up, stubs, and a cell that checks each; checks in metadata."""
    cells: list[Cell] = []
    for cell in notebook["cells"]:
        role = course_data(cell).get("role", "text")
        if role in ("check", "mistake", "right", "variant"):
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
    source = f'from edutorch.course import exercise\n\nq = exercise("{name}", "{question.id}")\nq.check()'
    return code_cell(source, {"role": "ask", "question": question.id}, [], f"ask-{question.id}")


def _released_question(question: Question) -> dict[str, Any]:
    data = asdict(question)
    del data["answer"], data["alternatives"]
    if not question.by_hand:
        del data["by_hand"]
    data["checks"] = [
        {**asdict(check), "outputs": sealed(check.outputs, check.salt) if check.sealed else check.outputs}
        for check in question.checks
        if not check.hidden
    ]
    data["mistakes"] = [{**asdict(mistake), "source": ""} for mistake in question.mistakes]
    hidden = [check for check in question.checks if check.hidden]
    data |= {"hidden_checks": len(hidden), "hidden_points": sum(check.points for check in hidden)}
    return data
