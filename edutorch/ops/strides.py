"""Views by strides: sliding windows, and as_strided, of which all other views are special cases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from ..autograd.base import TensorBase, wrap
from ..autograd.function import Function
from ..backend import Array, address, array_module, is_contiguous
from ..backend import as_strided as strided_array
from .indexing import AddAt
from .shape import movedim, wrap_dim

if TYPE_CHECKING:
    from ..tensor import Tensor


class Unfold(Function):
    """y = windows of `size` along an axis, each `step` further, their elements as a last axis: a view;
    dL/dx = dL/dy added up where windows overlap"""

    is_view = True

    @staticmethod
    def forward(ctx: Function, x: Tensor, dim: int, size: int, step: int) -> Tensor:
        ctx.window = x.array.shape, dim, size, step
        shape, strides = list(x.array.shape), list(x.array.strides)
        shape[dim] = (shape[dim] - size) // step + 1
        along, strides[dim] = strides[dim], strides[dim] * step
        return wrap(strided_array(x.array, (*shape, size), (*strides, along)))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None, None]:
        shape, dim, size, step = ctx.window
        module, count = array_module(gy), gy.array.shape[dim]
        places = module.arange(count).reshape(-1, 1) * step + module.arange(size)  # (windows, size)
        windows = movedim(gy, -1, dim + 1)
        return AddAt.apply(windows, shape, (slice(None),) * dim + (wrap(places),)), None, None, None


class AsStrided(Function):
    """y = the elements of x, in C order in memory, at offset + i stride[0] + j stride[1] + ...: a view;
    dL/dx = dL/dy added up at those places"""

    is_view = True

    @staticmethod
    def forward(ctx: Function, x: Tensor, size: tuple[int, ...], stride: tuple[int, ...], offset: int) -> Tensor:
        ctx.shape, ctx.places = x.array.shape, (size, stride, offset)
        return wrap(_strided(x.array.reshape(-1), size, stride, offset))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None, None]:
        count = math.prod(ctx.shape)
        places = _strided(array_module(gy).arange(count), *ctx.places)
        return AddAt.apply(gy, (count,), (wrap(places),)).reshape(ctx.shape), None, None, None


def _strided(flat: Array, size: tuple[int, ...], stride: tuple[int, ...], offset: int) -> Array:
    return strided_array(flat[offset:], size, tuple(s * flat.itemsize for s in stride))


def position(index: Sequence[int], stride: Sequence[int], offset: int = 0) -> int:
    """Where an element is in the storage: offset + index[0] stride[0] + index[1] stride[1] + ..."""
    return offset + sum(i * s for i, s in zip(index, stride, strict=True))


def unfold(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """Windows of `size` elements along an axis, each `step` further on, as a last axis: a view.

    Raises RuntimeError for a window larger than the axis. Source: torch.Tensor.unfold."""
    if not input.array.ndim:
        return unfold(input.reshape(1), 0, size, step).reshape(size) if size <= 1 else _too_large(0, 1, size)
    at = wrap_dim(dimension, input.array.ndim)
    if size > input.array.shape[at]:
        _too_large(at, input.array.shape[at], size)
    if size < 0 or step <= 0:
        raise RuntimeError(f"unfold: size is {size} but must be >= 0, step is {step} but must be > 0")
    return Unfold.apply(input, at, size, step)


def _too_large(dim: int, have: int, size: int) -> NoReturn:
    raise RuntimeError(f"maximum size for tensor at dimension {dim} is {have} but size is {size}")


def as_strided(input: Tensor, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None) -> Tensor:
    """The memory of a tensor, read with any shape and strides (in elements): a view.

    Raises RuntimeError if that would reach outside the memory, or if the memory is not in C order.
    Source: torch.as_strided."""
    source = _owner(input)
    if not is_contiguous(source.array):
        raise RuntimeError("as_strided() is written for contiguous tensors and views of them: use x.contiguous()")
    first = (address(input.array) - address(source.array)) // input.array.itemsize
    offset = first if storage_offset is None else storage_offset
    if len(size) != len(stride):
        raise RuntimeError(f"mismatch in length of strides and shape: {list(stride)} and {list(size)}")
    last = position([n - 1 for n in size], stride, offset)
    if any(s < 0 for s in stride) or (0 not in size and not 0 <= offset <= last < source.array.size):
        raise RuntimeError(
            f"setStorage: sizes {list(size)}, strides {list(stride)}, storage offset {offset} are out of bounds for"
            f" storage of {source.array.size} elements"
        )
    return AsStrided.apply(source, tuple(size), tuple(stride), offset)


def _owner(tensor: TensorBase) -> TensorBase:
    """The tensor that this one is a view of, which has the whole memory."""
    while tensor._view is not None and tensor._view.recorded:
        tensor = tensor._view.base
    return tensor
