"""x[index] and x[index] = value.

As in PyTorch, there are two steps: first the parts that give a view (integers, slices, None, ...), then, on that view,
the arrays of positions, which give a copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeGuard

import numpy as np

from ..autograd.base import TensorBase, wrap
from ..autograd.function import Function, printed_as
from ..autograd.grad_mode import thread
from ..autograd.versions import version_counter
from ..autograd.views import View, is_stale
from ..backend import add_at, array_module, device_of, is_on_gpu, without_overflow
from .plumbing.entry import check_tensors
from .plumbing.index_steps import Index, Picks, Step, is_mask, split_index
from .plumbing.inplace import in_place
from .plumbing.promotion import number_for, value

if TYPE_CHECKING:
    from ..tensor import Tensor


class Slice(Function):
    """y = x[index] with slices, integers, None and ...: a view;  dL/dx = zeros with dL/dy at the index"""

    is_view = True

    @staticmethod
    def forward(ctx: Function, x: Tensor, index: int | tuple[Step, ...]) -> Tensor:
        ctx.shape, ctx.index = x.array.shape, index
        return wrap(x.array[index])

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None]:
        return PutSlice.apply(gy, ctx.shape, ctx.index), None

    def node_name(self) -> str:
        """PyTorch's name, for x[1] and for x[1:]."""
        if self.pytorch_name:
            return self.pytorch_name
        index = self.index if isinstance(self.index, tuple) else (self.index,)
        steps = [step for step in index if step is not Ellipsis and step != slice(None)]
        if steps and steps[-1] is None:
            return "UnsqueezeBackward0"
        return "SelectBackward0" if steps and hasattr(steps[-1], "__index__") else "SliceBackward0"


class PutSlice(Function):
    """y = zeros with x at a slice index: the transpose of Slice;  dL/dx = dL/dy at the index"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, shape: tuple[int, ...], index: int | tuple[Step, ...]) -> Tensor:
        ctx.index = index
        y = array_module(x).zeros(shape, x.array.dtype)
        y[index] = x.array
        return wrap(y)

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None]:
        return Slice.apply(gy, ctx.index), None, None


class Pick(Function):
    """y = x at positions, a tensor of them for some of the axes: a copy;  dL/dx = zeros with dL/dy added there"""

    pytorch_name = "IndexBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor, index: Picks) -> Tensor:
        ctx.shape = x.array.shape
        ctx.save_for_backward(*index)
        positions = tuple(map(value, index))
        # in C order: NumPy lays the picked axes outermost in memory, and a view() of the result would fail
        return wrap(array_module(x).asarray(x.array[positions], order="C"))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None]:
        return AddAt.apply(gy, ctx.shape, ctx.saved_tensors), None


class AddAt(Function):
    """y = zeros with x added at positions: the transpose of Pick;  dL/dx = dL/dy at the positions"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, shape: tuple[int, ...], index: Picks) -> Tensor:
        ctx.save_for_backward(*index)
        values = without_overflow(x.array)
        y = array_module(x).zeros(shape, values.dtype)
        positions = tuple(map(value, index))
        add_at(y, positions, values)
        return wrap(y.astype(x.array.dtype, copy=False))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None]:
        return Pick.apply(gy, ctx.saved_tensors), None, None


