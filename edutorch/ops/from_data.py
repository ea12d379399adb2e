"""Tensors from Python numbers, nested sequences and arrays."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..autograd.base import TensorBase, wrap
from ..autograd.grad_mode import quiet
from ..backend import Array, DeviceLike, is_array, to_device, to_numpy
from ..devices import get_default_device, has_default_device
from ..dtypes import INTEGER, as_dtype, from_numpy_dtype, get_default_dtype, of_number, promote_types
from ..dtypes import dtype as dtype_

if TYPE_CHECKING:
    from ..tensor import Tensor


def tensor(data: Any, *, dtype: dtype_ | None = None, device: DeviceLike = None, requires_grad: bool = False) -> Tensor:
    """A new leaf tensor with a copy of `data`: a number, nested sequences of numbers, an array, a tensor.

    Without `dtype`, Python's floats give the default dtype, ints int64, bools bool; arrays, tensors and
    NumPy's numbers keep theirs. Raises ValueError for sequences of unequal lengths and numbers that
    int64 can't hold, TypeError for strings and complex numbers, RuntimeError for other objects and for
    numbers that the dtype can't hold. Source: torch.tensor."""
    wanted = None if dtype is None else as_dtype("tensor", dtype)
    if isinstance(data, TensorBase):
        warnings.warn(
            "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or"
            " sourceTensor.detach().clone().requires_grad_(True), rather than torch.tensor(sourceTensor).",
            stacklevel=2,
        )
        data = data.array
    if isinstance(data, np.ndarray):
        data = plain(data)
    if is_array(data):
        _check_layout(data)
        kind = wanted or from_numpy_dtype(data.dtype)
        array = _copied(data, kind)
    else:
        array = _from_sequence(data, wanted)
    stays = device is None and is_array(data) and not has_default_device()
    made = wrap(array if stays else to_device(array, device))
    return made.requires_grad_() if requires_grad else made


@quiet
def _copied(array: Array, kind: dtype_) -> Array:
    """In C order: a new tensor has the strides of its shape, whatever those of the source."""
    return array.astype(kind.numpy, order="C", copy=True)


def as_tensor(data: Any, dtype: dtype_ | None = None, device: DeviceLike = None) -> Tensor:
    """A tensor on the memory of `data` where dtype and device allow, else a copy. Source: torch.as_tensor."""
    if isinstance(data, TensorBase):
        return data.to(dtype=dtype, device=device)
    if is_array(data):
        made = from_numpy(data) if isinstance(data, np.ndarray) else wrap(data)
        return made.to(dtype=dtype, device=get_default_device() if device is None and has_default_device() else device)
    return tensor(data, dtype=dtype, device=device)


def asarray(obj: Array, *, dtype: dtype_ | None = None, device: DeviceLike = None, copy: bool | None = None) -> Tensor:
    """as_tensor; copy=True always copies. Source: torch.asarray."""
    if not isinstance(obj, TensorBase) and not is_array(obj) and hasattr(obj, "__array__"):  # a storage, say
        obj = np.asarray(obj)
    made = as_tensor(obj, dtype, device)
    return made.clone() if copy else made


def from_numpy(ndarray: np.ndarray) -> Tensor:
    """A tensor on the memory of a NumPy array: a change of one changes the other.

    Raises TypeError for anything but an array and for dtypes that tensors do not have, ValueError for
    another byte order and for negative strides. Source: torch.from_numpy."""
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(ndarray).__name__})")
    _check_layout(ndarray)
    return wrap(plain(ndarray))


