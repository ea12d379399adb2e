"""`FloatTensor`, `LongTensor` and others: the names of tensor types from before there were dtypes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ... import dtypes
from ...autograd.base import TensorBase
from ..creation import empty
from ..from_data import tensor

if TYPE_CHECKING:
    from ...tensor import Tensor


class TensorType:
    """`LongTensor([1, 2])` copies data as its dtype, `LongTensor(2, 3)` is uninitialized memory, and
    `isinstance(x, LongTensor)` asks for the dtype. Use tensor(data, dtype=...). Source: torch.LongTensor."""

    __module__ = "edutorch"  # where users find them

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