class IndexPut(Function):
    """z = x with v at positions;  dL/dx = dL/dz with zeros there, dL/dv = dL/dz there"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, index: Picks, v: Tensor | float) -> Tensor:
        ctx.save_for_backward(*index)
        z = x.array.copy()
        positions = tuple(map(value, index))
        z[positions] = v.array if isinstance(v, TensorBase) else number_for(x, v, "index_put")
        return wrap(z)

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor | None, None, Tensor | None]:
        index = ctx.saved_tensors
        wants_x, _, wants_v = ctx.needs_input_grad
        gx = IndexPut.apply(gz, index, 0) if wants_x else None
        return gx, None, Pick.apply(gz, index) if wants_v else None


class Overwrite(Function):
    """z = v, broadcast to x's shape and in x's dtype;  dL/dx = 0, dL/dv = dL/dz"""

    pytorch_name = "torch::autograd::CopyBackwards"

    @staticmethod
    def forward(ctx: Function, x: Tensor, v: Tensor | float) -> Tensor:
        values = v.array.astype(x.array.dtype, copy=False) if isinstance(v, TensorBase) else number_for(x, v, "fill_")
        return wrap(array_module(x).broadcast_to(values, x.array.shape))  # not copied, since `in_place` only reads it

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor | None, Tensor | None]:
        wants_x, wants_v = ctx.needs_input_grad
        return wrap(array_module(gz).zeros_like(gz.array)) if wants_x else None, gz if wants_v else None


def getitem(input: Tensor, index: Index) -> Tensor:
    """x[index]: integers, slices, None and ... give a view; lists, tensors and masks a copy.

    Raises IndexError for a position or an axis that does not exist. Source: torch.Tensor.__getitem__."""
    array = input.array
    if type(index) is int and array.ndim > 1:  # one row, the most common case
        try:
            row = array[index]
        except IndexError:  # below in PyTorch's words
            pass
        else:
            if input._requires_grad or (input._view is not None and is_stale(input)):
                return Slice.apply(input, index)
            # what Slice.apply does where no gradient is wanted, in half the time: so data sets give samples
            view = wrap(row)
            view._counter = counter = input._counter or version_counter(input)
            view._view = View(input, Slice, (index,), thread.mode.recording, counter.count)
            return view
    steps, picks = split_index(input, index)
    part = input if steps is None else Slice.apply(input, steps)
    return part if picks is None else pick(part, picks)


def setitem(self: Tensor, index: Index, value: Tensor | float) -> None:
    """x[index] = value, in place, with the gradients of both. value: a number, or a tensor that
    broadcasts to x[index].

    Raises IndexError as reading does, RuntimeError if the sizes do not fit, TypeError for a list or
    an array. Source: torch.Tensor.__setitem__."""
    if not isinstance(value, (TensorBase, int, float, np.generic)):
        raise TypeError(
            f"can't assign a {type(value).__name__} to a {type(self).__name__}: make it a tensor first,"
            " torch.tensor(...)"
        )
    if is_on_gpu(self.array) and not isinstance(value, TensorBase) and _is_mask_of(index, self):
        mask = index.reshape(*index.shape, *(1,) * (self.ndim - index.ndim))
        self.masked_fill_(mask, value)  # the places where the mask is True would have to be waited for
        return
    steps, picks = split_index(self, index)
    part = self if steps is None else Slice.apply(self, steps)
    if isinstance(value, TensorBase):
        value = _without_leading_ones(value, part.array.ndim if picks is None else None)
        if picks is not None and value.array.size == 1 and is_mask(index):
            value = value.to(self.dtype)  # as x.masked_fill_(mask, value) takes any number
    if picks is not None:
        index_put_(part, picks, value if isinstance(value, TensorBase) else wrap(number_for(part, value, "index_put_")))
    elif isinstance(value, TensorBase):
        copy_(part, value)
    else:
        fill_(part, value)


def _is_mask_of(index: object, x: Tensor) -> TypeGuard[Tensor]:
    """Whether the index is one mask of the first axes of x, on its device."""
    if not isinstance(index, TensorBase) or index.array.dtype != bool or not index.array.ndim:
        return False
    return is_on_gpu(index.array) and index.array.shape == x.array.shape[: index.array.ndim]


def _without_leading_ones(v: Tensor, ndim: int | None) -> Tensor:
    """As in PyTorch: a value of shape (1, 1, 3) may be assigned where (3,) is expected."""
    while v.array.ndim > (ndim or 0) and v.array.shape[0] == 1 and ndim is not None:
        v = v.squeeze(0)
    return v


def pick(input: Tensor, index: Picks) -> Tensor:
    """Pick, with PyTorch's error for positions that do not fit."""
    try:
        return Pick.apply(input, index)
    except IndexError as error:
        raise _position_error(input, index, error) from None


