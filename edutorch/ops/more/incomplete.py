"""The incomplete gamma functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ... import incomplete_functions
from ...autograd.base import wrap
from ...autograd.function import Function
from ...backend import Array, device_of, to_device, to_numpy
from ..plumbing.out import into
from ..plumbing.promotion import binary
from .special import lgamma

if TYPE_CHECKING:
    from ...tensor import Tensor


class Igamma(Function):
    """y = P(a, x);  dL/dx = dL/dy x^(a - 1) e^-x / Γ(a), nothing for a"""

    pytorch_name = "IgammaBackward0"

    @staticmethod
    def forward(ctx: Function, a: Tensor, x: Tensor) -> Tensor:
        ctx.save_for_backward(a, x)
        return wrap(_on_cpu(incomplete_functions.gammainc, a.array, x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[None, Tensor]:
        return None, gy * _density(ctx, "igamma")


class Igammac(Function):
    """y = 1 - P(a, x);  dL/dx = -dL/dy x^(a - 1) e^-x / Γ(a), nothing for a"""

    pytorch_name = "IgammacBackward0"

    @staticmethod
    def forward(ctx: Function, a: Tensor, x: Tensor) -> Tensor:
        ctx.save_for_backward(a, x)
        return wrap(_on_cpu(incomplete_functions.gammaincc, a.array, x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[None, Tensor]:
        return None, -gy * _density(ctx, "igammac")


def _density(ctx: Function, name: str) -> Tensor:
    """Of the gamma distribution of shape a at x. Raises NotImplementedError where the gradient of a is wanted."""
    if ctx.needs_input_grad[0]:
        raise NotImplementedError(f"the derivative for '{name}: input' is not implemented: detach() the first argument")
    a, x = ctx.saved_tensors
    return ((a - 1) * x.log() - x - lgamma(a)).exp()


def _on_cpu(function: Callable[[Array, Array], Array], a: Array, x: Array) -> Array:
    """A function of two arrays in the CPU's memory, in their dtype and on their device."""
    found = function(*np.broadcast_arrays(to_numpy(a), to_numpy(x)))
    return to_device(found.astype(a.dtype), device_of(a))


def gammainc(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """P(input, other): the part of a gamma distribution of shape `input` that lies below `other`.

    Two floating tensors that broadcast; nan below zero. The gradient is that of `other`.
    Source: torch.special.gammainc, torch.igamma."""
    return into(out, binary(Igamma, input, other), "gammainc")


def gammaincc(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Q(input, other) = 1 - P(input, other), exact even where P is nearly 1: see gammainc.

    Source: torch.special.gammaincc, torch.igammac."""
    return into(out, binary(Igammac, input, other), "gammaincc")
