"""Exponentials, logarithms and roots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..autograd.base import wrap
from ..autograd.function import Function
from ..backend import xp
from .promotion import floating

if TYPE_CHECKING:
    from ..tensor import Tensor


class Exp(Function):
    """y = e^x;  dL/dx = dL/dy y"""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = wrap(xp(x).exp(x.array))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        (y,) = ctx.saved_tensors
        return gy * y


class Log(Function):
    """y = ln x;  dL/dx = dL/dy / x"""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return wrap(xp(x).log(x.array))

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        (x,) = ctx.saved_tensors
        return gy / x


class Sqrt(Function):
    """y = sqrt(x);  dL/dx = dL/dy / (2 y)"""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = wrap(xp(x).sqrt(x.array))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        (y,) = ctx.saved_tensors
        return gy / (2 * y)


def exp(input: Tensor) -> Tensor:
    """e^x of each element. Any shape; floating dtype, integers give the default one.

    Source: torch.exp."""
    return Exp.apply(floating("exp", input))


def log(input: Tensor) -> Tensor:
    """Natural logarithm of each element: -inf at 0, nan below it. Source: torch.log."""
    return Log.apply(floating("log", input))


def sqrt(input: Tensor) -> Tensor:
    """Square root of each element, nan below 0. Source: torch.sqrt."""
    return Sqrt.apply(floating("sqrt", input))
