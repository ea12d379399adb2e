"""Windows that slide over the last axes of an array: what convolution, pooling and unfold share.

An array is (N, C, *size). A window has one element for each offset of its kernel; the elements are
`dilation` apart and the windows `stride`. Everything here works on arrays, in any number of axes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from types import EllipsisType, ModuleType
from typing import TYPE_CHECKING, NamedTuple

from ...backend import Array, as_strided

if TYPE_CHECKING:
    from ...tensor import Tensor


Part = tuple[EllipsisType | slice | int, ...]  # of a part of an array, as a view


class Windows(NamedTuple):
    """A kernel and how it moves, one number for each axis. padding: (before, after) for each axis."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]

    def extent(self) -> tuple[int, ...]:
        """The number of places from the first element of a window to its last, both included."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.kernel, self.dilation, strict=True))

    def padded(self, size: Sequence[int]) -> tuple[int, ...]:
        """The size with its padding."""
        return tuple(n + before + after for n, (before, after) in zip(size, self.padding, strict=True))

    def out_size(self, size: Sequence[int]) -> tuple[int, ...]:
        """How many windows fit along each axis."""
        each = zip(self.padded(size), self.extent(), self.stride, strict=True)
        return tuple((n - extent) // stride + 1 for n, extent, stride in each)

    def is_padded(self) -> bool:
        """Whether any axis is padded."""
        return any(before or after for before, after in self.padding)

    def inside(self, size: Sequence[int]) -> Part:
        """The index of the unpadded part of a padded array."""
        pairs = zip(size, self.padding, strict=True)
        return (Ellipsis, *(slice(before, before + n) for n, (before, _) in pairs))

    def offsets(self, count: Sequence[int]) -> Iterator[tuple[tuple[int, ...], Part]]:
        """For each offset of the kernel, the index of that element of all `count` windows at once."""
        for offset in itertools.product(*map(range, self.kernel)):
            each = zip(offset, count, self.stride, self.dilation, strict=True)
            yield offset, (Ellipsis, *(slice(d * i, d * i + s * (n - 1) + 1, s) for i, n, s, d in each))

    def view(self, padded: Array, count: Sequence[int]) -> Array:
        """`count` windows of a padded array, as a view of it: (N, C, *kernel, *count)."""
        n = len(self.kernel)
        strides = padded.strides[-n:]
        within = tuple(s * d for s, d in zip(strides, self.dilation, strict=True))
        between = tuple(s * d for s, d in zip(strides, self.stride, strict=True))
        shape = (*padded.shape[:-n], *self.kernel, *count)
        return as_strided(padded, shape, (*padded.strides[:-n], *within, *between))


def pad(xp: ModuleType, array: Array, windows: Windows, value: float = 0) -> Array:
    """A copy of the array between its padding; the array itself where there is none."""
    if not windows.is_padded():
        return array
    n = len(windows.kernel)
    size = array.shape[-n:]
    padded = xp.full((*array.shape[:-n], *windows.padded(size)), value, array.dtype)
    padded[windows.inside(size)] = array
    return padded


def with_batch(n: int, input: Tensor) -> tuple[Tensor, bool]:
    """The input as (N, C, *size), and whether it came as one: (C, *size) is a batch of one."""
    return (input, True) if input.array.ndim == n + 2 else (input.unsqueeze(0), False)


def blocks(count: int, size: int, limit: int) -> Iterator[slice]:
    """Slices of `count` items of `size` bytes each, in blocks of about `limit` bytes."""
    step = max(1, limit // max(size, 1))
    return (slice(start, min(start + step, count)) for start in range(0, count, step))
