"""The largest element of each window, in one, two and three dimensions: one implementation.

All windows are handled at once: the first element of every window is a strided slice of the input, and
so is the second, and so on. Their elementwise maximum is the result. The gradient goes to the first
element of a window that equals the maximum.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from ..autograd.base import wrap
from ..autograd.function import Function
from ..backend import Array, array_module, is_on_gpu
from ..fusion import fused
from .plumbing.per_axis import Ints
from .plumbing.pool_arguments import check_input, check_pooling, pool_windows
from .plumbing.windows import Part, Windows, pad, with_batch

if TYPE_CHECKING:
    from ..tensor import Tensor


class MaxPool(Function):
    """y = the maximum of each window of x;  dL/dx = dL/dy at the first place of it, 0 elsewhere

    x: (N, C, *size), y: (N, C, *count)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, windows: Windows) -> Tensor:
        ctx.windows = windows
        xp = array_module(x)
        padded = pad(xp, x.array, windows, lowest(x.array.dtype))
        y = wrap(_maxima(xp, padded, windows, windows.out_size(x.array.shape[2:])))
        ctx.save_for_backward(x)
        ctx.keep_unless_changed(y)
        return y

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None]:
        x = ctx.saved_tensors[0].detach()
        (y,) = ctx.unchanged or (MaxPool.apply(x, ctx.windows),)
        return MaxPoolSpread.apply(gy, x, y, ctx.windows), None

    def node_name(self) -> str:
        """PyTorch's name, for one axis, two or three."""
        n = len(self.windows.kernel)
        return f"MaxPool{n}DWithIndicesBackward0" if n > 1 else "SqueezeBackward1"


class MaxPoolSpread(Function):
    """gx = g at the places of the maxima y of x, 0 elsewhere;  dL/dg = dL/dgx at those places"""

    @staticmethod
    def forward(ctx: Function, g: Tensor, x: Tensor, y: Tensor, windows: Windows) -> Tensor:
        ctx.save_for_backward(x, y)
        ctx.windows = windows
        padded = pad(array_module(x), x.array, windows, lowest(x.array.dtype))
        spread = array_module(g).zeros(padded.shape, g.array.dtype)
        if is_on_gpu(spread):
            _spread(array_module(g), spread, g.array, padded, y.array, windows)
            return wrap(spread[windows.inside(x.array.shape[2:])])
        apart = windows.stride == windows.extent()  # no element is in two windows
        for _, index, first in _first_matches(array_module(x), padded, y.array, windows):
            if apart:
                array_module(g).multiply(g.array, first, out=spread[index])
            else:
                spread[index] += g.array * first
        return wrap(spread[windows.inside(x.array.shape[2:])])

    @staticmethod
    def backward(ctx: Function, gx: Tensor) -> tuple[Tensor, None, None, None]:
        x, y = ctx.saved_tensors
        return MaxPoolPick.apply(gx, x, y, ctx.windows), None, None, None


class MaxPoolPick(Function):
    """g = gx at the places of the maxima y of x;  dL/dgx = dL/dg at those places, 0 elsewhere"""

    @staticmethod
    def forward(ctx: Function, gx: Tensor, x: Tensor, y: Tensor, windows: Windows) -> Tensor:
        ctx.save_for_backward(x, y)
        ctx.windows = windows
        xp = array_module(x)
        padded = pad(xp, x.array, windows, lowest(x.array.dtype))
        values = pad(xp, gx.array, windows)
        picked = xp.zeros(y.array.shape, gx.array.dtype)
        for _, index, first in _first_matches(xp, padded, y.array, windows):
            picked += values[index] * first
        return wrap(picked)

    @staticmethod
    def backward(ctx: Function, g: Tensor) -> tuple[Tensor, None, None, None]:
        x, y = ctx.saved_tensors
        return MaxPoolSpread.apply(g, x, y, ctx.windows), None, None, None


def lowest(dtype: np.dtype) -> float:
    """The lowest value of the dtype, which pads a maximum: no element is below it."""
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def _maxima(xp: ModuleType, padded: Array, windows: Windows, count: tuple[int, ...]) -> Array:
    slices = (padded[index] for _, index in windows.offsets(count))
    y = next(slices).copy()
    for each in slices:
        xp.maximum(y, each, out=y)
    return y


