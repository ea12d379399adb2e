"""Division with a whole quotient, and its remainder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..autograd.base import TensorBase, wrap
from ..autograd.function import Function
from ..backend import check_within
from ..float_division import floor_divide as floor_divide_floats
from ..float_division import remainder as remainder_of_floats
from .plumbing.entry import check_tensors
from .plumbing.out import into
from .plumbing.promotion import binary, is_floating, module_of, promote, refuse_bool, size_mismatch, tensor_only, value
from .rounding import no_slope

if TYPE_CHECKING:
    from ..tensor import Tensor


class FloorDivide(Function):
    """z = floor(x / y);  dL/dx = 0, dL/dy = 0"""

    @staticmethod
    def forward(ctx: Function, x: Tensor | float, y: Tensor | float) -> Tensor:
        xp = module_of(x, y)
        if is_floating(x) or is_floating(y):
            return wrap(floor_divide_floats(xp, value(x), value(y)))
        return wrap(xp.floor_divide(value(x), value(y)))

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor, Tensor]:
        return no_slope(gz), no_slope(gz)


class TruncDivide(Function):
    """z = trunc(x / y);  dL/dx = 0, dL/dy = 0"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, y: Tensor | float) -> Tensor:
        xp = module_of(x, y)
        if is_floating(x) or is_floating(y):
            return wrap(xp.trunc(value(x) / value(y)))
        below = xp.floor_divide(value(x), value(y))  # exact for integers; one too low below 0
        inexact = xp.remainder(value(x), value(y)) != 0
        return wrap((below + (inexact & (below < 0))).astype(below.dtype))

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor, Tensor]:
        return no_slope(gz), no_slope(gz)


class Remainder(Function):
    """z = x - y floor(x / y), of y's sign (a zero is of x's);  dL/dx = dL/dz, dL/dy = -dL/dz floor(x / y)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor | float, y: Tensor | float) -> Tensor:
        if ctx.needs_input_grad[1]:
            ctx.save_for_backward(x, y)
        xp = module_of(x, y)
        if not (is_floating(x) or is_floating(y)):
            return wrap(xp.remainder(value(x), value(y)))
        z = remainder_of_floats(xp, value(x), value(y))
        return wrap(xp.where(z == 0, xp.copysign(z, value(x)), z))  # -2 % 2 is -0

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor, Tensor | None]:
        if not ctx.needs_input_grad[1]:
            return gz, None
        x, y = ctx.saved_tensors
        return gz, -gz * (x / y).floor()


class Fmod(Function):
    """z = x - y trunc(x / y), of x's sign;  dL/dx = dL/dz, dL/dy = -dL/dz trunc(x / y)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, y: Tensor | float) -> Tensor:
        if ctx.needs_input_grad[1]:
            ctx.save_for_backward(x, y)
        return wrap(module_of(x, y).fmod(value(x), value(y)))

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor, Tensor | None]:
        if not ctx.needs_input_grad[1]:
            return gz, None
        x, y = ctx.saved_tensors
        return gz, -gz * (x / y).trunc()


def gcd(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The greatest common divisor of integers, elementwise. Source: torch.gcd."""
    return into(out, _of_integers("gcd", input, other), "gcd")


def lcm(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The least common multiple of integers, elementwise. Source: torch.lcm."""
    return into(out, _of_integers("lcm", input, other), "lcm")


def _of_integers(name: str, input: Tensor, other: Tensor) -> Tensor:
    a, b = promote(name, tensor_only(name, input), tensor_only(name, other))
    if a.array.dtype.kind not in "iu":
        raise NotImplementedError(f'"{name}" not implemented for {a.dtype}: it takes integers')
    try:
        return wrap(getattr(module_of(a), name)(a.array, b.array))
    except ValueError as error:
        raise size_mismatch(a, b, error) from None


def floor_divide(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """floor(input / other), elementwise: x // y. Integers stay integers; raises RuntimeError for an integer
    divided by 0. Source: torch.floor_divide."""
    _check_integers("floor_divide", input, other)
    return into(out, binary(FloorDivide, input, other), "floor_divide")


def rfloor_divide(input: Tensor, other: Tensor | float) -> Tensor:
    """other // input: the reflected floor division."""
    return floor_divide(other, input)  # type: ignore[arg-type]


def trunc_divide(input: Tensor, other: Tensor | float) -> Tensor:
    """trunc(input / other), elementwise: div(x, y, rounding_mode="trunc")."""
    _check_integers("div", input, other)
    return binary(TruncDivide, input, other)


def remainder(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """The remainder of floor division, with other's sign, like Python's x % y. Source: torch.remainder."""
    _check_integers("remainder", input, other)
    return into(out, binary(Remainder, input, other), "remainder")


def rremainder(input: Tensor, other: Tensor | float) -> Tensor:
    """other % input: the reflected remainder."""
    return remainder(other, input)  # type: ignore[arg-type]


def fmod(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """The remainder of truncated division, with input's sign, like C's fmod. Source: torch.fmod."""
    check_tensors("fmod", input=input)
    _check_integers("fmod", input, other)
    return into(out, binary(Fmod, input, other), "fmod")


def _check_integers(name: str, input: Tensor | float, other: Tensor | float) -> None:
    """Raises RuntimeError for two bools, and for integers divided by 0."""
    if is_floating(input) or is_floating(other) or isinstance(input, float) or isinstance(other, float):
        return
    refuse_bool(name, input, other)
    if isinstance(other, TensorBase):
        check_within((other == 0).array.astype(np.uint8), 0, 1, _divided_by_zero)
    elif other == 0:
        raise _divided_by_zero(0)


def _divided_by_zero(found: int) -> RuntimeError:
    return RuntimeError("ZeroDivisionError: an integer tensor was divided by 0: floating tensors give inf or nan")
