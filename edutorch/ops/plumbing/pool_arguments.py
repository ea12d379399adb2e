"""The arguments of pooling: what they mean, and errors for those that do not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...autograd.base import TensorBase
from .per_axis import Ints, ints_per_axis
from .windows import Windows

if TYPE_CHECKING:
    from ...tensor import Tensor

NAMES = {1: "a single int", 2: "a single int, or a tuple of two ints", 3: "a single int, or a tuple of three ints"}


def check_input(name: str, n: int, input: Tensor) -> None:
    """Raises RuntimeError for what is neither (N, C, *size) nor (C, *size), TypeError for anything but a tensor."""
    if not isinstance(input, TensorBase):
        raise TypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
    shape = input.array.shape
    if len(shape) not in (n + 1, n + 2) or 0 in shape[len(shape) - n - 1 :]:
        raise RuntimeError(
            f"{name}: Expected {n + 1}D or {n + 2}D (batch mode) tensor with optional 0 dim batch size for input,"
            f" but got: {list(shape)}"
        )


def pool_windows(
    name: str,
    n: int,
    x: Tensor,
    kernel_size: Ints,
    stride: Ints | None,
    padding: Ints,
    dilation: int,
    ceil_mode: bool,
) -> Windows:
    """The windows of a pooling of x; with ceil_mode padded at the end as far as the last one reaches.

    Raises RuntimeError for impossible numbers."""
    kernel = pool_ints(name, "kernel_size", kernel_size, n)
    strides = kernel if stride is None or stride == () or stride == [] else pool_ints(name, "stride", stride, n)
    pads, dilations = pool_ints(name, "padding", padding, n), pool_ints(name, "dilation", dilation, n)
    if min(kernel) < 1:
        raise RuntimeError(f"{name}: kernel size should be greater than zero, but got {kernel_size}")
    if min(strides) < 1:
        raise RuntimeError(f"{name}: stride should not be zero, but got {stride}")
    if min(dilations) < 1:
        raise RuntimeError(f"{name}: dilation should be greater than zero, but got {dilation}")
    windows = Windows(kernel, strides, tuple((p, p) for p in pads), dilations)
    if min(pads) < 0 or any(p > extent // 2 for p, extent in zip(pads, windows.extent(), strict=True)):
        raise RuntimeError(
            f"{name}: pad should be at least zero and at most half of effective kernel size, but got pad={padding},"
            f" kernel_size={kernel_size} and dilation={dilation}"
        )
    return _reach_over(windows, x.array.shape[2:]) if ceil_mode else windows


def _reach_over(windows: Windows, size: tuple[int, ...]) -> Windows:
    """More padding at the end, for a last window that begins inside and reaches beyond."""
    padding = []
    each = zip(size, windows.extent(), windows.stride, windows.padding, strict=True)
    for n, extent, stride, (before, after) in each:
        free = n + before + after - extent
        over = -free % stride
        begins = free + over  # where the last window begins, counted from the padding's start
        padding.append((before, after + over if free >= 0 and over and begins < n + before else after))
    return windows._replace(padding=tuple(padding))


def check_pooling(name: str, x: Tensor, windows: Windows) -> None:
    """Raises RuntimeError if no window fits into the input."""
    count = windows.out_size(x.array.shape[2:])
    if min(count) < 1:
        channels = x.array.shape[1]
        given, made = (f"({channels}x{'x'.join(map(str, each))})" for each in (x.array.shape[2:], count))
        raise RuntimeError(
            f"{name}: Given input size: {given}. Calculated output size: {made}. Output size is too small"
        )


def pool_ints(name: str, argument: str, value: Ints, n: int) -> tuple[int, ...]:
    """One int for each axis. Raises RuntimeError for another length, TypeError for anything but an int."""
    try:
        return ints_per_axis(value, n)
    except TypeError:
        raise TypeError(f"{name}(): argument '{argument}' must be {NAMES[n]}, not {value!r}") from None
    except ValueError:
        got = tuple(value)  # type: ignore[arg-type]
        raise RuntimeError(f"{name}: {argument} must either be {NAMES[n]}, but got {got}") from None
