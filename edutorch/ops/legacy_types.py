"""`FloatTensor`, `LongTensor` and their kin: the names of tensor types from before there were dtypes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import dtypes
from ..autograd.base import TensorBase
from .creation import empty
from .from_data import tensor

if TYPE_CHECKING:
    from ..tensor import Tensor


class TensorType:
    """`LongTensor([1, 2])` copies data as its dtype, `LongTensor(2, 3)` is uninitialised memory, and
    `isinstance(x, LongTensor)` asks for the dtype. Use tensor(data, dtype=...). Source: torch.LongTensor."""

    def __init__(self, name: str, dtype: dtypes.dtype) -> None:
        self.__name__ = name
        self.dtype = dtype

    def __call__(self, *data: Any) -> Tensor:
        if not data or all(isinstance(each, int) for each in data):
            return empty(*(data or (0,)), dtype=self.dtype)
        if len(data) > 1 or isinstance(data[0], float):
            raise TypeError(f"new(): data must be a sequence (got {type(data[0]).__name__}): {self.__name__}([1, 2])")
        return data[0].to(self.dtype) if isinstance(data[0], TensorBase) else tensor(data[0], dtype=self.dtype)

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, TensorBase) and instance.array.dtype == self.dtype.numpy

    def __repr__(self) -> str:
        return f"torch.{self.__name__}"


FloatTensor = TensorType("FloatTensor", dtypes.float32)
DoubleTensor = TensorType("DoubleTensor", dtypes.float64)
HalfTensor = TensorType("HalfTensor", dtypes.float16)
ByteTensor = TensorType("ByteTensor", dtypes.uint8)
CharTensor = TensorType("CharTensor", dtypes.int8)
ShortTensor = TensorType("ShortTensor", dtypes.int16)
IntTensor = TensorType("IntTensor", dtypes.int32)
LongTensor = TensorType("LongTensor", dtypes.int64)
BoolTensor = TensorType("BoolTensor", dtypes.bool)

TYPES = (
    FloatTensor, DoubleTensor, HalfTensor, ByteTensor, CharTensor, ShortTensor, IntTensor, LongTensor, BoolTensor,
)  # fmt: skip


def type_(input: Tensor, dtype: Any = None, non_blocking: bool = False) -> Any:
    """Without a dtype, the name of input's type, "torch.FloatTensor"; else input as that dtype, which may be a
    dtype, such a name or such a type. Raises ValueError for another name. Source: torch.Tensor.type."""
    place = "torch.cuda." if input.is_cuda else "torch."
    if dtype is None:
        return place + next(each.__name__ for each in TYPES if each.dtype is input.dtype)
    if isinstance(dtype, str):
        found = [each for each in TYPES if dtype == f"torch.{each.__name__}"]
        if not found:
            raise ValueError(f"invalid type: '{dtype}': expected a name such as 'torch.FloatTensor'")
        dtype = found[0]
    return input.to(dtype.dtype if isinstance(dtype, TensorType) else dtypes.as_dtype("type", dtype))
