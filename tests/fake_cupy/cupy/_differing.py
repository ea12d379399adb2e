"""CuPy's functions that differ from NumPy's in more than the kind of array."""

import numpy as np

import cupy
from cupy import _transfers
from cupy._convert import device_array, nested, operand, wrap
from cupy._fusion import over_traced


@over_traced
def where(condition, x=None, y=None):
    """CuPy asks the condition for `.astype`: it must be an array. No scalar conditions."""
    if (x is None) != (y is None):
        raise ValueError("Must provide both 'x' and 'y' or neither.")
    if x is None:
        return nonzero(condition)
    return wrap(np.where(device_array(condition).astype(bool), operand(x), operand(y)))


def nonzero(a):
    host = device_array(a)
    if host.ndim == 0:
        raise ValueError("Calling nonzero on 0d arrays is not allowed. Use cp.atleast_1d(scalar).nonzero() instead.")
    _transfers.to_host(8)
    return wrap(np.nonzero(host))


def take(a, indices, axis=None, out=None):
    """Indices out of range wrap around."""
    host = device_array(a)
    if isinstance(indices, (list, tuple, np.ndarray)):
        indices = cupy.array(indices, dtype=int)  # a transfer
    host_indices = operand(indices)
    host_out = None if out is None else device_array(out)
    if out is not None and out.dtype != host.dtype:
        raise TypeError("Output dtype mismatch")
    result = np.take(host, host_indices, axis, out=host_out, mode="wrap")
    return wrap(result) if out is None else out


def take_along_axis(a, indices, axis):
    host, host_indices = device_array(a), device_array(indices)
    size = host.size if axis is None else host.shape[axis]
    return wrap(np.take_along_axis(host, host_indices % max(size, 1), axis))


def put_along_axis(arr, indices, values, axis):
    host, host_indices = device_array(arr), device_array(indices)
    size = host.size if axis is None else host.shape[axis]
    np.put_along_axis(host, host_indices % max(size, 1), operand(values), axis)


def put(a, ind, v, mode="wrap"):
    indices, values = cupy.array(ind, copy=False), cupy.array(v, copy=False)
    np.put(device_array(a), indices._host, values._host, mode)


def copyto(dst, src, casting="same_kind", where=None):
    mask = True if where is None else device_array(where)
    np.copyto(device_array(dst), operand(src), casting, mask)


def putmask(a, mask, values):
    np.putmask(device_array(a), device_array(mask), operand(values))


def fill_diagonal(a, val, wrap=False):
    np.fill_diagonal(device_array(a), operand(val), wrap)


def unique(ar, return_index=False, return_inverse=False, return_counts=False, axis=None, *, equal_nan=True):
    """With an axis CuPy compares slices one by one, on the host, and by their difference, which is nan for inf and inf:
    stricter here, since that order is wrong."""
    if axis is not None:
        raise NotImplementedError("cupy.unique with an axis misplaces slices with nan and inf")
    _transfers.to_host(8)
    return wrap(np.unique(device_array(ar), return_index, return_inverse, return_counts, equal_nan=equal_nan))


def compress(condition, a, axis=None, out=None):
    _transfers.to_host(8)
    return wrap(np.compress(device_array(condition), device_array(a), axis))


def choose(a, choices, out=None, mode="raise"):
    if mode == "raise":
        _transfers.to_host(1)
    return wrap(np.choose(device_array(a), nested(choices), mode=mode))


def reshape(a, newshape, order="C", *, copy=None):
    return a.reshape(newshape, order=order, copy=copy)


def sort(a, axis=-1, kind=None):
    return wrap(np.sort(device_array(a), axis, kind=_sort_kind(kind)))


def argsort(a, axis=-1, kind=None):
    return wrap(np.argsort(device_array(a), axis, kind=_sort_kind(kind)))


def _sort_kind(kind):
    if kind not in (None, "stable"):
        raise ValueError("kind can only be None or 'stable'")
    return "stable"


def argmax(a, axis=None, dtype=None, out=None, keepdims=False):
    return _arg_reduction(np.argmax, a, axis, dtype, out, keepdims)


def argmin(a, axis=None, dtype=None, out=None, keepdims=False):
    return _arg_reduction(np.argmin, a, axis, dtype, out, keepdims)


def nanargmax(a, axis=None, dtype=None, out=None, keepdims=False):
    return _arg_reduction(np.nanargmax, a, axis, dtype, out, keepdims)


def nanargmin(a, axis=None, dtype=None, out=None, keepdims=False):
    return _arg_reduction(np.nanargmin, a, axis, dtype, out, keepdims)


def _arg_reduction(function, a, axis, dtype, out, keepdims):
    result = np.asarray(function(device_array(a), axis=axis, keepdims=keepdims))
    result = result.astype(dtype or np.int64)
    if out is None:
        return wrap(result)
    device_array(out)[...] = result
    return out


def matmul(x1, x2, /, out=None, **kwargs):
    if not set(kwargs) <= {"axes", "axis", "keepdims", "casting", "dtype"}:
        raise TypeError(f"matmul() got unexpected keyword arguments {sorted(kwargs)}")
    host_out = None if out is None else device_array(out)
    result = np.matmul(device_array(x1), device_array(x2), out=host_out, **kwargs)
    return wrap(result) if out is None else out


def einsum(*operands, dtype=None, optimize=False, **kwargs):
    """`out`, `order` and `casting` are not supported."""
    if kwargs:
        raise TypeError(f"Did not understand the following kwargs: {list(kwargs)}")
    keywords = {} if dtype is None else {"dtype": dtype}
    return wrap(np.einsum(*nested(operands), optimize=optimize, **keywords))


def meshgrid(*xi, indexing="xy", sparse=False, copy=True):
    for x in xi:
        if not isinstance(x, cupy.ndarray):
            raise ValueError("input has to be cupy.ndarray")
        if x.ndim != 1:
            raise ValueError("input has to be 1d")
    hosts = np.meshgrid(*nested(xi), indexing=indexing, sparse=sparse, copy=copy)
    return wrap(tuple(hosts))


def piecewise(x, condlist, funclist):
    if any(callable(function) for function in funclist):
        raise NotImplementedError("Callable functions are not supported currently")
    return wrap(np.piecewise(device_array(x), nested(condlist), nested(funclist)))


def astype(x, dtype, /, *, copy=True):
    return x.astype(dtype, copy=copy)


def result_type(*arrays_and_dtypes):
    return np.result_type(*(getattr(each, "_host", each) for each in arrays_and_dtypes))


def can_cast(from_, to, casting="safe"):
    return np.can_cast(getattr(from_, "dtype", from_), to, casting)


def shape(a):
    return np.shape(nested(a))


def ndim(a):
    return np.ndim(nested(a))


def size(a, axis=None):
    return np.size(nested(a), axis)


def isscalar(element):
    return np.isscalar(element)


def iscomplexobj(x):
    return np.iscomplexobj(nested(x))


def isrealobj(x):
    return np.isrealobj(nested(x))


def shares_memory(a, b, max_work=None):
    return np.shares_memory(device_array(a), device_array(b))


def may_share_memory(a, b, max_work=None):
    return np.may_share_memory(device_array(a), device_array(b))


def get_array_module(*args):
    return cupy if any(isinstance(arg, cupy.ndarray) for arg in args) else np
