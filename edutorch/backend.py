"""Arrays: NumPy on "cpu", CuPy on "cuda". The only file that imports cupy.

An op takes `xp = array_module(tensor)` and never asks which one it got. Where NumPy and CuPy need
different calls, the difference lives here under a name.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import math
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from . import special_functions, summation
from .devices import CPU as CPU
from .devices import DeviceLike as DeviceLike
from .devices import device as device
from .devices import device_or_default
from .fusion import fused
from .pending import check_later, raise_pending

if TYPE_CHECKING:
    from .autograd.base import TensorBase

Array = np.ndarray  # or cupy.ndarray, which has the same attributes and methods: a type checker reads NumPy's
GPU = device | str | int | None  # what names a GPU: None is the current one
CUPY = "pip install edutorch-course[cuda12] or [cuda13]"
_cupy: Any = None  # the module, once find_cupy has found it


def find_cupy() -> ModuleType | None:
    """CuPy, where it is installed and sees a GPU; else None."""
    global _cupy
    if _cupy is None and _obstacle() is None:
        _cupy = importlib.import_module("cupy")
    return _cupy


def _obstacle() -> str | None:
    """What keeps CuPy from computing on a GPU: CuPy itself, its age, the driver, the GPU; None if nothing does."""
    if importlib.util.find_spec("cupy") is None:
        return f"CuPy is not installed: {CUPY}"
    try:
        cupy = importlib.import_module("cupy")
        if int(cupy.__version__.split(".")[0]) < 14:  # the first that treats numbers as NumPy 2 does
            return f"CuPy {cupy.__version__} is older than 14: {CUPY}"
        return None if cupy.cuda.runtime.getDeviceCount() > 0 else "CuPy sees no NVIDIA GPU"
    except Exception as error:  # of CuPy's own, where it cannot load, and where a driver is missing
        reason = next((line for line in str(error).splitlines() if line.strip(" =")), type(error).__name__)
        return f"CuPy sees no NVIDIA GPU ({reason}): install NVIDIA's driver, or a CuPy that fits it ({CUPY})"


def array_module(tensor: TensorBase) -> ModuleType:
    """The array module that computes on this tensor: numpy or cupy."""
    return np if type(tensor.array) is np.ndarray else _cupy


def module_of_array(array: Array) -> ModuleType:
    """The array module that computes on this array: numpy or cupy."""
    return np if type(array) is np.ndarray else _cupy


def device_module(where: DeviceLike) -> ModuleType:
    """The array module of a device; of the default one for None.

    Raises RuntimeError when "cuda" is asked for and there is no CuPy or no GPU."""
    where = device_or_default(where)
    if where.type == "cpu":
        return np
    if where.type != "cuda":
        raise RuntimeError(f"device '{where}': edutorch leaves it out; tensors are on 'cpu' or 'cuda'")
    cupy = find_cupy()
    if cupy is None:
        raise RuntimeError(
            f"Found no NVIDIA GPU for device '{where}'. {_obstacle()}. Or use device 'cpu':"
            " device = 'cuda' if torch.cuda.is_available() else 'cpu'."
        )
    count = cupy.cuda.runtime.getDeviceCount()
    if where.index is not None and where.index >= count:
        raise RuntimeError(f"CUDA error: invalid device ordinal: {where} was asked for, there are {count} GPUs")
    return cupy


def gpu_number(where: GPU) -> int:
    """The number of a GPU; of the current one for None and "cuda". Raises RuntimeError if it does not exist, ValueError
    for a CPU."""
    wanted = device("cuda" if where is None else where)
    if wanted.type != "cuda":
        raise ValueError(f"Expected a cuda device, but got: {wanted}")
    cupy = device_module(wanted)
    return cupy.cuda.runtime.getDevice() if wanted.index is None else wanted.index


def device_of(array: Array) -> device:
    """The device that holds an array."""
    return CPU if type(array) is np.ndarray else device("cuda", array.device.id)  # type: ignore[attr-defined]


def is_array(value: object) -> bool:
    """Whether `value` is an array of NumPy or of CuPy."""
    return isinstance(value, np.ndarray) or (_cupy is not None and isinstance(value, _cupy.ndarray))


def to_numpy(array: Array) -> np.ndarray:
    """The array in the CPU's memory; the same object if it is already there."""
    if type(array) is np.ndarray:
        return array
    raise_pending()
    return array.get()  # type: ignore[attr-defined]


