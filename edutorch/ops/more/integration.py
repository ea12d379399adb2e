"""Slopes and integrals of a function that is known at some points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...autograd.base import TensorBase
from ..cumulative import cumsum, diff
from ..joining import cat
from ..reduction import wrap_dims
from ..shape import wrap_dim
from ..splitting import narrow

if TYPE_CHECKING:
    from ...tensor import Tensor


def gradient(
    input: Tensor, *, spacing: int | list[float] = 1, dim: int | None = None, edge_order: int = 1
) -> tuple[Tensor, ...]:
    """The slope along each axis of `dim` (all by default) of values that are `spacing` apart (a number, or a list with
    one for each axis): half the difference of the two neighbors. At the ends it is the difference to the one neighbor,
    or with edge_order=2 the slope of the parabola through three points. Source: torch.gradient."""
    dims = wrap_dims(dim, input.array.ndim)
    steps = list(spacing) if isinstance(spacing, (list, tuple)) else [spacing] * len(dims)
    if any(isinstance(each, TensorBase) for each in steps):
        raise NotImplementedError("gradient(): the points must be evenly spaced here: spacing= is a number, or a list")
    if len(steps) != len(dims):
        raise RuntimeError(
            "torch.gradient expected spacing to be unspecified, a scalar, or a list of one number for each of the"
            f" {len(dims)} axes, but got a list of length {len(steps)}"
        )
    if edge_order not in (1, 2):
        raise RuntimeError(f"torch.gradient only supports edge_order=1 and edge_order=2, not {edge_order}.")
    if any(input.array.shape[d] <= edge_order for d in dims):
        raise RuntimeError(
            "torch.gradient expected each dimension size to be at least edge_order+1: the shape is"
            f" {list(input.array.shape)}"
        )
    return tuple(_slope(input, d, step, edge_order) for d, step in zip(dims, steps, strict=True))


def _slope(y: Tensor, dim: int, step: float, edge_order: int) -> Tensor:
    n = y.array.shape[dim]
    inside = (narrow(y, dim, 2, n - 2) - narrow(y, dim, 0, n - 2)) / (2 * step) if n > 2 else narrow(y, dim, 0, 0) / 1
    ends = []
    for edge, inner in ((0, 1), (n - 1, -1)):  # inner: the way from the edge into the tensor
        a, b = narrow(y, dim, edge, 1), narrow(y, dim, edge + inner, 1)
        if edge_order == 1:
            ends.append((b - a) / (inner * step))
        else:
            ends.append((4 * b - 3 * a - narrow(y, dim, edge + 2 * inner, 1)) / (2 * inner * step))
    return cat([ends[0], inside, ends[1]], dim)


def trapezoid(y: Tensor, x: Tensor | None = None, *, dx: float = 1.0, dim: int = -1) -> Tensor:
    """The integral of y along `dim`: the areas of the trapezia below neighboring values, added up. They are
    dx apart, or at the points x, a vector or of y's shape. Source: torch.trapezoid."""
    return _areas(y, x, dx, dim).sum(dim)


trapz = trapezoid


def cumulative_trapezoid(y: Tensor, x: Tensor | None = None, *, dx: float = 1.0, dim: int = -1) -> Tensor:
    """The integral of y up to each value but the first, with the arguments of trapezoid. Source:
    torch.cumulative_trapezoid."""
    return cumsum(_areas(y, x, dx, dim), dim)


def _areas(y: Tensor, x: Tensor | None, dx: float, dim: int) -> Tensor:
    at = wrap_dim(dim, y.array.ndim)
    n = y.array.shape[at]
    heights = (narrow(y, at, 0, max(n - 1, 0)) + narrow(y, at, 1 if n else 0, max(n - 1, 0))) / 2
    if x is None:
        return heights * dx
    if x.array.ndim == 1:  # along dim, whatever axes come after it
        x = x.reshape(-1, *(1,) * (y.array.ndim - 1 - at))
    if x.array.shape[at - y.array.ndim] != n:
        raise RuntimeError(f"trapezoid(): {n} values of y and {x.array.shape[at - y.array.ndim]} of x")
    return heights * diff(x, dim=at - y.array.ndim)
