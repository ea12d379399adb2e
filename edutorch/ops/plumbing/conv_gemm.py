"""Convolution as one large matrix product, which is what a GPU does fastest, and a CPU where images are small.

conv.py goes through a batch in blocks that fit a CPU's cache, with one product for each image. On a GPU one launch
costs as much as the work on a hundred thousand elements. On a CPU the last layers of a ResNet have more weights than an
image has places: each product would read all of them, and each image's gradient of them would be as large (so a
training step of ResNet18 on images of 32x32 takes a third of the time). Here the windows of all images stand side by
side in one matrix, and one product computes them all; between products, an axis moves. CuPy's pool of memory hands the
matrix to the next convolution. The three functions are conv.py's of the same names.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from types import ModuleType

from ...backend import Array, block_bytes, is_on_gpu
from .conv_arguments import Layout
from .windows import Part, blocks, pad


def _blocks(images: int, channels: int, layout: Layout, array: Array) -> Iterator[slice]:
    """The images in as many blocks as memory demands."""
    size = channels * math.prod(layout.windows.kernel) * math.prod(layout.out_size) * array.itemsize
    return blocks(images, size, block_bytes(array) * (1 if is_on_gpu(array) else 2))  # each block reads all weights


def _columns(xp: ModuleType, x: Array, layout: Layout) -> Array:
    """The windows of all images as columns: (groups, C / groups * K, N P), where K is the number of elements of a
    window in one channel and P the number of windows."""
    view = layout.windows.view(pad(xp, x, layout.windows), layout.out_size)  # (N, C, *kernel, *count)
    in_front = 2 + len(layout.windows.kernel)
    order = (*range(1, in_front), 0, *range(in_front, view.ndim))
    columns = xp.ascontiguousarray(view.transpose(order))  # (C, *kernel, N, *count)
    rows = x.shape[1] // layout.groups * math.prod(layout.windows.kernel)
    return columns.reshape(layout.groups, rows, len(x) * math.prod(layout.out_size))


def _images_aside(xp: ModuleType, y: Array, groups: int) -> Array:
    """(N, O, *count) -> (groups, O / groups, N P)"""
    places = math.prod(y.shape[2:])
    rows = y.reshape(len(y), y.shape[1], places).swapaxes(0, 1)
    return xp.ascontiguousarray(rows).reshape(groups, y.shape[1] // groups, len(y) * places)


def _product(xp: ModuleType, a: Array, b: Array) -> Array:
    """(groups, n, m) @ (groups, m, p); one group needs no batch of products."""
    return (a[0] @ b[0])[None] if len(a) == 1 else a @ b


def correlate(xp: ModuleType, x: Array, w: Array, b: Array | None, layout: Layout) -> Array:
    """y[n, o, p] = b[o] + sum over channels c and offsets k of w[o, c, k] x[n, c, window p at k]"""
    outputs, groups, places = len(w), layout.groups, math.prod(layout.out_size)
    rows = w.reshape(groups, outputs // groups, -1)
    y = xp.empty((len(x), outputs, places), x.dtype)
    for images in _blocks(len(x), x.shape[1], layout, x):
        z = _product(xp, rows, _columns(xp, x[images], layout))
        z = z.reshape(outputs, -1, places).swapaxes(0, 1)  # (N, O, P)
        if b is None:
            y[images] = z
        else:
            xp.add(z, b.reshape(-1, 1), out=y[images])
    return y.reshape(len(x), outputs, *layout.out_size)


def spread_back(xp: ModuleType, y: Array, w: Array, shape: tuple[int, ...], layout: Layout) -> Array:
    """x[n, c, :] = sum over windows p and offsets k that meet there of w[o, c, k] y[n, o, p]"""
    windows, count, groups = layout
    channels, size = shape[1], shape[2:]
    rows = w.reshape(groups, len(w) // groups, -1).swapaxes(1, 2)  # (groups, C / groups * K, O / groups)
    x = xp.empty(shape, y.dtype)
    for images in _blocks(len(y), channels, layout, y):
        matrix = _product(xp, rows, _images_aside(xp, y[images], groups))
        parts = matrix.reshape(channels, *windows.kernel, -1, *count)
        padded = xp.zeros((channels, parts.shape[1 + len(size)], *windows.padded(size)), y.dtype)
        for offset, index in windows.offsets(count):
            at: Part = (slice(None), *offset)
            padded[index] += parts[at]
        x[images] = padded[windows.inside(size)].swapaxes(0, 1)
    return x


def weight_gradient(xp: ModuleType, y: Array, x: Array, shape: tuple[int, ...], layout: Layout) -> Array:
    """w[o, c, k] = sum over images n and windows p of y[n, o, p] x[n, c, window p at k]"""
    parts = (
        _product(xp, _images_aside(xp, y[images], layout.groups), _columns(xp, x[images], layout).swapaxes(1, 2))
        for images in _blocks(len(y), x.shape[1], layout, x)
    )
    w = next(parts, None)
    if w is None:
        return xp.zeros(shape, y.dtype)
    for part in parts:
        w += part
    return w.reshape(shape)
