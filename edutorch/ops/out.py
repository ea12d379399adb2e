"""`out=`: an operation's result written into a tensor that is there already."""

from __future__ import annotations

from typing import Any

from ..autograd.base import TensorBase
from ..autograd.grad_mode import thread
from ..autograd.views import refresh_view
from ..backend import xp
from .inplace import write


def into(out: Any, result: Any, name: str) -> Any:
    """The result; where `out` is a tensor, written into it and returned as it. An `out` without elements takes
    the result's shape.

    Raises RuntimeError where a gradient would be lost and where shape or dtype do not fit."""
    if out is None:
        return result
    if not isinstance(out, TensorBase):
        raise TypeError(f"{name}(): argument 'out' must be Tensor, not {type(out).__name__}")
    refresh_view(out)
    if thread.mode.recording and (result._requires_grad or out._requires_grad):
        raise RuntimeError(
            f"{name}(): functions with out=... arguments don't support automatic differentiation,"
            " but one of the arguments requires grad."
        )
    if not out.array.size and out._view is None:
        out.array = xp(out).empty(result.array.shape, out.array.dtype)
    write(out, result, name)
    return out
