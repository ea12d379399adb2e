"""Activations with a kink: straight lines joined together, or a line and an exponential."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..autograd.base import wrap
from ..autograd.function import Function, printed_as
from ..backend import array_module
from .masking import Where, WhereNonzero, where
from .plumbing.entry import check_numbers, check_tensors
from .plumbing.inplace import in_place
from .plumbing.promotion import floating_only

if TYPE_CHECKING:
    from ..tensor import Tensor


class LeakyReLU(Function):
    """y = x where x > 0, else a x;  dL/dx = dL/dy there, else a dL/dy"""

    pytorch_name = "LeakyReluBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor, a: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.a = a
        return wrap(array_module(x).where(x.array > 0, x.array, x.array * a))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        return Where.apply(x > 0, gy, gy * ctx.a), None


class Hardtanh(Function):
    """y = min(max(x, low), high);  dL/dx = dL/dy where low < x < high, else 0"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, low: float, high: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.bounds = low, high
        return wrap(x.array.clip(low, high))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None]:
        (x,) = ctx.saved_tensors
        low, high = ctx.bounds
        return WhereNonzero.apply(gy, (x > low) & (x < high)), None, None


class ELU(Function):
    """y = s x where x > 0, else s a (e^(b x) - 1);  dL/dx = dL/dy s there, else dL/dy s a b e^(b x)"""

    pytorch_name = "EluBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor, a: float, s: float, b: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.factors = a, s, b
        xp = array_module(x)
        bend = xp.expm1(xp.minimum(x.array, 0) * b) * a
        return wrap(xp.where(x.array > 0, x.array, bend) * s)

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None, None]:
        (x,) = ctx.saved_tensors
        a, s, b = ctx.factors
        bend = (x.clamp(max=0) * b).exp() * (a * b)
        return gy * where(x > 0, 1.0, bend) * s, None, None, None


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """min(max(x, 0), 6), elementwise. Source: torch.nn.functional.relu6."""
    check_tensors("relu6", input=input)
    if inplace:
        return relu6_(input)
    return hardtanh(input, 0, 6)  # whole bounds: integers stay integers


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """x where x > 0, else negative_slope x (also the gradient at 0). Source: torch.nn.functional.leaky_relu."""
    if inplace:
        return leaky_relu_(input, negative_slope)
    check_numbers("leaky_relu", negative_slope=negative_slope)
    return LeakyReLU.apply(floating_only("leaky_relu", input), float(negative_slope))


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """x clamped to [min_val, max_val]; no gradient at the bounds. Source: torch.nn.functional.hardtanh."""
    check_tensors("hardtanh", input=input)
    if inplace:
        return hardtanh_(input, min_val, max_val)
    if min_val > max_val:
        raise ValueError(f"min_val cannot be greater than max_val: hardtanh got {min_val} and {max_val}")
    low, high = (each.item() if isinstance(each, np.generic) else each for each in (min_val, max_val))
    return Hardtanh.apply(input, low, high)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x where x > 0, else alpha (e^x - 1). Source: torch.nn.functional.elu; Clevert et al. 2015."""
    if inplace:
        return elu_(input, alpha)
    check_numbers("elu", alpha=alpha)
    return ELU.apply(floating_only("elu", input), float(alpha), 1.0, 1.0)


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """elu with the alpha and scale for which activations keep mean 0 and variance 1.

    Source: torch.nn.functional.selu; Klambauer et al. 2017."""
    if inplace:
        return selu_(input)
    return ELU.apply(floating_only("selu", input), 1.6732632423543772, 1.0507009873554805, 1.0)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """x where x > 0, else alpha (e^(x / alpha) - 1). Source: torch.nn.functional.celu; Barron 2017."""
    if inplace:
        return celu_(input, alpha)
    if alpha == 0:
        raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
    check_numbers("celu", alpha=alpha)
    return printed_as("CeluBackward0", ELU.apply(floating_only("celu", input), float(alpha), 1.0, 1 / float(alpha)))


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """min(max(x + 3, 0), 6) / 6, elementwise. Source: torch.nn.functional.hardsigmoid."""
    check_tensors("hardsigmoid", input=input)
    if inplace:
        return hardsigmoid_(input)
    return printed_as("HardsigmoidBackward0", hardtanh(input + 3, 0.0, 6.0) / 6)


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """x hardsigmoid(x), elementwise. Source: torch.nn.functional.hardswish; Howard et al. 2019."""
    check_tensors("hardswish", input=input)
    if inplace:
        return hardswish_(input)
    return printed_as("HardswishBackward0", input * hardsigmoid(input))


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """x where x > threshold, else value. Source: torch.nn.functional.threshold."""
    check_tensors("threshold", input=input)
    check_numbers("threshold", threshold=threshold, value=value)
    if inplace:
        return threshold_(input, threshold, value)
    return printed_as("ThresholdBackward0", where(input <= threshold, value, input).to(input.dtype))


def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """x where x > 0, else weight x. weight: 0-d or one element, or one for each channel (axis 1).

    Raises RuntimeError for another number of weights. Source: torch.nn.functional.prelu; He et al. 2015."""
    check_tensors("prelu", input=input, weight=weight)
    if weight.array.size != 1:
        channels = input.array.shape[1] if input.array.ndim > 1 else 1
        if weight.array.ndim > 1 or weight.array.size != channels:
            raise RuntimeError(
                f"Mismatch of parameter numbers and input channel size. Found parameter numbers ="
                f" {weight.array.size} and channel size = {channels}: prelu of input {list(input.array.shape)}"
            )
        weight = weight.reshape(-1, *(1,) * (input.array.ndim - 2))  # (C,) -> (C, 1, ...)
    factor = weight if weight.array.size > 1 else weight.reshape(())
    return printed_as("PreluKernelBackward0", where(input > 0, input, input * factor))


def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """x where |x| > lambd, else 0. Source: torch.nn.functional.hardshrink."""
    check_tensors("hardshrink", input=input)
    return printed_as("HardshrinkBackward0", input.masked_fill(input.abs() <= lambd, 0))


def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """x moved by lambd towards 0, and 0 within lambd of it. Source: torch.nn.functional.softshrink."""
    check_tensors("softshrink", input=input)
    if lambd < 0:
        raise RuntimeError(f"lambda must be greater or equal to 0, but found to be {lambd}.")
    return printed_as("SoftshrinkBackward0", (input - lambd * input.sign()).masked_fill(input.abs() <= lambd, 0))


relu6_ = in_place(relu6)
leaky_relu_ = in_place(leaky_relu)
hardtanh_ = in_place(hardtanh)
elu_ = in_place(elu)
selu_ = in_place(selu)
celu_ = in_place(celu)
hardsigmoid_ = in_place(hardsigmoid)
hardswish_ = in_place(hardswish)
threshold_ = in_place(threshold)