def _first_matches(
    xp: ModuleType, padded: Array, y: Array, windows: Windows
) -> Iterator[tuple[tuple[int, ...], Part, Array]]:
    """For each offset of the kernel: offset, index, and the windows whose first maximum is there. The last offset gets
    the windows that are left (nan equals nothing, not even itself)."""
    *offsets, last = windows.offsets(y.shape[2:])
    open_ = None  # the windows whose maximum has not been found yet; None stands for all
    for offset, index in offsets:
        match = padded[index] == y
        if open_ is None:
            open_ = ~match
        else:
            match &= open_
            open_ ^= match
        yield offset, index, match
    yield (*last, xp.ones(y.shape, bool) if open_ is None else open_)


def _spread(xp: ModuleType, spread: Array, g: Array, padded: Array, y: Array, windows: Windows) -> None:
    """Adds g to `spread` where _first_matches are, in one launch for each offset."""
    open_ = xp.ones(y.shape, bool)
    *offsets, last = windows.offsets(y.shape[2:])
    for _, index in offsets:
        _spread_where_equal(xp, spread[index], g, padded[index], y, open_)
    spread[last[1]] += g * open_


@fused
def _spread_where_equal(xp: ModuleType, spread: Array, g: Array, x: Array, y: Array, open_: Array) -> None:
    first = (x == y) & open_
    spread += g * first
    open_ ^= first


def _positions(xp: ModuleType, x: Array, y: Array, windows: Windows) -> Array:
    """The position of each maximum in the flattened axes of x from the third on: int64, y's shape."""
    size, count = x.shape[2:], y.shape[2:]
    positions = xp.zeros(y.shape, np.int64)
    padded = pad(xp, x, windows, lowest(x.dtype))
    for offset, _, first in _first_matches(xp, padded, y, windows):
        place: Array | int = 0
        for d, (n, i) in enumerate(zip(size, offset, strict=True)):
            start = windows.dilation[d] * i - windows.padding[d][0]
            along = xp.arange(count[d]) * windows.stride[d] + start
            place = place * n + along.reshape(-1, *[1] * (len(size) - d - 1))
        positions += place * first
    return positions


def _max_pool(
    name: str,
    n: int,
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None,
    padding: int,
    dilation: int,
    ceil_mode: bool,
    return_indices: bool,
) -> Tensor | tuple[Tensor, Tensor]:
    check_input(name, n, input)
    x, batched = with_batch(n, input)
    windows = pool_windows(name, n, x, kernel_size, stride, padding, dilation, ceil_mode)
    check_pooling(name, x, windows)
    y = MaxPool.apply(x, windows)
    values = y if batched else y.squeeze(0)
    if not return_indices:
        return values
    indices = wrap(_positions(array_module(x), x.array, y.array, windows))
    return values, indices if batched else indices.squeeze(0)


def max_pool1d(
    input: Tensor,
    kernel_size: int,
    stride: int | None = None,
    padding: int = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """The largest element of each window of a signal. input (N, C, L) or (C, L). Like max_pool2d.
    Source: torch.nn.functional.max_pool1d."""
    return _max_pool("max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool2d(
    input: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: int = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """The largest element of each window. input (N, C, H, W) or (C, H, W); gives (N, C, H', W').

    kernel_size, stride (kernel_size by default), padding (by -inf, at most half the kernel), dilation: an int or
    a pair. ceil_mode: include windows that begin inside and reach beyond the end. return_indices: also the positions of
    the maxima in the flattened (H, W), int64. Raises RuntimeError for numbers or shapes that do not fit.
    Source: torch.nn.functional.max_pool2d."""
    return _max_pool("max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool3d(
    input: Tensor,
    kernel_size: int,
    stride: Ints | None = None,
    padding: int = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """The largest element of each window of a volume. input (N, C, D, H, W) or (C, D, H, W). Like max_pool2d.
    Source: torch.nn.functional.max_pool3d."""
    return _max_pool("max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)