def item(array: Array) -> Any:
    """The only element as a Python number. Waits for a GPU."""
    if type(array) is not np.ndarray:
        raise_pending()
    return array.item()


def pinned(array: np.ndarray) -> np.ndarray:
    """A copy in pinned memory of the host, which a GPU reads directly.

    Raises RuntimeError without CuPy or without a GPU."""
    if find_cupy() is None:
        raise RuntimeError("Cannot access accelerator device when none is available.")
    copy = importlib.import_module("cupyx").empty_pinned(array.shape, array.dtype)
    copy[...] = array
    return copy


def is_pinned(array: Array) -> bool:
    """Whether the array lies in memory that `pinned` took."""
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    return type(base).__name__ == "PinnedMemoryPointer"


def to_device(array: Array, where: DeviceLike, non_blocking: bool = False) -> Array:
    """The array on that device (None: the default one); the same object if it is already there.

    A GPU reads pinned memory later, so that it must not change until then: unless non_blocking, the copy is waited
    for. Other memory is first copied, by CuPy, into pinned memory of its own."""
    module = device_module(where)
    if module is np:
        return to_numpy(array)
    where = device_or_default(where)
    blocking = not non_blocking and is_pinned(array)
    if where.index is None or (type(array) is not np.ndarray and device_of(array).index == where.index):
        return module.asarray(array, blocking=blocking)
    with module.cuda.Device(where.index):
        return module.asarray(array, blocking=blocking)


def is_on_gpu(array: Array) -> bool:
    """Whether a GPU computes on this array: for the few operations that are worth writing differently there."""
    return type(array) is not np.ndarray


def block_bytes(array: Array) -> int:
    """How much memory to process at a time: on a CPU, what fits in its cache; on a GPU, where each block costs a
    launch, as much as there is room for."""
    return 1 << 20 if type(array) is np.ndarray else 256 << 20


def is_contiguous(array: Array) -> bool:
    """Whether the elements lie in memory in C order without gaps."""
    return array.flags.c_contiguous


def shares_memory(view: Array, array: Array) -> bool:
    """Whether `view`, made from `array` by a shape change, is a view of it and not a copy.

    Both modules name the owner of the memory in `base`."""
    return view is array or view.base is array or (view.base is not None and view.base is array.base)


def owner(array: Array) -> Array:
    """The array that owns the memory of which this one may be a view."""
    found, base = array, array.base
    while base is not None:  # as_strided puts an object that is not an array into NumPy's chain
        found = base if isinstance(base, type(array)) else found
        base = getattr(base, "base", None)
    return found


def address(array: Array) -> int:
    """The address of the first element, in bytes."""
    return array.ctypes.data if type(array) is np.ndarray else array.data.ptr  # type: ignore[attr-defined]


def as_strided(array: Array, shape: tuple[int, ...], strides: tuple[int, ...]) -> Array:
    """A view with this shape and these strides in bytes; the caller makes sure that it stays inside."""
    if type(array) is not np.ndarray:
        return _cupy.lib.stride_tricks.as_strided(array, shape, strides)
    if array.flags.c_contiguous:  # the same result in a tenth of the time
        return np.ndarray(shape, array.dtype, array, 0, strides)
    return np.lib.stride_tricks.as_strided(array, shape, strides)


