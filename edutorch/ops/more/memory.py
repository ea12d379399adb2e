"""Rare ways to lay a tensor's elements out in memory, and to share memory with another tensor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...autograd.base import TensorBase
from ...autograd.versions import version_counter
from ...dtypes import dtype as dtype_
from ..creation import empty
from ..reduction import sum as sum_
from ..shape import shape_from
from ..splitting import narrow
from ..strides import as_strided, position
from .storage import resize_

if TYPE_CHECKING:
    from ...backend import DeviceLike
    from ...tensor import Tensor


def set_(input: Tensor, source: Tensor | None = None) -> Tensor:
    """Makes input a tensor on source's memory, with its shape; without source it has no elements.

    Raises RuntimeError for another dtype and where a gradient is wanted. Source: torch.Tensor.set_."""
    source = empty(0, dtype=input.dtype, device=input.device) if source is None else source
    if not isinstance(source, TensorBase):
        raise TypeError(f"set_(): source must be a tensor, not {type(source).__name__}: use as_strided for a layout")
    if source.dtype != input.dtype:
        raise RuntimeError(f"set_: expected a source of dtype {input.dtype}, but got {source.dtype}")
    if input.requires_grad or source.requires_grad:
        raise RuntimeError("set_: one of the tensors requires grad; use detach(), or copy_(), which has a gradient")
    version_counter(input).refuse_saved()
    input.array, input._counter, input._view = source.array, version_counter(source), source._view
    return input


def is_set_to(input: Tensor, tensor: Tensor) -> bool:
    """Whether both have the same place in the same memory, the same shape and strides.
    Source: torch.Tensor.is_set_to."""
    return (input.data_ptr(), input.shape, input.stride()) == (tensor.data_ptr(), tensor.shape, tensor.stride())


def resize_as_(input: Tensor, the_template: Tensor) -> Tensor:
    """resize_ to the shape of another tensor. Source: torch.resize_as_, torch.Tensor.resize_as_."""
    return resize_(input, the_template.shape)


def empty_strided(
    size: Sequence[int], stride: Sequence[int], *, dtype: dtype_ | None = None, device: DeviceLike = None
) -> Tensor:
    """Uninitialized memory with given strides, counted in elements. Source: torch.empty_strided."""
    reach = 0 if 0 in size else position([n - 1 for n in size], stride) + 1
    return as_strided(empty(reach, dtype=dtype, device=device), size, stride)


def new_empty_strided(
    input: Tensor,
    size: Sequence[int],
    stride: Sequence[int],
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
) -> Tensor:
    """empty_strided with input's dtype and device, unless others are given. Source: torch.Tensor.new_empty_strided."""
    return empty_strided(size, stride, dtype=dtype or input.dtype, device=device or input.device)


def narrow_copy(input: Tensor, dim: int, start: int, length: int) -> Tensor:
    """narrow, copied into memory of its own. Source: torch.narrow_copy."""
    return narrow(input, dim, start, length).clone()


def as_strided_scatter(
    input: Tensor, src: Tensor, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None
) -> Tensor:
    """A copy of input with src where as_strided(input, size, stride, storage_offset) reads.
    Source: torch.as_strided_scatter."""
    result = input.clone()
    as_strided(result, size, stride, storage_offset).copy_(src)
    return result


def sum_to_size(input: Tensor, *size: int | Sequence[int]) -> Tensor:
    """Sums over the axes along which a tensor of that size would be broadcast to input's shape.

    Raises RuntimeError for a size that does not broadcast to it. Source: torch.Tensor.sum_to_size."""
    shape = shape_from("sum_to_size", size)
    added, have = input.ndim - len(shape), input.shape
    if added < 0 or any(n not in (1, have[added + d]) for d, n in enumerate(shape)):
        raise RuntimeError(f"sum_to_size: size {list(shape)} is not expandable to size {list(have)}.")
    axes = [*range(added), *[added + d for d, n in enumerate(shape) if n == 1 != have[added + d]]]
    return sum_(input, axes, keepdim=True).reshape(shape) if axes else input
