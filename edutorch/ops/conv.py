"""Convolution in one, two and three dimensions, and its transpose: one implementation.

A block of images is laid out as a matrix with one column for each window (im2col), so that one matrix
product computes the whole block. The block is small enough for its columns to stay in the cache; nothing of
them is kept for backward. `conv_loops.py` has the definition, in plain loops; `plumbing/conv_gemm.py` does the same
in fewer and larger steps, for a GPU and for small images.

The three operations here are linear in each of their two operands, and the gradients of each one are the other two. So
convolutions can be differentiated any number of times.

Chellapilla, Puri, Simard: High Performance Convolutional Neural Networks for Document Processing, 2006.
"""

from __future__ import annotations

import math
from types import ModuleType
from typing import TYPE_CHECKING

from ..autograd.base import TensorBase, wrap
from ..autograd.function import Function, printed_as
from ..backend import Array, add_up, array_module, block_bytes, is_on_gpu
from .plumbing import conv_gemm, conv_line, conv_rows, scratch
from .plumbing.conv_arguments import (
    Layout,
    check_convolution,
    check_input,
    check_transposed,
    conv_ints,
    conv_windows,
    output_padding_of,
)
from .plumbing.entry import check_optional_tensors
from .plumbing.im2col import columns
from .plumbing.per_axis import Ints
from .plumbing.windows import Part, blocks, with_batch

if TYPE_CHECKING:
    from ..tensor import Tensor


FEW_WINDOWS = 32  # an image with so few is not worth a matrix product of its own


