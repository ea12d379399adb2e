"""Picking elements out and putting them in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..autograd.base import TensorBase, wrap
from ..autograd.function import Function
from ..backend import add_at, xp
from .inplace import in_place
from .promotion import promote, value
from .shape import wrap_dim

if TYPE_CHECKING:
    from ..tensor import Tensor


class Slice(Function):
    """y = x[index] with slices, integers, None and ...: a view;  dL/dx = zeros with dL/dy at the index"""

    is_view = True

    @staticmethod
    def forward(ctx: Any, x: Any, index: Any) -> Any:
        ctx.shape, ctx.index = x.array.shape, index
        return wrap(x.array[index])

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        return PutSlice.apply(gy, ctx.shape, ctx.index), None


class PutSlice(Function):
    """y = zeros with x at a slice index: the transpose of Slice;  dL/dx = dL/dy at the index"""

    @staticmethod
    def forward(ctx: Any, x: Any, shape: tuple[int, ...], index: Any) -> Any:
        ctx.index = index
        y = xp(x).zeros(shape, x.array.dtype)
        y[index] = x.array
        return wrap(y)

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        return Slice.apply(gy, ctx.index), None, None


class Pick(Function):
    """y = x[index] with arrays of positions or a mask: a copy;  dL/dx = dL/dy added up at the positions"""

    @staticmethod
    def forward(ctx: Any, x: Any, index: Any) -> Any:
        ctx.shape, ctx.index = x.array.shape, index
        return wrap(x.array[index])

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        return AddAt.apply(gy, ctx.shape, ctx.index), None


class AddAt(Function):
    """y = zeros with x added at positions: the transpose of Pick;  dL/dx = dL/dy at the positions"""

    @staticmethod
    def forward(ctx: Any, x: Any, shape: tuple[int, ...], index: Any) -> Any:
        ctx.index = index
        y = xp(x).zeros(shape, x.array.dtype)
        add_at(y, index, x.array)
        return wrap(y)

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        return Pick.apply(gy, ctx.index), None, None


class Where(Function):
    """z = x where the condition holds, else y;  dL/dx = dL/dz there, dL/dy = dL/dz elsewhere"""

    @staticmethod
    def forward(ctx: Any, condition: Any, x: Any, y: Any) -> Any:
        ctx.save_for_backward(condition)
        return wrap(xp(condition).where(condition.array, value(x), value(y)))

    @staticmethod
    def backward(ctx: Any, gz: Any) -> Any:
        (condition,) = ctx.saved_tensors
        return None, Where.apply(condition, gz, gz * 0), Where.apply(condition, gz * 0, gz)


class IndexPut(Function):
    """z = x with v at an index;  dL/dx = dL/dz with zeros there, dL/dv = dL/dz there"""

    @staticmethod
    def forward(ctx: Any, x: Any, index: Any, v: Any) -> Any:
        ctx.index = index
        z = x.array.copy()
        z[index] = value(v)
        return wrap(z)

    @staticmethod
    def backward(ctx: Any, gz: Any) -> Any:
        wants_x, _, wants_v = ctx.needs_input_grad
        gx = IndexPut.apply(gz, ctx.index, 0) if wants_x else None
        return gx, None, Pick.apply(gz, ctx.index) if wants_v else None


def getitem(input: Tensor, index: Any) -> Tensor:
    """x[index]: integers, slices, None and ... give a view; lists, tensors and masks a copy.

    Raises IndexError for a position or an axis that is not there."""
    index = array_index(input, index)
    try:
        return Slice.apply(input, _view_index(index)) if is_slice(index) else Pick.apply(input, index)
    except IndexError as error:
        raise IndexError(f"{error}: index {_describe(index)} into shape {list(input.array.shape)}") from None
    except ValueError as error:
        raise _slice_error(error) from None


def setitem(self: Tensor, index: Any, value: Any) -> None:
    """x[index] = value, in place, with the gradients of both."""
    index = array_index(self, index)
    if not isinstance(value, (TensorBase, int, float, np.generic)):
        value = wrap(xp(self).asarray(value))
    if isinstance(value, TensorBase):
        value = value.to(self.dtype)  # type: ignore[attr-defined]
    try:
        if is_slice(index):
            fill_(Slice.apply(self, _view_index(index)), value)
        else:
            index_put_(self, index, value)
    except ValueError as error:
        raise RuntimeError(
            f"shape mismatch: value of shape {list(np.shape(getattr(value, 'array', value)))} cannot be broadcast to"
            f" the indexed part of shape {list(self.array[index].shape)}"
        ) from error


def _put(self: Tensor, index: Any, value: Any) -> Tensor:
    """x with value at index."""
    return IndexPut.apply(self, index, value)


def _fill(self: Tensor, value: Any) -> Tensor:
    """x's shape, all value's elements."""
    return IndexPut.apply(self, (), value)


index_put_ = in_place(_put)
fill_ = in_place(_fill)


def gather(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """y[i][j][k] = x[index[i][j][k]][j][k] for dim 0, and so on. index int64, as many axes as input.

    Raises RuntimeError for shapes that do not fit, IndexError-like for positions out of range.
    Source: torch.gather."""
    return Pick.apply(input, _along(input, dim, index, "gather"))


def masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """input with `value` (a number or 0-d tensor) where mask is True. Source: torch.Tensor.masked_fill."""
    if mask.array.dtype != bool:
        raise RuntimeError(f"masked_fill_ only supports boolean masks, but got mask with dtype {mask.dtype}")
    return where(mask, value, input)


def where(condition: Tensor, input: Any = None, other: Any = None) -> Any:
    """input where condition is True, else other; shapes broadcast, dtypes promote. With the condition
    alone, the positions of its non-zero elements. Source: torch.where."""
    x, y = promote("where", input, other)
    return Where.apply(condition, x, y)


def narrow(input: Tensor, dim: int, start: int, length: int) -> Tensor:
    """`length` positions of an axis, from `start`: a view. Source: torch.narrow."""
    at = wrap_dim(dim, input.array.ndim)
    size = input.array.shape[at]
    first = int(start) % size if -size <= start < 0 else int(start)
    if not 0 <= first <= size:
        raise IndexError(f"start out of range (expected to be in range of [{-size}, {size}], but got {start})")
    if first + length > size:
        raise RuntimeError(f"start ({first}) + length ({length}) exceeds dimension size ({size}).")
    return Slice.apply(input, (slice(None),) * at + (slice(first, first + length),))


def zero_(input: Tensor) -> Tensor:
    """Sets every element to 0, in place. Source: torch.Tensor.zero_."""
    return fill_(input, 0)


def copy_(input: Tensor, src: Tensor, non_blocking: bool = False) -> Tensor:
    """Copies src's elements here, broadcast and converted, in place. Source: torch.Tensor.copy_."""
    return fill_(input, src.to(input.device, input.dtype).expand(input.array.shape))


