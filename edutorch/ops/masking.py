"""Choosing by a condition: where, masks, the positions of nonzero elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..autograd.base import TensorBase, wrap
from ..autograd.function import Function, printed_as
from ..backend import Array, array_module, as_indices, where_nonzero
from ..dtypes import result_type
from ..fusion import fused
from .indexing import IndexPut
from .plumbing.entry import check_numbers, check_tensors
from .plumbing.inplace import in_place
from .plumbing.out import into
from .plumbing.promotion import number_for, same_device, size_mismatch, value

if TYPE_CHECKING:
    from ..dtypes import dtype as dtype_
    from ..tensor import Tensor


class WhereNonzero(Function):
    """z = x where y is not 0, else 0, even where x is inf or nan;  dL/dx = dL/dz where y is not 0, else 0"""

    on_arrays = True

    @staticmethod
    def forward(ctx: Function, x: Tensor, y: Tensor) -> Tensor:
        ctx.save_for_backward(y)
        return wrap(_where_nonzero(array_module(x), x.array, y.array))

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor, None]:
        (y,) = ctx.saved_tensors
        return WhereNonzero.apply(gz, y), None


class Where(Function):
    """z = x where the condition holds, else y;  dL/dx = dL/dz there, dL/dy = dL/dz elsewhere"""

    @staticmethod
    def forward(ctx: Function, condition: Tensor, x: Tensor | Array | float, y: Tensor | Array | float) -> Tensor:
        ctx.save_for_backward(condition)
        return wrap(array_module(condition).where(condition.array, value(x), value(y)))

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[None, Tensor | None, Tensor | None]:
        (condition,) = ctx.saved_tensors
        _, wants_x, wants_y = ctx.needs_input_grad
        gx = WhereNonzero.apply(gz, condition) if wants_x else None
        return None, gx, WhereNonzero.apply(gz, condition.logical_not()) if wants_y else None


_where_nonzero = fused(where_nonzero)


def where(
    condition: Tensor,
    input: Tensor | float | None = None,
    other: Tensor | Array | float | None = None,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """input where condition is True, else other: tensors or numbers; shapes broadcast, dtypes promote.
    With the condition alone, nonzero(condition, as_tuple=True).

    Raises RuntimeError for a condition that is not bool. Source: torch.where."""
    check_tensors("where", condition=condition)
    if input is None and other is None:
        return nonzero(condition, as_tuple=True)
    if condition.array.dtype == np.uint8:  # the masks of PyTorch before 1.2
        condition = condition != 0
    if condition.array.dtype.kind != "b":
        raise RuntimeError(
            f"where expected condition to be a boolean tensor, but got a tensor with dtype {condition.dtype}:"
            " compare first, where(x != 0, ...)"
        )
    common = result_type((input, other))
    x, y = (_in_dtype(common, condition, each) for each in same_device("where", (condition, input, other))[1:])
    try:
        y = Where.apply(condition, x, y)
    except ValueError as error:
        raise size_mismatch(x, y, size_mismatch(condition, x, size_mismatch(condition, y, error))) from None
    return y if out is None else into(out, y, "where")


def _in_dtype(common: dtype_, like: Tensor, operand: Tensor | Array | float) -> Tensor | Array:
    """A tensor in that dtype; a number as a 0-d array of that dtype, since NumPy would choose one by itself."""
    if isinstance(operand, TensorBase):
        return operand.to(common)
    check_numbers("where", other=operand)
    return array_module(like).asarray(operand, common.numpy)


def masked_fill(input: Tensor, mask: Tensor, value: Tensor | float) -> Tensor:
    """input with `value`, a number or a 0-d tensor, where mask is True; keeps input's dtype.

    Raises RuntimeError for a mask that is not bool or does not broadcast. Source: torch.masked_fill."""
    check_tensors("masked_fill", input=input, mask=mask)
    if mask.array.dtype.kind != "b":
        raise RuntimeError(
            f"masked_fill_ only supports boolean masks, but got mask with dtype {mask.dtype}: use mask.bool()"
        )
    filling: Tensor | Array
    if isinstance(value, TensorBase):
        if value.array.ndim:
            raise RuntimeError(
                "masked_fill_ only supports a 0-dimensional value tensor, but got tensor with"
                f" {value.array.ndim} dimension(s)."
            )
        filling = value.to(input.device, input.dtype)
    else:
        filling = number_for(input, value, "masked_fill")
    try:
        return printed_as("MaskedFillBackward0", Where.apply(mask, filling, input).contiguous())
    except ValueError as error:
        raise size_mismatch(mask, input, error) from None


masked_fill_ = in_place(masked_fill)


def masked_select(input: Tensor, mask: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The elements where mask is True, as a vector; input and mask broadcast. Source: torch.masked_select.

    Raises RuntimeError for a mask that is not bool."""
    check_tensors("masked_select", input=input, mask=mask)
    if mask.array.dtype.kind != "b":
        raise RuntimeError(f"masked_select: expected BoolTensor for mask, got {mask.dtype}")
    shape = _common_shape(input, mask)
    return into(out, printed_as("MaskedSelectBackward0", input.expand(shape)[mask.expand(shape)]), "masked_select")


def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """input with the first elements of source, in order, where mask is True. Source: torch.masked_scatter.

    Raises RuntimeError for a source with too few elements or another dtype."""
    check_tensors("masked_scatter", input=input, mask=mask, source=source)
    if source.array.dtype != input.array.dtype:
        raise RuntimeError(
            f"masked_scatter: expected self and source to have same dtypes but got {input.dtype} and {source.dtype}"
        )
    shape = _common_shape(input, mask)
    places = nonzero(mask.expand(shape), as_tuple=True)
    count = places[0].array.size if places else int(mask.array)
    if source.array.size < count:
        raise RuntimeError(f"Number of elements of source < number of ones in mask: {source.array.size} < {count}")
    return printed_as("MaskedScatterBackward0", IndexPut.apply(input.expand(shape), places, source.reshape(-1)[:count]))


masked_scatter_ = in_place(masked_scatter)


def nonzero(input: Tensor, *, out: Tensor | None = None, as_tuple: bool = False) -> Any:
    """The positions of the elements that are not 0, in order: int64 of shape (count, ndim), or with
    as_tuple=True one vector for each axis, which can be used as an index. Source: torch.nonzero."""
    check_tensors("nonzero", input=input)
    array = input.array
    places = [as_indices(each) for each in array.reshape(array.shape or 1).nonzero()]
    if as_tuple:
        return tuple(wrap(each) for each in places)
    xp = array_module(input)
    if not array.ndim:
        return into(out, wrap(xp.zeros((len(places[0]), 0), np.int64)), "nonzero")
    return into(out, wrap(xp.stack(places, axis=1)), "nonzero")


def argwhere(input: Tensor) -> Tensor:
    """nonzero(input): int64 of shape (count, ndim). Source: torch.argwhere."""
    check_tensors("argwhere", input=input)
    return nonzero(input)


def _common_shape(a: Tensor, b: Tensor) -> tuple[int, ...]:
    try:
        return np.broadcast_shapes(a.array.shape, b.array.shape)
    except ValueError as error:
        raise size_mismatch(a, b, error) from None
