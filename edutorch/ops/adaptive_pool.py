"""Pooling to a given size: the windows are chosen so that there are as many as asked for.

Window i of `out` over n elements goes from floor(i n / out) to ceil((i + 1) n / out).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from ..autograd.base import wrap
from ..autograd.function import printed_as
from ..backend import Array, array_module
from .avg_pool import WindowSum
from .gathering import gather
from .plumbing.entry import check_ints
from .plumbing.per_axis import per_axis
from .plumbing.pool_arguments import check_input
from .plumbing.windows import Windows, with_batch
from .reduction import mean

if TYPE_CHECKING:
    from ..tensor import Tensor


def bounds(n: int, out: int) -> list[tuple[int, int]]:
    """Where each of `out` windows over n elements begins and ends."""
    return [(i * n // out, -(-(i + 1) * n // out)) for i in range(out)]


def along_axis(x: Tensor, matrix: Array, dim: int) -> Tensor:
    """x with an axis of n elements multiplied by a matrix (m, n): m elements. dim counts from the end."""
    array = array_module(x).asarray(matrix, x.array.dtype)
    if dim == -1:
        return x @ wrap(array.T)
    if dim == -2:
        return wrap(array) @ x
    return (x.transpose(dim, -1) @ wrap(array.T)).transpose(dim, -1)


def averaging(n: int, out: int) -> np.ndarray:
    """The matrix (out, n) whose rows take the means of the windows."""
    matrix = np.zeros((out, n))
    for i, (start, end) in enumerate(bounds(n, out)):
        matrix[i, start:end] = 1 / (end - start)
    return matrix


def output_size(name: str, n: int, asked: int | Sequence[int | None], size: tuple[int, ...]) -> tuple[int, ...]:
    """The size asked for; None keeps an axis. Raises RuntimeError for another number of axes, or negative."""
    wanted = per_axis(asked, n)
    check_ints(name, output_size=[want for want in wanted if want is not None])
    if len(wanted) == 1:
        wanted *= n
    if len(wanted) != n:
        raise RuntimeError(f"{name}: output_size must be {n}, but got {len(wanted)} numbers: {wanted}")
    out = tuple(have if want is None else int(want) for want, have in zip(wanted, size, strict=True))
    if min(out) < 0:
        raise RuntimeError(f"{name}: elements of output_size must be greater than or equal to 0 but received {out}")
    return out


def _adaptive_avg(name: str, n: int, input: Tensor, asked: int | Sequence[int | None]) -> Tensor:
    check_input(name, n, input)
    x, batched = with_batch(n, input)
    size = x.array.shape[2:]
    out = output_size(name, n, asked, size)
    if out == (1,) * n:
        y = mean(x, tuple(range(2, n + 2)), keepdim=True)
    elif 0 not in out and all(have % want == 0 for have, want in zip(size, out, strict=True)):
        kernel = tuple(have // want for have, want in zip(size, out, strict=True))
        y = WindowSum.apply(x, Windows(kernel, kernel, ((0, 0),) * n, (1,) * n)) / float(math.prod(kernel))
    else:
        y = x
        for axis in range(n):
            y = along_axis(y, averaging(size[axis], out[axis]), axis - n)
    y = y if batched else y.squeeze(0)
    if n > 1 and out == (1,) * n:
        return y
    return printed_as(f"AdaptiveAvgPool{n}DBackward0" if n > 1 else "SqueezeBackward1", y)


def _adaptive_max(
    name: str, n: int, input: Tensor, asked: int | Sequence[int | None], return_indices: bool
) -> Tensor | tuple[Tensor, Tensor]:
    check_input(name, n, input)
    x, batched = with_batch(n, input)
    size = x.array.shape[2:]
    out = output_size(name, n, asked, size)
    flat = x.flatten(2)
    indices = wrap(_places(array_module(x), x.array, size, out))
    y = gather(flat, 2, indices).reshape(*x.array.shape[:2], *out)
    indices = indices.reshape(y.array.shape)
    if not batched:
        y, indices = y.squeeze(0), indices.squeeze(0)
    printed_as(f"AdaptiveMaxPool{n}DBackward0" if n > 1 else "SqueezeBackward1", y)
    return (y, indices) if return_indices else y


def _places(xp: ModuleType, x: Array, size: tuple[int, ...], out: tuple[int, ...]) -> Array:
    """Where the largest element of each window is, in the flattened axes: (N, C, windows), int64."""
    places = xp.empty((*x.shape[:2], math.prod(out)), np.int64)
    place = xp.arange(math.prod(size)).reshape(size)
    windows = itertools.product(*(bounds(have, want) for have, want in zip(size, out, strict=True)))
    for i, window in enumerate(windows):
        index: Any = tuple(slice(start, end) for start, end in window)
        inside = place[index].reshape(-1)
        best = x[(..., *index)].reshape(*x.shape[:2], len(inside)).argmax(2)
        places[:, :, i] = inside[best]
    return places


def adaptive_avg_pool1d(input: Tensor, output_size: int | Sequence[int | None]) -> Tensor:
    """The mean of each of output_size windows. input (N, C, L) or (C, L).
    Source: torch.nn.functional.adaptive_avg_pool1d."""
    return _adaptive_avg("adaptive_avg_pool1d", 1, input, output_size)


def adaptive_avg_pool2d(input: Tensor, output_size: int | Sequence[int | None]) -> Tensor:
    """The mean of each of output_size windows (an int or a pair; None keeps an axis).
    input (N, C, H, W) or (C, H, W). Source: torch.nn.functional.adaptive_avg_pool2d."""
    return _adaptive_avg("adaptive_avg_pool2d", 2, input, output_size)


def adaptive_avg_pool3d(input: Tensor, output_size: int | Sequence[int | None]) -> Tensor:
    """Like adaptive_avg_pool2d for (N, C, D, H, W) or (C, D, H, W).
    Source: torch.nn.functional.adaptive_avg_pool3d."""
    return _adaptive_avg("adaptive_avg_pool3d", 3, input, output_size)


def adaptive_max_pool1d(
    input: Tensor, output_size: int | Sequence[int | None], return_indices: bool = False
) -> Tensor | tuple[Tensor, Tensor]:
    """The largest element of each of output_size windows; with return_indices also their places.
    input (N, C, L) or (C, L). Source: torch.nn.functional.adaptive_max_pool1d."""
    return _adaptive_max("adaptive_max_pool1d", 1, input, output_size, return_indices)


def adaptive_max_pool2d(
    input: Tensor, output_size: int | Sequence[int | None], return_indices: bool = False
) -> Tensor | tuple[Tensor, Tensor]:
    """Like adaptive_max_pool1d for (N, C, H, W) or (C, H, W). Source: torch.nn.functional.adaptive_max_pool2d."""
    return _adaptive_max("adaptive_max_pool2d", 2, input, output_size, return_indices)


def adaptive_max_pool3d(
    input: Tensor, output_size: int | Sequence[int | None], return_indices: bool = False
) -> Tensor | tuple[Tensor, Tensor]:
    """Like adaptive_max_pool1d for (N, C, D, H, W) or (C, D, H, W).
    Source: torch.nn.functional.adaptive_max_pool3d."""
    return _adaptive_max("adaptive_max_pool3d", 3, input, output_size, return_indices)
