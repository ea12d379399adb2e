"""An exercise as the engine sees it: its questions, with their checks, mistakes, hints and points.

It is read from either notebook. The solution notebook has everything; the released one has the
public checks in its own metadata, and neither answers nor hidden checks.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .notebook import (
    ROLES,
    Cell,
    Notebook,
    NotebookError,
    Output,
    course_data,
    marked_question,
    read_notebook,
    source_of,
)
from .stub import make_stub

FORMS = ("write", "predict", "shape", "order", "mend", "witness", "text")


@dataclass
class Check:
    """A cell that prints values, and the outputs they are compared with.

    The outputs of a `sealed` check are released only as a hash with a `salt`, because they are the answer itself."""

    id: str
    source: str
    outputs: list[Output]
    points: float = 0.0
    hidden: bool = False
    rtol: float = 1e-6
    atol: float = 1e-8
    timeout: float = 10.0
    sealed: bool = False
    salt: str = ""


@dataclass
class Mistake:
    """A wrong answer that learners give. `marks` tell how its public outputs differ from the reference's.

    `anyhow`: being wrong in these places is enough, whatever is there. `source` is empty in a released
    exercise."""

    id: str
    message: str
    ask: str
    marks: dict[str, str] = field(default_factory=dict)
    anyhow: bool = False
    source: str = ""


@dataclass
class Question:
    """One question. `answer` is the reference (the stub, in a released exercise).

    `alternatives`: other right answers, by the ids of their cells. A released question has none, and no hidden
    checks: `hidden_checks` and `hidden_points` count those of the grading. `variant`: source that draws another
    problem to practice on."""

    id: str
    form: str
    title: str
    stub: str
    answer: str
    checks: list[Check] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    why: str = ""
    source: str = ""
    swaps: dict[str, str] = field(default_factory=dict)
    without: list[str] = field(default_factory=list)
    timeout: float = 10.0
    alternatives: dict[str, str] = field(default_factory=dict)
    hidden_checks: int = 0
    hidden_points: float = 0.0
    variant: str = ""
    by_hand: float = 0.0  # the points of a text, which a person gives

    @property
    def points(self) -> float:
        """The most points this question can give."""
        return sum(check.points for check in self.checks) + self.hidden_points + self.by_hand


@dataclass
class Assignment:
    """A whole exercise."""

    name: str
    title: str
    setup: list[str]
    questions: dict[str, Question]
    released: bool
    own_cells: frozenset[str] = frozenset()  # sources of its code cells without a question
    texts: dict[str, str] = field(default_factory=dict)  # what stands before each question's answer cell, Markdown
    seed: int = 0  # of the inputs that checks draw

    @property
    def points(self) -> float:
        """The most points this exercise can give."""
        return sum(question.points for question in self.questions.values())


def load_assignment(path: str | os.PathLike[str]) -> Assignment:
    """The exercise in a solution or a released notebook. Raises NotebookError with a reason."""
    return assignment_of(read_notebook(path), Path(path).name.removesuffix(".ipynb"))


def assignment_of(notebook: Notebook, name: str) -> Assignment:
    """The exercise in a notebook that was read. Raises NotebookError with a reason."""
    data = course_data(notebook)
    try:
        if "questions" in data:
            return _from_released(notebook, name)
        return _with_ids_apart(_from_solution(notebook, name))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, NotebookError):
            raise
        raise NotebookError(
            f"{name}: the edutorch metadata of a cell lack something or hold something else than "
            f"they should: {type(error).__name__}: {error}"
        ) from error


def _with_ids_apart(assignment: Assignment) -> Assignment:
    """Refuses equal ids: records are found by id, so two checks would get each other's points."""
    seen = {"answer"}
    for question in assignment.questions.values():
        ids = [check.id for check in question.checks] + [m.id for m in question.mistakes] + [*question.alternatives]
        for identity in ids:
            if identity in seen:
                raise NotebookError(f"{assignment.name}: the id {identity!r} is there twice")
            seen.add(identity)
    return assignment


def cells_with_role(notebook: Notebook, role: str | None) -> list[Cell]:
    """The cells whose metadata name that role, or none."""
    return [cell for cell in notebook["cells"] if course_data(cell).get("role") == role]


def _own_cells(notebook: Notebook) -> frozenset[str]:
    own = [cell for role in ("text", "setup", "ask", None) for cell in cells_with_role(notebook, role)]
    return frozenset(source_of(cell) for cell in own if isinstance(cell, dict) and cell.get("cell_type") == "code")


def _texts(notebook: Notebook) -> dict[str, str]:
    """The Markdown between the last code cell and each solution cell, by question."""
    texts: dict[str, str] = {}
    parts: list[str] = []
    for cell in notebook["cells"]:
        is_answer = course_data(cell).get("role") == "solution"
        if isinstance(cell, dict) and cell.get("cell_type") == "markdown" and not is_answer:
            parts.append(source_of(cell))
            continue
        if is_answer:
            texts[course_data(cell)["question"]] = "\n\n".join(parts)
        parts = []
    return texts


