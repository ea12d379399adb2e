"""The parts and the neighbors of floating numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...autograd.base import wrap
from ...autograd.function import Function
from ...autograd.grad_mode import thread
from ...backend import array_module
from ...dtypes import bool as bool_
from ...return_types import frexp as Frexp
from .. import exponential
from ..creation import ones_like
from ..plumbing.entry import check_tensors
from ..plumbing.out import into, into_each
from ..plumbing.promotion import binary, module_of, promote, value

if TYPE_CHECKING:
    from ...tensor import Tensor


class LogAddExp2(Function):
    """z = log2(2^x + 2^y);  dL/dx = dL/dz 2^(x - z), dL/dy = dL/dz 2^(y - z)"""

    pytorch_name = "Logaddexp2Backward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor, y: Tensor) -> Tensor:
        z = wrap(module_of(x, y).logaddexp2(value(x), value(y)))
        ctx.save_for_backward(x, y, z)
        return z

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor, Tensor]:
        x, y, z = ctx.saved_tensors
        return gz * exponential.exp2(x - z), gz * exponential.exp2(y - z)


class Mantissa(Function):
    """m = x / 2^e, for the integer e with 1/2 <= |m| < 1;  dL/dx = dL/dm / 2^e"""

    pytorch_name = "FrexpBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> tuple[Tensor, Tensor]:
        mantissa, exponent = array_module(x).frexp(x.array)
        e = wrap(exponent)
        ctx.save_for_backward(e)
        return wrap(mantissa), e

    @staticmethod
    def backward(ctx: Function, gm: Tensor, _: Tensor) -> Tensor:
        (e,) = ctx.saved_tensors
        return gm / exponential.exp2(e.to(gm.dtype))


def logaddexp2(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """log2(2^input + 2^other), elementwise, without overflow. Two floating tensors. Source: torch.logaddexp2."""
    return into(out, binary(LogAddExp2, *_floats("logaddexp2", input, other)), "logaddexp2")


def nextafter(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The next floating number after each element of input toward other's, without a gradient. Two floating tensors
    that broadcast. Source: torch.nextafter."""
    x, y = promote("nextafter", *_floats("nextafter", input, other))
    return into(out, wrap(thread.mode.run(array_module(x).nextafter, x.array, y.array)), "nextafter")


def frexp(input: Tensor, *, out: tuple[Tensor, Tensor] | None = None) -> tuple[Tensor, Tensor]:
    """Mantissa and exponent of a floating tensor: input = mantissa 2^exponent, 1/2 <= |mantissa| < 1, exponent int32.

    Source: torch.frexp."""
    check_tensors("frexp", input=input)
    if not input.is_floating_point():
        raise RuntimeError(f"torch.frexp() only supports floating-point dtypes, not {input.dtype}: use input.float()")
    return into_each(out, Frexp(*Mantissa.apply(input)), "frexp")


def isreal(input: Tensor) -> Tensor:
    """True for each element: tensors are real. Source: torch.isreal."""
    return ones_like(input, dtype=bool_)


def _floats(name: str, *inputs: Tensor) -> tuple[Tensor, ...]:
    """The inputs. Raises NotImplementedError for integers, TypeError for what is no tensor."""
    for each in inputs:
        check_tensors(name, input=each)
        if not each.is_floating_point():
            raise NotImplementedError(f"{name}: not implemented for {each.dtype}: use input.float()")
    return inputs
