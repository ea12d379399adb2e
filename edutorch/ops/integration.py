"""Integrals of functions that are known at some points."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .cumulative import cumsum
from .shape import wrap_dim
from .splitting import narrow

if TYPE_CHECKING:
    from ..tensor import Tensor


def trapezoid(y: Tensor, x: Tensor | None = None, *, dx: float = 1, dim: int = -1) -> Tensor:
    """The integral of y along `dim` by trapezoids, at the points x or at a distance of dx.

    Source: torch.trapezoid."""
    return _areas(y, x, dx, dim).sum(dim)


def cumulative_trapezoid(y: Tensor, x: Tensor | None = None, *, dx: float = 1, dim: int = -1) -> Tensor:
    """The integral from the first point to each of the others. Source: torch.cumulative_trapezoid."""
    return cumsum(_areas(y, x, dx, dim), dim)


def _areas(y: Tensor, x: Tensor | None, dx: float, dim: int) -> Tensor:
    at = wrap_dim(dim, y.array.ndim)
    means = (_without_first(y, at) + _without_last(y, at)) / 2
    if x is None:
        return means * dx
    if x.array.ndim == 1:
        widths = _without_first(x, 0) - _without_last(x, 0)
        return means * widths.reshape(-1, *(1,) * (y.array.ndim - at - 1))
    d = at - y.array.ndim  # x may have fewer axes in front
    return means * (_without_first(x, d) - _without_last(x, d))


def _without_first(x: Tensor, dim: int) -> Tensor:
    return narrow(x, dim, 1, x.array.shape[dim] - 1)


def _without_last(x: Tensor, dim: int) -> Tensor:
    return narrow(x, dim, 0, x.array.shape[dim] - 1)
