"""Convolution and its weight gradient with stride 1, one row of the kernel at a time.

conv.py copies an element of an image once for each of its places in a window: 25 times for a kernel of 5 by 5. But in
memory the windows of one row of the kernel are those of the next row, only one row of the image earlier. So here the
windows are laid out for one row of the kernel, with 5 copies. One matrix product computes what each row of the kernel
adds to the outputs, and each row's part is moved up to its place and added. LeNet's training step takes a tenth less, a
convolution of 8 channels by a kernel of 7 by 7 three fifths of the time. The functions are conv.py's of the same names.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from types import ModuleType

from ...backend import Array, add_up
from . import scratch
from .conv_arguments import Layout
from .im2col import columns
from .windows import Part

MOST_CHANNELS = 64 * 64  # inputs times outputs; with more, the longer product takes what the copies save
FEWEST_ROWS = 5  # of the matrix of windows: a product with fewer, 3 by 3 without a second channel, is slow


def is_worth_it(w_shape: tuple[int, ...], layout: Layout) -> bool:
    """Whether a row of windows becomes the next one by a move, and that saves time: the copies of inputs and the parts
    of outputs are together no more than the copies of whole windows."""
    _, inputs, *kernel = w_shape
    rows, width, outputs = math.prod(kernel[:-1]), kernel[-1], w_shape[0] // layout.groups
    if rows == 1 or max(layout.windows.stride[:-1]) > 1:
        return False
    if inputs * outputs > MOST_CHANNELS or inputs * width < FEWEST_ROWS:
        return False
    return inputs * width + rows * outputs <= inputs * rows * width


def correlate(xp: ModuleType, x: Array, w: Array, b: Array | None, layout: Layout) -> Array:
    """y[n, o, p] = b[o] + sum over channels c and offsets k of w[o, c, k] x[n, c, window p at k]"""
    groups, outputs = layout.groups, len(w) // layout.groups
    one_row = _one_row(x.shape, layout)
    kernel_rows = _rows_first(w, groups)  # (groups, rows * O / groups, C / groups * width)
    y = xp.empty((len(x), groups, outputs, *layout.out_size), x.dtype)
    for images, matrix in columns(xp, x, one_row):
        parts = scratch.product(xp, kernel_rows, matrix).reshape(len(matrix), groups, -1, outputs, *one_row.out_size)
        y[images] = 0 if b is None else b.reshape(groups, outputs, *[1] * len(layout.out_size))
        for row, place in enumerate(_places(layout)):
            y[images] += parts[:, :, row][place]
    return y.reshape(len(x), len(w), *layout.out_size)


def weight_gradient(xp: ModuleType, y: Array, x: Array, shape: tuple[int, ...], layout: Layout) -> Array:
    """w[o, c, k] = sum over images n and windows p of y[n, o, p] x[n, c, window p at k], for finite x (inf times the 0
    beside a moved y is nan)."""
    groups, outputs = layout.groups, shape[0] // layout.groups
    one_row = _one_row(x.shape, layout)
    y = y.reshape(len(y), groups, outputs, *layout.out_size)
    places = list(_places(layout))
    w = xp.zeros((groups, len(places) * outputs, shape[1] * shape[-1]), y.dtype)
    moved = None
    for images, matrix in columns(xp, x, one_row):
        if moved is None:  # what no row is moved to stays 0
            room = (len(matrix), groups, len(places), outputs, *one_row.out_size)
            moved = scratch.zeros(xp, "product", room, y.dtype)
        for row, place in enumerate(places):
            moved[: len(matrix), :, row][place] = y[images]
        parts = moved[: len(matrix)].reshape(len(matrix), groups, w.shape[1], matrix.shape[3])
        w += add_up(xp.matmul(parts, matrix.swapaxes(2, 3)), 0)
    return _rows_last(xp, w, shape, groups)


def _one_row(shape: tuple[int, ...], layout: Layout) -> Layout:
    """The layout of one row of the kernel: its windows stand in every row of the padded images."""
    windows, count, groups = layout
    kernel = (*[1] * (len(count) - 1), windows.kernel[-1])
    return Layout(windows._replace(kernel=kernel), (*windows.padded(shape[2:])[:-1], count[-1]), groups)


def _places(layout: Layout) -> Iterator[Part]:
    """For each row of the kernel, the index of its windows among those of _one_row."""
    windows, count, _ = layout
    for offset in itertools.product(*map(range, windows.kernel[:-1])):
        each = zip(offset, windows.dilation, count, strict=False)
        yield (Ellipsis, *(slice(i * d, i * d + n) for i, d, n in each), slice(None))


def _rows_first(w: Array, groups: int) -> Array:
    """(O, C / groups, *kernel) -> (groups, rows * O / groups, C / groups * width)"""
    outputs, inputs, *kernel = w.shape
    w = w.reshape(groups, outputs // groups, inputs, -1, kernel[-1])
    return w.transpose(0, 3, 1, 2, 4).reshape(groups, -1, inputs * kernel[-1])


def _rows_last(xp: ModuleType, w: Array, shape: tuple[int, ...], groups: int) -> Array:
    """The inverse of _rows_first."""
    outputs, inputs, *kernel = shape
    w = w.reshape(groups, -1, outputs // groups, inputs, kernel[-1])
    return xp.ascontiguousarray(w.transpose(0, 2, 3, 1, 4)).reshape(shape)
