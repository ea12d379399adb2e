"""Gradients of convolutions by themselves. Source: torch.nn.grad."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..autograd.engine import grad
from ..autograd.grad_mode import enable_grad
from ..ops.conv import conv1d, conv2d, conv3d
from ..ops.creation import zeros

if TYPE_CHECKING:
    from ..tensor import Tensor

Ints = int | Sequence[int]


def _of_input(conv: Callable[..., Tensor], name: str) -> Callable[..., Tensor]:
    def gradient(
        input_size: Sequence[int],
        weight: Tensor,
        grad_output: Tensor,
        stride: Ints = 1,
        padding: Ints = 0,
        dilation: Ints = 1,
        groups: int = 1,
    ) -> Tensor:
        with enable_grad():
            x = zeros(tuple(input_size), dtype=weight.dtype, device=weight.device).requires_grad_()
            y = conv(x, weight.detach(), None, stride, padding, dilation, groups)
        found: Any = grad(y, x, grad_output)[0]
        return found

    gradient.__name__ = gradient.__qualname__ = name
    gradient.__doc__ = f"dL/d(input), of shape input_size, from dL/d(output). Source: torch.nn.grad.{name}."
    return gradient


def _of_weight(conv: Callable[..., Tensor], name: str) -> Callable[..., Tensor]:
    def gradient(
        input: Tensor,
        weight_size: Sequence[int],
        grad_output: Tensor,
        stride: Ints = 1,
        padding: Ints = 0,
        dilation: Ints = 1,
        groups: int = 1,
    ) -> Tensor:
        with enable_grad():
            w = zeros(tuple(weight_size), dtype=input.dtype, device=input.device).requires_grad_()
            y = conv(input.detach(), w, None, stride, padding, dilation, groups)
        found: Any = grad(y, w, grad_output)[0]
        return found

    gradient.__name__ = gradient.__qualname__ = name
    gradient.__doc__ = f"dL/d(weight), of shape weight_size, from dL/d(output). Source: torch.nn.grad.{name}."
    return gradient


conv1d_input, conv1d_weight = _of_input(conv1d, "conv1d_input"), _of_weight(conv1d, "conv1d_weight")
conv2d_input, conv2d_weight = _of_input(conv2d, "conv2d_input"), _of_weight(conv2d, "conv2d_weight")
conv3d_input, conv3d_weight = _of_input(conv3d, "conv3d_input"), _of_weight(conv3d, "conv3d_weight")
