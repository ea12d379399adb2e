"""`out=`: an operation's result written into a tensor that is there already."""

from __future__ import annotations

from typing import Any

from .inplace import write


def into(out: Any, result: Any, name: str) -> Any:
    """The result; where `out` is a tensor, written into it and returned as it.

    Raises RuntimeError where a gradient would be lost and where shape or dtype do not fit."""
    if out is None:
        return result
    if result._requires_grad or out.requires_grad:
        raise RuntimeError(
            f"{name}(): functions with out=... arguments don't support automatic differentiation,"
            " but one of the arguments requires grad."
        )
    write(out, result, name)
    return out
