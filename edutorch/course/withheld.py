"""The library's own piece, withheld from the answer that is to take its place.

    withhold(["edutorch.ops.exponential.Exp.forward"])      # before the answer runs
    ...
    refuse_answer(checks="<checks>")      # after it: from here on an answer that asks for it gets CallsItself

The library itself and the checks go on using the piece. A function's code is exchanged, not the name under which it is
found, so an alias made before, a method of Tensor, a subclass and a table of functions all lead to the same refusal.

Who asks is read off the stack: frames that are neither of the library nor of an installed package. This is no wall:
an answer that takes the interpreter apart finds what it looks for. It is for answers that call what they were to write.
"""

from __future__ import annotations

import functools
import inspect
import sys
import sysconfig
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from sys import _getframe
from types import CodeType, FrameType, FunctionType

from .pieces import CallsItself
from .source import find

DEEPEST = 20  # calls of an answer's method by itself
LAYERS = 50  # of wrappers: some wrap themselves
PACKAGE = str(Path(__file__).resolve().parents[1])
PATHS = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
ZIPPED = str(Path(functools.__file__).parent)  # Pyodide's standard library, which no path names
SITES = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]  # others than the main one
INSTALLED = (PACKAGE, *PATHS, *SITES, ZIPPED, "<frozen")


class _Withheld:
    """Those that are withheld, by their functions, and from when on."""

    def __init__(self) -> None:
        self.own: dict[FunctionType, tuple[CodeType, dict[str, object] | None]] = {}
        self.checks: str | None = None  # the file name of their code, once the answer has run
        self.instead: dict[CodeType, FunctionType] = {}  # by the library's code, what the answer has for it
        self.gradients: frozenset[CodeType] = frozenset()  # of the answer's methods called backward


_now = _Withheld()


def withhold(names: Iterable[str]) -> None:
    """Withhold these functions of the library, by dotted names, instead of those before.

    A name of one part, "log_softmax", is that of every such function in the library."""
    for function, (code, options) in _now.own.items():
        function.__code__, function.__kwdefaults__ = code, options
    _now.own.clear()
    _now.checks, _now.instead, _now.gradients = None, {}, frozenset()
    for function in dict.fromkeys(each for name in names for each in _functions(name)):
        _exchange(function)


def refuse_answer(checks: str, methods: Mapping[str, object] | None = None, gradients: Iterable[CodeType] = ()) -> None:
    """From here on: refused, unless code of this file name asks, or the library for it.

    methods: by the library's names, what the answer has. Where the answer asks another module for its named_parameters,
    say, it gets its own: that is no delegation, as long as it comes to an end. gradients: the code of what the answer
    has for a backward, which may compute with the operation itself, as in gz * y of a product."""
    for name, theirs in (methods or {}).items():
        theirs = unwrapped(theirs)
        for function in _functions(name):
            if isinstance(theirs, FunctionType) and function in _now.own:
                _now.instead[_now.own[function][0]] = theirs
    _now.checks, _now.gradients = checks, frozenset(gradients)


def names_to_withhold(swaps: Mapping[str, str], without: Iterable[str] = ()) -> list[str]:
    """What a question withholds: the pieces that its answer stands in for, under all their names, and what it adds."""
    names = [*without]
    for name, target in swaps.items():
        method = name.rpartition(".")[2]
        names.append(f"{target}.{method}" if "." in name else target.rpartition(".")[2])
    return names


def is_of_library(thing: object) -> bool:
    """Whether a function or a class is the library's, whatever it is wrapped in."""
    thing = unwrapped(thing)
    if isinstance(thing, FunctionType):
        return thing.__code__.co_filename.startswith(PACKAGE)
    return isinstance(thing, type) and thing.__module__.partition(".")[0] == "edutorch"


def _functions(name: str) -> list[FunctionType]:
    if "." in name:
        found = [find(name)]
    else:
        modules = [module for key, module in sys.modules.items() if key.partition(".")[0] == "edutorch"]
        found = [vars(place).get(name) for place in (*modules, find("edutorch.Tensor"))]
    return [each for each in map(unwrapped, found) if isinstance(each, FunctionType)]


def unwrapped(thing: object) -> object:
    """The function inside a method, a partial or a wrapper."""
    for _ in range(LAYERS):
        if isinstance(thing, (staticmethod, classmethod)) or inspect.ismethod(thing):
            thing = thing.__func__
        elif isinstance(thing, functools.partial):
            thing = thing.func
        elif hasattr(thing, "__wrapped__"):
            thing = thing.__wrapped__
        else:
            break
    return thing


def _exchange(function: FunctionType) -> None:
    code, options = function.__code__, function.__kwdefaults__
    own = FunctionType(code, function.__globals__, function.__name__, function.__defaults__, function.__closure__)
    own.__kwdefaults__ = options
    function.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    _now.own[function] = code, options
    looks = {name: getattr(code, name) for name in ("co_name", "co_qualname", "co_filename", "co_firstlineno")}
    function.__code__ = _stand_in.__code__.replace(co_freevars=code.co_freevars, **looks)
    function.__kwdefaults__ = {"_call": functools.partial(_call, own)}


def _stand_in(*inputs: object, _call: Callable[..., object], **options: object) -> object:
    return _call(*inputs, **options)


def _call(own: FunctionType, /, *inputs: object, **options: object) -> object:
    asking = _asking(_getframe(2), _now.checks) if _now.checks is not None else []
    if not asking:
        return own(*inputs, **options)
    theirs = _now.instead.get(own.__code__)
    if theirs is not None and sum(code is theirs.__code__ for code in asking) < DEEPEST:
        return theirs(*inputs, **options)
    if own.__name__ == "forward" and asking[-1] in _now.gradients:
        return own(*inputs, **options)
    raise CallsItself(
        f"the answer calls the library's {own.__qualname__}, which it takes the place of. Write out what it does."
    )


def _asking(frame: FrameType | None, checks: str) -> list[CodeType | None]:
    """The answer's code that runs between here and the check; [None] where no check is below, as in a thread."""
    codes: list[CodeType | None] = []
    while frame is not None and not str.__eq__(frame.f_code.co_filename, checks):
        if not str.startswith(frame.f_code.co_filename, INSTALLED):
            codes.append(frame.f_code)
        frame = frame.f_back
    return codes if frame is not None or codes else [None]
