"""New tensors: from data, filled, counted off."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..autograd.base import TensorBase, wrap
from ..backend import array_module, is_array, new_array, to_device, to_numpy, xp
from ..dtypes import dtype as dtype_
from ..dtypes import float32, from_numpy_dtype, get_default_dtype, int64
from .shape import shape_from

if TYPE_CHECKING:
    from ..tensor import Tensor


def tensor(data: Any, *, dtype: dtype_ | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A new leaf tensor with a copy of `data`: numbers, nested sequences, arrays or tensors.

    Python floats give the default dtype, integers int64, bools bool; arrays keep theirs. Raises
    ValueError for ragged sequences, TypeError for what is no number. Source: torch.tensor."""
    values = _as_data(data)
    if dtype is None and isinstance(values, list):
        values = np.asarray(values)
        dtype = _by_kind(values)
    return _finish(new_array(values, dtype or _dtype_for(data, dtype), device), requires_grad)


def as_tensor(data: Any, dtype: dtype_ | None = None, device: Any = None) -> Tensor:
    """A tensor on the memory of `data` where dtype and device allow, else a copy. Source: torch.as_tensor."""
    if isinstance(data, TensorBase):
        return data.to(dtype=dtype, device=device)  # type: ignore[attr-defined, no-any-return]
    if is_array(data):
        made = from_numpy(data) if isinstance(data, np.ndarray) else wrap(data)
        return made.to(dtype=dtype, device=device)
    return tensor(data, dtype=dtype, device=device)


def from_numpy(ndarray: np.ndarray) -> Tensor:
    """A tensor on the memory of a NumPy array: a change of one is a change of both. Source: torch.from_numpy."""
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(ndarray).__name__})")
    from_numpy_dtype(ndarray.dtype)
    if any(s < 0 for s in ndarray.strides):
        raise ValueError(
            "At least one stride in the given numpy array is negative, and tensors with negative strides are not"
            " currently supported. (You can probably work around this by making a copy of your array with array.copy().)"
        )
    return wrap(ndarray)


