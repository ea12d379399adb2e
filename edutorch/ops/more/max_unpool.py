"""Undoing max pooling: every value goes back to the place it came from, zeros elsewhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ...backend import check_within
from ..gathering import scatter
from ..plumbing.entry import check_tensors
from ..plumbing.per_axis import Ints
from ..plumbing.pool_arguments import pool_ints

if TYPE_CHECKING:
    from ...tensor import Tensor


def _max_unpool(
    n: int,
    input: Tensor,
    indices: Tensor,
    kernel_size: Ints,
    stride: Ints | None,
    padding: Ints,
    output_size: Sequence[int] | None,
) -> Tensor:
    name = f"max_unpool{n}d"
    if input.array.shape != indices.array.shape:
        raise RuntimeError(
            f"{name}: Expected shape of indices to be same as that of the input tensor"
            f" ({list(input.array.shape)}) but got indices tensor with shape:"
            f" {list(indices.array.shape)}"
        )
    if input.array.ndim not in (n + 1, n + 2):
        raise RuntimeError(
            f"{name}: Input to {name} should be a {n + 1}d or {n + 2}d Tensor, but got a tensor with"
            f" {input.array.ndim} dimensions"
        )
    kernel = pool_ints(name, "kernel_size", kernel_size, n)
    strides = kernel if stride is None else pool_ints(name, "stride", stride, n)
    pads = pool_ints(name, "padding", padding, n)
    batch, size = input.array.shape[:-n], input.array.shape[-n:]
    each = zip(size, strides, pads, kernel, strict=True)
    out = _output_size(tuple((m - 1) * s - 2 * p + k for m, s, p, k in each), strides, output_size)
    places = math.prod(out)
    volume = "x".join(map(str, out))
    check_within(
        indices.array,
        0,
        places,
        lambda found: RuntimeError(f"Found an invalid max index: {found} (output volumes are of size {volume})"),
    )
    flat = input.new_zeros((*batch, places))
    spread = scatter(flat, -1, indices.reshape(*batch, -1), input.reshape(*batch, -1))
    return spread.reshape(*batch, *out)


def _output_size(usual: tuple[int, ...], strides: tuple[int, ...], asked: Sequence[int] | None) -> tuple[int, ...]:
    """The requested size, which may differ from the usual one by less than a stride."""
    if asked is None:
        return usual
    wanted = tuple(asked)[-len(usual) :]
    for want, size, stride in zip(wanted, usual, strides, strict=True):
        if not size - stride < want < size + stride:
            raise ValueError(f"invalid output_size {wanted} (expected to be within {strides} of {usual})")
    return wanted


def max_unpool1d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Ints,
    stride: tuple[int, ...] | None = None,
    padding: Ints = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """max_pool1d undone, from its values and positions (N, C, L). Like max_unpool2d. Source:
    torch.nn.functional.max_unpool1d."""
    check_tensors("max_unpool1d", input=input, indices=indices)
    return _max_unpool(1, input, indices, kernel_size, stride, padding, output_size)


def max_unpool2d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Ints,
    stride: Ints | None = None,
    padding: Ints = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """max_pool2d undone: values (N, C, H, W) go to their positions in an output of H', W', zeros elsewhere.

    output_size: needed if several sizes pool to the same one. Raises RuntimeError for positions that do not exist,
    ValueError for an impossible size. Source: torch.nn.functional.max_unpool2d."""
    check_tensors("max_unpool2d", input=input, indices=indices)
    return _max_unpool(2, input, indices, kernel_size, stride, padding, output_size)


def max_unpool3d(
    input: Tensor,
    indices: Tensor,
    kernel_size: Ints,
    stride: tuple[int, ...] | None = None,
    padding: Ints = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """max_pool3d undone, (N, C, D, H, W). Like max_unpool2d. Source: torch.nn.functional.max_unpool3d."""
    check_tensors("max_unpool3d", input=input, indices=indices)
    return _max_unpool(3, input, indices, kernel_size, stride, padding, output_size)