def array_index(tensor: Tensor, index: Any) -> Any:
    """An index with arrays instead of tensors, and lists as arrays on the tensor's device."""
    if isinstance(index, tuple):
        return tuple(_array_item(tensor, each) for each in index)
    return _array_item(tensor, index)


def is_slice(index: Any) -> bool:
    """Whether an index gives a view: integers, slices, None and ... alone."""
    items = index if isinstance(index, tuple) else (index,)
    return all(
        each is None or each is Ellipsis or isinstance(each, slice)
        or (isinstance(each, (int, np.integer)) and not isinstance(each, (bool, np.bool_)))
        for each in items
    )


def _view_index(index: Any) -> Any:
    """The same index ending in ..., so that one element too is a view and not NumPy's scalar."""
    items = index if isinstance(index, tuple) else (index,)
    return items if any(each is Ellipsis for each in items) else (*items, ...)


def _array_item(tensor: Tensor, item: Any) -> Any:
    if isinstance(item, TensorBase):
        array = item.array
        if array.ndim == 0 and array.dtype.kind in "iu":
            return int(array)
        if array.dtype.kind == "f":
            raise IndexError(
                f"tensors used as indices must be long, int, byte or bool tensors, not {item.dtype}"  # type: ignore[attr-defined]
            )
        return array
    if isinstance(item, (list, range, np.ndarray)):
        array = xp(tensor).asarray(np.asarray(item, dtype=np.int64) if len(item) == 0 else np.asarray(item))
        return array
    return item


def _along(input: Tensor, dim: int, index: Tensor, name: str) -> Any:
    """The index that picks along one axis and keeps each other position."""
    if index.array.dtype != np.int64:
        raise RuntimeError(f"{name}(): Expected dtype int64 for index, got {index.dtype}: use index.long()")
    at, shape = wrap_dim(dim, input.array.ndim), index.array.shape
    if len(shape) != input.array.ndim:
        raise RuntimeError(
            f"Index tensor must have the same number of dimensions as input tensor: {name}() got"
            f" {list(shape)} and {list(input.array.shape)}"
        )
    places = [  # along axis d: 0, 1, 2, ... standing in that axis
        xp(input).arange(n).reshape(n, *(1,) * (len(shape) - d - 1)) for d, n in enumerate(shape)
    ]
    return tuple(index.array if d == at else place for d, place in enumerate(places))


def _slice_error(error: Exception) -> Exception:
    if "step" in str(error):
        return ValueError("step must be greater than zero")
    return error


def _describe(index: Any) -> str:
    items = index if isinstance(index, tuple) else (index,)
    return ", ".join(f"array of shape {list(i.shape)}" if hasattr(i, "shape") else repr(i) for i in items)