def index_put(input: Tensor, indices: Sequence[Tensor], values: Tensor, accumulate: bool = False) -> Tensor:
    """input with `values` at `indices`, a tuple of tensors (int64 or masks), one for each of the first
    axes. With accumulate, values at equal positions are added to what is there.

    Raises IndexError for positions out of range, RuntimeError for values that do not broadcast or of
    another dtype. Source: torch.index_put."""
    check_tensors("index_put", values=values)
    _, picks = split_index(input, tuple(indices))
    index = picks or (slice(None),)
    if values.array.dtype != input.array.dtype:
        raise RuntimeError(
            f"Index put requires the source and destination dtypes match, got {input.dtype} for the destination"
            f" and {values.dtype} for the source: use values.to(x.dtype)."
        )
    try:
        if not accumulate:
            return IndexPut.apply(input, index, values)
        places = input.array[tuple(map(value, index))].shape
        return input + AddAt.apply(values.expand(places), input.array.shape, index)
    except IndexError as error:
        raise _position_error(input, index, error) from None
    except ValueError:
        raise RuntimeError(
            f"shape mismatch: value tensor of shape {list(values.array.shape)} cannot be broadcast to indexing"
            f" result of shape {list(input.array[tuple(map(value, index))].shape)}"
        ) from None


def select_scatter(input: Tensor, src: Tensor, dim: int, index: int) -> Tensor:
    """A copy of input with src at one position of an axis. Source: torch.select_scatter."""
    check_tensors("select_scatter", input=input, src=src)
    result = input.clone()
    result.select(dim, index).copy_(src)
    return result


def slice_scatter(
    input: Tensor, src: Tensor, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Tensor:
    """A copy of input with src at a slice of an axis. Source: torch.slice_scatter."""
    check_tensors("slice_scatter", input=input, src=src)
    result = input.clone()
    at = dim % max(input.array.ndim, 1)
    result[(slice(None),) * at + (slice(start, end, step),)].copy_(src)
    return result


def fill(input: Tensor, value: float) -> Tensor:
    """A tensor of input's shape and dtype, every element `value` (a number or a 0-d tensor).

    Source: torch.fill."""
    check_tensors("fill", input=input)
    if isinstance(value, TensorBase) and value.array.ndim:
        raise RuntimeError(
            f"fill_ only supports 0-dimension value tensor but got tensor with {value.array.ndim} dimensions."
        )
    return Overwrite.apply(input, value).clone()


def _fill(input: Tensor, value: Tensor | float) -> Tensor:
    """Every element becomes `value`, a number or a 0-d tensor."""
    if isinstance(value, TensorBase) and value.array.ndim:
        raise RuntimeError(
            f"fill_ only supports 0-dimension value tensor but got tensor with {value.array.ndim} dimensions."
        )
    return printed_as("FillBackward2", Overwrite.apply(input, value))


def _zero(input: Tensor) -> Tensor:
    """Every element becomes 0."""
    return printed_as("ZeroBackward0", Overwrite.apply(input, 0))


def _copy(input: Tensor, src: Tensor, non_blocking: bool = False) -> Tensor:
    """src's elements, broadcast to this tensor's shape, in its dtype and on its device."""
    if isinstance(src, (int, float)):
        src = wrap(number_for(input, src, "copy_"))
    check_tensors("copy_", src=src)
    here = src.to(device_of(input.array))
    same = here.array.shape == input.array.shape
    return Overwrite.apply(input, here if same else here.expand(input.array.shape))


index_put_ = in_place(index_put)
fill_ = in_place(_fill, "fill_")
zero_ = in_place(_zero, "zero_")
copy_ = in_place(_copy, "copy_")


def _position_error(input: Tensor, index: Picks, error: IndexError) -> IndexError:
    shapes = [each.array.shape for each in index if isinstance(each, TensorBase)]
    if "broadcast" in str(error):
        found = ", ".join(str(list(shape)) for shape in shapes)
        return IndexError(f"shape mismatch: indexing tensors could not be broadcast together with shapes {found}")
    words = str(error).replace("axis", "dimension")
    return IndexError(f"{words}: positions into shape {list(input.array.shape)}")


def put(input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    """The elements of source at positions of the flattened input; with accumulate they are added.

    index: int64. Source: torch.Tensor.put."""
    if index.array.dtype != np.int64:
        raise RuntimeError(f"put_(): Expected a long tensor for index, but got {index.dtype}")
    if source.array.size != index.array.size:
        raise IndexError(
            "put_(): Expected source and index to have the same number of elements, but got source.numel() ="
            f" {source.array.size}, index.numel() = {index.array.size}"
        )
    flat = index_put(input.reshape(-1), (index.reshape(-1),), source.reshape(-1), accumulate)
    return flat.reshape(input.array.shape)


put_ = in_place(put)
