"""cupyx: what CuPy offers beyond NumPy's interface."""

from cupyx import scipy

__all__ = ["empty_pinned", "errstate", "rsqrt", "scatter_add", "scatter_max", "scatter_min", "scipy"]

import contextlib
import math

import numpy as np
from cupy._convert import device_array, wrap
from cupy.cuda import PinnedMemoryPointer as _Memory


def empty_pinned(shape, dtype=float, order="C"):
    """On the host, as CuPy's: a plain NumPy array. Here it is remembered, so that a test can tell."""
    size = math.prod(shape if isinstance(shape, tuple) else (shape,)) * np.dtype(dtype).itemsize
    array = np.ndarray(shape, dtype, _Memory(max(size, 1)), order=order)
    _pinned.append(array)
    return array


_pinned = []


def scatter_add(a, slices, value):
    a.scatter_add(slices, value)


def scatter_max(a, slices, value):
    a.scatter_max(slices, value)


def scatter_min(a, slices, value):
    a.scatter_min(slices, value)


def rsqrt(x):
    with np.errstate(all="ignore"):
        host = device_array(x)
        return wrap((1 / np.sqrt(host)).astype(host.dtype))


@contextlib.contextmanager
def errstate(*, divide=None, over=None, under=None, invalid=None, linalg=None):
    """Whether solvers raise for a singular matrix ("raise") or give nan ("ignore"): here they raise always."""
    if (divide, over, under, invalid) != (None,) * 4:
        raise NotImplementedError("CuPy has no floating point errors")
    if linalg not in (None, "ignore", "raise"):
        raise ValueError(f"invalid value for linalg: {linalg}")
    yield
