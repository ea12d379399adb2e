"""`FloatTensor`, `LongTensor` and others: the names of tensor types from before there were dtypes."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from ... import dtypes
from ...autograd.base import TensorBase
from ...backend import device_of, find_cupy
from ..creation import empty
from ..from_data import tensor

if TYPE_CHECKING:
    from ...tensor import Tensor


class TensorType:
    """`LongTensor([1, 2])` copies data as its dtype, `LongTensor(2, 3)` is uninitialized memory, and
    `isinstance(x, LongTensor)` asks for dtype and device. Those of `cuda` raise TypeError without a GPU. Use
    tensor(data, dtype=...). Source: torch.LongTensor, torch.cuda.LongTensor."""

    __module__ = "edutorch"  # where users find them

    def __init__(self, name: str, dtype: dtypes.dtype, device: str = "cpu") -> None:
        self.__name__ = name
        self.dtype, self.device = dtype, device

    def __call__(self, *data: Any) -> Tensor:
        if self.device == "cuda" and find_cupy() is None:
            raise TypeError(f"type {self!r} not available: there is no GPU here; use torch.{self.__name__}")
        if not data or all(isinstance(each, int) for each in data):
            return empty(*(data or (0,)), dtype=self.dtype, device=self.device)
        if len(data) > 1 or isinstance(data[0], float):
            raise TypeError(f"new(): data must be a sequence (got {type(data[0]).__name__}): {self.__name__}([1, 2])")
        if isinstance(data[0], TensorBase):
            return data[0].to(self.device, self.dtype)
        return tensor(data[0], dtype=self.dtype, device=self.device)

    def __instancecheck__(self, instance: object) -> bool:
        if not isinstance(instance, TensorBase) or instance.array.dtype != self.dtype.numpy:
            return False
        return device_of(instance.array).type == self.device

    def __repr__(self) -> str:
        return f"torch.{'cuda.' if self.device == 'cuda' else ''}{self.__name__}"


FloatTensor = TensorType("FloatTensor", dtypes.float32)
DoubleTensor = TensorType("DoubleTensor", dtypes.float64)
HalfTensor = TensorType("HalfTensor", dtypes.float16)
ByteTensor = TensorType("ByteTensor", dtypes.uint8)
CharTensor = TensorType("CharTensor", dtypes.int8)
ShortTensor = TensorType("ShortTensor", dtypes.int16)
IntTensor = TensorType("IntTensor", dtypes.int32)
LongTensor = TensorType("LongTensor", dtypes.int64)
BoolTensor = TensorType("BoolTensor", dtypes.bool)

ALL = (
    FloatTensor, DoubleTensor, HalfTensor, ByteTensor, CharTensor, ShortTensor, IntTensor, LongTensor, BoolTensor
)  # fmt: skip
cuda = SimpleNamespace(**{each.__name__: TensorType(each.__name__, each.dtype, "cuda") for each in ALL})