def title_of(notebook: Notebook, name: str) -> str:
    """The first heading of the notebook, else its name."""
    for cell in notebook["cells"]:
        for line in source_of(cell).splitlines():
            if isinstance(cell, dict) and cell.get("cell_type") == "markdown" and line[:2] == "# ":
                return line[2:].strip()
    return name


def _from_solution(notebook: Notebook, name: str) -> Assignment:
    for cell in notebook["cells"]:
        role = course_data(cell).get("role", "text")
        if role not in ROLES:  # a typo here would release an answer as text
            raise NotebookError(f"{name}: a cell has the role {role!r}, expected one of {ROLES}")
    questions: dict[str, Question] = {}
    for cell in cells_with_role(notebook, "solution"):
        # A question of the form mend starts from a program with a bug.
        stub = course_data(cell).get("start") or make_stub(source_of(cell), course_data(cell).get("form") == "text")
        question = _question(cell, name, stub)
        if question.id in questions:
            raise NotebookError(f"{name}: two solution cells for the question {question.id!r}")
        questions[question.id] = question
    if not questions:
        raise NotebookError(f"{name} has no cell with the edutorch role 'solution'")
    for cell in cells_with_role(notebook, "check"):
        data = course_data(cell)
        _owner(questions, data, name).checks.append(_check(source_of(cell), cell["outputs"], data))
    for cell in cells_with_role(notebook, "mistake"):
        data = course_data(cell)
        known = {key: data[key] for key in ("marks", "anyhow") if key in data}
        mistake = Mistake(data["id"], data["message"], data["ask"], source=source_of(cell), **known)
        _owner(questions, data, name).mistakes.append(mistake)
    for cell in cells_with_role(notebook, "right"):
        data = course_data(cell)
        _owner(questions, data, name).alternatives[data["id"]] = source_of(cell)
    for cell in cells_with_role(notebook, "variant"):
        _owner(questions, course_data(cell), name).variant = source_of(cell)
    setup = [source_of(cell) for cell in cells_with_role(notebook, "setup")]
    texts = _texts(notebook)
    return Assignment(name, title_of(notebook, name), setup, questions, False, _own_cells(notebook), texts)


def _question(cell: Cell, name: str, stub: str) -> Question:
    data, source = course_data(cell), source_of(cell)
    identity = data.get("question", "")
    if marked_question(source) != identity:
        raise NotebookError(f"{name}: the solution cell of {identity!r} needs the line '# question: {identity}'")
    if data.get("form") not in FORMS:
        raise NotebookError(f"{name}: {identity!r} has form {data.get('form')!r}, not in {FORMS}")
    known = ("form", "title", "hints", "why", "source", "swaps", "without", "timeout")
    question = Question(id=identity, stub=stub, answer=source, **{key: data[key] for key in known if key in data})
    if question.form == "text":
        if cell.get("cell_type") != "markdown" or not data.get("points", 0) > 0:
            raise NotebookError(
                f"{name}: {identity!r} has form 'text': a Markdown cell, with its points in the metadata"
            )
        question.by_hand = float(data["points"])
    return question


def _check(source: str, outputs: list[Output], data: dict[str, Any]) -> Check:
    known = ("points", "hidden", "rtol", "atol", "timeout", "sealed", "salt")
    return Check(data["id"], source, outputs, **{key: data[key] for key in known if key in data})


def _owner(questions: dict[str, Question], data: dict[str, Any], name: str) -> Question:
    if data.get("question") not in questions:
        raise NotebookError(
            f"{name}: the {data.get('role')} cell {data.get('id')!r} belongs to the question "
            f"{data.get('question')!r}, which has no solution cell"
        )
    return questions[data["question"]]


def _from_released(notebook: Notebook, name: str) -> Assignment:
    questions = {}
    for entry in course_data(notebook)["questions"]:
        data = dict(entry)
        checks = [Check(**check) for check in data.pop("checks")]
        mistakes = [Mistake(**mistake) for mistake in data.pop("mistakes")]
        question = Question(answer=data["stub"], checks=checks, mistakes=mistakes, **data)
        questions[question.id] = question
    order = [course_data(cell).get("question") for cell in cells_with_role(notebook, "solution")]
    places = {identity: order.index(identity) for identity in questions if identity in order}
    ordered = dict(sorted(questions.items(), key=lambda item: places.get(item[0], len(order))))
    data = course_data(notebook)
    title, own, texts = title_of(notebook, name), _own_cells(notebook), _texts(notebook)
    return Assignment(data["name"], title, data["setup"], ordered, True, own, texts)
