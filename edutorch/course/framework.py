"""Your code becomes the framework: what has passed stands in for the library's own pieces.

    with my_framework() as receipt:
        train(...)
    print(receipt)

Each question names its swap points, such as "Exp.backward". Inside the block the library calls the
learner's code there; where a question has not passed yet it calls its own. The receipt counts both. A
piece that fails is replaced by the library's for the rest of the block, and the receipt says so.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import itertools
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ..autograd.base import TensorBase, wrap
from . import forms
from .assignment import Assignment, load_assignment
from .files import course_root
from .notebook import NotebookError
from .pieces import LIBRARY, YOURS, Piece, Receipt, guarded, is_function
from .record import Progress, progress_folder

INPUTS = "_inputs_of_forward"  # on a ctx: what the library's forward starts from where backward is to be its own


@dataclass
class Part:
    """The pieces of one question, the learner's passed source ("" where it has not passed), and what that defines."""

    pieces: list[Piece]
    setup: list[str]
    source: str
    names: dict[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def passed(self) -> bool:
        """Whether there is an answer that still runs."""
        return bool(self.source) and not self.note

    @property
    def title(self) -> str:
        """The names of the pieces, which are what a learner knows it by."""
        return ", ".join(piece.name for piece in self.pieces)

    def renewed(self) -> Part:
        """The same, nothing counted yet."""
        fresh = [Piece(piece.name, piece.target, piece.exercise, piece.question) for piece in self.pieces]
        return replace(self, pieces=fresh)


def framework_parts(folder: Path | None = None, exercises: Path | None = None) -> list[Part]:
    """Every question that has swap points, in the course's order, with what the learner has passed of it.

    Where two questions have a swap point in common, as the SGD of exercise 2 and the one with momentum of exercise
    7, it is a piece of the later one that has passed, else of the first.
    `folder` is the learner's copy, by default the one around the current folder; `exercises`, the folder of the
    released exercises, by default the course's, else the learner's."""
    place = folder or progress_folder()
    kept, parts = Progress(place).read(), []
    for assignment in _assignments(exercises or _exercises(place)):
        for question in assignment.questions.values():
            source = kept.get(assignment.name, {}).get(question.id, {}).get("source", "")
            pieces = [Piece(name, to, assignment.name, question.id) for name, to in question.swaps.items()]
            part = Part(pieces, assignment.setup, source)
            parts += [_executed(part)] if pieces else []
    return _one_for_each_place(parts)


def _one_for_each_place(parts: Sequence[Part]) -> list[Part]:
    holders: dict[tuple[str, str], Part] = {}
    for part in parts:
        for piece in part.pieces:
            if part.passed or piece.key not in holders:
                holders[piece.key] = part
    kept = [replace(part, pieces=[each for each in part.pieces if holders[each.key] is part]) for part in parts]
    return [part for part in kept if part.pieces]


def part_of(module: ModuleType, swaps: Mapping[str, str]) -> Part:
    """A module as a part; swaps: for each name in it, the place in the library."""
    pieces = [Piece(name, target, "", module.__name__) for name, target in swaps.items()]
    return Part(pieces, [], module.__name__, vars(module))


@contextlib.contextmanager
def my_framework(folder: Path | None = None, exercises: Path | None = None) -> Iterator[Receipt]:
    """Within the block, use all that has passed in the course folder; the receipt counts the calls.

    The folders are those of framework_parts. A piece whose source no longer runs, or fails in the block, is left
    to the library, and the receipt says so. The library is restored in any case."""
    with parts_in_place(framework_parts(folder, exercises)) as receipt:
        yield receipt


@contextlib.contextmanager
def parts_in_place(parts: Iterable[Part]) -> Iterator[Receipt]:
    """Within the block, use the learner's code of these parts; the receipt counts the calls."""
    receipt = Receipt()
    with contextlib.ExitStack() as stack:
        for part in parts:
            receipt.pieces += part.pieces
            receipt.notes += [part.note] if part.note else []
            stack.enter_context(_all_swapped(part.pieces, part.names, forgiving=True))
        yield receipt


@contextlib.contextmanager
def in_framework(names: Mapping[str, Any] | None = None) -> Iterator[Receipt]:
    """In a check: the pieces of the answer in the library's place, for the block.

    names: what the answer defined, by default the names of the kernel. A piece that fails raises, and one that
    calls what it replaces raises CallsItself."""
    names = vars(sys.modules["__main__"]) if names is None else names
    pieces = [Piece(name, target, "", "") for name, target in forms.answer_swaps.items()]
    try:
        with _all_swapped(pieces, dict(names), forgiving=False):
            yield Receipt(pieces)
    finally:
        forms.called_swaps.update(piece.name for piece in pieces if piece.calls and piece.whose == YOURS)


def _exercises(place: Path) -> Path:
    try:
        return course_root() / "exercises"
    except FileNotFoundError:
        return place / "exercises"


def _assignments(folder: Path) -> Iterator[Assignment]:
    for path in sorted(folder.glob("*.ipynb")):
        with contextlib.suppress(NotebookError):  # not every notebook there need be an exercise
            yield load_assignment(path)


def _executed(part: Part) -> Part:
    """With the names that the set-up and the passed answer define."""
    exercise, question = part.pieces[0].exercise, part.pieces[0].question
    names: dict[str, Any] = {"__name__": f"answer_{question}"}
    try:
        for text in [*part.setup, part.source] if part.source else []:
            exec(compile(text, f"<{exercise}: {question}>", "exec"), names)
    except Exception as error:
        note = f"the answer kept no longer runs ({type(error).__name__}: {error}); check it again"
        return replace(part, note=f"{exercise}, {question}: {note}")
    return replace(part, names=names)


def _member(names: dict[str, Any], name: str) -> Any:
    """`Exp.forward` among the learner's names; None where it is not there."""
    first, *rest = name.split(".")
    if first not in names:
        return None  # which has a __setattr__ of its own
    return functools.reduce(lambda found, word: getattr(found, word, None), rest, names[first])


@contextlib.contextmanager
def _all_swapped(pieces: list[Piece], names: dict[str, Any], forgiving: bool) -> Iterator[None]:
    """The pieces of one question in their places; put back at the end."""
    with contextlib.ExitStack() as stack:
        originals = {piece.place: getattr(*piece.place) for piece in pieces}
        for piece in pieces:
            learners = _member(names, piece.name)
            owner = piece.place[0]
            if learners is not None and is_function(owner):  # with a learner's code it is treated as a learner's
                for switch in ("_built_in", "on_arrays"):
                    stack.enter_context(instead(owner, switch, False))
            stack.enter_context(instead(*piece.place, _in_its_place(piece, learners, pieces, originals, forgiving)))
        yield


@contextlib.contextmanager
def instead(owner: Any, name: str, value: Any) -> Iterator[None]:
    """For a block, `value` in the place of owner.name; then what was there before, whatever has happened.

    owner: a class, a module or any other object with attributes. A static method stays one."""
    inherited, before = name not in owner.__dict__, owner.__dict__.get(name)
    setattr(owner, name, staticmethod(value) if isinstance(before, staticmethod) else value)
    try:
        yield
    finally:
        if inherited:
            delattr(owner, name)
        else:
            setattr(owner, name, before)


def _in_its_place(
    piece: Piece, learners: Any, pieces: list[Piece], originals: dict[tuple[Any, str], Any], forgiving: bool
) -> Any:
    """What is called for the piece: counted, and the learner's where there is one."""
    owner, name = piece.place
    piece.whose = YOURS if learners is not None else LIBRARY
    if learners is None:
        return _counted(piece, originals[owner, name])
    if isinstance(learners, type):
        return _counted(piece, learners)
    yours = _of_tensors(learners, originals[owner, name]) if name == "forward" and is_function(owner) else learners
    fallback = _library(piece, pieces, originals) if forgiving else None
    return counting(piece, guarded(piece, yours, fallback))


def _library(piece: Piece, pieces: list[Piece], originals: dict[tuple[Any, str], Any]) -> Callable[..., Any]:
    """The library's own, for a piece that failed: from here on for all pieces of its class, which share a ctx."""
    owner, name = piece.place
    original = originals[owner, name]

    def call(*inputs: Any, **options: Any) -> Any:
        for each in pieces:
            each.whose = LIBRARY
        started = getattr(inputs[0], "__dict__", {}).get(INPUTS) if inputs else None
        if name == "backward" and started is not None:  # its ctx was filled by the learner's forward
            del inputs[0].__dict__[INPUTS]
            originals.get((owner, "forward"), owner.forward)(inputs[0], *started)
        return original(*inputs, **options)

    return call


def _of_tensors(forward: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
    """The library also calls forward with a plain number for a tensor, as in 2 * x: an answer gets a tensor. What is
    no tensor in the library's own forward, as the dim of a sum, stays as it is."""
    signature = inspect.signature(original)
    _, *parameters = signature.parameters.values()
    stands_for_tensor = ["Tensor" in str(each.annotation) for each in parameters]

    def with_tensors(ctx: Any, *inputs: Any) -> Any:
        setattr(ctx, INPUTS, inputs)
        dtype = next(x.array.dtype for x in inputs if isinstance(x, TensorBase))
        given = [
            wrap(np.asarray(x, dtype)) if wanted and isinstance(x, (int, float)) else x
            for x, wanted in itertools.zip_longest(inputs, stands_for_tensor[: len(inputs)], fillvalue=False)
        ]
        return forward(ctx, *given)

    # in a block inside this one, this is the original
    with_tensors.__signature__ = signature  # type: ignore[attr-defined]
    return with_tensors


def _counted(piece: Piece, call: Any) -> Any:
    """A function or a class whose calls are counted; a class stays one that can be subclassed."""
    if not isinstance(call, type):
        return counting(piece, call)

    def construct(self: Any, *inputs: Any, **options: Any) -> None:
        piece.calls += 1
        call.__init__(self, *inputs, **options)  # type: ignore[misc]

    return type(call.__name__, (call,), {"__init__": construct})


def counting(piece: Piece, function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` under its own name and signature, each call counted in `piece.calls`."""

    @functools.wraps(function)
    def counted(*inputs: Any, **options: Any) -> Any:
        piece.calls += 1
        return function(*inputs, **options)

    return counted
