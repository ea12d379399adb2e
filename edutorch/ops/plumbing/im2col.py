"""Images as matrices: the windows of a block of images, one column for each (im2col)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from types import ModuleType

from ...backend import Array, block_bytes
from . import scratch
from .conv_arguments import Layout
from .windows import blocks


def columns(xp: ModuleType, x: Array, layout: Layout) -> Iterator[tuple[slice, Array]]:
    """The windows of a block of images as columns of matrices: (block, groups, C / groups * K, P), where
    K is the number of elements of a window in one channel and P the number of windows."""
    windows, count, groups = layout
    n, channels, *size = x.shape
    matrix = (groups, channels // groups * math.prod(windows.kernel), math.prod(count))
    buffer = padded = None
    for images in blocks(n, math.prod(matrix) * x.itemsize, block_bytes(x)):
        block = x[images]
        if buffer is None:  # the first block is the largest
            buffer = scratch.empty(xp, "windows", (len(block), channels, *windows.kernel, *count), x.dtype)
            if windows.is_padded():
                padded = scratch.zeros(xp, "padded", (len(block), channels, *windows.padded(size)), x.dtype)
        if padded is not None:
            padded[(slice(len(block)), *windows.inside(size))] = block
            block = padded[: len(block)]
        buffer[: len(block)] = windows.view(block, count)
        yield images, buffer[: len(block)].reshape(len(block), *matrix)
