"""Several tensors as one: cat, stack and what is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..autograd.base import TensorBase, wrap
from ..autograd.function import Function
from ..backend import array_module
from .broadcasting import atleast_1d, atleast_2d, atleast_3d
from .plumbing.entry import listed_tensors
from .plumbing.keywords import numpy_names
from .plumbing.out import into
from .plumbing.promotion import promote
from .shape import reshape, wrap_dim
from .splitting import unbind

if TYPE_CHECKING:
    from ..tensor import Tensor


class Cat(Function):
    """y = the tensors one after the other along an axis;  dL/dx_i = its part of dL/dy"""

    @staticmethod
    def forward(ctx: Function, dim: int, *tensors: Tensor) -> Tensor:
        ctx.dim = dim
        ctx.sizes = [t.array.shape[dim] for t in tensors]
        joined = array_module(tensors[0]).concatenate([t.array for t in tensors], axis=dim)
        return wrap(array_module(tensors[0]).asarray(joined, order="C"))  # even of transposed pieces

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor | None, ...]:
        starts = [sum(ctx.sizes[:i]) for i in range(len(ctx.sizes))]
        parts = [gy.narrow(ctx.dim, s, n) for s, n in zip(starts, ctx.sizes, strict=True)]
        return None, *parts


class Stack(Function):
    """y = the tensors along a new axis;  dL/dx_i = position i of dL/dy"""

    @staticmethod
    def forward(ctx: Function, dim: int, *tensors: Tensor) -> Tensor:
        ctx.dim = dim
        arrays = [t.array for t in tensors]
        if dim == 0 and arrays[0].ndim:  # the same in half the time: concatenate makes no views
            rows = array_module(tensors[0]).asarray(array_module(tensors[0]).concatenate(arrays), order="C")
            return wrap(rows.reshape(len(arrays), *arrays[0].shape))
        joined = array_module(tensors[0]).stack(arrays, axis=dim)
        return wrap(array_module(tensors[0]).asarray(joined, order="C"))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor | None, ...]:
        return None, *unbind(gy, ctx.dim)


@numpy_names
def cat(tensors: Sequence[Tensor], dim: int = 0, *, out: Tensor | None = None) -> Tensor:
    """The tensors one after the other along `dim`; the other sizes must agree, dtypes promote.

    Raises ValueError for no tensors, RuntimeError for sizes that differ. Source: torch.cat."""
    tensors = _listed("cat", tensors)
    if not tensors:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    used = [each for each in tensors if each.array.shape != (0,)] or tensors[:1]  # as in PyTorch, historically
    first = used[0].array.shape
    if not first:
        raise RuntimeError("zero-dimensional tensor (at position 0) cannot be concatenated: use torch.stack")
    at = wrap_dim(dim, len(first))
    for i, each in enumerate(used):
        _check_sizes(first, each.array.shape, at, i)
    promoted = _alike("cat", tensors)
    return into(out, Cat.apply(at, *([each for each in promoted if each.array.shape != (0,)] or promoted[:1])), "cat")


def _check_sizes(first: tuple[int, ...], shape: tuple[int, ...], at: int, i: int) -> None:
    if len(shape) != len(first):
        raise RuntimeError(
            f"Tensors must have same number of dimensions: got {len(first)} and {len(shape)}: cat() of"
            f" {list(first)} and {list(shape)}"
        )
    for d, (n, m) in enumerate(zip(first, shape, strict=True)):
        if d != at and n != m:
            raise RuntimeError(
                f"Sizes of tensors must match except in dimension {at}. Expected size {n} but got size {m} for tensor"
                f" number {i} in the list: {list(first)} and {list(shape)}"
            )


@numpy_names
def stack(tensors: Sequence[Tensor], dim: int = 0, *, out: Tensor | None = None) -> Tensor:
    """Tensors of one shape along a new axis. Source: torch.stack.

    Raises RuntimeError for no tensors and for shapes that differ."""
    tensors = _listed("stack", tensors)
    if not tensors:
        raise RuntimeError("stack expects a non-empty TensorList")
    first = tensors[0].array.shape
    for i, each in enumerate(tensors):
        if each.array.shape != first:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {list(first)} at entry 0 and"
                f" {list(each.array.shape)} at entry {i}"
            )
    return into(out, Stack.apply(wrap_dim(dim, len(first) + 1), *_alike("stack", tensors)), "stack")


def hstack(tensors: Sequence[Tensor], *, out: Tensor | None = None) -> Tensor:
    """The tensors side by side: along the second axis, or for vectors along the only one. Source: torch.hstack."""
    rows = atleast_1d(_listed("hstack", tensors))
    return into(out, cat(rows, 0 if rows and rows[0].array.ndim == 1 else 1), "hstack")


def vstack(tensors: Sequence[Tensor], *, out: Tensor | None = None) -> Tensor:
    """The tensors below each other; vectors are rows. Source: torch.vstack."""
    return into(out, cat(atleast_2d(_listed("vstack", tensors)), 0), "vstack")


def dstack(tensors: Sequence[Tensor], *, out: Tensor | None = None) -> Tensor:
    """The tensors behind each other, along a third axis. Source: torch.dstack."""
    return into(out, cat(atleast_3d(_listed("dstack", tensors)), 2), "dstack")


def column_stack(tensors: Sequence[Tensor], *, out: Tensor | None = None) -> Tensor:
    """The tensors side by side; vectors are columns. Source: torch.column_stack."""
    columns = [reshape(each, -1, 1) if each.array.ndim <= 1 else each for each in _listed("column_stack", tensors)]
    return into(out, hstack(columns), "column_stack")


def block_diag(*tensors: Tensor) -> Tensor:
    """A matrix with the tensors along its diagonal and zeros elsewhere. Source: torch.block_diag."""
    blocks = promote("block_diag", *map(atleast_2d, listed_tensors("block_diag", tensors)))
    width = sum(each.array.shape[1] for each in blocks)
    rows, start = [], 0
    for each in blocks:
        n, m = each.array.shape
        left, right = each.new_zeros(n, start), each.new_zeros(n, width - start - m)
        rows.append(cat([left, each, right], 1))
        start += m
    return cat(rows, 0)


def _listed(name: str, tensors: Sequence[Tensor]) -> list[Tensor]:
    """A list of tensors. Raises TypeError for a single tensor, and for a list with anything else in it."""
    if isinstance(tensors, TensorBase):
        raise TypeError(f"{name}(): argument 'tensors' (position 1) must be tuple of Tensors, not Tensor")
    return listed_tensors(name, tensors)


def _alike(name: str, tensors: Sequence[Tensor]) -> Sequence[Tensor]:
    """The tensors in their common dtype and on one device."""
    arrays = [each.array for each in tensors]
    types, dtypes = list(map(type, arrays)), [each.dtype for each in arrays]
    if types.count(types[0]) == dtypes.count(dtypes[0]) == len(arrays):
        return tensors
    return promote(name, *tensors)
