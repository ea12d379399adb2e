"""What the engine does in a learner's kernel, around the answer and around each of its checks.

    prepare(swaps, without)                # before the answer
    ... the answer cell ...
    take_answer(source, swaps, without)    # after it
    run_check(source, seed)                # each check

An answer may change whatever it can reach. So before each check the library is put back as it was, IPython's own hooks
too, and a check's names are apart from the answer's: no function of the answer sees what a check defines.
"""

from __future__ import annotations

import builtins
import contextlib
import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from types import CodeType, FunctionType
from typing import TYPE_CHECKING

from . import forms
from .later import together
from .variation import varied
from .withheld import is_of_library, names_to_withhold, refuse_answer, refused, withhold

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


_before = _Before()
_file = f"<check {secrets.token_hex(4)}>"


def prepare(swaps: Mapping[str, str], without: Sequence[str] = ()) -> None:
    """Before the answer runs: withhold what it takes the place of, keep what there is."""
    withhold(names_to_withhold(swaps, without))
    names = [name for name in sys.modules if name.partition(".")[0] == "edutorch" and sys.modules[name] is not None]
    _before.modules = {name: dict(vars(sys.modules[name])) for name in names}
    things = [each for held in _before.modules.values() for each in held.values()]
    _before.classes = {each: dict(vars(each)) for each in things if isinstance(each, type) and _is_ours(each)}
    things += [each for held in _before.classes.values() for each in held.values()]
    functions = [each for each in things if isinstance(each, FunctionType) and _is_ours(each)]
    _before.functions = {each: each.__code__ for each in functions}
    _before.modules["builtins"] = dict(vars(builtins))
    _before.trace = sys.gettrace()
    _before.hooks = [(hooks, list(hooks)) for hooks in _hooks_of_shell()]


def take_answer(source: str, swaps: Mapping[str, str], without: Sequence[str] = ()) -> None:
    """After the answer has run: its text and swap points are there for the checks, and it is refused what it is to
    replace. A piece of its own that is the library's is no answer."""
    restore()
    forms.answer_text, forms.answer_swaps = source, dict(swaps)
    _before.modules[forms.__name__] |= {"answer_text": source, "answer_swaps": dict(swaps)}
    names = vars(sys.modules["__main__"])
    for piece in swaps:
        _refuse_what_is_ours(names, piece)
    refuse_answer(_file, _methods(names, swaps))


def _methods(names: Mapping[str, object], swaps: Mapping[str, str]) -> dict[str, object]:
    """The answer's methods that stand in for the library's, by the names of these; an operation has none."""
    found = {}
    for piece, target in swaps.items():
        first, _, method = piece.partition(".")
        if method and not target.startswith("edutorch.ops."):
            found[f"{target}.{method}"] = getattr(names.get(first), method, None)
    return found


def run_check(source: str, seed: int | str = 0) -> None:
    """Run a check, apart from the answer's names and with `rng`, a random.Random of this seed, among its own.

    In one with candidates for a witness these look different each time, and are tried in another order."""
    restore()
    tree, more = varied(source) if "rejects" in source else (source, {})
    names = vars(sys.modules["__main__"]) | {"rng": Random(seed)} | more
    with together(restore) if more else contextlib.nullcontext():
        exec(compile(tree, _file, "exec"), names)


def restore() -> None:
    """Undo what an answer has replaced in the library, in the builtins and in IPython."""
    for name, held in _before.modules.items():
        vars(sys.modules[name]).update(held) if name in sys.modules else None
    for owner, held in _before.classes.items():
        _put_back(owner, held)
    for function, code in _before.functions.items():
        if function.__code__ is not code:
            function.__code__ = code
    for hooks, held_hooks in _before.hooks:
        hooks[:] = held_hooks
    sys.settrace(_before.trace)
    sys.setprofile(None)


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
    """In the place of a class that has the library's method, one that refuses it."""
    first, _, method = piece.partition(".")
    held = names.get(first)
    member = getattr(held, method, None) if method else held
    if member is None or not is_of_library(member):
        return
    if not method:
        names[first] = refused(piece)
    elif isinstance(held, type):
        refusal = refused(piece)
        static = isinstance(next((vars(c)[method] for c in held.__mro__ if method in vars(c)), None), staticmethod)
        names[first] = type(held.__name__, (held,), {method: staticmethod(refusal) if static else refusal})
