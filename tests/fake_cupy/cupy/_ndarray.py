"""cupy.ndarray: an array the host cannot look into unless it asks, and then it is counted."""

import numpy as np

import cupy
from cupy import _indexing, _transfers
from cupy._convert import check_dtype, device_array, operand, owner, wrap
from cupy._operators import Operators

IMPLICIT = (
    "Implicit conversion to a NumPy array is not allowed. Please use `.get()` to construct a NumPy array explicitly."
)


def _quiet(function, *args, **kwargs):
    """A NumPy call without floating point warnings, since a device has none."""
    with np.errstate(all="ignore"):
        return function(*args, **kwargs)


class _MemoryPointer:
    """`array.data`: where the memory of an array lies."""

    def __init__(self, ptr):
        self.ptr = ptr
        self.device_id = 0

    @property
    def device(self):
        return cupy.cuda.Device(self.device_id)


class ndarray(Operators):
    """CuPy's array over a host array. Not a NumPy subclass, hence nothing converts by itself."""

    __slots__ = ("__weakref__", "_host")
    __array_priority__ = 100
    __hash__ = None

    def __init__(self, shape, dtype=float, order="C"):
        self._host = cupy.empty(shape, dtype, order)._host

    # What it looks like

    shape = property(lambda self: self._host.shape, lambda self, new: self._reshape_inplace(new))
    dtype = property(lambda self: self._host.dtype)
    ndim = property(lambda self: self._host.ndim)
    size = property(lambda self: self._host.size)
    strides = property(lambda self: self._host.strides)
    itemsize = property(lambda self: self._host.itemsize)
    nbytes = property(lambda self: self._host.nbytes)
    flags = property(lambda self: self._host.flags)
    device = property(lambda self: cupy.cuda.Device(0))
    data = property(lambda self: _MemoryPointer(self._host.__array_interface__["data"][0]))
    base = property(lambda self: owner(self))
    T = property(lambda self: wrap(self._host.T))
    mT = property(lambda self: wrap(self._host.mT))
    real = property(lambda self: wrap(self._host.real))
    imag = property(lambda self: wrap(self._host.imag))

    def _reshape_inplace(self, shape):
        self._host = self._host.view()
        self._host.shape = shape

    def __len__(self):
        if self.ndim == 0:
            raise TypeError("len() of unsized object")
        return len(self._host)

    def __iter__(self):
        if self.ndim == 0:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(len(self)))

    # To the host and from it: counted

    def get(self, stream=None, order="C", out=None, blocking=True):
        _transfers.to_host(self.nbytes)
        if out is None:
            return np.array(self._host, order=order)
        if not isinstance(out, np.ndarray):
            raise TypeError("Only numpy.ndarray can be obtained from cupy.ndarray")
        if out.dtype != self.dtype:
            raise TypeError(f"{out.dtype} array cannot be obtained from {self.dtype} array")
        if out.shape != self.shape:
            raise ValueError(f"Shape mismatch. Expected shape: {self.shape}, actual shape: {out.shape}")
        out[...] = self._host
        return out

    def set(self, arr, stream=None):
        if not isinstance(arr, np.ndarray):
            raise TypeError("Only numpy.ndarray can be set to cupy.ndarray")
        if arr.dtype != self.dtype:
            raise TypeError(f"{arr.dtype} array cannot be set to {self.dtype} array")
        if arr.shape != self.shape:
            raise ValueError(f"Shape mismatch. Old shape: {self.shape}, new shape: {arr.shape}")
        _transfers.to_device(arr.nbytes)
        self._host[...] = arr

    def item(self):
        if self.size != 1:
            raise ValueError("can only convert an array of size 1 to a Python scalar")
        return self.get().item()

    def __bool__(self):
        if self.size > 1:
            raise ValueError(
                "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()"
            )
        return self.size == 1 and bool(self.get().item())

    def __int__(self):
        return int(self.get())

    def __float__(self):
        return float(self.get())

    def __complex__(self):
        return complex(self.get())

    def __bytes__(self):
        return bytes(self.get())

    def __repr__(self):
        return repr(self.get())

    def __str__(self):
        return str(self.get())

    def __format__(self, format_spec):
        return format(self.get(), format_spec)

    def tolist(self):
        return self.get().tolist()

    def tobytes(self, order="C"):
        return self.get().tobytes(order)

    def __reduce__(self):
        return cupy.array, (self.get(order="A"),)

    def __copy__(self):
        return self.copy()

    def __deepcopy__(self, memo):
        return self.copy()

    def __array__(self, dtype=None, copy=None):
        raise TypeError(IMPLICIT)

    # NumPy's functions called on a device array run CuPy's of that name, or not at all

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if "out" in kwargs:
            if len(kwargs["out"]) != 1:
                raise ValueError("The 'out' parameter must have exactly one array value")
            kwargs["out"] = kwargs["out"][0]
        function = getattr(cupy, ufunc.__name__, None)
        if function is None:
            return NotImplemented
        return (function if method == "__call__" else getattr(function, method))(*inputs, **kwargs)

    def __array_function__(self, function, types, args, kwargs):
        module = cupy
        for name in function.__module__.split(".")[1:]:
            module = getattr(module, name, None)
        on_device = getattr(module, function.__name__, None)
        if on_device is None or on_device is function:
            return NotImplemented
        if not all(issubclass(each, (ndarray, np.ndarray)) for each in types):
            return NotImplemented
        return on_device(*args, **kwargs)

    # Indexing

    def __getitem__(self, key):
        return wrap(_indexing.getitem(self._host, key))

    def __setitem__(self, key, value):
        _indexing.setitem(self._host, key, value)

    def _scatter(self, host_ufunc, key, value):
        allowed = cupy._ufunc.SCATTER_DTYPES[host_ufunc.__name__]
        if self.dtype.type not in allowed:
            names = ", ".join(each.__name__ for each in allowed)
            raise TypeError(f"cupy.{host_ufunc.__name__}.at only supports {names} as data type")
        index, _ = _indexing.host_index(self.shape, key)
        value = operand(value)
        _quiet(host_ufunc.at, self._host, index, np.asarray(value).astype(self.dtype))

    def scatter_add(self, slices, value):
        self._scatter(np.add, slices, value)

    def scatter_max(self, slices, value):
        self._scatter(np.maximum, slices, value)

    def scatter_min(self, slices, value):
        self._scatter(np.minimum, slices, value)

    # Shapes: views as NumPy's

    def reshape(self, *shape, order="C", copy=None):
        result = self._host.reshape(*shape, order=order)
        return wrap(result.copy() if copy else result)

    def transpose(self, *axes):
        return wrap(self._host.transpose(*axes))

    def swapaxes(self, axis1, axis2):
        return wrap(self._host.swapaxes(axis1, axis2))

    def flatten(self, order="C"):
        return wrap(self._host.flatten(order))

    def ravel(self, order="C"):
        return wrap(self._host.ravel(order))

    def squeeze(self, axis=None):
        return wrap(self._host.squeeze(axis))

    def diagonal(self, offset=0, axis1=0, axis2=1):
        return wrap(self._host.diagonal(offset, axis1, axis2))

    def view(self, dtype=None, type=None):
        return wrap(self._host.view() if dtype is None else self._host.view(check_dtype(dtype)))

    # Copies

    def astype(self, dtype, order="K", casting=None, subok=None, copy=True):
        if casting is not None:
            raise TypeError("casting is not supported yet")
        if subok is not None:
            raise TypeError("subok is not supported yet")
        dtype = check_dtype(dtype)
        if not copy and dtype == self.dtype and order == "K":
            return self
        return wrap(_quiet(self._host.astype, dtype, order=order, copy=copy))

    def copy(self, order="C"):
        return wrap(self._host.copy(order))

    def fill(self, value):
        if isinstance(value, ndarray):
            value = value._host
        if np.shape(value) != ():
            raise ValueError("non-scalar cupy.ndarray cannot be used for fill")
        self._host.fill(value)

    def take(self, indices, axis=None, out=None):
        return cupy.take(self, indices, axis, out)

    def put(self, indices, values, mode="wrap"):
        cupy.put(self, indices, values, mode)

    def repeat(self, repeats, axis=None):
        return cupy.repeat(self, repeats, axis)

    def choose(self, choices, out=None, mode="raise"):
        return cupy.choose(self, choices, out, mode)

    def compress(self, condition, axis=None, out=None):
        return cupy.compress(condition, self, axis, out)

    def nonzero(self):
        return cupy.nonzero(self)

    def sort(self, axis=-1, kind=None):
        self._host[...] = cupy.sort(self, axis, kind)._host

    def argsort(self, axis=-1, kind=None):
        return cupy.argsort(self, axis, kind)

    def partition(self, kth, axis=-1):
        self._host[...] = cupy.partition(self, kth, axis)._host

    def argpartition(self, kth, axis=-1):
        return cupy.argpartition(self, kth, axis)

    def searchsorted(self, v, side="left", sorter=None):
        return cupy.searchsorted(self, v, side, sorter)

    def clip(self, min=None, max=None, out=None):
        return cupy.clip(self, min, max, out)

    def round(self, decimals=0, out=None):
        return cupy.round(self, decimals, out)

    def conj(self):
        return cupy.conj(self)

    conjugate = conj

    def dot(self, b, out=None):
        return cupy.dot(self, b, out)

    def trace(self, offset=0, axis1=0, axis2=1, dtype=None, out=None):
        return cupy.trace(self, offset, axis1, axis2, dtype, out)

    # Reductions: 0-d arrays where NumPy gives scalars

    def _reduce(self, name, axis, out, **kwargs):
        host_out = None if out is None else device_array(out)
        result = _quiet(getattr(np, name), self._host, axis=axis, out=host_out, **kwargs)
        return wrap(result) if out is None else out

    def sum(self, axis=None, dtype=None, out=None, keepdims=False):
        return self._reduce("sum", axis, out, dtype=dtype, keepdims=keepdims)

    def prod(self, axis=None, dtype=None, out=None, keepdims=False):
        return self._reduce("prod", axis, out, dtype=dtype, keepdims=keepdims)

    def mean(self, axis=None, dtype=None, out=None, keepdims=False):
        return self._reduce("mean", axis, out, dtype=dtype, keepdims=keepdims)

    def var(self, axis=None, dtype=None, out=None, ddof=0, keepdims=False):
        return self._reduce("var", axis, out, dtype=dtype, ddof=ddof, keepdims=keepdims)

    def std(self, axis=None, dtype=None, out=None, ddof=0, keepdims=False):
        return self._reduce("std", axis, out, dtype=dtype, ddof=ddof, keepdims=keepdims)

    def max(self, axis=None, out=None, keepdims=False):
        return self._reduce("max", axis, out, keepdims=keepdims)

    def min(self, axis=None, out=None, keepdims=False):
        return self._reduce("min", axis, out, keepdims=keepdims)

    def ptp(self, axis=None, out=None, keepdims=False):
        return self._reduce("ptp", axis, out, keepdims=keepdims)

    def all(self, axis=None, out=None, keepdims=False):
        return self._reduce("all", axis, out, keepdims=keepdims)

    def any(self, axis=None, out=None, keepdims=False):
        return self._reduce("any", axis, out, keepdims=keepdims)

    def argmax(self, axis=None, out=None, dtype=None, keepdims=False):
        return cupy.argmax(self, axis, dtype, out, keepdims)

    def argmin(self, axis=None, out=None, dtype=None, keepdims=False):
        return cupy.argmin(self, axis, dtype, out, keepdims)

    def cumsum(self, axis=None, dtype=None, out=None):
        return self._reduce("cumsum", axis, out, dtype=dtype)

    def cumprod(self, axis=None, dtype=None, out=None):
        return self._reduce("cumprod", axis, out, dtype=dtype)
