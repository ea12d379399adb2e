"""What is wrong with a solution notebook, each fault with its cell and the rule: `edutorch lint`.

Some rules need the cells alone; the others run the notebook as a release does: reference, stubs, mistakes and other
right answers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from .assignment import FORMS, Assignment, load_assignment
from .authoring import TODO
from .diagnose import diagnose
from .notebook import ROLES, Cell, NotebookError, course_data, marked_question, read_notebook, source_of
from .release import not_right, problem_of
from .run import run_answers
from .stub import is_blank

RULES = {
    "no-notebook": "the file can be read as a solution notebook",
    "unknown-role": "a role is one of those that CONTRIBUTING.md lists",
    "unknown-form": "a form is one of those that CONTRIBUTING.md lists",
    "no-marker": "a solution cell has the line `# question: ID`",
    "no-such-question": "each check, mistake and right answer belongs to a question that has a solution cell",
    "duplicate-question": "a question has one solution cell",
    "duplicate-id": "no id is there twice",
    "no-check": "a question has a check, or is a text",
    "empty-check": "a check has code",
    "unfinished": "no TODO of `edutorch new` is left",
    "never-run": "a check has the output of the reference: run `edutorch release`",
    "no-points": "a question is worth points",
    "no-hidden-check": "points come from a hidden check, too, where the form is write, mend or witness",
    "reference-fails": "the reference answer gets all points",
    "stub-scores": "the stub gets no points",
    "mistake-scores": "a planted mistake loses points, in a check in sight, and is known as itself",
    "right-is-refused": "another right answer gets all points",
}
REFERENCE, STUB = "reference of ", "stub of "
WITH_INPUTS = ("write", "mend", "witness")


@dataclass(frozen=True)
class Fault:
    """`cell`: its number in the notebook, from 1; `id`: its own id, or that of its question."""

    rule: str
    cell: int
    id: str
    words: str

    def __str__(self) -> str:
        return f"cell {self.cell} ({self.id}): {self.rule}: {self.words}"


def lint(path: str | os.PathLike[str], run: bool = True) -> list[Fault]:
    """The faults of the notebook, in the order of its cells; those that need a run where `run`, and nothing else is
    wrong with the cells."""
    try:
        cells = read_notebook(path)["cells"]
        faults = list(_of_cells(cells))
        grave = [fault for fault in faults if fault.rule not in ("no-hidden-check", "no-points", "unfinished")]
        faults += _of_runs(load_assignment(path), cells) if run and not grave else []
    except NotebookError as error:
        return [Fault("no-notebook", 0, Path(path).name, str(error))]
    return sorted(faults, key=lambda fault: fault.cell)


def _of_cells(cells: list[Cell]) -> Iterator[Fault]:
    """What the cells alone tell."""
    solutions: dict[str, int] = {}
    checks: dict[str, list[Cell]] = {}
    seen: dict[str, int] = {}
    for number, cell in enumerate(cells, start=1):
        data = course_data(cell)
        role, question = data.get("role", "text"), str(data.get("question", ""))
        name = str(data.get("id") or question or (cell.get("id", "") if isinstance(cell, dict) else ""))
        if TODO in source_of(cell) or TODO in str(data):
            yield Fault("unfinished", number, name, f"{TODO} stands in its text or its metadata")
        if role not in ROLES:
            yield Fault("unknown-role", number, name, f"{role!r} is none of {', '.join(ROLES)}")
        if role == "solution":
            if question in solutions:
                yield Fault("duplicate-question", number, name, f"cell {solutions[question]} answers it, too")
            solutions.setdefault(question, number)
            if marked_question(source_of(cell)) != question:
                yield Fault("no-marker", number, name, f"the line '# question: {question}' is not there")
            if data.get("form") not in FORMS:
                yield Fault("unknown-form", number, name, f"{data.get('form')!r} is none of {', '.join(FORMS)}")
        if role in ("check", "mistake", "right"):
            if name in seen:
                yield Fault("duplicate-id", number, name, f"cell {seen[name]} has it, too")
            seen.setdefault(name, number)
        if role == "check":
            checks.setdefault(question, []).append(cell)
            if is_blank(source_of(cell)):
                yield Fault("empty-check", number, name, "it has no code, so any answer passes it")
            elif not cell.get("outputs"):
                yield Fault("never-run", number, name, "it has no output to compare with")
    for number, cell in enumerate(cells, start=1):
        data = course_data(cell)
        question = str(data.get("question", ""))
        if data.get("role") in ("check", "mistake", "right", "variant") and question not in solutions:
            named = str(data.get("id") or question)
            yield Fault("no-such-question", number, named, f"no solution cell has the question {question!r}")
    for question, number in solutions.items():
        yield from _of_question(question, number, course_data(cells[number - 1]), checks.get(question, []))


def _of_question(question: str, number: int, about: Cell, checks: list[Cell]) -> Iterator[Fault]:
    if about.get("form") == "text":
        return
    if not checks:
        yield Fault("no-check", number, question, "no check cell belongs to it")
        return
    data = [course_data(check) for check in checks]
    if not sum(check.get("points", 0) for check in data):
        yield Fault("no-points", number, question, "its checks give none")
    elif about.get("form") in WITH_INPUTS and not sum(check.get("points", 0) for check in data if check.get("hidden")):
        yield Fault("no-hidden-check", number, question, "all its points come from checks that a learner sees")


def _of_runs(assignment: Assignment, cells: list[Cell]) -> Iterator[Fault]:
    """What running tells, in one run of references, stubs, mistakes and other right answers."""
    places = {str(course_data(cell).get("id")): number for number, cell in enumerate(cells, start=1)}
    about = [(course_data(cell), number) for number, cell in enumerate(cells, start=1)]
    solutions = {data["question"]: number for data, number in about if data.get("role") == "solution"}
    graded = [question for question in assignment.questions.values() if not question.by_hand]
    tried = {f"{REFERENCE}{question.id}": (question, question.answer) for question in graded}
    tried |= {f"{STUB}{question.id}": (question, question.stub) for question in graded}
    for question in graded:
        sources = {mistake.id: mistake.source for mistake in question.mistakes} | question.alternatives
        tried |= {name: (question, source) for name, source in sources.items()}
    questions = {name: replace(question, id=name) for name, (question, _) in tried.items()}
    answers = {name: source for name, (_, source) in tried.items()}
    runs = run_answers(replace(assignment, questions=questions), answers, trusted=True) if answers else {}
    for name, run in runs.items():
        question, place = tried[name][0], solutions[tried[name][0].id]
        verdict = diagnose(question, run)
        if name.startswith(REFERENCE):
            if not verdict.passed:
                told = f"{verdict.points:g} of {verdict.of:g} points, {verdict.words} {verdict.message}"
                yield Fault("reference-fails", place, question.id, told.strip())
        elif name.startswith(STUB):
            if verdict.points:
                told = f"it gets {verdict.points:g} of {verdict.of:g} points"
                yield Fault("stub-scores", place, question.id, told)
        elif name in question.alternatives:
            if words := not_right(question, run):
                yield Fault("right-is-refused", places[name], name, words)
        elif words := problem_of(question, run, name):
            yield Fault("mistake-scores", places[name], name, words)
