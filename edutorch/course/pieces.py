"""The pieces of a framework: whose code is in each place, how often it was called, and what is refused."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..autograd.function import Function
from .source import find

YOURS, LIBRARY = "your code", "the library's own"


class CallsItself(RuntimeError):
    """An answer that calls the piece of the library that it takes the place of."""


class TakenApart(CallsItself, PermissionError):
    """An answer that looks for it where only the interpreter should look. As an error of files: who reads a text for a
    traceback goes on without."""


def refused(name: str) -> Callable[..., object]:
    """What stands for an answer's piece that is the library's own: raises CallsItself."""

    def refuse(*inputs: object, **options: object) -> object:
        raise CallsItself(f"{name} is the library's own: it is to be written in the answer. Write out what it does.")

    return refuse


class RefusedClass:
    """What stands for an answer's class that leads to the library's own: whatever is asked of it raises CallsItself."""

    def __init__(self, name: str) -> None:
        self.refuse = refused(name)

    def __call__(self, *inputs: object, **options: object) -> object:
        return self.refuse()

    def __getattr__(self, name: str) -> object:
        return self.refuse()


@dataclass
class Piece:
    """A swap point: `name` in the learner's answer, `target` the object of the library it belongs to."""

    name: str
    target: str
    exercise: str
    question: str
    whose: str = LIBRARY
    calls: int = 0
    failure: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """The place by name: the same for two pieces that stand in for the same."""
        return self.target, self.name.rpartition(".")[2]

    @property
    def place(self) -> tuple[Any, str]:
        """What holds the piece, and under which name: a class and a method, or a module and a class."""
        if "." in self.name:
            return find(self.target), self.name.rpartition(".")[2]
        module, _, name = self.target.rpartition(".")
        return find(module), name


@dataclass
class Receipt:
    """Piece by piece: whose code it was, and how often it was called. Those of the library that nothing called are
    counted alone."""

    pieces: list[Piece] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = [piece for piece in self.pieces if piece.calls or piece.failure or piece.whose == YOURS]
        width = max([len(piece.name) for piece in told], default=5)
        lines = [f"{'piece':{width}}  {'whose code':18}  calls"]
        lines += [f"{p.name:{width}}  {p.whose:18}  {p.calls}" for p in told]
        rest = len(self.pieces) - len(told)
        lines += [f"{rest} more of the library's own, which nothing called"] if rest else []
        yours = sum(piece.whose == YOURS for piece in self.pieces)
        total = f"{yours} of {len(self.pieces)} pieces are your code"
        failures = [f"{p.name}: {p.failure}; the library's own took over" for p in self.pieces if p.failure]
        return "\n".join([*lines, total, *self.notes, *failures])


def is_function(owner: Any) -> bool:
    """Whether what holds a piece is an operation: a Function."""
    return isinstance(owner, type) and issubclass(owner, Function)


def guarded(piece: Piece, yours: Callable[..., Any], instead: Callable[..., Any] | None) -> Callable[..., Any]:
    """The learner's function: noticed where it calls itself, replaced by `instead` from where it fails on."""
    running = False

    @functools.wraps(yours)
    def call(*inputs: Any, **options: Any) -> Any:
        nonlocal running
        if instead is not None and piece.whose == LIBRARY:
            return instead(*inputs, **options)
        if running:
            raise _calls_itself(piece)
        running = True
        try:
            with _super_refused(piece):
                outcome = yours(*inputs, **options)
            return _to_its_end(piece, outcome) if inspect.isgenerator(outcome) else outcome
        except Exception as error:
            if instead is None:
                raise
            piece.failure = f"{type(error).__name__}: {error}".partition("\n")[0]
        finally:
            running = False
        return instead(*inputs, **options)

    return call


def _calls_itself(piece: Piece) -> CallsItself:
    owner, name = piece.place
    below = "Compute it with what lies below, np and x.array." if is_function(owner) else "Write out what it does."
    replaced = owner.__name__ if is_function(owner) else f"{owner.__name__}.{name}" if isinstance(owner, type) else name
    return CallsItself(
        f"{piece.name} calls what it replaces: in your framework the library's {replaced} is your own code, so this "
        f"would go on forever. {below}"
    )


@contextlib.contextmanager
def _super_refused(piece: Piece) -> Iterator[None]:
    """Explains the error of super() in a method that was moved to another class, which only says that an object has the
    wrong type."""
    try:
        yield
    except TypeError as error:
        if str(error).startswith("super(type, obj)"):
            raise _calls_itself(piece) from error
        raise


def _to_its_end(piece: Piece, outcome: Iterator[Any]) -> Iterator[Any]:
    """A generator runs when it is asked for its values: only then does it meet super()."""
    with _super_refused(piece):
        yield from outcome
