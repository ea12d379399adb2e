"""The same elements repeated, reversed or laid out in a grid: copies, except for meshgrid."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...autograd.base import TensorBase, wrap
from ...autograd.function import Function, printed_as
from ...backend import array_module, as_indices
from ..broadcasting import expand
from ..gathering import index_select
from ..joining import cat
from ..plumbing.entry import check_devices, check_ints, check_tensors, listed_tensors
from ..shape import reshape, shape_from, transpose, unsqueeze, wrap_dim
from ..splitting import narrow

if TYPE_CHECKING:
    from ...tensor import Tensor


class Flip(Function):
    """y = x in reverse order along some axes;  dL/dx = dL/dy in reverse order"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, dims: tuple[int, ...]) -> Tensor:
        ctx.dims = dims
        return wrap(array_module(x).flip(x.array, dims).copy())

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None]:
        return Flip.apply(gy, ctx.dims), None


def flip(input: Tensor, *axes: int | Sequence[int], dims: tuple[int, ...] | None = None) -> Tensor:
    """The order of the elements reversed along the axes named: a copy. Source: torch.flip.

    Raises RuntimeError for an axis named twice."""
    check_tensors("flip", input=input)
    if not axes and dims is None:
        raise TypeError('flip() missing 1 required positional argument: "dims"')
    chosen = tuple(wrap_dim(d, input.array.ndim) for d in shape_from("flip", axes, dims, "dims"))
    if len(set(chosen)) < len(chosen):
        raise RuntimeError(f"dim {chosen[0]} appears multiple times in the list of dims: flip {list(chosen)}")
    return Flip.apply(input, chosen if input.array.ndim else ())


def fliplr(input: Tensor) -> Tensor:
    """The second axis reversed. Source: torch.fliplr."""
    check_tensors("fliplr", input=input)
    return flip(input, 1)


def flipud(input: Tensor) -> Tensor:
    """The first axis reversed. Source: torch.flipud."""
    check_tensors("flipud", input=input)
    return flip(input, 0)


def roll(input: Tensor, shifts: int | tuple[int, ...], dims: int | tuple[int, ...] | None = None) -> Tensor:
    """The elements moved along axes; those that leave at one end come back at the other. Without dims, along the
    flattened tensor. Source: torch.roll."""
    check_tensors("roll", input=input)
    check_ints("roll", shifts=shifts)
    moves = shifts if isinstance(shifts, (tuple, list)) else [shifts]
    if dims is None or (isinstance(dims, (tuple, list)) and not dims):
        if len(moves) != 1:
            raise RuntimeError(f"shifts and dimensions must align. shifts: {len(moves)}, dims:0")
        rolled = _roll_one(reshape(input, -1), moves[0], 0)
        return printed_as("RollBackward0", reshape(rolled, input.array.shape))
    axes = dims if isinstance(dims, (tuple, list)) else [dims]
    if len(moves) != len(axes):
        raise RuntimeError(f"shifts and dimensions must align. shifts: {len(moves)}, dims:{len(axes)}")
    for shift, dim in zip(moves, axes, strict=True):
        input = printed_as("RollBackward0", _roll_one(input, shift, wrap_dim(dim, input.array.ndim)))
    return input


def _roll_one(input: Tensor, shift: int, dim: int) -> Tensor:
    size = input.array.shape[dim] if input.array.ndim else 0
    if size == 0:
        return input.clone()
    shift %= size
    return cat([narrow(input, dim, size - shift, shift), narrow(input, dim, 0, size - shift)], dim)


def rot90(input: Tensor, k: int = 1, dims: Sequence[int] = (0, 1)) -> Tensor:
    """The plane of two axes rotated by k quarter turns, from the first axis towards the second.

    Raises RuntimeError unless two different axes are named. Source: torch.rot90."""
    check_tensors("rot90", input=input)
    check_ints("rot90", k=k)
    if len(dims) != 2:
        raise RuntimeError(f"expected total rotation dims == 2, but got dims = {len(dims)}")
    if input.array.ndim < 2:
        raise RuntimeError(f"expected total dims >= 2, but got total dims = {input.array.ndim}")
    a, b = (wrap_dim(d, input.array.ndim) for d in dims)
    if a == b:
        raise RuntimeError(f"expected rotation dims to be different, but got dim0 = {dims[0]} and dim1 = {dims[1]}")
    if k % 4 == 0:
        return input.clone()
    y = flip(input, a, b) if k % 4 == 2 else flip(transpose(input, a, b), a if k % 4 == 1 else b)
    return printed_as("Rot90Backward0", y)


