"""Arrays from numbers, which are kernels, and from host data, which are counted transfers."""

import numpy as np

import cupy
from cupy import _transfers
from cupy._convert import check_dtype, wrap


def array(obj, dtype=None, copy=True, order="K", subok=False, ndmin=0, *, blocking=False):
    if subok:
        raise NotImplementedError
    order = order or "K"
    if isinstance(obj, cupy.ndarray):
        host = _copied(obj._host, dtype, copy, order)
        if host is obj._host and ndmin <= obj.ndim:
            return obj
        return wrap(host.reshape((1,) * (ndmin - host.ndim) + host.shape))
    if isinstance(obj, (list, tuple)) and _only_device_arrays(obj):
        stacked = _stack(obj)  # on the device
        return wrap(np.array(stacked, dtype=dtype, ndmin=ndmin))
    host = np.array(obj, dtype=dtype, order=order, ndmin=ndmin)
    check_dtype(host.dtype)
    if host.ndim > 0:  # a scalar is an argument of the fill kernel, not a transfer
        _transfers.to_device(host.nbytes)
    return wrap(host)


def _copied(host, dtype, copy, order):
    dtype = host.dtype if dtype is None else check_dtype(dtype)
    with np.errstate(all="ignore"):
        return host.astype(dtype, order=order, copy=bool(copy))


def _only_device_arrays(items):
    return len(items) > 0 and all(
        _only_device_arrays(item) if isinstance(item, (list, tuple)) else isinstance(item, cupy.ndarray)
        for item in items
    )


def _stack(items):
    return np.stack([_stack(item) if isinstance(item, (list, tuple)) else item._host for item in items])


def asarray(a, dtype=None, order=None, *, copy=None, blocking=False):
    return array(a, dtype, copy, order)


def asanyarray(a, dtype=None, order=None, *, copy=None, blocking=False):
    return array(a, dtype, copy, order)


def ascontiguousarray(a, dtype=None):
    return array(a, dtype, copy=False, order="C", ndmin=1)


def asfortranarray(a, dtype=None):
    return array(a, dtype, copy=False, order="F", ndmin=1)


def asnumpy(a, stream=None, order="C", out=None, *, blocking=True):
    if isinstance(a, cupy.ndarray):
        return a.get(stream=stream, order=order, out=out, blocking=blocking)
    host = np.asarray(a, order=order)
    if out is None:
        return host
    out[...] = host
    return out


def empty(shape, dtype=float, order="C"):
    """Uninitialized memory: made of nan, or of a number nobody would ask for, so that it shows."""
    host = np.empty(_host_shape(shape), check_dtype(dtype), order)
    host.fill(np.nan if host.dtype.kind in "fc" else 77)
    return wrap(host)


def zeros(shape, dtype=float, order="C"):
    return wrap(np.zeros(_host_shape(shape), check_dtype(dtype), order))


def ones(shape, dtype=float, order="C"):
    return wrap(np.ones(_host_shape(shape), check_dtype(dtype), order))


def full(shape, fill_value, dtype=None, order="C"):
    if dtype is None:
        dtype = getattr(fill_value, "dtype", None) or np.array(fill_value).dtype
    result = empty(shape, dtype, order)
    result.fill(fill_value)
    return result


def _host_shape(shape):
    if isinstance(shape, (cupy.ndarray, np.ndarray)):
        raise TypeError(f"a shape is an int or a tuple of int, not {type(shape)}")
    return shape


def _like(a, dtype, order, subok, shape):
    if subok is not None:
        raise TypeError("subok is not supported yet")
    if not isinstance(a, cupy.ndarray):
        raise TypeError(f"Unsupported type {type(a)}")
    return wrap(np.empty_like(a._host, dtype=dtype, order=order, shape=shape))


def empty_like(prototype, dtype=None, order="K", subok=None, shape=None):
    result = _like(prototype, dtype, order, subok, shape)
    result.fill(np.nan if result.dtype.kind in "fc" else 77)
    return result


def zeros_like(a, dtype=None, order="K", subok=None, shape=None):
    return full_like(a, 0, dtype, order, subok, shape)


def ones_like(a, dtype=None, order="K", subok=None, shape=None):
    return full_like(a, 1, dtype, order, subok, shape)


def full_like(a, fill_value, dtype=None, order="K", subok=None, shape=None):
    result = _like(a, dtype, order, subok, shape)
    result.fill(fill_value)
    return result


def eye(N, M=None, k=0, dtype=float, order="C"):
    return wrap(np.eye(N, M, k, check_dtype(dtype), order))


def identity(n, dtype=float):
    return wrap(np.identity(n, check_dtype(dtype)))


def tri(N, M=None, k=0, dtype=float):
    return wrap(np.tri(N, M, k, check_dtype(dtype)))


def arange(start, stop=None, step=1, dtype=None):
    for bound in (start, stop, step):
        if isinstance(bound, (cupy.ndarray, np.ndarray)):
            raise TypeError(f"Unsupported type {type(bound)}")
    if stop is None:
        start, stop = 0, start
    return wrap(np.arange(start, stop, step, dtype))


def linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    for bound in (start, stop):
        if isinstance(bound, np.ndarray):
            raise TypeError(f"Unsupported type {type(bound)}")
    start, stop = (getattr(bound, "_host", bound) for bound in (start, stop))
    return wrap(np.linspace(start, stop, num, endpoint, retstep, dtype, axis))


def logspace(start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0):
    return wrap(np.logspace(start, stop, num, endpoint, base, dtype, axis=axis))


def indices(dimensions, dtype=int):
    return wrap(np.indices(dimensions, dtype))