def zeros(*size: Any, out: Any = None, dtype: dtype_ | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of zeros: zeros(2, 3) or zeros((2, 3)), float32 by default. Source: torch.zeros."""
    return full(_size(size), 0, dtype=dtype or get_default_dtype(), device=device, requires_grad=requires_grad)


def ones(*size: Any, out: Any = None, dtype: dtype_ | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of ones: ones(2, 3) or ones((2, 3)), float32 by default. Source: torch.ones."""
    return full(_size(size), 1, dtype=dtype or get_default_dtype(), device=device, requires_grad=requires_grad)


def empty(*size: Any, dtype: dtype_ | None = None, device: Any = None, requires_grad: bool = False, **ignored: Any) -> Tensor:
    """A tensor whose values are whatever the memory held. Source: torch.empty."""
    array = array_module(device).empty(_size(size), (dtype or get_default_dtype()).numpy)
    return _finish(array, requires_grad)


def full(size: Any, fill_value: Any, *, dtype: dtype_ | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of one value, in that value's dtype by default. Source: torch.full."""
    kind = dtype or _dtype_for(fill_value, None)
    number = fill_value.item() if isinstance(fill_value, TensorBase) else fill_value  # type: ignore[attr-defined]
    return _finish(array_module(device).full(_size((size,)), number, kind.numpy if kind else None), requires_grad)


def zeros_like(input: Tensor, *, dtype: dtype_ | None = None, device: Any = None, requires_grad: bool = False, **ignored: Any) -> Tensor:
    """Zeros of input's shape, dtype and device. Source: torch.zeros_like."""
    return full_like(input, 0, dtype=dtype, device=device, requires_grad=requires_grad)


def ones_like(input: Tensor, *, dtype: dtype_ | None = None, device: Any = None, requires_grad: bool = False, **ignored: Any) -> Tensor:
    """Ones of input's shape, dtype and device. Source: torch.ones_like."""
    return full_like(input, 1, dtype=dtype, device=device, requires_grad=requires_grad)


def full_like(input: Tensor, fill_value: Any, *, dtype: dtype_ | None = None, device: Any = None, requires_grad: bool = False, **ignored: Any) -> Tensor:
    """One value in input's shape, dtype and device. Source: torch.full_like."""
    return full(input.array.shape, fill_value, dtype=dtype or input.dtype, device=device or input.device, requires_grad=requires_grad)


def empty_like(input: Tensor, *, dtype: dtype_ | None = None, device: Any = None, requires_grad: bool = False, **ignored: Any) -> Tensor:
    """Uninitialised memory of input's shape, dtype, device and order of strides. Source: torch.empty_like."""
    expanded = any(n > 1 and stride == 0 for n, stride in zip(input.array.shape, input.array.strides, strict=True))
    order = "C" if expanded else "K"  # an expanded axis has no place of its own in memory to keep
    like = xp(input).empty_like(input.array, (dtype or input.dtype).numpy, order)
    return _finish(to_device(like, device or input.device), requires_grad)


def arange(start: Any, end: Any = None, step: Any = 1, *, dtype: dtype_ | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """start, start + step, ... before end: int64 for integers, else float. Source: torch.arange.

    Raises RuntimeError for step 0 or one that leads away from end."""
    if end is None:
        start, end = 0, start
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if (end - start) * step < 0:
        raise RuntimeError(f"upper bound and lower bound inconsistent with step sign: arange({start}, {end}, {step})")
    whole = all(isinstance(each, (int, np.integer)) for each in (start, end, step))
    kind = dtype or (int64 if whole else get_default_dtype())
    count = math.ceil((end - start) / step)
    values = start + step * np.arange(count, dtype=np.int64 if whole else np.float64)
    return _finish(to_device(values.astype(kind.numpy), device), requires_grad)


def linspace(start: float, end: float, steps: int, *, dtype: dtype_ | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """`steps` numbers evenly from start to end, both included. Source: torch.linspace."""
    kind = dtype or get_default_dtype()
    return _finish(to_device(np.linspace(float(start), float(end), steps).astype(kind.numpy), device), requires_grad)


def eye(n: int, m: int | None = None, *, dtype: dtype_ | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """The n x m matrix with ones on its diagonal. Source: torch.eye."""
    return _finish(array_module(device).eye(n, m, dtype=(dtype or get_default_dtype()).numpy), requires_grad)


def _finish(array: Any, requires_grad: bool) -> Tensor:
    made = wrap(array)
    return made.requires_grad_() if requires_grad else made


def _size(size: tuple[Any, ...]) -> tuple[int, ...]:
    shape = shape_from(size)
    if any(n < 0 for n in shape):
        raise RuntimeError(f"Trying to create tensor with negative dimension {min(shape)}: {list(shape)}")
    return shape


def _as_data(data: Any) -> Any:
    """Data that NumPy can read: tensors inside sequences become arrays."""
    if isinstance(data, TensorBase):
        return data.array
    if isinstance(data, (list, tuple)):
        return [
            each if isinstance(each, (int, float)) else _on_host(_as_data(each)) for each in data
        ]
    return data


def _on_host(data: Any) -> Any:
    return to_numpy(data) if is_array(data) else data


def _dtype_for(data: Any, dtype: dtype_ | None) -> dtype_ | None:
    """The dtype of a new tensor: the one asked for, the source's, or by the kind of the numbers."""
    if dtype is not None:
        return dtype
    if isinstance(data, TensorBase) or is_array(data) or isinstance(data, np.generic):
        return None if not isinstance(data, (float, int)) else _by_kind(np.asarray(data))
    return _by_kind(np.asarray(_as_data(data)))


def _by_kind(array: np.ndarray) -> dtype_:
    if array.dtype.kind == "f":
        return get_default_dtype() if array.size or array.ndim else float32
    if array.dtype.kind in "OUSV":
        raise TypeError(f"tensor() needs numbers or nested sequences of them, got {array.ravel()[:1].tolist()!r}")
    return from_numpy_dtype(array.dtype)
