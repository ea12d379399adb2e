"""Tensors stretched to a larger shape, without a copy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..autograd.base import wrap
from ..autograd.function import Function
from ..backend import as_strided
from .plumbing.entry import check_tensors, listed_tensors
from .plumbing.size import Size
from .shape import reshape, shape_from, unsqueeze

if TYPE_CHECKING:
    from ..tensor import Tensor


class Expand(Function):
    """y = x repeated along axes of size 1, without a copy;  dL/dx = dL/dy summed over the repeats"""

    is_view = True

    @staticmethod
    def forward(ctx: Function, x: Tensor, shape: tuple[int, ...]) -> Tensor:
        old, extra = x.array.shape, len(shape) - x.array.ndim  # extra: the new axes, in front
        strides = [s if n == m else 0 for s, n, m in zip(x.array.strides, old, shape[extra:], strict=True)]
        return wrap(as_strided(x.array, shape, (0,) * extra + tuple(strides)))  # nobody writes to it

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None]:
        return gy, None  # the walk sums a gradient down to its input's shape


def expand(
    input: Tensor, *sizes: int | Sequence[int], size: Sequence[int] | None = None, implicit: bool = False
) -> Tensor:
    """Axes of size 1 repeated to the given sizes without a copy; -1 keeps a size. Source: torch.Tensor.expand.

    Raises RuntimeError if an axis of another size would have to change."""
    new, shape = shape_from("expand", sizes, size), input.array.shape
    extra = len(new) - len(shape)
    if extra < 0:
        raise RuntimeError(
            f"expand({list(shape)}, size={list(new)}): the number of sizes provided ({len(new)}) must be greater or"
            f" equal to the number of dimensions in the tensor ({len(shape)})"
        )
    full = tuple(shape[d - extra] if n == -1 and d >= extra else n for d, n in enumerate(new))
    if any(n < 0 for n in full):
        raise RuntimeError(
            f"The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension: expand"
            f" {list(shape)} to {list(new)}"
        )
    for d, n in enumerate(full):
        if d >= extra and shape[d - extra] not in (1, n):
            raise RuntimeError(
                f"The expanded size of the tensor ({n}) must match the existing size ({shape[d - extra]}) at"
                f" non-singleton dimension {d}.  Target sizes: {list(new)}.  Tensor sizes: {list(shape)}"
            )
    return Expand.apply(input, full)


def expand_as(input: Tensor, other: Tensor) -> Tensor:
    """input expanded to other's shape. Source: torch.Tensor.expand_as."""
    check_tensors("expand_as", input=input)
    check_tensors("expand_as", other=other)  # on any device
    return expand(input, *other.array.shape)


def broadcast_to(input: Tensor, *sizes: int | Sequence[int], size: Sequence[int] | None = None) -> Tensor:
    """input expanded to a shape, without a copy. Source: torch.broadcast_to."""
    return expand(input, *sizes, size=size)


def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """The tensors expanded to their common shape, without copies; one that has it already is returned itself.

    Raises RuntimeError if they have none. Source: torch.broadcast_tensors."""
    if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)):
        tensors = tuple(tensors[0])
    listed_tensors("broadcast_tensors", tensors)
    common = broadcast_shapes(*(each.array.shape for each in tensors))
    return tuple(each if each.array.shape == common else expand(each, common) for each in tensors)


def broadcast_shapes(*shapes: int | Sequence[int]) -> Size:
    """The shape to which all of these broadcast. Source: torch.broadcast_shapes."""
    try:
        return Size(np.broadcast_shapes(*((n,) if isinstance(n, int) else tuple(n) for n in shapes)))
    except ValueError:
        raise RuntimeError(
            f"Shape mismatch: objects cannot be broadcast to a single shape: {', '.join(map(str, shapes))}"
        ) from None


def atleast_1d(*tensors: Tensor | Sequence[Tensor]) -> Any:
    """0-d tensors with one axis, others as they are; several tensors give a tuple. Source: torch.atleast_1d."""
    return _at_least("atleast_1d", lambda x: reshape(x, 1) if x.array.ndim == 0 else x, tensors)


def atleast_2d(*tensors: Tensor | Sequence[Tensor]) -> Any:
    """Vectors as one row, others as they are. Source: torch.atleast_2d."""
    return _at_least("atleast_2d", lambda x: unsqueeze(atleast_1d(x), 0) if x.array.ndim < 2 else x, tensors)


def atleast_3d(*tensors: Tensor | Sequence[Tensor]) -> Any:
    """Matrices (n, m) as (n, m, 1), vectors (n,) as (1, n, 1). Source: torch.atleast_3d."""
    return _at_least("atleast_3d", lambda x: unsqueeze(atleast_2d(x), -1) if x.array.ndim < 3 else x, tensors)


def _at_least(name: str, one: Callable[[Tensor], Tensor], tensors: tuple[Any, ...]) -> Tensor | tuple[Tensor, ...]:
    if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)):
        return tuple(map(one, listed_tensors(name, tensors[0])))
    listed_tensors(name, tensors)
    return one(tensors[0]) if len(tensors) == 1 else tuple(map(one, tensors))
