"""`out=`: an operation's result written into a tensor that is there already."""

from __future__ import annotations

import warnings
from typing import Any

from ..autograd.base import TensorBase
from ..autograd.grad_mode import thread
from ..autograd.views import refresh_view
from ..backend import xp
from .inplace import write


def into(out: Any, result: Any, name: str) -> Any:
    """The result; where `out` is a tensor, written into it and returned as it.

    It takes the result's shape, with a warning unless it was empty. Raises RuntimeError where a gradient would be
    lost, where the dtype does not fit, and for a view of another shape."""
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
    if out.array.shape != result.array.shape:
        resize(out, result.array.shape, name)
    write(out, result, name)
    return out


def resize(out: Any, shape: tuple[int, ...], name: str) -> None:
    """New memory of that shape for `out`. A tensor with elements is better left as it is: this warns."""
    if out._view is not None:
        raise RuntimeError(
            f"{name}(): out= is a view of shape {list(out.array.shape)} and the result has shape {list(shape)}: give a"
            " view of that shape, or out=torch.empty(0)"
        )
    if out.array.size:
        warnings.warn(
            f"An output with one or more elements was resized since it had shape {list(out.array.shape)}, which does"
            f" not match the required output shape {list(shape)}. Resize it to no elements first, out=torch.empty(0).",
            stacklevel=4,
        )
    out.array = xp(out).empty(shape, out.array.dtype)
