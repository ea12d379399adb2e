"""Many numbers to one: along all axes, one, or several."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..autograd.base import wrap
from ..autograd.function import Function
from ..backend import xp
from ..dtypes import int64
from .shape import wrap_dim

if TYPE_CHECKING:
    from ..dtypes import dtype as dtype_
    from ..tensor import Tensor


class ValuesAndIndices(NamedTuple):
    """What max, min, sort and their kin return along an axis: `values`, `indices`."""

    values: Tensor
    indices: Tensor


class Sum(Function):
    """y = sum of x over some axes;  dL/dx = dL/dy, repeated along them"""

    @staticmethod
    def forward(ctx: Any, x: Any, dims: tuple[int, ...], keepdim: bool) -> Any:
        ctx.shape, ctx.dims = x.array.shape, dims
        return wrap(x.array.sum(dims, keepdims=keepdim))

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        return spread(gy, ctx.shape, ctx.dims), None, None


class Extremum(Function):
    """y = max (or min) of x over some axes;  dL/dx = dL/dy at the extreme, shared equally by ties"""

    @staticmethod
    def forward(ctx: Any, x: Any, dims: tuple[int, ...], keepdim: bool, largest: bool) -> Any:
        ctx.dims = dims
        y = x.array.max(dims, keepdims=True) if largest else x.array.min(dims, keepdims=True)
        ctx.save_for_backward(wrap(x.array == y))
        return wrap(y if keepdim else y.reshape([n for d, n in enumerate(y.shape) if d not in dims]))

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        (is_extreme,) = ctx.saved_tensors
        shares = is_extreme / is_extreme.sum(list(ctx.dims), keepdim=True)
        return spread(gy, is_extreme.array.shape, ctx.dims) * shares.to(gy.dtype), None, None, None


def spread(gradient: Any, shape: tuple[int, ...], dims: tuple[int, ...]) -> Any:
    """A reduction's gradient, repeated along the axes that were reduced."""
    kept = tuple(1 if d in dims else n for d, n in enumerate(shape))
    return gradient.reshape(kept).expand(shape)


def wrap_dims(dim: int | Sequence[int] | None, ndim: int) -> tuple[int, ...]:
    """The axes to reduce, counted from the front; all for None or an empty list.

    Raises RuntimeError for one that is named twice."""
    if dim is None or (isinstance(dim, (tuple, list)) and not dim):
        return tuple(range(ndim))
    dims = tuple(wrap_dim(d, ndim) for d in (dim if isinstance(dim, (tuple, list)) else [dim]))  # type: ignore[list-item]
    if len(set(dims)) != len(dims):
        raise RuntimeError(f"dim {dims} appears multiple times in the list of dims")
    return dims if ndim else ()


def sum(
    input: Tensor, dim: int | Sequence[int] | None = None, keepdim: bool = False, *, dtype: dtype_ | None = None
) -> Tensor:
    """The sum over `dim` (all axes by default). Integers and bools sum in int64. Source: torch.sum."""
    if dtype is None and input.array.dtype.kind != "f":
        dtype = int64
    x = input if dtype is None else input.to(dtype)
    return Sum.apply(x, wrap_dims(dim, input.array.ndim), keepdim)


def mean(
    input: Tensor, dim: int | Sequence[int] | None = None, keepdim: bool = False, *, dtype: dtype_ | None = None
) -> Tensor:
    """The mean over `dim` (all axes by default), of floating tensors. Source: torch.mean.

    Raises RuntimeError for integers: their mean is no integer; say dtype= or .float()."""
    x = input if dtype is None else input.to(dtype)
    if x.array.dtype.kind != "f":
        raise RuntimeError(
            "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype."
            f" Got: {x.dtype}. Use x.float().mean() or mean(dtype=torch.float32)."
        )
    dims = wrap_dims(dim, x.array.ndim)
    count = math.prod(x.array.shape[d] for d in dims)
    return Sum.apply(x, dims, keepdim) / (count or float("nan"))


def amax(input: Tensor, dim: int | Sequence[int] = (), keepdim: bool = False) -> Tensor:
    """The largest value over `dim`; ties share the gradient. Source: torch.amax."""
    return _extremum("amax", input, dim, keepdim, True)


def amin(input: Tensor, dim: int | Sequence[int] = (), keepdim: bool = False) -> Tensor:
    """The smallest value over `dim`; ties share the gradient. Source: torch.amin."""
    return _extremum("amin", input, dim, keepdim, False)


def _extremum(name: str, input: Tensor, dim: Any, keepdim: bool, largest: bool) -> Tensor:
    dims = wrap_dims(dim, input.array.ndim)
    if any(input.array.shape[d] == 0 for d in dims):
        raise RuntimeError(
            f"{name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim"
            f" with the 'dim' argument: the shape is {list(input.array.shape)}."
        )
    return Extremum.apply(input, dims, keepdim, largest)


def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """The index of the largest element, the first of several; along `dim`, or in the flattened tensor.

    int64, no gradient. Source: torch.argmax."""
    return _arg("argmax", input, dim, keepdim)


def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """The index of the smallest element, as argmax. Source: torch.argmin."""
    return _arg("argmin", input, dim, keepdim)


def _arg(name: str, input: Tensor, dim: int | None, keepdim: bool) -> Tensor:
    array = input.array
    if array.size == 0:
        raise IndexError(f"{name}(): Expected reduction dim to have non-zero size, got shape {list(array.shape)}")
    if dim is None:
        found = getattr(array.reshape(-1), name)()
        return wrap(found.reshape((1,) * array.ndim) if keepdim else found)
    if array.ndim == 0:
        wrap_dim(dim, 0)
        return wrap(xp(input).zeros((), np.int64))
    at = wrap_dim(dim, array.ndim)
    found = getattr(array, name)(at)
    return wrap(xp(input).expand_dims(found, at) if keepdim else found)


def max(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """max(x): the largest value. max(x, dim): named tuple (values, indices) along an axis.
    max(x, y): the larger of two, elementwise. Source: torch.max."""
    return _max_or_min(input, dim, keepdim, amax, argmax)


def min(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """min(x), min(x, dim) or min(x, y), as max. Source: torch.min."""
    return _max_or_min(input, dim, keepdim, amin, argmin)


def _max_or_min(input: Tensor, dim: Any, keepdim: bool, extremum: Any, arg: Any) -> Any:
    if dim is None:
        return extremum(input)
    indices = arg(input, dim, keepdim=True)
    values = input.gather(dim, indices)
    if not keepdim:
        values, indices = values.squeeze(dim), indices.squeeze(dim)
    return ValuesAndIndices(values, indices)
