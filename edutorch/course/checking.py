"""What the engine does in a learner's kernel, around the answer and around each of its checks.

    prepare(answer, swaps, without)    # before the answer
    ... the answer cell ...
    take_answer()                      # after it
    run_check(source, seed)            # each check

An answer may change whatever it can reach. So before each check the library is put back as it was, IPython's own hooks
too, and a check's names are apart from the answer's: no function of the answer sees what a check defines.
"""

from __future__ import annotations

import builtins
import contextlib
import inspect
import secrets
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from gc import get_referents
from operator import is_
from random import Random
from types import CodeType, FunctionType
from typing import TYPE_CHECKING

import numpy as np

from . import forms
from .later import together
from .pieces import CallsItself, RefusedClass, refused
from .variation import varied
from .withheld import LAYERS, is_of_library, names_to_withhold, refuse_answer, unwrapped, withhold

if TYPE_CHECKING:
    from _typeshed import TraceFunction

HOOKS = ("input_transformers_cleanup", "input_transformers_post", "ast_transformers")  # of IPython's shell


@dataclass
class _Before:
    """What there was before the answer ran."""

    modules: dict[str, dict[str, object]] = field(default_factory=dict)
    classes: dict[type, dict[str, object]] = field(default_factory=dict)
    functions: dict[FunctionType, CodeType] = field(default_factory=dict)
    hooks: list[tuple[list[object], list[object]]] = field(default_factory=list)
    trace: TraceFunction | None = None
    answer: str = ""
    swaps: dict[str, str] = field(default_factory=dict)


_before = _Before()
_file = f"<check {secrets.token_hex(4)}>"


def prepare(answer: str, swaps: Mapping[str, str], without: Sequence[str] = ()) -> None:
    """Before the answer runs: withhold what it takes the place of, keep what there is. answer: its source."""
    withhold(names_to_withhold(swaps, without))
    _before.answer, _before.swaps = answer, dict(swaps)
    names = [name for name in sys.modules if name.partition(".")[0] == "edutorch" and sys.modules[name] is not None]
    _before.modules = {name: dict(vars(sys.modules[name])) for name in names}
    things = [each for held in _before.modules.values() for each in held.values()]
    classes = dict.fromkeys(each for each in things if isinstance(each, type))  # most are found in several modules
    _before.classes = {each: dict(vars(each)) for each in classes if _is_ours(each)}
    members = [each for held in _before.classes.values() for each in held.values()]
    things += [each.__func__ if isinstance(each, (staticmethod, classmethod)) else each for each in members]
    functions = dict.fromkeys(each for each in things if isinstance(each, FunctionType) and _is_ours(each))
    _before.functions = dict(zip(functions, _codes_of(functions), strict=True))
    _before.modules["builtins"] = dict(vars(builtins))
    _before.trace = sys.gettrace()
    _before.hooks = [(hooks, list(hooks)) for hooks in _hooks_of_shell()]


def take_answer() -> None:
    """After the answer has run: its text and swap points are there for the checks, and it is refused what it is to
    replace. A piece of its own that is the library's is no answer."""
    restore()
    swaps = _before.swaps
    _before.modules[forms.__name__] |= {"answer_text": _before.answer, "answer_swaps": dict(swaps)}  # for run_check
    names = vars(sys.modules["__main__"])
    for piece in swaps:
        _refuse_what_is_ours(names, piece)
    gradients = _codes(names, swaps, "backward") - _codes(names, swaps, "forward")
    refuse_answer(_file, _methods(names, swaps), gradients)


def _methods(names: Mapping[str, object], swaps: Mapping[str, str]) -> dict[str, object]:
    """The answer's methods that stand in for the library's, by the names of these; an operation has none."""
    found = {}
    for piece, target in swaps.items():
        first, _, method = piece.partition(".")
        if method and not target.startswith("edutorch.ops."):
            found[f"{target}.{method}"] = getattr(names.get(first), method, None)
    return found


def _codes(names: Mapping[str, object], swaps: Mapping[str, str], method: str) -> set[CodeType]:
    """The code of the answer's methods of this name, and of what they are wrapped in."""
    found: set[CodeType] = set()
    for piece in swaps:
        first, _, last = piece.partition(".")
        thing = getattr(names.get(first), method, None) if last == method else None
        for _ in range(LAYERS):
            found |= {thing.__code__} if isinstance(thing, FunctionType) else set()
            thing = getattr(thing, "__wrapped__", None)
    return found


