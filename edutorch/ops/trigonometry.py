"""Sine and its relatives, circular and hyperbolic. (tanh is in activation.py.)"""

from __future__ import annotations

import math
from types import ModuleType
from typing import TYPE_CHECKING

from ..autograd.base import wrap
from ..autograd.function import Function, printed_as
from ..backend import array_module
from .extremes import maximum
from .masking import where
from .plumbing.entry import check_tensors
from .plumbing.out import into
from .plumbing.promotion import binary, floating, floating_only, is_floating, promote, promote_to_float, value

if TYPE_CHECKING:
    from ..tensor import Tensor


class Sin(Function):
    """y = sin x;  dL/dx = dL/dy cos x"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(array_module(x).sin(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gy * x.cos()


class Cos(Function):
    """y = cos x;  dL/dx = -dL/dy sin x"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(array_module(x).cos(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return -gy * x.sin()


class Tan(Function):
    """y = tan x;  dL/dx = dL/dy (1 + y^2)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        y = wrap(array_module(x).tan(x.array))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (y,) = ctx.saved_tensors
        return gy * (1 + y * y)


class Asin(Function):
    """y = arcsin x;  dL/dx = dL/dy / sqrt(1 - x^2)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(array_module(x).arcsin(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gy / (1 - x * x).sqrt()


class Acos(Function):
    """y = arccos x;  dL/dx = -dL/dy / sqrt(1 - x^2)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(array_module(x).arccos(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return -gy / (1 - x * x).sqrt()


class Atan(Function):
    """y = arctan x;  dL/dx = dL/dy / (1 + x^2)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(array_module(x).arctan(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gy / (1 + x * x)


class Atan2(Function):
    """z = the angle of the point (y, x);  dL/dy = dL/dz x / (x^2 + y^2), dL/dx = -dL/dz y / (x^2 + y^2)"""

    @staticmethod
    def forward(ctx: Function, y: Tensor, x: Tensor) -> Tensor:
        ctx.save_for_backward(y, x)
        return wrap(_module(y, x).arctan2(value(y), value(x)))

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor, Tensor]:
        y, x = ctx.saved_tensors
        g = (gz / (x * x + y * y)).masked_fill((x * x + y * y) == 0, 0)
        return g * x, -g * y


class Sinh(Function):
    """y = sinh x;  dL/dx = dL/dy cosh x"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(array_module(x).sinh(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gy * x.cosh()


class Cosh(Function):
    """y = cosh x;  dL/dx = dL/dy sinh x"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(array_module(x).cosh(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gy * x.sinh()


class Asinh(Function):
    """y = arsinh x;  dL/dx = dL/dy / sqrt(x^2 + 1)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(array_module(x).arcsinh(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gy / (x * x + 1).sqrt()


class Acosh(Function):
    """y = arcosh x;  dL/dx = dL/dy / sqrt(x^2 - 1)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(array_module(x).arccosh(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gy / (x * x - 1).sqrt()


class Atanh(Function):
    """y = artanh x;  dL/dx = dL/dy / (1 - x^2)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(array_module(x).arctanh(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gy / (1 - x * x)


def _module(a: Tensor, b: Tensor) -> ModuleType:
    """The array module of the operand that is a tensor."""
    return array_module(a if hasattr(a, "array") else b)


def sin(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Sine of each element, in radians. Source: torch.sin."""
    return into(out, Sin.apply(floating("sin", input)), "sin")


def cos(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Cosine of each element, in radians. Source: torch.cos."""
    return into(out, Cos.apply(floating("cos", input)), "cos")


def tan(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Tangent of each element, in radians. Source: torch.tan."""
    return into(out, Tan.apply(floating("tan", input)), "tan")


def asin(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Inverse sine of each element, nan outside [-1, 1]. Source: torch.asin."""
    return into(out, Asin.apply(floating("asin", input)), "asin")


def acos(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Inverse cosine of each element, nan outside [-1, 1]. Source: torch.acos."""
    return into(out, Acos.apply(floating("acos", input)), "acos")


def atan(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Inverse tangent of each element. Source: torch.atan."""
    return into(out, Atan.apply(floating("atan", input)), "atan")


def atan2(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The angle in (-pi, pi] of the points (x=other, y=input). Shapes broadcast. Source: torch.atan2."""
    check_tensors("atan2", input=input, other=other)
    if not (is_floating(input) or is_floating(other)):
        input, other = promote_to_float("atan2", input, other)
    return into(out, binary(Atan2, input, other), "atan2")


def sinh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Hyperbolic sine of each element. Source: torch.sinh."""
    return into(out, Sinh.apply(floating("sinh", input)), "sinh")


def cosh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Hyperbolic cosine of each element. Source: torch.cosh."""
    return into(out, Cosh.apply(floating("cosh", input)), "cosh")


def asinh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Inverse hyperbolic sine of each element. Source: torch.asinh."""
    return into(out, Asinh.apply(floating("asinh", input)), "asinh")


def acosh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Inverse hyperbolic cosine of each element, nan below 1. Source: torch.acosh."""
    return into(out, Acosh.apply(floating("acosh", input)), "acosh")


def atanh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Inverse hyperbolic tangent of each element, nan outside [-1, 1]. Source: torch.atanh."""
    return into(out, Atanh.apply(floating("atanh", input)), "atanh")


def hypot(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """sqrt(input^2 + other^2), elementwise, floating dtypes. Source: torch.hypot.

    Divides by the larger one first, so that no square overflows."""
    check_tensors("hypot", input=input, other=other)
    x, y = promote("hypot", input, other)
    floating_only("hypot", x)
    scale = maximum(x.detach().abs(), y.detach().abs())
    scale = scale.masked_fill((scale == 0) | scale.isinf(), 1)
    z = ((x / scale) ** 2 + (y / scale) ** 2).sqrt() * scale
    return into(out, printed_as("HypotBackward0", z), "hypot")


def deg2rad(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Degrees as radians. Source: torch.deg2rad."""
    return into(out, printed_as("Deg2RadBackward0", floating("deg2rad", input) * (math.pi / 180)), "deg2rad")


def rad2deg(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Radians as degrees. Source: torch.rad2deg."""
    return into(out, printed_as("Rad2DegBackward0", floating("rad2deg", input) * (180 / math.pi)), "rad2deg")


def sinc(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """sin(pi x) / (pi x), and 1 at 0. Source: torch.sinc."""
    x = floating("sinc", input) * math.pi
    y = where(x == 0, 1.0, sin(x) / where(x == 0, 1.0, x))
    return into(out, printed_as("SincBackward0", y), "sinc")
