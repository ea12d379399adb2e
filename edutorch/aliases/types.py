"""Names that annotations use. Source: torch.types and torch.nn.common_types."""

from __future__ import annotations

from typing import TypeVar, Union

from .. import dtypes
from ..backend import device
from ..tensor import Size, Tensor

Number = int | float | bool
Device = device | str | int | None
FileLike = object
Storage = object
_int, _float, _bool = int, float, bool
_dtype, _device, _size = dtypes.dtype, device, Size | list[int] | tuple[int, ...]
_TensorOrTensors = Tensor | tuple[Tensor, ...]

_T = TypeVar("_T")
_scalar_or_tuple_any_t = Union[_T, tuple[_T, ...]]  # noqa: UP007
_scalar_or_tuple_1_t = _scalar_or_tuple_2_t = _scalar_or_tuple_3_t = _scalar_or_tuple_any_t
_scalar_or_tuple_4_t = _scalar_or_tuple_5_t = _scalar_or_tuple_6_t = _scalar_or_tuple_any_t
_size_any_t = _size_1_t = _size_2_t = _size_3_t = _size_4_t = _size_5_t = _size_6_t = int | tuple[int, ...]
_size_any_opt_t = _size_2_opt_t = _size_3_opt_t = int | None | tuple[int | None, ...]
_ratio_any_t = _ratio_2_t = _ratio_3_t = float | tuple[float, ...]
_tensor_list_t = Tensor | list[Tensor]
_maybe_indices_t = Tensor | tuple[Tensor, Tensor]
