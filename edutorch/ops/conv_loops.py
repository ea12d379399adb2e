"""The definition of conv2d, in plain loops: slow, but nothing is hidden. conv.py computes the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..autograd.base import wrap
from ..backend import array_module

if TYPE_CHECKING:
    from ..tensor import Tensor


def conv2d_by_loops(
    input: Tensor, weight: Tensor, bias: Tensor | None = None, stride: int = 1, padding: int = 0, dilation: int = 1
) -> Tensor:
    """y[n, o, i, j] = b[o] + sum over c, u, v of w[o, c, u, v] x[n, c, i s + u d - p, j s + v d - p], where x is 0
    outside. input (N, C, H, W), weight (O, C, kH, kW), bias (O,) or None; stride s, padding p, dilation d: ints.

    For reading: it records no graph."""
    x, w = input.array, weight.array
    batch, channels, height, width = x.shape
    outputs, _, kernel_height, kernel_width = w.shape
    out_height = (height + 2 * padding - dilation * (kernel_height - 1) - 1) // stride + 1
    out_width = (width + 2 * padding - dilation * (kernel_width - 1) - 1) // stride + 1
    y = array_module(input).zeros((batch, outputs, out_height, out_width), x.dtype)
    for n in range(batch):
        for o in range(outputs):
            for i in range(out_height):
                for j in range(out_width):
                    total = 0 if bias is None else bias.array[o]
                    for c in range(channels):
                        for u in range(kernel_height):
                            for v in range(kernel_width):
                                row = i * stride + u * dilation - padding
                                column = j * stride + v * dilation - padding
                                if 0 <= row < height and 0 <= column < width:
                                    total = total + w[o, c, u, v] * x[n, c, row, column]
                    y[n, o, i, j] = total
    return wrap(y)
