"""Windows as columns, and columns put back together: unfold and fold, each the other's gradient."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ...autograd.base import wrap
from ...autograd.function import Function
from ...backend import array_module
from ..plumbing.conv_arguments import conv_ints
from ..plumbing.entry import check_tensors
from ..plumbing.per_axis import Ints
from ..plumbing.windows import Windows, pad

if TYPE_CHECKING:
    from ...tensor import Tensor


class Unfold(Function):
    """y = the windows of x as columns;  dL/dx: Fold of dL/dy

    x: (N, C, H, W), y: (N, C * elements of a window, windows)"""

    pytorch_name = "Im2ColBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor, windows: Windows) -> Tensor:
        ctx.shape, ctx.windows = x.array.shape, windows
        n, channels, *size = x.array.shape
        count = windows.out_size(size)
        view = windows.view(pad(array_module(x), x.array, windows), count)
        return wrap(view.reshape(n, channels * math.prod(windows.kernel), math.prod(count)))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None]:
        return Fold.apply(gy, ctx.shape, ctx.windows), None


class Fold(Function):
    """x = the columns y added up where their windows are;  dL/dy: Unfold of dL/dx"""

    pytorch_name = "Col2ImBackward0"

    @staticmethod
    def forward(ctx: Function, y: Tensor, shape: tuple[int, ...], windows: Windows) -> Tensor:
        ctx.windows = windows
        n, channels, *size = shape
        out = windows.out_size(size)
        parts = y.array.reshape(n, channels, *windows.kernel, *out)
        padded = array_module(y).zeros((n, channels, *windows.padded(size)), y.array.dtype)
        offset: Any
        for offset, index in windows.offsets(out):
            padded[index] += parts[(slice(None), slice(None), *offset)]
        return wrap(padded[windows.inside(size)])

    @staticmethod
    def backward(ctx: Function, gx: Tensor) -> tuple[Tensor, None, None]:
        return Unfold.apply(gx, ctx.windows), None, None


def _windows(kernel_size: Ints, dilation: Ints, padding: Ints, stride: Ints) -> Windows:
    kernel, strides = conv_ints("kernel_size", kernel_size, 2), conv_ints("stride", stride, 2)
    dilations, pads = conv_ints("dilation", dilation, 2), conv_ints("padding", padding, 2)
    for name, values, least in (
        ("kernel", kernel, 1),
        ("stride", strides, 1),
        ("dilation", dilations, 1),
        ("padding", pads, 0),
    ):
        if min(values) < least:
            what = "non-negative" if least == 0 else "greater than zero"
            raise RuntimeError(f"{name} should be {what}, but got {name}_height: {values[0]} {name}_width: {values[1]}")
    return Windows(kernel, strides, tuple((p, p) for p in pads), dilations)


def unfold(input: Tensor, kernel_size: Ints, dilation: Ints = 1, padding: Ints = 0, stride: Ints = 1) -> Tensor:
    """The windows of images as columns: (N, C, H, W) gives (N, C * kH * kW, windows); (C, H, W) likewise.

    Raises RuntimeError for other axes, and where no window fits. Source: torch.nn.functional.unfold."""
    check_tensors("unfold", input=input)
    if input.array.ndim not in (3, 4) or 0 in input.array.shape[-3:]:
        raise RuntimeError(
            "Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for"
            f" input, but got: {list(input.array.shape)}"
        )
    windows = _windows(kernel_size, dilation, padding, stride)
    size = input.array.shape[-2:]
    if min(windows.out_size(size)) < 1:
        raise RuntimeError(
            f"Given input with spatial size {size}, kernel_size={windows.kernel}, dilation={windows.dilation},"
            f" padding={padding}, calculated shape of the array of sliding blocks as {windows.out_size(size)}, but its"
            " components must be at least one."
        )
    if input.array.ndim == 3:
        return Unfold.apply(input.unsqueeze(0), windows).squeeze(0)
    return Unfold.apply(input, windows)


def fold(
    input: Tensor,
    output_size: Ints,
    kernel_size: Ints,
    dilation: Ints = 1,
    padding: Ints = 0,
    stride: Ints = 1,
) -> Tensor:
    """Columns added up into images of output_size: the transpose of unfold. (N, C * kH * kW, windows) gives
    (N, C, H, W). Raises RuntimeError for sizes that do not fit. Source: torch.nn.functional.fold."""
    check_tensors("fold", input=input)
    if input.array.ndim not in (2, 3):
        raise RuntimeError(f"Expected 2D or 3D (batch mode) tensor for input, but got: {list(input.array.shape)}")
    windows = _windows(kernel_size, dilation, padding, stride)
    size = conv_ints("output_size", output_size, 2)
    rows, columns = input.array.shape[-2:]
    elements, expected = math.prod(windows.kernel), math.prod(windows.out_size(size))
    if rows % elements:
        raise RuntimeError(
            "Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)"
            f"={rows} and kernel_size={windows.kernel}."
        )
    if columns != expected:
        raise RuntimeError(
            f"Given output_size={size}, kernel_size={windows.kernel}, dilation={windows.dilation}, padding={padding},"
            f" stride={windows.stride}, expected size of input's dimension 2 to match the calculated number of sliding"
            f" blocks {windows.out_size(size)} = {expected}, but got input.size(2)={columns}."
        )
    x = input if input.array.ndim == 3 else input.unsqueeze(0)
    y = Fold.apply(x, (len(x.array), rows // elements, *size), windows)
    return y if input.array.ndim == 3 else y.squeeze(0)
