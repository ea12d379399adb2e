"""A new question in a solution notebook: `edutorch new QUESTION`, its cells with their roles, ready to be filled.

The skeleton is whole: `edutorch release` accepts it, so that what it says later is about what was written. What is to
be written has the word TODO, and `edutorch lint` names each cell where it still is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .notebook import Cell, Notebook, NotebookError, as_lines, code_cell, course_data, read_notebook, write_notebook

TODO = "TODO"
HINTS = [
    f"{TODO}: {words}" for words in ("a question that leads on", "a smaller case, worked out", "the lines, shuffled")
]
SETUP = "import edutorch as torch"
SHOW = "from edutorch.course import show\n\n"
PARTS = "from edutorch.course import parts, show\n\n"
REJECTS = "from edutorch.course import rejects, show\n\n"
BUG = "# question: NAME\ndef NAME(x):\n    total = x.sum()\n    return total / 2"


@dataclass(frozen=True)
class Skeleton:
    """The sources of one form's cells, with NAME for the question; `mistake` and `right` are answers."""

    task: str
    answer: str
    checks: tuple[str, ...] = ()
    mistake: str = ""
    right: str = ""
    sealed: bool = False
    start: str = ""  # of the form mend: the program with a bug


SKELETONS: Final = {
    "write": Skeleton(
        "TODO. **Write** `NAME(x)`, which ...",
        'def NAME(x):\n    """What it gives."""\n    ### BEGIN SOLUTION\n    return x + x\n    ### END SOLUTION',
        (f"{SHOW}show(NAME, torch.tensor([1.0, 3.0]))", f"{SHOW}show(NAME, torch.tensor([[-2.0], [0.5]]))"),
        "def NAME(x):\n    return x * x",
        "def NAME(x):\n    return 2 * x",
    ),
    "predict": Skeleton(
        "TODO. **Predict**: in place of each `None` write a number.\n\n| a | b |\n| --- | --- |\n| `1 + 1` | `2 * 3` |",
        '### BEGIN SOLUTION\nanswer = {"a": 2, "b": 6}\n### END SOLUTION',
        (f'{PARTS}show("your answer", parts(answer, ["a", "b"]))',),
        'answer = {"a": 11, "b": 6}',
        'answer = {"a": 2.0, "b": 6}',
        sealed=True,
    ),
    "shape": Skeleton(
        "TODO. **Give the shapes** of `a` and `b`.\n\n```python\na = torch.zeros(2, 3)\nb = a.sum(0)\n```",
        '### BEGIN SOLUTION\nanswer = {"a": (2, 3), "b": (3,)}\n### END SOLUTION',
        (f'{PARTS}show("your answer", parts(answer, ["a", "b"], shapes=True))',),
        'answer = {"a": (2, 3), "b": (2,)}',
        'answer = {"a": [2, 3], "b": [3]}',
        sealed=True,
    ),
    "order": Skeleton(
        "TODO. **Put the lines in order**; one does not belong.\n\n```text\nA   y = x + 1\nB   x = 2\nC   y = x\n```",
        '### BEGIN SOLUTION\nanswer = "BA"\n### END SOLUTION',
        (
            'from edutorch.course import assemble, run_program, show\n\nLINES = {"A": "y = x + 1", "B": "x = 2", "C": '
            '"y = x"}\n\ndef what_y_is():\n    return run_program(assemble(LINES, answer), {})["y"]\n\nshow(what_y_is)',
        ),
        'answer = "BC"',
        'answer = "B, A"',
    ),
    "mend": Skeleton(
        "TODO. **Mend** `NAME(x)`: one statement is wrong.",
        "def NAME(x):\n    total = x.sum()\n    ### BEGIN SOLUTION\n    return total / x.numel()\n    ### END SOLUTION",
        (
            f"from edutorch.course import answer_source, changed_statements, show\n\nORIGINAL = '''{BUG}'''\n\n"
            "show(NAME, torch.tensor([1.0, 5.0]))\nshow(NAME, torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]]))\n"
            'show("statements changed", changed_statements(ORIGINAL, answer_source()))',
            f"{SHOW}show(NAME, torch.tensor([rng.uniform(-9, 9) for _ in range(5)]))",
        ),
        "def NAME(x):\n    total = x.sum()\n    return total / len(x)",
        "def NAME(x):\n    total = x.sum()\n    return (1 / x.numel()) * total",
        start=BUG,
    ),
    "witness": Skeleton(
        "TODO. **Write a test** `NAME(double)`: True for a right `double(x)`, False for a wrong one.",
        "def NAME(double):\n    ### BEGIN SOLUTION\n    return double(3.0) == 6.0 and double(-1.0) == -2.0\n"
        "    ### END SOLUTION",
        (
            f"{REJECTS}def right(x):\n    return 2 * x\n\ndef squares(x):\n    return x * x\n\n"
            "def positive(x):\n    return 2 * abs(x)\n\n"
            'show("rejects the right one", rejects(NAME, [right])[0])\n'
            'show("rejects one that squares", rejects(NAME, [squares])[0])\n'
            'show("rejects one that loses the sign", rejects(NAME, [positive])[0])',
            f"{REJECTS}def right(x):\n    return x + x\n\ndef adds(x):\n    return x + 3\n\n"
            "def positive(x):\n    return 2 * abs(x)\n\n"
            'show("rejects", rejects(NAME, [adds, right, positive]))',
        ),
        "def NAME(double):\n    return double(3.0) == 6.0",
        "def NAME(double):\n    assert double(0.25) == 0.5\n    assert double(-4) == -8",
    ),
    "text": Skeleton(
        "TODO. **Explain** in a few sentences why ...",
        "### BEGIN SOLUTION\nTODO: what a good answer says.\n### END SOLUTION",
    ),
}


