"""Sums of NumPy arrays that are as exact along every axis as NumPy's own sums are along the last one.

Along the axis whose elements are neighbors in memory, NumPy adds pairwise; along any other it adds one number after
the other, and each addition rounds a total that has grown: in float32, 16777216 + 1 is 16777216. Here rows are added
in blocks, the blocks' sums in blocks again, and so on: the rounding error grows with the logarithm of their number. A
block is the product of a row of ones and a matrix: BLAS keeps several totals at once, which is faster than NumPy's
additions, and more exact. (For PyTorch's error a block of additions may have 16 rows, which costs a third more time
than adding all rows one after the other; a product of 64 rows has the same error and costs nothing. Without BLAS a
product adds one number after the other, too.)

Source: Higham 1993, The accuracy of floating point summation.
"""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np

_BLOCK = 16 if sys.platform == "emscripten" else 64  # rows added by one product; in a browser NumPy has no BLAS
_FEW = _BLOCK  # up to this many numbers are added one after the other
_SMALL = 8192  # up to this many elements NumPy adds sooner than a product is made ready
_WIDE = 4096  # long rows are added faster than short ones, so several short ones are treated as one long row
_ONES: dict[str, np.ndarray] = {"f": np.ones(2 * _BLOCK, np.float32), "d": np.ones(2 * _BLOCK, np.float64)}


def add_up(array: np.ndarray, axes: int | tuple[int, ...] | None = None, keepdims: Any = False) -> np.ndarray:
    """The sum over axes, all by default; float16 is added up in float32. (NumPy's own `sum` is a Python function, whose
    warnings about inf - inf point into NumPy.)"""
    dtype: type[np.float32] | None = np.float32 if array.dtype.char == "e" else None
    if isinstance(axes, int):
        axes = (axes,)
    in_order = array.flags.c_contiguous
    if in_order and (axes is None or array.size <= _FEW or len(axes) == array.ndim or _is_exact(array, axes, True)):
        if array.size > _SMALL and axes == (array.ndim - 1,) and array.shape[-1] <= 2 * _BLOCK:
            return _of_short_rows(array, dtype).reshape(_left(array, axes, keepdims))
        return np.add.reduce(array, axes, dtype, keepdims=keepdims)
    if axes is None:
        axes = tuple(range(array.ndim))
    if not in_order and _is_exact(array, axes, False):
        return np.asarray(np.add.reduce(array, axes, dtype, keepdims=keepdims), order="C")
    if in_order and axes == tuple(range(len(axes))):
        total = _along(array.reshape(math.prod(array.shape[: len(axes)]), -1), 0, dtype)
    else:
        total = _in_blocks(array, [d for d in axes if array.shape[d] != 1], dtype)
    return np.asarray(total, order="C").reshape(_left(array, axes, keepdims))


def _of_short_rows(array: np.ndarray, dtype: type[np.float32] | None) -> np.ndarray:
    """The sum along the last axis. NumPy takes 25 ns for each row, however short; a product takes 3."""
    ones = _ONES.get(array.dtype.char)
    rows = array.reshape(-1, array.shape[-1])
    return np.add.reduce(rows, 1, dtype) if ones is None else rows @ ones[: array.shape[-1]]


def _is_exact(array: np.ndarray, axes: tuple[int, ...], in_order: bool) -> bool:
    """Whether NumPy's own sum is: to each total it adds few numbers one after the other, or no floats."""
    size, shape = array.size, array.shape
    inner = len(shape)
    if in_order:
        while inner - 1 in axes:  # the last axes, which are added pairwise
            inner -= 1
    elif array.flags.f_contiguous and axes and max(axes) == len(axes) - 1:
        return True
    steps = 1
    for d in axes:
        if d < inner:
            steps *= shape[d]
    few = steps == 1 or (steps <= _FEW and (size <= _SMALL or inner < len(shape)))
    return few or array.dtype.kind != "f" or size <= _FEW


def _left(array: np.ndarray, axes: tuple[int, ...], keepdims: bool) -> list[int]:
    """The shape of the sum."""
    if keepdims:
        return [1 if d in axes else n for d, n in enumerate(array.shape)]
    return [n for d, n in enumerate(array.shape) if d not in axes]