class Convolution(Function):
    """y = x * w + b, correlated over the windows;  dL/dx: ConvolutionInput, dL/dw: ConvolutionWeight,
    dL/db = dL/dy summed over images and places

    x: (N, C, *size), w: (O, C / groups, *kernel), b: (O,) or None, y: (N, O, *count)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, w: Tensor, b: Tensor | None, layout: Layout) -> Tensor:
        ctx.save_for_backward(x, w)
        ctx.layout = layout
        return wrap(correlate(array_module(x), x.array, w.array, None if b is None else b.array, layout))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor | None, Tensor | None, Tensor | None, None]:
        x, w = ctx.saved_tensors
        wants_x, wants_w, wants_b, _ = ctx.needs_input_grad
        gy = gy.contiguous()  # else each of the three would copy an expanded one, such as a sum's
        gx = ConvolutionInput.apply(gy, w, x.array.shape, ctx.layout) if wants_x else None
        gw = ConvolutionWeight.apply(gy, x, w.array.shape, ctx.layout) if wants_w else None
        return gx, gw, _sum_to_channels(gy) if wants_b else None, None


class ConvolutionInput(Function):
    """x = the gradient of a convolution's input, from the output's y and the weight w: every y is spread
    over its window;  dL/dy = Convolution of dL/dx, dL/dw: ConvolutionWeight with y and dL/dx"""

    pytorch_name = "ConvolutionBackward0"

    @staticmethod
    def forward(ctx: Function, y: Tensor, w: Tensor, shape: tuple[int, ...], layout: Layout) -> Tensor:
        ctx.save_for_backward(y, w)
        ctx.layout = layout
        turned = turned_round(w.array.shape, shape, layout)
        xp = array_module(y)
        if turned is not None:
            return wrap(correlate(xp, y.array, turn_round(w.array, layout.groups), None, turned))
        return wrap(spread_back(xp, y.array, w.array, shape, layout))

    @staticmethod
    def backward(ctx: Function, gx: Tensor) -> tuple[Tensor | None, Tensor | None, None, None]:
        y, w = ctx.saved_tensors
        wants_y, wants_w, _, _ = ctx.needs_input_grad
        gy = Convolution.apply(gx, w, None, ctx.layout) if wants_y else None
        gw = ConvolutionWeight.apply(y, gx, w.array.shape, ctx.layout) if wants_w else None
        return gy, gw, None, None


class ConvolutionWeight(Function):
    """w = the gradient of a convolution's weight, from the output's y and the input x;
    dL/dy = Convolution of x by dL/dw, dL/dx: ConvolutionInput with y and dL/dw"""

    @staticmethod
    def forward(ctx: Function, y: Tensor, x: Tensor, shape: tuple[int, ...], layout: Layout) -> Tensor:
        ctx.save_for_backward(y, x)
        ctx.layout = layout
        return wrap(weight_gradient(array_module(x), y.array, x.array, shape, layout))

    @staticmethod
    def backward(ctx: Function, gw: Tensor) -> tuple[Tensor | None, Tensor | None, None, None]:
        y, x = ctx.saved_tensors
        wants_y, wants_x, _, _ = ctx.needs_input_grad
        gy = Convolution.apply(x, gw, None, ctx.layout) if wants_y else None
        gx = ConvolutionInput.apply(y, gw, x.array.shape, ctx.layout) if wants_x else None
        return gy, gx, None, None


# ---- on arrays


def _all_images_at_once(array: Array, layout: Layout) -> bool:
    """Whether one product serves all images of a block: on a GPU, and where an image has so few windows that a product
    for each would take its time to read w, or to add up its gradients."""
    return is_on_gpu(array) or math.prod(layout.out_size) <= FEW_WINDOWS


def correlate(xp: ModuleType, x: Array, w: Array, b: Array | None, layout: Layout) -> Array:
    """y[n, o, p] = b[o] + sum over channels c and offsets k of w[o, c, k] x[n, c, window p at k]"""
    if _all_images_at_once(x, layout):
        return conv_gemm.correlate(xp, x, w, b, layout)
    if conv_rows.is_worth_it(w.shape, layout):
        return conv_rows.correlate(xp, x, w, b, layout)
    _, count, groups = layout
    outputs = w.shape[0]
    rows = w.reshape(groups, outputs // groups, -1)  # (groups, O / groups, C / groups * K)
    y = xp.empty((len(x), groups, outputs // groups, math.prod(count)), x.dtype)
    for images, matrix in columns(xp, x, layout):
        xp.matmul(rows, matrix, out=y[images])
        if b is not None:
            y[images] += b.reshape(groups, -1, 1)
    return y.reshape(len(x), outputs, *count)


def spread_back(xp: ModuleType, y: Array, w: Array, shape: tuple[int, ...], layout: Layout) -> Array:
    """x[n, c, :] = sum over windows p and offsets k that meet there of w[o, c, k] y[n, o, p]"""
    if _all_images_at_once(y, layout):
        return conv_gemm.spread_back(xp, y, w, shape, layout)
    if conv_line.is_worth_it(w, shape, layout) and xp.isfinite(w).all():
        return conv_line.spread_back(xp, y, w, shape, layout)
    windows, count, groups = layout
    n, channels, *size = shape
    rows = w.reshape(groups, len(w) // groups, -1).swapaxes(1, 2)  # (groups, C / groups * K, O / groups)
    y = y.reshape(n, groups, len(w) // groups, math.prod(count))
    x = xp.empty(shape, y.dtype)
    inside = windows.inside(size)
    for images in blocks(n, channels * math.prod(windows.kernel) * math.prod(count) * y.itemsize, block_bytes(y)):
        matrix = scratch.product(xp, rows, y[images])  # (block, groups, C / groups * K, P)
        parts = matrix.reshape(len(matrix), channels, *windows.kernel, *count)
        padded = scratch.zeros(xp, "padded", (len(matrix), channels, *windows.padded(size)), y.dtype)
        for offset, index in windows.offsets(count):
            part: Part = (slice(None), slice(None), *offset)
            padded[index] += parts[part]
        x[images] = padded[inside]
    return x


def turned_round(w_shape: tuple[int, ...], shape: tuple[int, ...], layout: Layout) -> Layout | None:
    """With stride 1, y is spread back by one more convolution: of y, with the flipped kernel. Returns its layout; None
    if that is impossible, or if laying out y's columns costs more than spreading x's (which are added, not copied:
    about 1.5 times the work)."""
    windows, count, groups = layout
    outputs, channels, size = w_shape[0], shape[1], shape[2:]
    if max(windows.stride) > 1 or count != windows.out_size(size):
        return None
    if outputs * math.prod(size) > 1.5 * channels * math.prod(count):
        return None
    pairs = zip(windows.padding, windows.extent(), strict=True)
    padding = tuple((extent - 1 - before, extent - 1 - after) for (before, after), extent in pairs)
    if min(map(min, padding)) < 0:
        return None
    return Layout(windows._replace(padding=padding), size, groups)


def turn_round(w: Array, groups: int) -> Array:
    """(O, C / groups, *kernel) -> (C, O / groups, *kernel), every kernel from its last element to its first"""
    outputs, channels, *kernel = w.shape
    w = w.reshape(groups, outputs // groups, channels, *kernel).swapaxes(1, 2)
    w = w.reshape(groups * channels, outputs // groups, *kernel)
    return w[(slice(None), slice(None), *(slice(None, None, -1) for _ in kernel))]


def weight_gradient(xp: ModuleType, y: Array, x: Array, shape: tuple[int, ...], layout: Layout) -> Array:
    """w[o, c, k] = sum over images n and windows p of y[n, o, p] x[n, c, window p at k]"""
    if _all_images_at_once(y, layout):
        return conv_gemm.weight_gradient(xp, y, x, shape, layout)
    if conv_rows.is_worth_it(shape, layout) and xp.isfinite(x).all():
        return conv_rows.weight_gradient(xp, y, x, shape, layout)
    groups = layout.groups
    y = y.reshape(len(y), groups, shape[0] // groups, math.prod(layout.out_size))
    w = xp.zeros((groups, shape[0] // groups, math.prod(shape) // shape[0]), y.dtype)
    turned = w.shape[1] < w.shape[2]  # products are faster with rows times columns: the smaller matrix is turned
    if turned:
        w = xp.zeros((groups, w.shape[2], w.shape[1]), y.dtype)
    for images, matrix in columns(xp, x, layout):
        if turned:
            w += add_up(xp.matmul(matrix, xp.ascontiguousarray(y[images].swapaxes(2, 3))), 0)
        else:
            w += add_up(xp.matmul(y[images], matrix.swapaxes(2, 3)), 0)
    return xp.ascontiguousarray(w.swapaxes(1, 2) if turned else w).reshape(shape)


def _sum_to_channels(gy: Tensor) -> Tensor:
    """(N, O, *count) -> (O,)"""
    n, outputs = gy.array.shape[:2]
    return gy.reshape(n, outputs, math.prod(gy.array.shape[2:])).sum((0, 2))


# ---- the functions


def _convolution(
    name: str,
    n: int,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Ints,
    padding: Ints | str,
    dilation: Ints,
    groups: int,
) -> Tensor:
    check_input(name, n, input)
    x, batched = with_batch(n, input)
    windows = conv_windows(n, weight, stride, padding, dilation)
    check_convolution(name, input, x, weight, bias, windows, groups)
    y = Convolution.apply(x, weight, bias, Layout(windows, windows.out_size(x.array.shape[2:]), groups))
    return y if batched else y.squeeze(0)


def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> Tensor:
    """Cross-correlation over signals. input (N, C, L) or (C, L), weight (O, C / groups, K), bias (O,);
    gives (N, O, L'). Arguments and errors are those of conv2d. Source: torch.nn.functional.conv1d."""
    check_optional_tensors("conv1d", bias=bias)
    return _convolution("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints | str = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> Tensor:
    """Cross-correlation over images: each output is the weighted sum of a window of the input.

    input (N, C, H, W) or (C, H, W); weight (O, C / groups, kH, kW); bias (O,) or None. Gives (N, O, H', W')
    with H' = (H + 2 padding - dilation (kH - 1) - 1) // stride + 1. stride, padding and dilation: an int or a
    pair; padding may be 'valid' (none) or 'same' (as much as keeps the size). groups: input and output channels are
    split into that many parts, and each part of the outputs sees only its part of the inputs.

    Raises RuntimeError for shapes, dtypes or numbers that do not fit. Source: torch.nn.functional.conv2d."""
    check_optional_tensors("conv2d", bias=bias)
    return _convolution("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    dilation: Ints = 1,
    groups: int = 1,
) -> Tensor:
    """Cross-correlation over volumes. input (N, C, D, H, W), weight (O, C / groups, kD, kH, kW).
    Arguments and errors are those of conv2d. Source: torch.nn.functional.conv3d."""
    check_optional_tensors("conv3d", bias=bias)
    return _convolution("conv3d", 3, input, weight, bias, stride, padding, dilation, groups)


def _transposed(
    name: str,
    n: int,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: Ints,
    padding: Ints,
    output_padding: Ints,
    groups: int,
    dilation: Ints,
) -> Tensor:
    check_input(name, n, input)
    y, batched = with_batch(n, input)
    windows = conv_windows(n, weight, stride, conv_ints("padding", padding, n), dilation)
    extra = output_padding_of(output_padding, windows)
    check_transposed(input, y, weight, bias, groups)
    size = tuple(
        (m - 1) * s - before - after + extent + e
        for m, s, (before, after), extent, e in zip(
            y.array.shape[2:], windows.stride, windows.padding, windows.extent(), extra, strict=True
        )
    )
    if min(size) < 1:
        raise RuntimeError(f"{name}: Calculated output size {list(size)} is too small: less padding, or a larger input")
    shape = (len(y.array), weight.array.shape[1] * groups, *size)
    x = ConvolutionInput.apply(y, weight, shape, Layout(windows, y.array.shape[2:], groups))
    if isinstance(bias, TensorBase):
        x = printed_as("ConvolutionBackward0", x + bias.reshape(-1, *[1] * n))
    return x if batched else x.squeeze(0)


def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
) -> Tensor:
    """The transpose of conv1d. input (N, C, L), weight (C, O / groups, K); gives (N, O, L'). Like conv_transpose2d.
    Source: torch.nn.functional.conv_transpose1d."""
    check_optional_tensors("conv_transpose1d", bias=bias)
    return _transposed("conv_transpose1d", 1, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
) -> Tensor:
    """The gradient of conv2d with respect to its input, as an operation of its own: every input element is
    spread over a window of the output.

    input (N, C, H, W) or (C, H, W); weight (C, O / groups, kH, kW); bias (O,) or None. Gives (N, O, H', W') with
    H' = (H - 1) stride - 2 padding + dilation (kH - 1) + output_padding + 1. Raises RuntimeError for shapes,
    dtypes or numbers that do not fit. Source: torch.nn.functional.conv_transpose2d."""
    check_optional_tensors("conv_transpose2d", bias=bias)
    return _transposed("conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: Ints = 1,
    padding: Ints = 0,
    output_padding: Ints = 0,
    groups: int = 1,
    dilation: Ints = 1,
) -> Tensor:
    """The transpose of conv3d. input (N, C, D, H, W), weight (C, O / groups, kD, kH, kW). Like conv_transpose2d.
    Source: torch.nn.functional.conv_transpose3d."""
    check_optional_tensors("conv_transpose3d", bias=bias)
    return _transposed("conv_transpose3d", 3, input, weight, bias, stride, padding, output_padding, groups, dilation)
