"""The gradient of a convolution's input, with the windows of an image on one line.

conv.py adds one strided slice for each offset of the kernel, row by row of the image, and NumPy first copies each slice
into a buffer. With stride 1 the next window begins one element further on, and in memory the rows of a padded image
follow one another: all windows of an image stand on one line, and an offset of the kernel moves that line as a whole.
Each line lies in front of as many zeros, so that one view moves them all and one sum adds them up. The gradient takes
half of the time, or a third, and a convolution's training step 15 to 40 % less. At the end of each row of the image a
few windows would reach into the next row; their columns are 0.

Between lines lie a few more zeros. Without them those of 32 by 32 images would begin 4,096 bytes apart, and what lies
at such distances shares a few places of the cache: a product with few terms, which mostly writes, took twice the time.

With stride 2, elements of an image that lie 2 apart are reached by the same offsets of the kernel, which lie 2 apart,
too. So these elements form a plane, with a kernel of those offsets and stride 1. There are 2 by 2 such planes, each
with a sum of its own. The training step of a transposed convolution takes a seventh less.
"""

from __future__ import annotations

import itertools
import math
from types import ModuleType
from typing import NamedTuple

from ...backend import Array, as_strided, block_bytes
from . import scratch
from .conv_arguments import Layout
from .windows import Part, Windows, blocks

MOST_COLUMNS = 3  # for each window: with more, in small volumes, the longer product takes what the sum saves
GAP = 16  # elements between lines


class Plane(NamedTuple):
    """Elements of images that lie a stride apart along each axis. first: the first offset of the kernel that reaches
    them; kernel: how many do. in_image, in_lines: where they lie in an image and in the sum of the lines."""

    first: tuple[int, ...]
    kernel: tuple[int, ...]
    in_image: Part
    in_lines: Part


def is_worth_it(w: Array, shape: tuple[int, ...], layout: Layout) -> bool:
    """Whether the windows of images (N, C, *size) stand on one line, and that saves time: windows overlap, y, which is
    laid out anew, has fewer rows than the product, and few columns are between windows."""
    windows = layout.windows
    if len(w) >= layout.groups * math.prod(w.shape[1:]):
        return False
    each = zip(windows.kernel, windows.stride, windows.dilation, strict=True)
    if any(s > 1 and (s >= k or d > 1) for k, s, d in each):
        return False
    return _columns(layout.out_size, _plane_size(windows, shape[2:])) <= MOST_COLUMNS * math.prod(layout.out_size)


def _plane_size(windows: Windows, size: tuple[int, ...]) -> tuple[int, ...]:
    """That of the largest plane of a padded image."""
    return tuple(-(-n // s) for n, s in zip(windows.padded(size), windows.stride, strict=True))


def _planes(windows: Windows, size: tuple[int, ...]) -> list[Plane]:
    """All planes of an image: along each axis one for each remainder by the stride."""
    axes = []
    for n, k, s, (before, _) in zip(size, windows.kernel, windows.stride, windows.padding, strict=True):
        each = []
        for first in range(s):
            start = (first - before) % s
            skipped = (start + before) // s  # of the plane, in the padding
            inside = slice(skipped, skipped + len(range(start, n, s)))
            each.append((first, len(range(first, k, s)), slice(start, None, s), inside))
        axes.append(each)
    return [Plane(*zip(*each, strict=True)) for each in itertools.product(*axes)]


def _columns(count: tuple[int, ...], size: tuple[int, ...]) -> int:
    """How many columns so many windows take on a line, from the first to the last."""
    return 1 + sum((n - 1) * step for n, step in zip(count, _steps(size), strict=True))


def spread_back(xp: ModuleType, y: Array, w: Array, shape: tuple[int, ...], layout: Layout) -> Array:
    """x[n, c, :] = sum over windows p and offsets k that meet there of w[o, c, k] y[n, o, p]: conv.py's, for finite w
    (inf times the 0 of a column between windows is nan)."""
    windows, count, groups = layout
    n, channels, *size = shape
    rows = w.reshape(groups, len(w) // groups, -1).swapaxes(1, 2)  # (groups, C / groups * K, O / groups)
    plane_size = _plane_size(windows, tuple(size))
    steps, length, columns = _steps(plane_size), math.prod(plane_size), _columns(count, plane_size)
    y = y.reshape(n, groups, len(w) // groups, *count)
    x = xp.empty(shape, y.dtype)
    moves = [step * d for step, d in zip(steps, windows.dilation, strict=True)]
    planes = _planes(windows, tuple(size))
    spaced = product = None
    for images in blocks(n, channels * math.prod(windows.kernel) * length * y.itemsize, 2 * block_bytes(y)):
        block = y[images]
        if spaced is None or product is None or len(spaced) != len(block):
            spaced = scratch.zeros(xp, "windows", (*block.shape[:3], columns), y.dtype)
            product = scratch.zeros(xp, "product", (len(block), *rows.shape[:2], length + GAP), y.dtype)
        grid = as_strided(spaced, block.shape, (*spaced.strides[:3], *(step * y.itemsize for step in steps)))
        grid[...] = block
        xp.matmul(rows, spaced, out=product[..., :columns])
        total = scratch.empty(xp, "padded", (len(block), channels, length), y.dtype)
        for plane in planes:
            lines = _moved(product.reshape(len(block), channels, *windows.kernel, -1), plane, windows.stride, moves)
            lines[..., :length].sum(axis=tuple(range(2, 2 + len(count))), out=total)
            sums = total.reshape(len(block), channels, *plane_size)
            x[(images, slice(None), *plane.in_image)] = sums[(Ellipsis, *plane.in_lines)]
    return x


def _moved(product: Array, plane: Plane, stride: tuple[int, ...], moves: list[int]) -> Array:
    """A plane's lines out of (block, C, *kernel, columns), each moved to the right by its offset of the kernel."""
    *apart, itemsize = product.strides
    start = sum(first * step for first, step in zip(plane.first, apart[2:], strict=True)) // itemsize
    each = zip(apart[2:], stride, moves, strict=True)
    shape = (*product.shape[:2], *plane.kernel, product.shape[-1])
    strides = (*apart[:2], *(step * s - move * itemsize for step, s, move in each), itemsize)
    return as_strided(product.reshape(-1)[start:], shape, strides)


def _steps(size: tuple[int, ...]) -> tuple[int, ...]:
    """How many elements further the next one along each axis is, in C order."""
    return tuple(math.prod(size[d + 1 :]) for d in range(len(size)))
