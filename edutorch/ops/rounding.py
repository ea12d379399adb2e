"""Step functions: rounding and the sign. Their gradient is 0 wherever there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..autograd.base import wrap
from ..autograd.function import Function, printed_as
from ..backend import array_module
from .plumbing.entry import check_tensors
from .plumbing.out import into
from .plumbing.promotion import tensor_only

if TYPE_CHECKING:
    from ..tensor import Tensor


def no_slope(gradient: Tensor) -> Tensor:
    """The gradient of a constant: 0, even where the gradient from above is inf or nan."""
    return wrap(array_module(gradient).zeros_like(gradient.array))


class Step(Function):
    """y = x rounded by a rule of the array module;  dL/dx = 0"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, rule: str) -> Tensor:
        return wrap(getattr(array_module(x), rule)(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None]:
        return no_slope(gy), None


class Sign(Function):
    """y = 1 where x > 0, -1 where x < 0, 0 at 0 and at nan;  dL/dx = 0"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        return wrap((x.array > 0).astype(x.array.dtype) - (x.array < 0))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        return no_slope(gy)


def _step(name: str, input: Tensor, rule: str) -> Tensor:
    """Integers are whole already."""
    if tensor_only(name, input).array.dtype.kind == "b":
        raise RuntimeError(f"\"{name}\" not implemented for 'Bool': use .int() or .float() first")
    if input.array.dtype.kind != "f":
        return input.clone()
    return printed_as(f"{name.capitalize()}Backward0", Step.apply(input, rule))


def floor(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The largest whole number that is not above it. Source: torch.floor."""
    return into(out, _step("floor", input, "floor"), "floor")


def ceil(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The smallest whole number that is not below it. Source: torch.ceil."""
    return into(out, _step("ceil", input, "ceil"), "ceil")


def trunc(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Without the digits after the decimal point. Source: torch.trunc."""
    return into(out, _step("trunc", input, "trunc"), "trunc")


def round(input: Tensor, *, decimals: int = 0, out: Tensor | None = None) -> Tensor:
    """The nearest whole number, with ties to even, or the nearest number with that many decimals.

    Source: torch.round."""
    check_tensors("round", input=input)
    if decimals == 0:
        return into(out, _step("round", input, "rint"), "round")
    scale = 10.0 ** abs(decimals)
    if decimals > 0:
        return into(out, _step("round", input * scale, "rint") / scale, "round")
    return into(out, _step("round", input / scale, "rint") * scale, "round")


def frac(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """x - trunc(x): the digits after the decimal point, with x's sign. Source: torch.frac."""
    if tensor_only("frac", input).array.dtype.kind != "f":
        raise RuntimeError(f'"frac" not implemented for {input.dtype}: integers have no digits after the point')
    return into(out, printed_as("FracBackward0", input - trunc(input)), "frac")


def sign(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """-1, 0 or 1, in input's dtype; 0 for nan. Source: torch.sign."""
    return into(out, input.clone() if tensor_only("sign", input).array.dtype.kind == "b" else Sign.apply(input), "sign")
