"""The four operations, powers, and their relatives. x and y may be tensors or numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..autograd.base import wrap
from ..autograd.function import Function
from .promotion import binary, dtype_of, is_floating, promote_to_float, value

if TYPE_CHECKING:
    from ..tensor import Tensor


class Add(Function):
    """z = x + y;  dL/dx = dL/dz, dL/dy = dL/dz"""

    @staticmethod
    def forward(ctx: Any, x: Any, y: Any) -> Any:
        return wrap(value(x) + value(y))

    @staticmethod
    def backward(ctx: Any, gz: Any) -> Any:
        return gz, gz


class Sub(Function):
    """z = x - y;  dL/dx = dL/dz, dL/dy = -dL/dz"""

    @staticmethod
    def forward(ctx: Any, x: Any, y: Any) -> Any:
        return wrap(value(x) - value(y))

    @staticmethod
    def backward(ctx: Any, gz: Any) -> Any:
        return gz, -gz if ctx.needs_input_grad[1] else None


class Mul(Function):
    """z = x y;  dL/dx = dL/dz y, dL/dy = dL/dz x"""

    @staticmethod
    def forward(ctx: Any, x: Any, y: Any) -> Any:
        ctx.save_for_backward(x, y)
        return wrap(value(x) * value(y))

    @staticmethod
    def backward(ctx: Any, gz: Any) -> Any:
        x, y = ctx.saved_tensors
        wants_x, wants_y = ctx.needs_input_grad
        return gz * y if wants_x else None, gz * x if wants_y else None


class Div(Function):
    """z = x / y;  dL/dx = dL/dz / y, dL/dy = -dL/dz x / y^2"""

    @staticmethod
    def forward(ctx: Any, x: Any, y: Any) -> Any:
        ctx.save_for_backward(x, y)
        return wrap(value(x) / value(y))

    @staticmethod
    def backward(ctx: Any, gz: Any) -> Any:
        x, y = ctx.saved_tensors
        wants_x, wants_y = ctx.needs_input_grad
        gx = gz / y
        return gx if wants_x else None, -gx * (x / y) if wants_y else None


class Neg(Function):
    """y = -x;  dL/dx = -dL/dy"""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return wrap(-x.array)

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        return -gy


class Pow(Function):
    """z = x^y;  dL/dx = dL/dz y x^(y-1), dL/dy = dL/dz z ln x  (both 0 where the factor y or x is 0)"""

    @staticmethod
    def forward(ctx: Any, x: Any, y: Any) -> Any:
        ctx.save_for_backward(x, y)
        return wrap(value(x) ** value(y))

    @staticmethod
    def backward(ctx: Any, gz: Any) -> Any:
        x, y = ctx.saved_tensors
        wants_x, wants_y = ctx.needs_input_grad
        gx = gz * _power_slope(x, y) if wants_x else None
        gy = None
        if wants_y:
            log_x = x.log() if dtype_of(x) is dtype_of(y) and hasattr(x, "log") else (y * 0 + x).log()
            gy = gz * (x**y * log_x).masked_fill((y >= 0) * (log_x == float("-inf")), 0)
        return gx, gy


def _power_slope(x: Any, y: Any) -> Any:
    if not hasattr(y, "array"):
        return x * 0 if y == 0 else y * x ** (y - 1)
    return (y * x ** (y - 1)).masked_fill(y == 0, 0)


def add(input: Tensor, other: Tensor | float, *, alpha: float = 1) -> Tensor:
    """input + alpha * other, elementwise. Shapes broadcast; dtypes promote.

    Source: torch.add."""
    return binary(Add, input, other if alpha == 1 else binary(Mul, other, alpha))


def sub(input: Tensor, other: Tensor | float, *, alpha: float = 1) -> Tensor:
    """input - alpha * other, elementwise. Shapes broadcast; dtypes promote.

    Raises RuntimeError for bools, as PyTorch. Source: torch.sub."""
    return binary(Sub, input, other if alpha == 1 else binary(Mul, other, alpha))


def rsub(input: Tensor, other: Tensor | float, *, alpha: float = 1) -> Tensor:
    """other - alpha * input, elementwise. Source: torch.rsub."""
    return sub(other, input, alpha=alpha)  # type: ignore[arg-type]


def mul(input: Tensor, other: Tensor | float) -> Tensor:
    """input * other, elementwise. Shapes broadcast; dtypes promote. Source: torch.mul."""
    return binary(Mul, input, other)


def div(input: Tensor, other: Tensor | float) -> Tensor:
    """input / other, elementwise; integers give floats. Source: torch.div."""
    if not (is_floating(input) or is_floating(other)):
        input, other = promote_to_float("div", input, other)
    return binary(Div, input, other)


def rdiv(input: Tensor, other: Tensor | float) -> Tensor:
    """other / input, elementwise: the reflected division."""
    return div(other, input)  # type: ignore[arg-type]


def neg(input: Tensor) -> Tensor:
    """-input, elementwise. Source: torch.neg."""
    return Neg.apply(input)


def pow(input: Tensor, exponent: Tensor | float) -> Tensor:
    """input ** exponent, elementwise. Shapes broadcast; dtypes promote. Source: torch.pow."""
    return binary(Pow, input, exponent)


def rpow(input: Tensor, other: Tensor | float) -> Tensor:
    """other ** input, elementwise: the reflected power."""
    return binary(Pow, other, input)