def run_check(source: str, seed: int | str = 0) -> None:
    """Run a check, apart from the answer's names and with `rng`, a random.Random of this seed, among its own.

    In one with candidates for a witness these look different each time, and are tried in another order."""
    restore()
    tree, more = varied(source) if "rejects" in source else (source, {})
    names = dict(vars(sys.modules["__main__"]))
    for piece in _before.swaps:  # a check before this one has run the answer's code
        _refuse_what_is_ours(names, piece)
    vars(sys.modules["__main__"]).update(names)
    names |= {"rng": Random(seed)} | more
    pieces = {piece.partition(".")[0] for piece in _before.swaps}
    held = {name: names.get(name) for name in pieces}
    with together(restore) if more else contextlib.nullcontext():
        exec(compile(tree, _file, "exec"), names)
    if any(names.get(name) is not each for name, each in held.items()):
        raise CallsItself("the answer changes what its check looks at. Write out what it is to compute.")


def restore() -> None:
    """Undo what an answer has replaced in the library, in the builtins and in IPython."""
    for name, held in _before.modules.items():
        vars(sys.modules[name]).update(held) if name in sys.modules else None
    for owner, held in _before.classes.items():
        if not _is_same(vars(owner), held):
            _put_back(owner, held)
    for (function, code), now in zip(_before.functions.items(), _codes_of(_before.functions), strict=True):
        if now is not code:
            function.__code__ = code
    for hooks, held_hooks in _before.hooks:
        hooks[:] = held_hooks
    sys.settrace(_before.trace)
    sys.setprofile(None)


def _codes_of(functions: Collection[FunctionType]) -> list[CodeType]:
    """The code of each. To ask one for its own is an event of Python, at which fence.py is called: so all are asked at
    once. A function refers to its code, and to another where somebody has put that into it."""
    found = [each for each in get_referents(*functions) if type(each) is CodeType]
    return found if len(found) == len(functions) else [each.__code__ for each in functions]


def _is_same(now: Mapping[str, object], held: Mapping[str, object]) -> bool:
    """Whether both have the very same names, in the same order, and things."""
    return len(now) == len(held) and all(map(is_, now, held)) and all(map(is_, now.values(), held.values()))


def _put_back(owner: type, held: Mapping[str, object]) -> None:
    now = dict(vars(owner))
    for name in now.keys() - held.keys():
        delattr(owner, name)
    for name, value in held.items():
        if now.get(name) is not value:
            setattr(owner, name, value)


def _is_ours(thing: object) -> bool:
    return str(getattr(thing, "__module__", "")).partition(".")[0] == "edutorch"


def _hooks_of_shell() -> list[list[object]]:
    from IPython import get_ipython  # extra "lab"

    shell = get_ipython()
    if shell is None:
        return []
    return [*shell.events.callbacks.values(), *(getattr(shell, name) for name in HOOKS)]


def _refuse_what_is_ours(names: dict[str, object], piece: str) -> None:
    """In the place of a piece that the answer has not written, one that refuses it; of a class, the method."""
    first, _, method = piece.partition(".")
    held = names.get(first)
    if not method:
        if held is not None and not _is_written(held):
            names[first] = refused(piece)
        return
    if held is None or not hasattr(held, method):
        return
    if not isinstance(held, type) or _is_borrowed(held):
        names[first] = RefusedClass(piece)
    elif not _is_written(member := inspect.getattr_static(held, method)):
        refusal = refused(piece)
        methods = {method: staticmethod(refusal) if isinstance(member, staticmethod) else refusal}
        names[first] = type(held.__name__, (held,), methods)


def _is_written(thing: object) -> bool:
    """Whether it is Python code that is not the library's: a function, a class, an object of a class of the answer."""
    thing = unwrapped(thing)
    if isinstance(thing, property):
        return _is_written(thing.fget)
    if isinstance(thing, (FunctionType, type)):
        return not is_of_library(thing)
    return isinstance(thing, np.vectorize) or type(thing).__module__ == "__main__"


def _is_borrowed(held: type) -> bool:
    """Whether a class leads to another one by more than inheritance: by a method that belongs to a class of the
    library, by an object that is called, by a class of its own for the class."""
    if not is_of_library(held) and type(held).__module__ == "__main__":
        return True
    members = [
        each for owner in held.__mro__ if not _is_ours(owner) and owner is not object for each in vars(owner).values()
    ]
    return any(_is_of_another(each) for each in members)


def _is_of_another(member: object) -> bool:
    if inspect.ismethod(member):
        owner = member.__self__
        return _is_ours(owner if isinstance(owner, type) else type(owner))
    called = callable(member) and not isinstance(member, (FunctionType, type, staticmethod, classmethod))
    return called and _is_ours(type(member))
