"""Data types, and the rules for combining two of them.

An operation on mixed types computes in one of them. PyTorch chooses it by category first
(bool < integer < floating), then by rank: tensors with dimensions outweigh 0-d tensors, which outweigh
Python numbers. Source: "Type promotion" in PyTorch's documentation of torch.dtype.
"""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

BOOL, INTEGER, FLOATING = 0, 1, 2


class dtype:
    """A tensor's data type, such as `edutorch.float32`. Source: torch.dtype.

    Attributes: `name`; `numpy`, the NumPy dtype; `itemsize` in bytes; `category` (BOOL, INTEGER or
    FLOATING); `is_floating_point`, `is_complex` and `is_signed` as in PyTorch.
    """

    __module__ = "edutorch"  # where users find it

    __slots__ = ("category", "is_floating_point", "is_signed", "itemsize", "name", "numpy")
    is_complex = False

    def __init__(self, name: str, numpy_dtype: Any, category: builtins.int) -> None:
        self.name = name
        self.numpy = np.dtype(numpy_dtype)
        self.category = category
        self.is_floating_point = category == FLOATING
        self.is_signed = self.numpy.kind in "if"
        self.itemsize = self.numpy.itemsize

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> str:
        return self.name  # pickled and copied by name: a dtype is compared by identity


float16 = half = dtype("float16", np.float16, FLOATING)
float32 = float = dtype("float32", np.float32, FLOATING)
float64 = double = dtype("float64", np.float64, FLOATING)
uint8 = dtype("uint8", np.uint8, INTEGER)
int8 = dtype("int8", np.int8, INTEGER)
int16 = short = dtype("int16", np.int16, INTEGER)
int32 = int = dtype("int32", np.int32, INTEGER)
int64 = long = dtype("int64", np.int64, INTEGER)
bool = dtype("bool", np.bool_, BOOL)

ALL = (float16, float32, float64, uint8, int8, int16, int32, int64, bool)
_BY_NUMPY = {each.numpy: each for each in ALL}
_BY_PYTHON_TYPE = {builtins.bool: bool, builtins.int: int64, builtins.float: float64}
_default = float32


def from_numpy_dtype(numpy_dtype: np.dtype) -> dtype:
    """The dtype of a NumPy array. Raises TypeError for a type that tensors do not hold."""
    found = _BY_NUMPY.get(numpy_dtype) or _BY_NUMPY.get(np.dtype(numpy_dtype).newbyteorder("="))
    if found is None:
        names = ", ".join(each.name for each in ALL)
        raise TypeError(f"can't convert np.ndarray of type {numpy_dtype}: the supported types are {names}.")
    return found


def as_dtype(name: str, value: dtype | type) -> dtype:
    """The argument dtype= of the function `name`: a dtype, or Python's float, int or bool.

    Raises TypeError for anything else."""
    if isinstance(value, dtype):
        return value
    if isinstance(value, type) and value in _BY_PYTHON_TYPE:
        return _BY_PYTHON_TYPE[value]
    raise TypeError(
        f"{name}(): argument 'dtype' must be torch.dtype, not {builtins.type(value).__name__}: torch.float32, say"
    )


def limits(of: dtype) -> tuple[builtins.int, builtins.int]:
    """The smallest and the largest number of an integer dtype."""
    info = np.iinfo(of.numpy)
    return info.min, info.max


class finfo:
    """The limits of a floating dtype, the default one if none is given: `min`, `max`, `eps`, `tiny`,
    `smallest_normal`, `resolution`, `bits`, `dtype`. Raises TypeError for integers. Source: torch.finfo."""

    __module__ = "edutorch"  # where users find it

    def __init__(self, type: dtype | None = None) -> None:
        kind = type or _default
        if not kind.is_floating_point:
            raise TypeError(f"torch.finfo() requires a floating point input type, got {kind}: use torch.iinfo")
        info = np.finfo(kind.numpy)
        self.bits, self.dtype = info.bits, kind.name
        self.min, self.max = builtins.float(info.min), builtins.float(info.max)
        self.eps, self.resolution = builtins.float(info.eps), builtins.float(info.resolution)
        self.tiny = self.smallest_normal = builtins.float(info.smallest_normal)

    def __repr__(self) -> str:
        return (
            f"finfo(resolution={self.resolution:g}, min={self.min:g}, max={self.max:g}, eps={self.eps:g},"
            f" smallest_normal={self.smallest_normal:g}, tiny={self.tiny:g}, dtype={self.dtype})"
        )


class iinfo:
    """The limits of an integer dtype: `min`, `max`, `bits`, `dtype`. Raises TypeError for floating ones.
    Source: torch.iinfo."""

    __module__ = "edutorch"  # where users find it

    def __init__(self, type: dtype) -> None:
        if type.category != INTEGER:
            raise TypeError(f"torch.iinfo() requires an integer input type, got {type}: use torch.finfo")
        self.bits, self.dtype = 8 * type.itemsize, type.name
        self.min, self.max = limits(type)

    def __repr__(self) -> str:
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"


def get_default_dtype() -> dtype:
    """The floating dtype of tensors made from Python floats. Source: torch.get_default_dtype."""
    return _default


def set_default_dtype(d: dtype) -> None:
    """Sets the dtype of tensors made from Python floats. Source: torch.set_default_dtype.

    Raises TypeError when `d` is not a floating dtype."""
    global _default
    if not isinstance(d, dtype) or not d.is_floating_point:
        raise TypeError(f"only floating-point types are supported as the default type, got {d}")
    _default = d


def of_number(value: builtins.float | builtins.bool) -> dtype:
    """The dtype of a Python number: bool, int64 or the default floating dtype."""
    if isinstance(value, builtins.complex):
        raise TypeError(f"complex numbers are not supported, got {value!r}: use a real and an imaginary tensor")
    if isinstance(value, (builtins.bool, np.bool_)):
        return bool
    return int64 if isinstance(value, (builtins.int, np.integer)) else _default


def promote_types(type1: dtype, type2: dtype) -> dtype:
    """The smallest dtype that holds both, a higher category first. Source: torch.promote_types."""
    if type1 is type2:
        return type1
    if type1.category != type2.category:
        return type1 if type1.category > type2.category else type2
    return _BY_NUMPY[np.promote_types(type1.numpy, type2.numpy)]


def result_type(operands: tuple[Any, ...]) -> dtype:
    """The dtype in which an operation on `operands` (tensors and Python numbers) computes.

    Operands of a lower rank (0-d tensors, then numbers) only count if their category is higher."""
    ranked: list[dtype | None] = [None, None, None]
    for operand in operands:
        if hasattr(operand, "array"):
            rank, found = (0 if operand.array.ndim else 1), _BY_NUMPY[operand.array.dtype]
        else:
            rank, found = 2, of_number(operand)
        known = ranked[rank]
        ranked[rank] = found if known is None else promote_types(known, found)
    result: dtype | None = None
    for found_at_rank in ranked:
        if found_at_rank is not None and (result is None or found_at_rank.category > result.category):
            result = found_at_rank
    assert result is not None, "result_type needs at least one operand"
    return result


def can_cast(from_: dtype, to: dtype) -> builtins.bool:
    """Whether a result of dtype `from_` may be written into a tensor of dtype `to`: never to a lower category. Source:
    torch.can_cast."""
    return from_.category <= to.category