def frombuffer(
    buffer: bytes | bytearray | memoryview | np.ndarray,
    *,
    dtype: dtype_,
    count: int = -1,
    offset: int = 0,
    requires_grad: bool = False,
) -> Tensor:
    """`count` numbers, all for -1, of a bytearray or anything else with Python's buffer protocol, from byte `offset`: a
    tensor on its memory, which must not be written to if the buffer is read-only.

    Raises ValueError if the bytes do not hold that many whole numbers. Source: torch.frombuffer."""
    try:
        memory = np.frombuffer(buffer, np.uint8)
    except TypeError:
        raise ValueError(f"object does not implement Python buffer protocol: {type(buffer).__name__}") from None
    except ValueError as error:
        raise RuntimeError(f"could not retrieve buffer from object: {error}") from None
    kind, size = as_dtype("frombuffer", dtype), memory.size
    if not size or not count:
        raise ValueError(f"both buffer length ({size}) and count ({count}) must not be 0")
    if not 0 <= offset < size:
        raise ValueError(
            f"offset ({offset} bytes) must be non-negative and no greater than buffer length ({size} bytes) minus 1"
        )
    left, each = size - offset, kind.itemsize
    if count < 0 and left % each:
        raise ValueError(
            f"buffer length ({left} bytes) after offset ({offset} bytes) must be a multiple of element size ({each})"
        )
    if count * each > left:
        raise ValueError(
            f"requested buffer length ({count} * {each} bytes) after offset ({offset} bytes) must not be greater than"
            f" actual buffer length ({size} bytes)"
        )
    if not memory.flags.writeable:
        warnings.warn(
            "The given buffer is not writable, and a tensor on it can't be written to: pass bytearray(buffer), a copy",
            stacklevel=2,
        )
    made = wrap(np.frombuffer(buffer, kind.numpy, count if count > 0 else left // each, offset))
    return made.requires_grad_() if requires_grad else made


def plain(array: np.ndarray) -> np.ndarray:
    """The array as a plain ndarray: matrix, memmap and other subclasses have rules of their own."""
    return array if type(array) is np.ndarray else array.view(np.ndarray)


def _check_layout(array: Array) -> None:
    """Raises for dtypes that tensors do not have, for another byte order, for negative strides."""
    from_numpy_dtype(array.dtype)
    if not array.dtype.isnative:
        raise ValueError(
            "given numpy array has byte order different from the native byte order. Conversion between byte orders is"
            " currently not supported: use array.astype(array.dtype.newbyteorder('='))"
        )
    if any(s < 0 for s in array.strides):
        raise ValueError(
            "At least one stride in the given numpy array is negative, and tensors with negative strides are"
            " not currently supported. (You can probably work around this by making a copy of your array"
            " with array.copy().)"
        )


@quiet
def _from_sequence(data: object, wanted: dtype_ | None) -> np.ndarray:
    """The array of a number or of nested sequences, in the dtype that fits them or the one wanted."""
    found: set[dtype_] = set()
    plain = _read(data, found, 0)
    try:
        array = np.array(plain, order="C")
    except ValueError:
        _refuse_ragged(plain, 0)
        raise
    kind = wanted or (functools.reduce(promote_types, found) if found else get_default_dtype())
    if kind.category == INTEGER and array.dtype not in (kind.numpy, bool) and array.size:
        _check_range(array, kind, wanted is not None)
    return array.astype(kind.numpy, copy=False)


def _read(data: Any, found: set[dtype_], depth: int) -> Any:
    """`data` with its tensors as numbers and arrays in the CPU's memory. Adds the dtypes that it meets to `found`.

    Raises for anything but a number."""
    if isinstance(data, (list, tuple, range)):
        types = set(map(type, data))
        if types <= {float, int, bool}:  # a whole row at once
            found.update(of_number(each()) for each in types)
            return data
        return [_read(each, found, depth + 1) for each in data]
    if isinstance(data, TensorBase):
        if data.array.size != 1:
            raise ValueError("only one element tensors can be converted to Python scalars: join others by torch.stack")
        found.add(from_numpy_dtype(data.array.dtype))
        return data.array.item()
    if isinstance(data, (bool, int, float)) and not isinstance(data, np.generic):
        found.add(of_number(data))
        return data
    if isinstance(data, str):
        raise TypeError("new(): invalid data type 'str': tensors hold numbers")
    if isinstance(data, complex):
        of_number(data)  # type: ignore[arg-type]  # raises
    array = to_numpy(data) if is_array(data) else np.asarray(data) if hasattr(data, "__array__") else None
    if array is None and isinstance(data, Sequence) and not isinstance(data, bytes):  # such as a deque
        return _read(list(data), found, depth)
    if array is None:
        raise RuntimeError(f"Could not infer dtype of {type(data).__name__}: tensors hold numbers")
    found.add(from_numpy_dtype(array.dtype))
    return array


def _check_range(array: np.ndarray, kind: dtype_, asked_for: bool) -> None:
    """Raises where integers of that dtype can't hold the numbers."""
    limits = np.iinfo(kind.numpy)
    lowest = limits.min or -limits.max  # as in PyTorch: -1 as uint8 is 255
    if array.min() >= lowest and array.max() <= limits.max:  # false if one of them is nan
        return
    if asked_for:
        raise RuntimeError(f"value cannot be converted to type {kind.name} without overflow")
    raise ValueError("Overflow when unpacking long long: int64 holds integers below 2**63; use dtype=torch.float64")


def _refuse_ragged(data: Iterable[object], dim: int) -> None:
    """Raises as PyTorch where the sequences at one depth have unequal lengths."""
    lengths = [len(each) if isinstance(each, (list, tuple, range, np.ndarray)) else None for each in data]
    for length in lengths:
        if length != lengths[0]:
            got = "a number" if length is None else length
            if lengths[0] is None:
                raise TypeError(f"expected a number at dim {dim + 1} (got a sequence of length {length})")
            raise ValueError(f"expected sequence of length {lengths[0]} at dim {dim + 1} (got {got})")
    for each in data:
        if isinstance(each, (list, tuple)):
            _refuse_ragged(each, dim + 1)
