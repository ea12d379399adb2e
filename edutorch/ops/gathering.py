"""Elements by their positions along one axis: gather, scatter, index_select and their relatives."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..autograd.base import TensorBase, wrap
from ..autograd.function import printed_as
from ..backend import array_module, as_indices, check_range
from .creation import full_like
from .indexing import AddAt, IndexPut, Pick, Slice
from .masking import masked_fill, where
from .plumbing.entry import check_devices, check_numbers, check_tensors
from .plumbing.inplace import in_place
from .plumbing.out import into
from .shape import shape_from, wrap_dim

if TYPE_CHECKING:
    from ..tensor import Tensor
    from .plumbing.index_steps import Picks


def gather(input: Tensor, dim: int, index: Tensor, *, sparse_grad: bool = False, out: Tensor | None = None) -> Tensor:
    """y[i][j][k] = x[index[i][j][k]][j][k] for dim 0, x[i][index[i][j][k]][k] for dim 1, and so on.

    index: int64, as many axes as input, no larger than input apart from `dim`; y has its shape. Raises
    RuntimeError for an index that does not fit or is out of range. Source: torch.gather."""
    check_tensors("gather", input=input, index=index)
    if not index.array.size:  # as in PyTorch, with any number of axes
        return into(out, input.reshape(-1)[:0].reshape(index.array.shape), "gather")
    if not (input.array.ndim and index.array.ndim):
        return into(out, gather(_row(input), dim, _row(index)).reshape(index.array.shape), "gather")
    return into(out, printed_as("GatherBackward0", Pick.apply(input, _along("gather", input, dim, index))), "gather")


def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None, *, out: Tensor | None = None) -> Tensor:
    """Like gather, but input and indices broadcast apart from `dim`; without dim, positions in the
    flattened input. Source: torch.take_along_dim."""
    check_tensors("take_along_dim", input=input, indices=indices)
    if indices.array.dtype != np.int64:
        raise RuntimeError(f"torch.take_along_dim(): dtype of indices should be Long but got {indices.dtype}")
    if dim is None:
        return into(out, take(input, indices.reshape(-1)), "take_along_dim")
    if input.array.ndim != indices.array.ndim:
        raise RuntimeError(
            "torch.take_along_dim(): input and indices should have the same number of dimensions, but got"
            f" {input.array.ndim} dimensions for input, and {indices.array.ndim} dimensions for indices"
        )
    at = wrap_dim(dim, input.array.ndim)
    ours, theirs = list(input.array.shape), list(indices.array.shape)
    common = list(np.broadcast_shapes((*ours[:at], 1, *ours[at + 1 :]), (*theirs[:at], 1, *theirs[at + 1 :])))
    x = input.expand(*common[:at], ours[at], *common[at + 1 :])
    places = indices.expand(*common[:at], theirs[at], *common[at + 1 :])
    return into(out, gather(x, at, where(places < 0, places + ours[at], places)), "take_along_dim")


def take(input: Tensor, index: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The elements at positions of the flattened input; gives index's shape. Source: torch.take."""
    check_tensors("take", input=input, index=index)
    _check_integer("take", index)
    size = input.array.size
    try:
        check_range(index.array, -size, size, 0)
    except IndexError as error:
        found = str(error).split()[1]
        raise IndexError(f"out of range: tried to access index {found} on a tensor of {size} elements.") from None
    return into(out, printed_as("TakeBackward0", Pick.apply(input.reshape(-1), (index,))), "take")


def unravel_index(indices: Tensor, shape: tuple[int, ...]) -> tuple[Tensor, ...]:
    """Positions in a flattened tensor as positions along each axis of that shape. Source: torch.unravel_index."""
    _check_integer("unravel_index", indices)
    sizes = shape_from("unravel_index", (shape,), argument="shape")
    check_range(indices.array, 0, math.prod(sizes), 0)
    return tuple(wrap(as_indices(each)) for each in array_module(indices).unravel_index(indices.array, sizes))