def repeat(input: Tensor, *times: int | Sequence[int], repeats: Sequence[int] | None = None) -> Tensor:
    """The whole tensor repeated along each axis: repeat(x, (2, 3)). New axes come in front. A copy.

    Raises RuntimeError for fewer numbers than axes. Source: torch.Tensor.repeat."""
    times, shape = shape_from("repeat", times, repeats, "repeats"), input.array.shape
    if len(times) < len(shape):
        raise RuntimeError(
            "Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor: repeat"
            f" {list(times)} of shape {list(shape)}"
        )
    shape = (1,) * (len(times) - len(shape)) + shape
    between = reshape(input, *(n for size in shape for n in (1, size)))  # (n, m) -> (1, n, 1, m)
    stretched = expand(between, *(n for pair in zip(times, shape, strict=True) for n in pair))
    y = reshape(stretched, *(r * n for r, n in zip(times, shape, strict=True))).clone()
    return printed_as("RepeatBackward0", y)


def tile(input: Tensor, *times: int | Sequence[int], dims: Sequence[int] | None = None) -> Tensor:
    """Like repeat, but fewer numbers than axes apply to the last axes. Source: torch.tile."""
    check_tensors("tile", input=input)
    times = shape_from("tile", times, dims, "dims")
    return repeat(input, *(1,) * (input.array.ndim - len(times)), *times)


def repeat_interleave(
    input: Tensor, repeats: Tensor | int | None = None, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """Repeats each position of an axis (of the flattened tensor for None) several times in a row: `repeats` is one
    number for all, or a tensor with one for each. repeat_interleave(repeats) gives the positions
    themselves. Source: torch.repeat_interleave."""
    check_tensors("repeat_interleave", input=input)
    if repeats is None:
        return _repeated_positions(input)
    x = reshape(input, -1) if dim is None else input
    at = wrap_dim(0 if dim is None else dim, x.array.ndim)
    if isinstance(repeats, TensorBase) and repeats.array.size == 1:
        repeats = int(repeats.array.reshape(()))
    if isinstance(repeats, int):
        check_ints("repeat_interleave", repeats=repeats)
        if repeats < 0:
            raise RuntimeError(f"repeats can not be negative, got {repeats}")
        shape = x.array.shape or (1,)
        stretched = expand(unsqueeze(reshape(x, shape), at + 1), *shape[: at + 1], repeats, *shape[at + 1 :])
        return reshape(stretched, *shape[:at], shape[at] * repeats, *shape[at + 1 :]).clone()
    check_tensors("repeat_interleave", repeats=repeats)
    if repeats.array.size != (x.array.shape or (1,))[at]:
        raise RuntimeError(
            f"repeats must have the same size as input along dim, but got repeats.size(0) = {repeats.array.size} and"
            f" input.size({at}) = {(x.array.shape or (1,))[at]}"
        )
    return index_select(x, at, _repeated_positions(repeats))


def _repeated_positions(repeats: Tensor) -> Tensor:
    """0 repeats[0] times, 1 repeats[1] times, ..."""
    if bool((repeats.array < 0).any()):
        raise RuntimeError("repeats can not be negative")
    xp = array_module(repeats)
    ends = as_indices(xp.cumsum(repeats.array))
    total = int(ends[-1]) if ends.size else 0
    return wrap(as_indices(xp.searchsorted(ends, xp.arange(total), side="right")))


def meshgrid(*tensors: Any, indexing: str | None = None) -> tuple[Tensor, ...]:
    """For vectors of n and m elements two (n, m) tensors, the coordinates of each point of the grid:
    views of the vectors. indexing="xy" gives (m, n). Source: torch.meshgrid."""
    if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)):
        tensors = tuple(tensors[0])
    listed_tensors("meshgrid", tensors)
    check_devices("meshgrid", *tensors)
    if indexing not in (None, "ij", "xy"):
        raise RuntimeError(f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    for each in tensors:
        if each.array.ndim > 1:
            raise RuntimeError(
                "torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got one of shape"
                f" {list(each.array.shape)}"
            )
    count = len(tensors)
    sizes = [each.array.size for each in tensors]
    grids = tuple(
        expand(reshape(each, *(-1 if d == i else 1 for d in range(count))), sizes) for i, each in enumerate(tensors)
    )
    return tuple(transpose(g, 0, 1) for g in grids) if indexing == "xy" and count > 1 else grids


def cartesian_prod(*tensors: Tensor) -> Tensor:
    """All combinations of one element from each vector, as rows. Source: torch.cartesian_prod."""
    listed_tensors("cartesian_prod", tensors)
    if len(tensors) == 1:
        return tensors[0]
    columns = [reshape(grid, -1, 1) for grid in meshgrid(*tensors)]
    return reshape(cat(columns, 1), math.prod(each.array.size for each in tensors), len(tensors))


def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """All choices of r elements of a vector, in order, as rows. Source: torch.combinations."""
    check_tensors("combinations", input=input)
    if input.array.ndim != 1:
        raise RuntimeError(f"Expect a 1D vector, but got shape {list(input.array.shape)}")
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    rows = np.array(list(choose(range(input.array.size), r)), np.int64).reshape(-1, r)
    return input[wrap(array_module(input).asarray(rows))]
