"""Exponentials, logarithms and roots."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..autograd.base import TensorBase, wrap
from ..autograd.function import Function
from ..backend import array_module
from .creation import full
from .masking import where
from .plumbing.entry import check_tensors
from .plumbing.out import into
from .plumbing.promotion import binary, floating, is_floating, module_of, promote_to_float, value

if TYPE_CHECKING:
    from ..tensor import Tensor


class Exp(Function):
    """y = e^x;  dL/dx = dL/dy y"""

    on_arrays = True

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        y = wrap(array_module(x).exp(x.array))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (y,) = ctx.saved_tensors
        return gy * y


class Log(Function):
    """y = ln x;  dL/dx = dL/dy / x"""

    on_arrays = True

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(array_module(x).log(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gy / x


class Sqrt(Function):
    """y = sqrt(x);  dL/dx = dL/dy / (2 y)"""

    on_arrays = True

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        y = wrap(array_module(x).sqrt(x.array))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (y,) = ctx.saved_tensors
        return gy / (2 * y)


class Expm1(Function):
    """y = e^x - 1;  dL/dx = dL/dy (y + 1)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        y = wrap(array_module(x).expm1(x.array))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (y,) = ctx.saved_tensors
        return gy * (y + 1)


class Log1p(Function):
    """y = ln(1 + x);  dL/dx = dL/dy / (1 + x)"""

    pytorch_name = "Log1PBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(array_module(x).log1p(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gy / (x + 1)


class Exp2(Function):
    """y = 2^x;  dL/dx = dL/dy y ln 2"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        y = wrap(array_module(x).exp2(x.array))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (y,) = ctx.saved_tensors
        return gy * y * math.log(2)


class Log2(Function):
    """y = log2 x;  dL/dx = dL/dy / (x ln 2)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(array_module(x).log2(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gy / (x * math.log(2))


class Log10(Function):
    """y = log10 x;  dL/dx = dL/dy / (x ln 10)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(array_module(x).log10(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gy / (x * math.log(10))


class Rsqrt(Function):
    """y = 1 / sqrt(x);  dL/dx = -dL/dy y^3 / 2"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        y = wrap(1 / array_module(x).sqrt(x.array))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (y,) = ctx.saved_tensors
        return gy * (y * y * y * -0.5)


class LogAddExp(Function):
    """z = ln(e^x + e^y);  dL/dx = dL/dz sigmoid(x - y), dL/dy = dL/dz sigmoid(y - x)"""

    pytorch_name = "LogaddexpBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor, y: Tensor) -> Tensor:
        ctx.save_for_backward(x, y)
        return wrap(module_of(x, y).logaddexp(value(x), value(y)))

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor, Tensor]:
        x, y = ctx.saved_tensors
        d = x - y  # nan if both are inf, as in PyTorch
        return gz * d.sigmoid(), gz * (-d).sigmoid()


class XLogY(Function):
    """z = x ln y, 0 where x = 0;  dL/dx = dL/dz ln y (0 where x = 0 and y <= 0), dL/dy = dL/dz x / y"""

    pytorch_name = "XlogyBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor, y: Tensor) -> Tensor:
        ctx.save_for_backward(x, y)
        z = x.array * array_module(y).log(y.array)
        return wrap(array_module(x).where((x.array == 0) & (y.array == y.array), 0, z))

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor | None, Tensor | None]:
        x, y = ctx.saved_tensors
        wants_x, wants_y = ctx.needs_input_grad
        gx = gz * where((x == 0) & (y <= 0), 1.0, y).log() if wants_x else None
        return gx, gz * x / y if wants_y else None


def exp(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """e^x of each element. Any shape; floating dtype, integers give the default one. Source: torch.exp."""
    y = Exp.apply(floating("exp", input))
    return y if out is None else into(out, y, "exp")


def log(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Natural logarithm of each element: -inf at 0, nan below it. Source: torch.log."""
    y = Log.apply(floating("log", input))
    return y if out is None else into(out, y, "log")


def sqrt(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Square root of each element, nan below 0. Source: torch.sqrt."""
    y = Sqrt.apply(floating("sqrt", input))
    return y if out is None else into(out, y, "sqrt")


def expm1(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """e^x - 1, exact even for small x. Source: torch.expm1."""
    return into(out, Expm1.apply(floating("expm1", input)), "expm1")


def log1p(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """ln(1 + x), exact even for small x. Source: torch.log1p."""
    return into(out, Log1p.apply(floating("log1p", input)), "log1p")


def exp2(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """2^x of each element. Source: torch.exp2."""
    return into(out, Exp2.apply(floating("exp2", input)), "exp2")


def log2(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Logarithm to base 2 of each element. Source: torch.log2."""
    return into(out, Log2.apply(floating("log2", input)), "log2")


def log10(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Logarithm to base 10 of each element. Source: torch.log10."""
    return into(out, Log10.apply(floating("log10", input)), "log10")


def rsqrt(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """1 / sqrt(x) of each element. Source: torch.rsqrt."""
    return into(out, Rsqrt.apply(floating("rsqrt", input)), "rsqrt")


def logaddexp(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """ln(e^input + e^other), elementwise, without overflow. Source: torch.logaddexp."""
    check_tensors("logaddexp", input=input, other=other)
    if not (is_floating(input) or is_floating(other)):
        input, other = promote_to_float("logaddexp", input, other)
    return into(out, binary(LogAddExp, input, other), "logaddexp")


def xlogy(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """input ln(other), elementwise, and 0 where input is 0. Source: torch.xlogy."""
    if not isinstance(other, (int, float)):
        check_tensors("xlogy", other=other)
    if isinstance(other, (int, float)) or not isinstance(input, (int, float)):
        check_tensors("xlogy", input=input)
    if not (is_floating(input) or is_floating(other)):
        input, other = promote_to_float("xlogy", input, other)
    x = input if isinstance(input, TensorBase) else full((), input, dtype=other.dtype, device=other.device)
    y = other if isinstance(other, TensorBase) else full((), other, dtype=input.dtype, device=input.device)
    return into(out, binary(XLogY, x, y), "xlogy")
