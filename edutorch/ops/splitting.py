"""One tensor as several, or a part of it: all of them views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..autograd.base import TensorBase
from ..autograd.function import printed_as
from .indexing import Slice
from .plumbing.entry import check_ints
from .shape import wrap_dim

if TYPE_CHECKING:
    from ..tensor import Tensor


def narrow(input: Tensor, dim: int, start: int, length: int) -> Tensor:
    """`length` positions of an axis, from `start`: a view. Source: torch.narrow. Raises IndexError if the start is out
    of range, RuntimeError if the end is."""
    at = wrap_dim(dim, input.array.ndim)
    if getattr(start, "dtype", None) is not None and start.dtype.is_floating_point:  # type: ignore[attr-defined]
        raise RuntimeError("narrow(): start must be an 0-dim integral Tensor.")
    check_ints("narrow", start=start, length=length)
    if not input.array.ndim:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    size = input.array.shape[at]
    first = int(start) % size if -size <= start < 0 else int(start)
    if not 0 <= first <= size:
        raise IndexError(f"start out of range (expected to be in range of [{-size}, {size}], but got {int(start)})")
    if length < 0:
        raise RuntimeError("narrow(): length must be non-negative.")
    if first + length > size:
        raise RuntimeError(f"start ({first}) + length ({length}) exceeds dimension size ({size}).")
    return _part(input, at, slice(first, first + length))


def select(input: Tensor, dim: int, index: int) -> Tensor:
    """One position of an axis, which disappears: a view. Source: torch.select.

    Raises IndexError for a position that does not exist."""
    at = wrap_dim(dim, input.array.ndim)
    check_ints("select", index=index)
    if not input.array.ndim:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    size = input.array.shape[at]
    if not -size <= index < size:
        raise IndexError(
            f"select(): index {index} out of range for tensor of size {list(input.array.shape)} at dimension {at}"
        )
    return _part(input, at, int(index))


def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """All positions of an axis, each without it: views. Source: torch.unbind."""
    at = wrap_dim(dim, input.array.ndim)
    if not input.array.ndim:
        raise RuntimeError("Dimension specified as 0 but tensor has no dimensions")
    return tuple(printed_as("UnbindBackward0", _part(input, at, i)) for i in range(input.array.shape[at]))


def split(input: Tensor, split_size_or_sections: int | Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Pieces of an axis: of one size (the last may be smaller), or of the given sizes. Views.

    Raises RuntimeError for sizes that do not add up. Source: torch.split."""
    if not isinstance(split_size_or_sections, int):
        return split_with_sizes(input, split_size_or_sections, dim)
    size, piece = _size(input, dim, "split"), split_size_or_sections
    if piece < 0:
        raise RuntimeError(f"split expects split_size be non-negative, but got split_size={piece}")
    if piece == 0 and size:
        raise RuntimeError(f"split_size can only be 0 if dimension size is 0, but got dimension size of {size}")
    starts = range(0, size, piece) if size else [0]
    pieces = (narrow(input, dim, start, min(piece, size - start)) for start in starts)
    return tuple(printed_as("SplitBackward0", each) for each in pieces)


def split_with_sizes(input: Tensor, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Pieces of an axis of the given sizes, which add up to its size. Source: torch.split_with_sizes."""
    size = _size(input, dim, "split_with_sizes")
    if any(n < 0 for n in split_sizes) or sum(split_sizes) != size:
        raise RuntimeError(
            f"split_with_sizes expects split_sizes to sum exactly to {size} (input tensor's size at dimension {dim}),"
            f" but got split_sizes={list(split_sizes)}"
        )
    starts = [sum(split_sizes[:i]) for i in range(len(split_sizes))]
    pieces = (narrow(input, dim, start, n) for start, n in zip(starts, split_sizes, strict=True))
    return tuple(printed_as("SplitWithSizesBackward0", each) for each in pieces)


def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most `chunks` pieces of one size (the last may be smaller). Views. Source: torch.chunk."""
    check_ints("chunk", chunks=chunks)
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    size = _size(input, dim, "chunk")
    if not size:
        return split_with_sizes(input, [0] * chunks, dim)
    return split(input, -(-size // chunks), dim)


def tensor_split(input: Tensor, indices_or_sections: int | Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """Pieces of an axis: a number of them, whose sizes differ by at most one, or cut at the given positions.

    Source: torch.tensor_split."""
    size = _size(input, dim, "tensor_split")
    if isinstance(indices_or_sections, TensorBase):
        indices_or_sections = indices_or_sections.tolist()  # type: ignore[attr-defined]
    check_ints("tensor_split", indices_or_sections=indices_or_sections)
    if isinstance(indices_or_sections, int):
        sections = indices_or_sections
        if sections <= 0:
            raise RuntimeError(f"number of sections must be larger than 0, got {sections}")
        cuts = [i * (size // sections) + min(i, size % sections) for i in range(1, sections)]
    else:
        cuts = list(indices_or_sections)
    at = wrap_dim(dim, input.array.ndim)
    edges = [None, *cuts, None]
    return tuple(_part(input, at, slice(edges[i], edges[i + 1])) for i in range(len(edges) - 1))


def hsplit(input: Tensor, indices_or_sections: int) -> tuple[Tensor, ...]:
    """tensor_split along the second axis, or for vectors along the only one. Source: torch.hsplit."""
    return tensor_split(input, indices_or_sections, 0 if input.array.ndim == 1 else 1)


def vsplit(input: Tensor, indices_or_sections: list[int]) -> tuple[Tensor, ...]:
    """tensor_split along the first axis. Source: torch.vsplit."""
    return tensor_split(input, indices_or_sections, 0)


def dsplit(input: Tensor, indices_or_sections: int) -> tuple[Tensor, ...]:
    """tensor_split along the third axis. Source: torch.dsplit."""
    return tensor_split(input, indices_or_sections, 2)


def _size(input: Tensor, dim: int, name: str) -> int:
    at = wrap_dim(dim, input.array.ndim)
    if not input.array.ndim:
        raise RuntimeError(f"{name} expects at least a 1-dimensional tensor")
    return input.array.shape[at]


def _part(input: Tensor, dim: int, step: slice | int) -> Tensor:
    return Slice.apply(input, (slice(None),) * dim + (step, ...))
