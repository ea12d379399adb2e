"""torch.jit: what marks code for a compiler changes nothing; what would compile, or read compiled code, is refused.

Source: torch.jit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn, TypeVar

__all__ = [
    "Attribute",
    "Final",
    "ScriptModule",
    "annotate",
    "export",
    "freeze",
    "ignore",
    "interface",
    "is_scripting",
    "is_tracing",
    "load",
    "optimize_for_inference",
    "save",
    "script",
    "script_if_tracing",
    "script_method",
    "trace",
    "trace_module",
    "unused",
]

Value = TypeVar("Value")


def _refused(name: str) -> Callable[..., NoReturn]:
    def refuse(*args: object, **kwargs: object) -> NoReturn:
        raise RuntimeError(
            f"torch.jit.{name}: edutorch leaves TorchScript out: nothing is compiled, every line runs as it"
            " stands. Use the function or the module itself, and save(model.state_dict(), path) for a file"
        )

    refuse.__name__ = refuse.__qualname__ = name
    refuse.__doc__ = f"Raises RuntimeError. Source: torch.jit.{name}."
    return refuse


script, trace, trace_module, script_method = map(_refused, ("script", "trace", "trace_module", "script_method"))
freeze, optimize_for_inference, save, load = map(_refused, ("freeze", "optimize_for_inference", "save", "load"))


class ScriptModule:
    """A compiled module: there are none, so that `isinstance(model, torch.jit.ScriptModule)` is False."""

    def __init__(self) -> None:
        _refused("ScriptModule")()


def is_scripting() -> bool:
    """False: nothing is compiled. Source: torch.jit.is_scripting."""
    return False


def is_tracing() -> bool:
    """False: nothing is traced. Source: torch.jit.is_tracing."""
    return False


def annotate(the_type: object, the_value: Value) -> Value:
    """The value. Source: torch.jit.annotate."""
    return the_value


def Attribute(value: Value, type: object) -> Value:
    """The value. Source: torch.jit.Attribute."""
    return value


def _as_it_is(marked: Value) -> Value:
    """What was marked, itself."""
    return marked


export = unused = interface = script_if_tracing = _as_it_is


def ignore(drop: object = False, **kwargs: object) -> object:
    """What was marked, itself; also written `@torch.jit.ignore()`. Source: torch.jit.ignore."""
    return drop if callable(drop) else _as_it_is