def index_select(input: Tensor, dim: int, index: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The positions of one axis that `index`, a vector of integers, names: a copy. Source: torch.index_select.

    Raises IndexError for an index with more axes, IndexError (RuntimeError along another axis than the first)
    for a position out of range."""
    at, places = _vector("index_select", input, dim, index)
    if not input.array.ndim:
        return into(out, input.reshape(1)[places].reshape(()), "index_select")
    return into(out, printed_as("IndexSelectBackward0", Pick.apply(input, _at(at, places))), "index_select")


def scatter(
    input: Tensor,
    dim: int,
    index: Tensor,
    src: Tensor | float | None = None,
    *,
    value: float | None = None,
    reduce: str | None = None,
) -> Tensor:
    """input, but y[index[i][j]][j] = src[i][j] for dim 0, y[i][index[i][j]] = src[i][j] for dim 1, ...

    src: a tensor of input's dtype at least as large as index, or a number. reduce: "add" or "multiply"
    combine with what is there. Where positions repeat, it is unspecified which one stays. Raises RuntimeError for
    arguments that do not fit and positions out of range. Source: torch.scatter."""
    check_tensors("scatter", input=input, index=index)
    v: Tensor | float | None = value if src is None else src
    if reduce is not None:
        if reduce not in ("add", "multiply"):
            raise RuntimeError("reduce argument must be either add or multiply.")
        if not isinstance(v, TensorBase):
            v = wrap(array_module(input).full(index.array.shape, v, input.array.dtype))
        return scatter_reduce(input, dim, index, v, "sum" if reduce == "add" else "prod")
    if not isinstance(v, TensorBase):
        check_numbers("scatter", value=v)
    if not (input.array.ndim and index.array.ndim):
        v = _row(v) if isinstance(v, TensorBase) else v
        return scatter(_row(input), dim, _row(index), v).reshape(input.array.shape)
    places = _along("scatter", input, dim, index)
    if not isinstance(v, TensorBase):
        return printed_as("ScatterBackward1", IndexPut.apply(input, places, v))
    v = _as_large_as_index("scatter", input, dim, index, v)
    return printed_as("ScatterBackward0", IndexPut.apply(input, places, v))


def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """input plus src at the positions where scatter would put it; equal positions add up.

    Source: torch.scatter_add."""
    check_tensors("scatter_add", input=input, index=index, src=src)
    if not (input.array.ndim and index.array.ndim):
        return scatter_add(_row(input), dim, _row(index), _row(src)).reshape(input.array.shape)
    places = _along("scatter", input, dim, index)
    part = _as_large_as_index("scatter", input, dim, index, src)
    return printed_as("ScatterAddBackward0", input + AddAt.apply(part, input.array.shape, places))


def scatter_reduce(
    input: Tensor, dim: int, index: Tensor, src: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """input combined with all of src that scatter would put at the same position.

    reduce: "sum", "mean", "prod", "amax" or "amin"; include_self=False leaves input's own value out
    where src has any. Source: torch.scatter_reduce."""
    check_tensors("scatter_reduce", input=input, index=index, src=src)
    if reduce not in _COMBINE:
        raise RuntimeError(f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}.")
    start = input if include_self else scatter(input, dim, index, _neutral(reduce, input))
    if reduce not in ("sum", "mean"):
        return _fold(start, dim, index, src, _COMBINE[reduce])
    total = scatter_add(start, dim, index, src)
    if reduce == "sum":
        return total
    counts = scatter_add(full_like(input, int(include_self)), dim, index, full_like(src, 1))
    counts = counts.masked_fill(counts == 0, 1)
    return total / counts if input.is_floating_point() else total.div(counts, rounding_mode="floor")


_COMBINE = {"sum": None, "mean": None, "prod": "mul", "amax": "maximum", "amin": "minimum"}


def _fold(input: Tensor, dim: int, index: Tensor, src: Tensor, combine: Any) -> Tensor:
    """Combines layer by layer along dim: within one layer no two positions are equal."""
    for i in range(index.array.shape[dim]):
        here = index.narrow(dim, i, 1)
        old = gather(input, dim, here)
        input = scatter(input, dim, here, getattr(old, combine)(src.narrow(dim, i, 1)))
    return input


def _neutral(reduce: str, like: Tensor) -> float:
    """The initial value of a reduction."""
    if reduce in ("amax", "amin"):
        kind = np.finfo if like.array.dtype.kind == "f" else np.iinfo
        return (
            float("-inf" if reduce == "amax" else "inf")
            if kind is np.finfo
            else int(kind(like.array.dtype).min if reduce == "amax" else kind(like.array.dtype).max)
        )
    return 1 if reduce == "prod" else 0


def index_add(input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1) -> Tensor:
    """input plus alpha times source, whose positions along `dim` are added at `index`; equal positions add up.

    Raises RuntimeError for sizes that do not fit. Source: torch.index_add."""
    check_tensors("index_add", input=input, index=index, source=source)
    at, places = _vector("index_add", input, dim, index)
    part = _source_of_index("index_add", input, at, places, source)
    added = AddAt.apply(part, input.array.shape or (1,), _at(at, places)).reshape(input.array.shape)
    return printed_as("IndexAddBackward0", input + (added if alpha == 1 else added * alpha))


def index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """input with source's positions along `dim` put at `index`. Source: torch.index_copy."""
    check_tensors("index_copy", input=input, index=index, source=source)
    at, places = _vector("index_copy", input, dim, index)
    part = _source_of_index("index_copy", input, at, places, source)
    y = IndexPut.apply(input.reshape(input.array.shape or 1), _at(at, places), part).reshape(input.array.shape)
    return printed_as("IndexCopyBackward0", y)


def index_fill(input: Tensor, dim: int, index: Tensor, value: Tensor | float) -> Tensor:
    """input with `value`, a number or a 0-d tensor, at the positions `index` of `dim`.

    Source: torch.index_fill."""
    at = wrap_dim(dim, input.array.ndim)
    _check_integer("index_fill", index)
    check_devices("index_fill", input, index)
    size = input.array.shape[at] if input.array.ndim else 1
    check_range(index.array, -size, size, at)
    chosen = array_module(input).zeros(size, bool)
    chosen[index.array] = True
    after = (1,) * (input.array.ndim - at - 1)
    y = masked_fill(input, wrap(chosen.reshape(size, *after) if input.array.ndim else chosen[0]), value)
    return printed_as("IndexFillBackward0", y)


scatter_ = in_place(scatter)
scatter_add_ = in_place(scatter_add)
scatter_reduce_ = in_place(scatter_reduce)
index_add_ = in_place(index_add)
index_copy_ = in_place(index_copy)
index_fill_ = in_place(index_fill)


def _as_large_as_index(name: str, input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """The part of src that index has positions for."""
    if src.array.dtype != input.array.dtype:
        raise RuntimeError(f"{name}(): Expected self.dtype to be equal to src.dtype, got {input.dtype} and {src.dtype}")
    shape = index.array.shape
    if len(shape) != src.array.ndim or any(n > m for n, m in zip(shape, src.array.shape, strict=True)):
        raise RuntimeError(
            f"Expected index {list(shape)} to be no larger than self {list(input.array.shape)} apart from dimension"
            f" {dim} and to be no larger size than src {list(src.array.shape)}"
        )
    if shape == src.array.shape:
        return src
    return Slice.apply(src, (*(slice(0, n) for n in shape), ...))


def _row(tensor: Tensor) -> Tensor:
    """A 0-d tensor as a vector of one element."""
    return tensor if tensor.array.ndim else tensor.reshape(1)


def _at(dim: int, places: Tensor) -> Picks:
    """The index of Pick for positions along one axis."""
    return (slice(None),) * dim + (places,)


def _check_integer(name: str, index: Tensor) -> None:
    if not isinstance(index, TensorBase):
        raise TypeError(f"{name}(): argument 'index' must be Tensor, not {type(index).__name__}")
    if index.array.dtype not in (np.int64, np.int32, np.uint8):
        raise RuntimeError(f"{name}(): Expected dtype int32/int64 for index, got {index.dtype}: use index.long()")


def _vector(name: str, input: Tensor, dim: int, index: Tensor) -> tuple[int, Tensor]:
    """The axis, counted from the front, and the positions as a vector, checked to be in range."""
    at = wrap_dim(dim, input.array.ndim)
    _check_integer(name, index)
    check_devices(name, input, index)
    if index.array.ndim > 1:
        raise IndexError(f"{name}(): Index is supposed to be a vector, but got {index.array.ndim} axes")
    size = input.array.shape[at] if input.array.ndim else 1
    _check_range(name, index, size, at)
    return at, index.reshape(-1)


def _check_range(name: str, index: Tensor, size: int, dim: int) -> None:
    """Refuses negative positions: unlike x[index], these operations only count from the front."""
    of_rows = name == "index_copy" or (name == "index_select" and dim == 0)
    check_range(index.array, 0, size, dim, IndexError if of_rows else RuntimeError, f" in {name}()")


def _source_of_index(name: str, input: Tensor, dim: int, places: Tensor, source: Tensor) -> Tensor:
    """The source of index_add or index_copy, at least a vector, if it has the required shape."""
    if source.array.dtype != input.array.dtype:
        raise RuntimeError(
            f"{name}_(): self and source expected to have the same dtype, but got (self) {input.dtype} and (source)"
            f" {source.dtype}"
        )
    shape = input.array.shape or (1,)
    due = (*shape[:dim], places.array.size, *shape[dim + 1 :])
    if (source.array.shape or (1,)) != due:
        raise RuntimeError(
            f"{name}_(): source tensor shape must match self tensor shape, excluding the specified dimension. Got"
            f" self.shape = {list(input.array.shape)} source.shape = {list(source.array.shape)}, expected {list(due)}"
        )
    return source.reshape(due)


def _along(name: str, input: Tensor, dim: int, index: Tensor) -> Picks:
    """The index of Pick that takes `index` along one axis and keeps each other position."""
    _check_integer(name, index)
    at, shape, sizes = wrap_dim(dim, input.array.ndim), index.array.shape, input.array.shape
    if max(len(shape), 1) != max(len(sizes), 1):
        raise RuntimeError(
            "Index tensor must have the same number of dimensions as input tensor:"
            f" {name}() got {list(shape)} and {list(sizes)}"
        )
    if index.array.size and any(n > m for d, (n, m) in enumerate(zip(shape, sizes, strict=False)) if d != at):
        raise RuntimeError(
            f"Size does not match: {name}() expected index {list(shape)} to be no larger than self {list(sizes)} apart"
            f" from dimension {at}"
        )
    _check_range(name, index, sizes[at] if sizes else 1, at)
    return _places(at, index)


def _places(at: int, index: Tensor) -> Picks:
    """`index` for one axis; for each other axis 0, 1, 2, ... along that axis."""
    arange, shape = array_module(index).arange, index.array.shape
    return tuple(
        index if d == at else wrap(arange(n).reshape(n, *(1,) * (len(shape) - d - 1))) for d, n in enumerate(shape)
    )


def pick_along(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """gather for positions that an operation has found itself, without checks."""
    at = wrap_dim(dim, input.array.ndim)
    return Pick.apply(input, _places(at, index)) if input.array.ndim else input.clone()
