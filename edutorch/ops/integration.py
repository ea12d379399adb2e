"""Integrals by the trapezoidal rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .cumulative import cumsum, diff
from .shape import wrap_dim
from .splitting import narrow

if TYPE_CHECKING:
    from ..tensor import Tensor


def trapezoid(y: Tensor, x: Tensor | None = None, *, dx: float = 1.0, dim: int = -1) -> Tensor:
    """The integral of y along `dim`: the areas of the trapezia below neighbouring values, added up. They are
    dx apart, or at the points x, a vector or of y's shape. Source: torch.trapezoid."""
    return _areas(y, x, dx, dim).sum(dim)


trapz = trapezoid


def cumulative_trapezoid(y: Tensor, x: Tensor | None = None, *, dx: float = 1.0, dim: int = -1) -> Tensor:
    """The integral of y up to each value but the first, arguments as trapezoid. Source: torch.cumulative_trapezoid."""
    return cumsum(_areas(y, x, dx, dim), dim)


def _areas(y: Any, x: Any, dx: float, dim: int) -> Any:
    at = wrap_dim(dim, y.array.ndim)
    n = y.array.shape[at]
    heights = (narrow(y, at, 0, max(n - 1, 0)) + narrow(y, at, 1 if n else 0, max(n - 1, 0))) / 2
    if x is None:
        return heights * dx
    if x.array.ndim == 1:  # along dim, whatever comes behind it
        x = x.reshape(-1, *(1,) * (y.array.ndim - 1 - at))
    if x.array.shape[at - y.array.ndim] != n:
        raise RuntimeError(f"trapezoid(): {n} values of y and {x.array.shape[at - y.array.ndim]} of x")
    return heights * diff(x, dim=at - y.array.ndim)
