"""Your code becomes the framework: what has passed stands in for the library's own pieces.

    with my_framework() as receipt:
        train(...)
    print(receipt)

Each question names its swap points, such as "Exp.backward". Inside the block the library calls the
learner's code there; where a question has not passed yet it calls its own. The receipt counts both.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..autograd.base import TensorBase, wrap
from .assignment import Assignment, Question, load_assignment
from .files import course_root
from .notebook import NotebookError
from .progress import Progress, progress_folder
from .source import find

YOURS, LIBRARY = "your code", "the library's own"


@dataclass
class Piece:
    """A swap point: `name` in the learner's answer, `target` the object of the library it belongs to."""

    name: str
    target: str
    exercise: str
    question: str
    whose: str = LIBRARY
    calls: int = 0

    @property
    def place(self) -> tuple[Any, str]:
        """What holds the piece, and under which name: a class and a method, or a module and a class."""
        if "." in self.name:
            return find(self.target), self.name.rpartition(".")[2]
        module, _, name = self.target.rpartition(".")
        return find(module), name


@dataclass
class Receipt:
    """Piece by piece: whose code it was, and how often it was called."""

    pieces: list[Piece] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        width = max([len(piece.name) for piece in self.pieces], default=5)
        lines = [f"{'piece':{width}}  {'whose code':18}  calls"]
        lines += [f"{p.name:{width}}  {p.whose:18}  {p.calls}" for p in self.pieces]
        yours = sum(piece.whose == YOURS for piece in self.pieces)
        total = f"{yours} of {len(self.pieces)} pieces are your code"
        return "\n".join([*lines, total, *self.notes])


@contextlib.contextmanager
def my_framework(folder: Path | None = None, exercises: Path | None = None) -> Iterator[Receipt]:
    """Swap in, for the block, all that has passed in the course folder; the receipt fills up.

    `exercises` is the folder of the released exercises, by default the course's, else the learner's.
    A piece whose source no longer runs is left to the library, and the receipt says so. The library
    is restored in any case."""
    place = progress_folder(folder)
    receipt, kept = Receipt(), Progress(place).read()
    with contextlib.ExitStack() as stack:
        for assignment in _assignments(exercises or _exercises(place)):
            for question in assignment.questions.values():
                source = kept.get(assignment.name, {}).get(question.id, {}).get("source")
                names = _learners_names(assignment, question, source, receipt) if source else {}
                for name, target in question.swaps.items():
                    piece = Piece(name, target, assignment.name, question.id)
                    receipt.pieces.append(piece)
                    stack.enter_context(_swapped(piece, _member(names, name)))
        yield receipt


def _exercises(place: Path) -> Path:
    try:
        return course_root() / "exercises"
    except FileNotFoundError:
        return place / "exercises"


def _assignments(folder: Path) -> Iterator[Assignment]:
    for path in sorted(folder.glob("*.ipynb")):
        with contextlib.suppress(NotebookError):  # not every notebook there need be an exercise
            yield load_assignment(path)


def _learners_names(assignment: Assignment, question: Question, source: str, receipt: Receipt) -> dict[str, Any]:
    """What the set-up and the passed answer define."""
    names: dict[str, Any] = {"__name__": f"answer_{question.id}"}
    try:
        for text in [*assignment.setup, source]:
            exec(compile(text, f"<{assignment.name}: {question.id}>", "exec"), names)
    except Exception as error:
        receipt.notes.append(
            f"{assignment.name}, {question.id}: the answer kept no longer runs "
            f"({type(error).__name__}: {error}); check it again"
        )
        return {}
    return names


def _member(names: dict[str, Any], name: str) -> Any:
    """`Exp.forward` among the learner's names; None where it is not there."""
    first, *rest = name.split(".")
    found = names.get(first)
    for word in rest:
        found = getattr(found, word, None)
    return found


@contextlib.contextmanager
def _swapped(piece: Piece, learners: Any) -> Iterator[None]:
    """The piece counted, and replaced where the learner has one; put back at the end."""
    owner, name = piece.place
    before = {key: owner.__dict__[key] for key in (name, "_forward") if key in owner.__dict__}
    original = getattr(owner, name)
    piece.whose = YOURS if learners is not None else LIBRARY
    if learners is not None and "_forward" in before:
        learners = _of_tensors(learners) if name == "forward" else learners
    counted = _counting(piece, learners if learners is not None else original)
    is_static = isinstance(before.get(name), staticmethod)
    setattr(owner, name, staticmethod(counted) if is_static else counted)
    if name == "forward" and "_forward" in before:  # Function keeps forward under this name as well
        owner._forward = staticmethod(counted)
    try:
        yield
    finally:
        for key, value in before.items():
            setattr(owner, key, value)


def _of_tensors(forward: Callable[..., Any]) -> Callable[..., Any]:
    """The library also calls forward with plain numbers, as in 2 * x: an answer gets tensors alone."""

    def with_tensors(ctx: Any, *inputs: Any) -> Any:
        dtype = next(x.array.dtype for x in inputs if isinstance(x, TensorBase))
        numbers = (int, float)
        return forward(ctx, *(wrap(np.asarray(x, dtype)) if isinstance(x, numbers) else x for x in inputs))

    return with_tensors


def _counting(piece: Piece, call: Callable[..., Any]) -> Any:
    """`call`, counting its calls; a class stays one that can be subclassed."""
    if isinstance(call, type):

        def construct(self: Any, *inputs: Any, **options: Any) -> None:
            piece.calls += 1
            call.__init__(self, *inputs, **options)  # type: ignore[misc]

        return type(call.__name__, (call,), {"__init__": construct})

    @functools.wraps(call)
    def counted(*inputs: Any, **options: Any) -> Any:
        piece.calls += 1
        return call(*inputs, **options)

    return counted
