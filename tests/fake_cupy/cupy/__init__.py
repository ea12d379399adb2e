"""A strict stand-in for CuPy 14.2 on a machine without a GPU, for the tests.

It has what CuPy has of what this project uses, by an explicit list; it refuses what CuPy refuses
(implicit conversion, NumPy arrays as operands, keywords CuPy does not know, dtypes a device lacks)
and is 0-d where CuPy is. It counts every transfer between host and device:

    with cupy._transfers.counted() as transfers:
        ...
    assert transfers.to_host == 0

Stricter than CuPy in two things: NumPy arrays are refused where CuPy's Python code would quietly
compute on the host (`cupy.sum(numpy_array)`), and uninitialized memory holds nan.
"""

# ruff: noqa: I001  (a table of contents; its order is the order of need)
from numpy import (
    bool_,
    broadcast_shapes,
    cdouble,
    complex64,
    complex128,
    complexfloating,
    dtype,
    e,
    euler_gamma,
    finfo,
    float16,
    float32,
    float64,
    floating,
    generic,
    iinfo,
    inexact,
    inf,
    int8,
    int16,
    int32,
    int64,
    int_,
    integer,
    intp,
    isdtype,
    issubdtype,
    nan,
    ndindex,
    newaxis,
    number,
    pi,
    promote_types,
    s_,
    signedinteger,
    uint8,
    uint16,
    uint32,
    uint64,
    unsignedinteger,
)
from numpy import bool as bool  # cupy.bool, as numpy.bool


from cupy import _memory, _transfers
from cupy._ndarray import ndarray
from cupy._ufunc import ufunc
from cupy._fusion import fuse
from cupy import _creation, _differing, _functions, _ufunc
from cupy import cuda, lib, linalg

__version__ = "14.2.0"


def _functions_of(module):
    """The public functions a module defines itself."""
    return {
        name: value
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    }


globals().update(_ufunc.UFUNCS)
globals().update(_functions_of(_creation))
globals().update(_functions_of(_functions))
globals().update(_functions_of(_differing))


def is_available():
    return cuda.is_available()


def get_default_memory_pool():
    return _memory.default_pool


def __getattr__(name):
    raise AttributeError(
        f"module 'cupy' has no attribute {name!r} (this is the tests' strict stand-in; "
        "what CuPy has and this project needs is added in tests/fake_cupy)"
    )