def new_question(path: Path, question: str, form: str, title: str = "") -> list[str]:
    """Append a question to the notebook at `path`, which is made if it is not there; what was added, a line a cell.

    Raises NotebookError if the notebook has that question already or `question` is no name."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", question):
        raise NotebookError(f"{question!r} is no name of a question: small letters, digits and _, as in mean_of_rows")
    notebook = read_notebook(path) if path.exists() else _new_notebook(path)
    if any(course_data(cell).get("question") == question for cell in notebook["cells"]):
        raise NotebookError(f"{path} has the question {question!r} already")
    cells = _cells(question, form, title or question.replace("_", " ").capitalize())
    notebook["cells"] += cells
    path.parent.mkdir(parents=True, exist_ok=True)
    write_notebook(notebook, path)
    number = len(notebook["cells"]) - len(cells)
    roles = [str(course_data(cell).get("role", "text")) for cell in cells]
    return [f"cell {number + place}: {role}" for place, role in enumerate(roles, start=1)]


def _new_notebook(path: Path) -> Notebook:
    title = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": [f"# {path.stem}"]}
    cells = [title, code_cell(SETUP, {"role": "setup"}, [], "setup")]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def _cells(question: str, form: str, title: str) -> list[Cell]:
    skeleton, marker = SKELETONS[form], f"# question: {question}\n"
    about: dict[str, object] = {"role": "solution", "question": question, "form": form, "title": title, "hints": HINTS}
    cells = [_markdown(f"text-{question}", f"## {title}\n\n{skeleton.task}", {"role": "text"}, question)]
    if form == "text":
        return [*cells, _markdown(question, f"#####{marker}{skeleton.answer}", about | {"points": 2}, question)]
    about["why"] = "TODO: why it works, in a sentence."
    about |= {"start": skeleton.start.replace("NAME", question)} if skeleton.start else {}
    cells.append(_code(question, marker + skeleton.answer, about, question))
    for number, source in enumerate(skeleton.checks, start=1):
        hidden = number > 1
        check = {
            "role": "check",
            "id": f"{question}-{number}",
            "points": 3 if hidden else 1 + (len(skeleton.checks) == 1),
        }
        check |= ({"hidden": True} if hidden else {}) | ({"sealed": True} if skeleton.sealed else {})
        cells.append(_code(f"{question}-{number}", source, check | {"question": question}, question))
    wrong: dict[str, object] = {"role": "mistake", "id": f"{question}-mistake", "question": question}
    wrong |= {"message": "TODO: what is wrong, in a sentence.", "ask": "TODO: a question that leads out of it?"}
    cells.append(_code(f"{question}-mistake", marker + skeleton.mistake, wrong, question))
    other: dict[str, object] = {"role": "right", "id": f"{question}-other", "question": question}
    return [*cells, _code(f"{question}-other", marker + skeleton.right, other, question)]


def _code(identity: str, source: str, data: dict[str, object], question: str) -> Cell:
    return code_cell(source.replace("NAME", question), data, [], identity)


def _markdown(identity: str, source: str, data: dict[str, object], question: str) -> Cell:
    source = source.replace("NAME", question)
    return {"cell_type": "markdown", "id": identity, "metadata": {"edutorch": data}, "source": as_lines(source)}
