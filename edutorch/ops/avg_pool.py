"""The mean of each window, in one, two and three dimensions, and pooling that builds on it."""

from __future__ import annotations

import math
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from ..autograd.base import wrap
from ..autograd.function import Function, printed_as
from ..backend import Array, array_module
from ..dtypes import float32, float64
from .plumbing.entry import check_tensors
from .plumbing.per_axis import Ints
from .plumbing.pool_arguments import check_input, check_pooling, pool_ints, pool_windows
from .plumbing.windows import Windows, pad, with_batch

if TYPE_CHECKING:
    from ..tensor import Tensor


class WindowSum(Function):
    """y = the sum of each window of x;  dL/dx: WindowSpread of dL/dy

    x: (N, C, *size), y: (N, C, *out)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, windows: Windows) -> Tensor:
        ctx.size, ctx.windows = x.array.shape[2:], windows
        padded = pad(array_module(x), x.array, windows)
        slices = [padded[index] for _, index in windows.offsets(windows.out_size(ctx.size))]
        y = slices[0].copy()
        for each in slices[1:]:
            y += each
        return wrap(y)

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None]:
        return WindowSpread.apply(gy, ctx.size, ctx.windows), None


class WindowSpread(Function):
    """x = every y added to all places of its window: the transpose of WindowSum;  dL/dy: WindowSum of dL/dx"""

    @staticmethod
    def forward(ctx: Function, y: Tensor, size: tuple[int, ...], windows: Windows) -> Tensor:
        ctx.windows = windows
        padded = array_module(y).zeros((*y.array.shape[:2], *windows.padded(size)), y.array.dtype)
        for _, index in windows.offsets(y.array.shape[2:]):
            padded[index] += y.array
        return wrap(padded[windows.inside(size)])

    @staticmethod
    def backward(ctx: Function, gx: Tensor) -> tuple[Tensor, None, None]:
        return WindowSum.apply(gx, ctx.windows), None, None


def divisors(
    xp: ModuleType,
    size: tuple[int, ...],
    windows: Windows,
    padding: tuple[int, ...],
    include_pad: bool,
    dtype: np.dtype,
) -> Array:
    """How many elements each window's sum is divided by: (*out). What ceil_mode adds at the end never counts; the
    padding counts with include_pad."""
    counts: Any = 1
    out = windows.out_size(size)
    for axis, (n, p) in enumerate(zip(size, padding, strict=True)):
        start = xp.arange(out[axis]) * windows.stride[axis] - p
        end = xp.minimum(start + windows.kernel[axis], n + p)
        if not include_pad:
            start, end = xp.maximum(start, 0), xp.minimum(end, n)
        counts = counts * (end - start).reshape(-1, *[1] * (len(size) - axis - 1))
    return counts.astype(dtype)


def _avg_pool(
    name: str,
    n: int,
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None,
    padding: Ints,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None = None,
) -> Tensor:
    check_input(name, n, input)
    if input.array.dtype == np.float16:  # the sum of a large window overflows float16
        wide = input.to(float32)
        y = _avg_pool(name, n, wide, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)
        return y.to(input.dtype)
    x, batched = with_batch(n, input)
    windows = pool_windows(name, n, x, kernel_size, stride, padding, 1, ceil_mode)
    check_pooling(name, x, windows)
    if divisor_override == 0:
        raise RuntimeError("divisor must be not zero")
    if input.array.dtype.kind != "f":  # integers stay integers: means are truncated
        wide = input.to(float64)
        y = _avg_pool(name, n, wide, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)
        return y.trunc().to(input.dtype)
    y = WindowSum.apply(x, windows)
    if divisor_override is not None:
        y = y / divisor_override
    elif not windows.is_padded():
        y = y / float(math.prod(windows.kernel))
    else:
        pads = pool_ints(name, "padding", padding, n)
        counts = divisors(array_module(x), x.array.shape[2:], windows, pads, count_include_pad, x.array.dtype)
        y = y / wrap(counts)
    y = y if batched else y.squeeze(0)
    return printed_as(f"AvgPool{n}DBackward0" if n > 1 else "SqueezeBackward1", y)


def avg_pool1d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The mean of each window of a signal. input (N, C, L) or (C, L). Like avg_pool2d.
    Source: torch.nn.functional.avg_pool1d."""
    return _avg_pool("avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad)


def avg_pool2d(
    input: Tensor,
    kernel_size: Ints,
    stride: int | None = None,
    padding: int = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window. input (N, C, H, W) or (C, H, W); gives (N, C, H', W').

    kernel_size, stride (kernel_size by default) and padding (by zeros, at most half the kernel): an int or a pair.
    ceil_mode: include windows that reach beyond the end. count_include_pad: whether the padding counts as
    elements. divisor_override: divide by this instead. Raises RuntimeError for numbers or shapes that do not fit.
    Source: torch.nn.functional.avg_pool2d."""
    return _avg_pool(
        "avg_pool2d", 2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


def avg_pool3d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window of a volume. input (N, C, D, H, W) or (C, D, H, W). Like avg_pool2d.
    Source: torch.nn.functional.avg_pool3d."""
    return _avg_pool(
        "avg_pool3d", 3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


def _lp_pool(
    n: int, input: Tensor, norm_type: float, kernel_size: Ints, stride: Ints | None, ceil_mode: bool
) -> Tensor:
    name = f"lp_pool{n}d"
    mean = _avg_pool(name, n, input**norm_type, kernel_size, stride, 0, ceil_mode, True)
    elements = float(math.prod(pool_ints(name, "kernel_size", kernel_size, n)))
    return (mean.sign() * mean.abs().relu() * elements) ** (1.0 / norm_type)


def lp_pool1d(
    input: Tensor, norm_type: float, kernel_size: Ints, stride: Ints | None = None, ceil_mode: bool = False
) -> Tensor:
    """(sum of x^p over each window)^(1/p). input (N, C, L) or (C, L). Source: torch.nn.functional.lp_pool1d."""
    check_tensors("lp_pool1d", input=input)
    return _lp_pool(1, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool2d(
    input: Tensor, norm_type: float, kernel_size: Ints, stride: Ints | None = None, ceil_mode: bool = False
) -> Tensor:
    """(sum of x^p over each window)^(1/p). input (N, C, H, W). Source: torch.nn.functional.lp_pool2d."""
    check_tensors("lp_pool2d", input=input)
    return _lp_pool(2, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool3d(
    input: Tensor, norm_type: float, kernel_size: Ints, stride: Ints | None = None, ceil_mode: bool = False
) -> Tensor:
    """(sum of x^p over each window)^(1/p). input (N, C, D, H, W). Source: torch.nn.functional.lp_pool3d."""
    check_tensors("lp_pool3d", input=input)
    return _lp_pool(3, input, norm_type, kernel_size, stride, ceil_mode)
