"""The gradient of a convolution's input with stride 1, with the windows of an image on one line.

conv.py adds one strided slice for each offset of the kernel, row by row of the image, and NumPy first copies each slice
into a buffer. With stride 1 the next window begins one element further on, and in memory the rows of a padded image
follow one another: all windows of an image stand on one line, and an offset of the kernel moves that line as a whole.
Each line lies in front of as many zeros, so that one view moves them all and one sum adds them up. The gradient takes
half of the time, or a third, and a convolution's training step 15 to 40 % less. At the end of each row of the image a
few windows would reach into the next row; their columns are 0.

Between lines lie a few more zeros. Without them those of 32 by 32 images would begin 4,096 bytes apart, and what lies
at such distances shares a few places of the cache: a product with few terms, which mostly writes, took twice the time.
"""

from __future__ import annotations

import math
from types import ModuleType

from ...backend import Array, as_strided, block_bytes
from . import scratch
from .conv_arguments import Layout
from .windows import blocks

MOST_COLUMNS = 3  # for each window: with more, in small volumes, the longer product takes what the sum saves
GAP = 16  # elements between lines


def is_worth_it(w: Array, shape: tuple[int, ...], layout: Layout) -> bool:
    """Whether the windows of images (N, C, *size) stand on one line, and that saves time: y, which is laid out anew,
    has fewer rows than the product, and few columns are between windows."""
    if max(layout.windows.stride) > 1 or len(w) >= layout.groups * math.prod(w.shape[1:]):
        return False
    return _columns(layout.out_size, layout.windows.padded(shape[2:])) <= MOST_COLUMNS * math.prod(layout.out_size)


def _columns(count: tuple[int, ...], padded: tuple[int, ...]) -> int:
    """How many columns so many windows take on a line, from the first to the last."""
    return 1 + sum((n - 1) * step for n, step in zip(count, _steps(padded), strict=True))


def spread_back(xp: ModuleType, y: Array, w: Array, shape: tuple[int, ...], layout: Layout) -> Array:
    """x[n, c, :] = sum over windows p and offsets k that meet there of w[o, c, k] y[n, o, p]: conv.py's, for finite w
    (inf times the 0 of a column between windows is nan)."""
    windows, count, groups = layout
    n, channels, *size = shape
    rows = w.reshape(groups, len(w) // groups, -1).swapaxes(1, 2)  # (groups, C / groups * K, O / groups)
    padded = windows.padded(size)
    steps, length, columns = _steps(padded), math.prod(padded), _columns(count, padded)
    y = y.reshape(n, groups, len(w) // groups, *count)
    x = xp.empty(shape, y.dtype)
    moves = [step * d for step, d in zip(steps, windows.dilation, strict=True)]
    moved = _moved(channels, windows.kernel, length, moves)
    spaced = product = None
    for images in blocks(n, channels * math.prod(windows.kernel) * length * y.itemsize, 2 * block_bytes(y)):
        block = y[images]
        if spaced is None or product is None or len(spaced) != len(block):
            spaced = scratch.zeros(xp, "windows", (*block.shape[:3], columns), y.dtype)
            product = scratch.zeros(xp, "product", (len(block), *rows.shape[:2], length + GAP), y.dtype)
        grid = as_strided(spaced, block.shape, (*spaced.strides[:3], *(step * y.itemsize for step in steps)))
        grid[...] = block
        xp.matmul(rows, spaced, out=product[..., :columns])
        lines = as_strided(product, (len(block), *moved[0]), (product.strides[0], *(s * y.itemsize for s in moved[1])))
        total = scratch.empty(xp, "padded", (len(block), channels, length), y.dtype)
        lines.sum(axis=tuple(range(2, 2 + len(count))), out=total)
        x[images] = total.reshape(len(block), channels, *padded)[windows.inside(size)]
    return x


def _moved(
    channels: int, kernel: tuple[int, ...], length: int, moves: list[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Shape and strides, in elements, of one image's lines, each moved to the right by its offset of the kernel."""
    shape = (channels, *kernel, length)
    apart = _steps((*shape[:-1], length + GAP))
    return shape, (apart[0], *(a - move for a, move in zip(apart[1:-1], moves, strict=True)), 1)


def _steps(size: tuple[int, ...]) -> tuple[int, ...]:
    """How many elements further the next one along each axis is, in C order."""
    return tuple(math.prod(size[d + 1 :]) for d in range(len(size)))
