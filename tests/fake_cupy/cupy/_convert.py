"""Between device arrays and the host arrays under them; what CuPy accepts as an operand."""

import weakref

import numpy as np

import cupy
from cupy import _memory

# cupy/_core/_dtype.pyx, all_type_chars. (CuPy keeps structured types too.)
SUPPORTED_DTYPES = "?bhilqBHILQefdFD"

SCALARS = (bool, int, float, complex, np.generic)


def check_dtype(dtype):
    """The NumPy dtype, or CuPy's ValueError for text, objects, long doubles, dates."""
    dtype = np.dtype(dtype)
    if dtype.char not in SUPPORTED_DTYPES or dtype.byteorder == ">":
        raise ValueError(f"Unsupported dtype {dtype}")
    return dtype


def wrap(host):
    """Device arrays for host results; a scalar becomes a 0-d array, as CuPy's reductions give."""
    if isinstance(host, tuple):
        return tuple(wrap(item) for item in host)
    if isinstance(host, list):
        return [wrap(item) for item in host]
    host = np.asarray(host)
    check_dtype(host.dtype)
    array = object.__new__(cupy.ndarray)
    array._host = host
    if host.base is None:
        _owners[id(host)] = array
    _memory.default_pool._register(host)
    return array


_owners = weakref.WeakValueDictionary()  # id of an owning host array -> its device array


def owner(array):
    """`array.base`: the one device array that owns the memory of a view; None for the owner."""
    host = array._host
    if host.base is None:
        return None
    while host.base is not None:
        host = host.base
    known = _owners.get(id(host))
    return known if known is not None and known._host is host else wrap(host)


def operand(value):
    """What a kernel takes: a device array or a scalar. NumPy arrays and lists are refused."""
    if isinstance(value, cupy.ndarray):
        return value._host
    if isinstance(value, SCALARS):
        if isinstance(value, np.generic):
            check_dtype(value.dtype)
        return value
    raise TypeError(f"Unsupported type {type(value)}")


def device_array(value):
    """The host array of a device array, and nothing else."""
    if isinstance(value, cupy.ndarray):
        return value._host
    raise TypeError(f"Unsupported type {type(value)}")


def nested(value):
    """The same structure with device arrays replaced; a NumPy array anywhere in it is refused."""
    if isinstance(value, cupy.ndarray):
        return value._host
    if isinstance(value, np.ndarray):
        raise TypeError(f"Unsupported type {type(value)}")
    if isinstance(value, (tuple, list)):
        return type(value)(nested(item) for item in value)
    if isinstance(value, dict):
        return {key: nested(item) for key, item in value.items()}
    return value
