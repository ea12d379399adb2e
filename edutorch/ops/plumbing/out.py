"""`out=`: an operation's result written into an existing tensor."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from ...autograd.base import TensorBase
from ...autograd.grad_mode import thread
from ...autograd.views import refresh_view
from ...backend import array_module
from ...dtypes import from_numpy_dtype
from .inplace import write

if TYPE_CHECKING:
    from ...tensor import Tensor


def into(out: Tensor | None, result: Tensor, name: str) -> Tensor:
    """The result; where `out` is a tensor, written into it and returned as it.

    It takes the result's shape, with a warning unless it was empty. Raises RuntimeError if a gradient would be
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


def into_each(out: tuple[Tensor, ...] | None, results: Any, name: str) -> Any:
    """The named tuple of results. If `out` is a tuple of as many tensors, each result is written into its own.

    Raises RuntimeError if `into` does, and for a tensor whose dtype is not that of its result."""
    if out is None:
        return results
    if not isinstance(out, (tuple, list)) or len(out) != len(results):
        found = f"of {len(out)}" if isinstance(out, (tuple, list)) else type(out).__name__
        raise TypeError(f"{name}(): argument 'out' must be a tuple of {len(results)} tensors, not {found}")
    for each, result in zip(out, results, strict=True):
        if isinstance(each, TensorBase) and each.array.dtype != result.array.dtype:
            have, want = (from_numpy_dtype(one.array.dtype) for one in (each, result))
            raise RuntimeError(f"{name}(): Expected out tensor to have dtype {want}, but got {have} instead")
    return type(results)(*[into(each, result, name) for each, result in zip(out, results, strict=True)])


def resize(out: Tensor, shape: tuple[int, ...], name: str) -> None:
    """New memory of that shape for `out`. Warns if the tensor had elements: it would be better to leave it as it is."""
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
    out.array = array_module(out).empty(shape, out.array.dtype)