def add_up(array: Array, axes: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Array:
    """The sum over axes, all by default, equally exact along each of them: see summation.py. float16 is added up in
    float32."""
    if type(array) is np.ndarray:
        return summation.add_up(array, axes, keepdims)
    wide = np.float32 if array.dtype.char == "e" else None
    return in_c_order(array.sum(axis=axes, dtype=wide, keepdims=keepdims))


def cast(array: Array, dtype: np.dtype) -> Array:
    """The array in that dtype; the same array if it has it already. (For a NumPy scalar, astype would take as long as a
    small operation.)"""
    return array if array.dtype is dtype else array.astype(dtype, copy=False)


def add_products(x: Array, y: Array) -> Array:
    """The sum of x y over the first and last axes, (N, rows, L) -> (rows,), as exact as add_up."""
    return summation.add_products(x, y) if type(x) is np.ndarray else _add_products(_cupy, x, y)


@fused
def _add_products(xp: ModuleType, x: Array, y: Array) -> Array:
    return xp.sum(x * y, axis=(0, 2))


def largest(array: Array, axis: int | None) -> Array:
    """The largest element along an axis, which stays with size 1. (On the CPU short rows are turned into columns, for
    NumPy takes 100 ns for each row.)"""
    if type(array) is np.ndarray and array.ndim - 1 == axis and 0 < array.shape[-1] <= 64:
        columns = np.asarray(array.reshape(-1, array.shape[-1]).T, order="C")
        return columns.max(0).reshape(*array.shape[:-1], 1)
    return array.max(axis, keepdims=True)


def where_nonzero(xp: ModuleType, x: Array, y: Array) -> Array:
    """x where y is not 0, else 0, even where x is inf or nan. (On the CPU by the bits of x: `where`, which decides for
    each element, takes ten times as long.)"""
    if xp is not np:
        return xp.where(y != 0, x, y)
    bits = f"i{x.dtype.itemsize}"
    return (x.view(bits) & (-(y != 0).view(np.int8)).astype(bits)).view(x.dtype)


def in_c_order(array: Array) -> Array:
    """The array with its elements in C order. NumPy reduces a permuted array to a permuted one, of which view() would
    fail."""
    return array if array.ndim < 2 else module_of_array(array).asarray(array, order="C")


def without_overflow(array: Array) -> Array:
    """float16 as float32, to add up its squares; other dtypes as they are."""
    return array.astype(np.float32) if array.dtype == np.float16 else array


def running(accumulate: Callable[..., Array], array: Array, dim: int) -> Array:
    """xp.cumsum or xp.cumprod along an axis: float16 is computed in float32, float32 in float64, as in PyTorch, because
    each step adds to the error of the one before."""
    wide = {"float16": np.float32, "float32": np.float64}.get(array.dtype.name)
    return accumulate(array, axis=dim, dtype=wide).astype(array.dtype, order="C", copy=False)


def as_indices(found: Array) -> Array:
    """Positions or counts as int64, PyTorch's dtype for them; the same array if it already has that dtype. NumPy's
    default integer has 32 bits in a browser."""
    return found.astype(np.int64, copy=False)


def count_each(numbers: Array, size: int, weights: Array | None = None) -> Array:
    """How often each of 0 to size - 1 occurs, int64, or the sums of its weights, float64. No number is out of range.

    NumPy accepts only what fits its default integer, so no int64 where that has 32 bits. CuPy's bincount waits for the
    GPU, to look for the largest number."""
    if type(numbers) is np.ndarray:
        counts = np.bincount(numbers.astype(np.intp, copy=False), weights, size)
        return as_indices(counts) if weights is None else counts
    counts = _cupy.zeros(size, np.int64 if weights is None else np.float64)
    _cupy.add.at(counts, numbers, 1 if weights is None else weights)
    return counts


def add_at(array: Array, index: Any, values: Array) -> None:
    """array[index] += values, where equal indices add up. On the CPU the array lies in C order."""
    if type(array) is not np.ndarray:
        _cupy.add.at(array, index, values)
        return
    positions = index[0] if isinstance(index, tuple) and len(index) == 1 else index
    if isinstance(positions, np.ndarray) and array.ndim > 1:
        width = math.prod(array.shape[1:])
        places = positions[..., None] * width + np.arange(width)  # of rows, even negative ones
    elif array.ndim > 1 and values.size * 8 > array.size:
        places = np.arange(array.size).reshape(array.shape)[index]
    else:
        np.add.at(array, index, values)
        return
    # NumPy's add.at is several times faster on vectors
    np.add.at(array.reshape(-1), places.reshape(-1), values.reshape(-1))


@fused
def _largest(xp: ModuleType, positions: Array, low: int) -> Array:
    return xp.max((positions.astype(np.int64, copy=False) - low).astype(np.uint64))


def check_positions(positions: Array, size: int, dim: int) -> None:
    """Raises IndexError for a position out of range on a GPU, where indexing would wrap it around: see check_range.

    NumPy raises it by itself when it indexes."""
    if type(positions) is not np.ndarray:
        check_range(positions, -size, size, dim)


def check_range(
    positions: Array, low: int, size: int, dim: int, error: type[Exception] = IndexError, end: str = ""
) -> None:
    """Raises an error when a position along an axis is below `low` or not below the axis's `size`.

    On a GPU nothing waits for the answer: raise_pending, which runs at each reading from the device, raises the
    error."""

    def wrong(found: int) -> Exception:
        return error(f"index {found} is out of bounds for dimension {dim} with size {size}{end}")

    check_within(positions, low, size, wrong)


def check_within(positions: Array, low: int, end: int, wrong: Callable[[int], Exception]) -> None:
    """Raises wrong(position) for one below `low` or not below `end`, at the latest when the program next waits for the
    GPU."""
    if positions.size:
        # counted from `low` and read as unsigned, what is too small becomes large: one maximum finds both
        largest = _largest(module_of_array(positions), positions, low)
        check_later(largest, end - low, lambda found: wrong(found + low))


ON_CPU = (np.ndarray, np.generic)  # NumPy's arithmetic gives scalars where CuPy's gives 0-d arrays


def erf(array: Array) -> Array:
    """The error function of each element."""
    return special_functions.erf(array) if isinstance(array, ON_CPU) else _on_gpu("erf", array)


def erfc(array: Array) -> Array:
    """1 - erf of each element, exact even where erf is nearly 1."""
    return special_functions.erfc(array) if isinstance(array, ON_CPU) else _on_gpu("erfc", array)


def erfinv(array: Array) -> Array:
    """The inverse of erf, of each element."""
    return special_functions.erfinv(array) if isinstance(array, ON_CPU) else _on_gpu("erfinv", array)


def gammaln(array: Array) -> Array:
    """The logarithm of the gamma function, of each element."""
    if isinstance(array, ON_CPU):
        return special_functions.gammaln(array)
    inf_at_ends = module_of_array(array).where(array == -math.inf, math.inf, array)  # CuPy's is -inf at -inf
    return _on_gpu("gammaln", inf_at_ends)


def digamma(array: Array) -> Array:
    """The derivative of gammaln, of each element."""
    return special_functions.digamma(array) if isinstance(array, ON_CPU) else _on_gpu("digamma", array)


def polygamma(n: int, array: Array) -> Array:
    """The n-th derivative of digamma, n >= 1, of each element."""
    if isinstance(array, ON_CPU):
        return special_functions.polygamma(n, array)
    zeta = importlib.import_module("cupyx.scipy.special").zeta  # in float64: small before the factor, not after
    return (special_functions.polygamma_factor(n) * zeta(n + 1.0, array.astype(np.float64))).astype(array.dtype)


def _on_gpu(name: str, array: Array) -> Array:
    """CuPy's function of that name. For float16 it returns float64."""
    special = importlib.import_module("cupyx.scipy.special")
    return getattr(special, name)(array).astype(array.dtype)


def raising_on_singular(array: Array) -> AbstractContextManager[object]:
    """A context in which solvers raise LinAlgError for a singular matrix, as NumPy's always do; CuPy's
    would give nan."""
    if type(array) is np.ndarray:
        return contextlib.nullcontext()
    return importlib.import_module("cupyx").errstate(linalg="raise")