def _in_blocks(array: np.ndarray, axes: list[int], dtype: type[np.float32] | None) -> np.ndarray:
    """The sum over axes that have several elements each."""
    for d in axes:
        if array.strides[d] == 0:  # one number, repeated: a gradient of `sum`
            once = array[(slice(None),) * d + (slice(1),)].astype(dtype or array.dtype)
            return _in_blocks(once * once.dtype.type(array.shape[d]), [each for each in axes if each != d], dtype)
    if len(axes) == 1 and array.flags.c_contiguous:
        return _along(array, axes[0], dtype)
    return _in_order_of_memory(array, axes, dtype) if axes else array


def _in_order_of_memory(array: np.ndarray, axes: list[int], dtype: type[np.float32] | None) -> np.ndarray:
    """The sum over axes, with the axis of the closest elements last."""
    order = sorted(range(array.ndim), key=lambda d: -abs(array.strides[d]))
    total = _over_some(array.transpose(order), [d in axes for d in order], dtype)
    left = [d for d in order if d not in axes]
    return total.reshape([array.shape[d] for d in left]).transpose([left.index(d) for d in sorted(left)])


def _over_some(array: np.ndarray, goes: list[bool], dtype: type[np.float32] | None) -> np.ndarray:
    """The sum over the axes that go, of an array whose last axis has the closest elements."""
    if array.flags.c_contiguous:
        array, goes = _merged(array, goes)
    if goes[-1] and array.shape[-1] >= 32:  # pairwise, which leaves little for the other axes
        array, goes = np.add.reduce(array, axis=-1, dtype=dtype), goes[:-1]
    for d in reversed([d for d, gone in enumerate(goes) if gone]):
        array = _along(array, d, dtype)
    return np.asarray(array)


def _merged(array: np.ndarray, goes: list[bool]) -> tuple[np.ndarray, list[bool]]:
    """Neighboring axes that both go, or both stay, as one."""
    sizes: list[int] = []
    kinds: list[bool] = []
    for n, gone in zip(array.shape, goes, strict=True):
        if kinds and kinds[-1] == gone:
            sizes[-1] *= n
        else:
            sizes.append(n)
            kinds.append(gone)
    return array.reshape(sizes), kinds


def _along(array: np.ndarray, d: int, dtype: type[np.float32] | None) -> np.ndarray:
    """The sum along axis d, in blocks."""
    n, before, after = array.shape[d], array.shape[:d], array.shape[d + 1 :]
    ones = _ONES.get(array.dtype.char) if dtype is None and array.flags.c_contiguous else None
    if ones is None and n <= 16:
        return np.add.reduce(array, axis=d, dtype=dtype)
    width = math.prod(after)
    if ones is not None and n <= len(ones):
        total = np.matmul(ones[:n], array.reshape(*before, n, width))
        return total if len(after) == 1 else total.reshape(before + after)  # a view, which as a gradient is copied
    size = 16 if ones is None else _BLOCK
    rows = max(1, min(_WIDE // max(width, 1), n // size))  # treated as one row
    blocks = n // (rows * size)
    used = blocks * rows * size
    parts = array if used == n else array[(slice(None),) * d + (slice(used),)]
    parts = parts.reshape(*before, blocks, size, rows * width)
    sums = np.add.reduce(parts, axis=d + 1, dtype=dtype) if ones is None else np.matmul(ones[:size], parts)
    total = _along(sums.reshape(*before, blocks * rows, *after), d, dtype)
    if used < n:
        total += _along(array[(slice(None),) * d + (slice(used, None),)], d, dtype)
    return total


def add_products(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The sum of x y over the first and last axes, (N, rows, L) -> (rows,), without storing the products."""
    n, rows, length = x.shape
    if length > 1024:
        used = length - length % 512
        parts = [each[:, :, :used].reshape(n, rows, used // 512, 512) for each in (x, y)]
        total = add_up(np.einsum("nrbl,nrbl->nrb", *parts), (0, 2))
        return total if used == length else total + add_products(x[:, :, used:], y[:, :, used:])
    if n > 64:
        used = n - n % 64
        parts = [each[:used].reshape(used // 64, 64, rows, length) for each in (x, y)]
        total = add_up(np.einsum("bnrl,bnrl->br", *parts), (0,))
        return total if used == n else total + add_products(x[used:], y[used:])
    return np.einsum("nrl,nrl->r", x, y)
