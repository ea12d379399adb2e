"""Memory for the steps inside an operation, kept from one operation to the next.

A convolution lays out the windows of a block of images, multiplies, adds up, and forgets all of it. Given back each
time, a block of a megabyte comes from the system anew, page by page, each page cleared. In a fresh process a training
step of LeNet takes two thirds of the time with memory that is kept; in one that has freed larger arrays, of which the
system leaves it some, 19 of 20 parts. Each thread keeps its own, for each of the uses named here. No result may be a
view of it.
"""

from __future__ import annotations

import math
import threading
from types import ModuleType
from typing import Literal

import numpy as np

from ...backend import Array

Use = Literal["windows", "padded", "product", "states"]
MOST = 4 << 20  # bytes that are kept for each use; what is larger comes from the system


class _Kept(threading.local):
    """What this thread has kept, as bytes."""

    def __init__(self) -> None:
        self.of: dict[Use, Array] = {}


_kept = _Kept()


def empty(xp: ModuleType, use: Use, shape: tuple[int, ...], dtype: np.dtype) -> Array:
    """An array of any content, the caller's until the next one for the same use. CuPy keeps memory by itself."""
    size = math.prod(shape) * dtype.itemsize
    if xp is not np or size > MOST:
        return xp.empty(shape, dtype)
    kept = _kept.of.get(use)
    if kept is None or len(kept) < size:
        kept = _kept.of[use] = np.empty(size, np.uint8)
    return kept[:size].view(dtype).reshape(shape)


def zeros(xp: ModuleType, use: Use, shape: tuple[int, ...], dtype: np.dtype) -> Array:
    """Like empty, all 0."""
    array = empty(xp, use, shape, dtype)
    array[...] = 0
    return array


def product(xp: ModuleType, a: Array, b: Array) -> Array:
    """a @ b of (groups, n, m) and (block, groups, m, p), the caller's until the next product."""
    out = empty(xp, "product", (*b.shape[:-2], a.shape[-2], b.shape[-1]), b.dtype)
    return xp.matmul(a, b, out=out)
