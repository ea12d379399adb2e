"""Rows of a table by number: embeddings and one-hot vectors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..autograd.base import wrap
from ..autograd.function import Function, printed_as
from ..autograd.grad_mode import no_grad
from ..backend import Array, add_at, add_up, array_module, check_within, count_each, without_overflow
from .gathering import pick_along
from .indexing import AddAt
from .plumbing.entry import check_ints, check_optional_tensors, check_tensors
from .sorting import argsort

if TYPE_CHECKING:
    from ..tensor import Tensor


class Embedding(Function):
    """y = the rows of a weight with these numbers;  dL/dweight: EmbeddingSum of dL/dy

    weight: (rows, features), index: (*), y: (*, features)"""

    @staticmethod
    def forward(ctx: Function, weight: Tensor, index: Tensor, padding_idx: int | None, by_frequency: bool) -> Tensor:
        ctx.arguments = len(weight.array), padding_idx, by_frequency
        ctx.save_for_backward(index)
        return wrap(weight.array[index.array])

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None, None]:
        return EmbeddingSum.apply(gy, *ctx.saved_tensors, *ctx.arguments), None, None, None


class EmbeddingSum(Function):
    """w = each y added to its row, those of padding_idx left out, with by_frequency divided by how often the
    row occurs;  dL/dy = the rows of dL/dw, by the same factors"""

    @staticmethod
    def forward(
        ctx: Function, y: Tensor, index: Tensor, rows: int, padding_idx: int | None, by_frequency: bool
    ) -> Tensor:
        features = y.array.shape[-1]
        flat = index.array.reshape(-1)
        xp = array_module(y)
        counts = count_each(flat, rows) if by_frequency else xp.ones(rows, y.array.dtype)
        factors = (1 / xp.maximum(counts, 1).astype(y.array.dtype)).reshape(-1, 1)
        if padding_idx is not None:
            factors[padding_idx] = 0
        ctx.save_for_backward(index, wrap(factors))
        values = without_overflow(y.array)
        w = xp.zeros((rows, features), values.dtype)
        add_at(w, flat, values.reshape(-1, features))
        if by_frequency or padding_idx is not None:
            w *= factors
        return wrap(w.astype(y.array.dtype, copy=False))

    @staticmethod
    def backward(ctx: Function, gw: Tensor) -> tuple[Tensor, None, None, None, None]:
        index, factors = ctx.saved_tensors
        return Embedding.apply(gw * factors, index, None, False), None, None, None, None


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """The rows of `weight` (rows, features) numbered by input (*), int64 or int32: (*, features).

    padding_idx: a row that gets no gradient. max_norm: rows that are looked up are first scaled down, in place, so that
    their norm_type norm is at most this (a GPU is waited for, as in PyTorch). scale_grad_by_freq: gradients are divided
    by how often a row occurs. sparse is accepted; gradients are dense. Raises IndexError for a row that does not exist,
    RuntimeError for another dtype. Source: torch.nn.functional.embedding."""
    check_tensors("embedding", input=input, weight=weight)
    rows = _check_rows("embedding", input, weight)
    if padding_idx is not None:
        if not -rows <= padding_idx < rows:
            raise AssertionError("Padding_idx must be within num_embeddings")
        padding_idx %= rows
    if max_norm is not None:
        _shrink(weight, input.array, max_norm, norm_type)
    return Embedding.apply(weight, input, padding_idx, scale_grad_by_freq)


def _check_rows(name: str, input: Tensor, weight: Tensor) -> int:
    if weight.array.ndim != 2:
        raise RuntimeError(f"'weight' must be 2-D, got {name} of weight {list(weight.array.shape)}")
    if input.array.dtype not in (np.int64, np.int32):
        raise RuntimeError(
            "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got"
            f" {input.dtype} instead (while checking arguments for {name}): use input.long()"
        )
    rows = len(weight.array)

    def wrong(found: int) -> IndexError:
        return IndexError(f"index out of range in self: {name} has {rows} rows, got index {found}")

    check_within(input.array, 0, rows, wrong)
    return rows


@no_grad()
def _shrink(weight: Tensor, index: Array, max_norm: float, norm_type: float) -> None:
    """Scales the rows that are looked up down to max_norm, in place."""
    xp = array_module(weight)
    rows = xp.unique(index)
    values = weight.array[rows]
    sizes = abs(values)
    norms = sizes.max(1) if norm_type == math.inf else add_up(sizes**norm_type, 1) ** (1 / norm_type)
    factors = xp.where(norms > max_norm, max_norm / (norms + 1e-7), 1).astype(values.dtype)
    weight[wrap(rows)] = wrap(values * factors[:, None])


def embedding_bag(
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """Sum, mean or maximum of the embeddings of each bag of numbers.

    input (bags, n): every row is a bag; or (n,) with offsets, where each bag begins. Gives (bags, features).
    per_sample_weights, of input's shape: factors, for mode 'sum'. Entries equal to padding_idx are left out.
    Raises ValueError for arguments that do not fit. Source: torch.nn.functional.embedding_bag."""
    check_tensors("embedding_bag", input=input, weight=weight)
    check_optional_tensors("embedding_bag", offsets=offsets, per_sample_weights=per_sample_weights)
    flat, bag, bags = _bags(input, offsets, include_last_offset)
    if mode not in ("sum", "mean", "max"):
        raise ValueError("mode has to be one of sum, mean or max")
    if mode == "max" and scale_grad_by_freq:
        raise ValueError(
            "max mode does not support scaling the gradient by the frequency: of each bag's numbers one"
            " alone has a gradient"
        )
    if per_sample_weights is not None and per_sample_weights.array.shape != input.array.shape:
        raise ValueError(
            f"embedding_bag: If per_sample_weights ({per_sample_weights.shape}) is not None, then it must have the same"
            f" shape as the input ({input.shape})"
        )
    if per_sample_weights is not None and mode != "sum":
        raise NotImplementedError(
            f"embedding_bag: per_sample_weights is only supported for mode='sum' (got mode='{mode}')."
        )
    rows = embedding(flat, weight, padding_idx, max_norm, norm_type, scale_grad_by_freq)
    if per_sample_weights is not None:
        rows = rows * per_sample_weights.reshape(-1, 1)
    if padding_idx is not None:  # what is left out goes to a bag of its own, behind the others
        bag = array_module(rows).where(flat.array == padding_idx % len(weight.array), bags, bag)
    if mode == "max":
        return printed_as("EmbeddingBagBackward0", _largest(rows, bag, bags))
    sums = AddAt.apply(rows, (bags + 1, rows.array.shape[1]), (wrap(bag),))[:bags]
    if mode == "sum":
        return printed_as("EmbeddingBagBackward0", sums)
    counts = array_module(rows).maximum(count_each(bag, bags + 1)[:bags], 1)
    return printed_as("EmbeddingBagBackward0", sums / wrap(counts.astype(rows.array.dtype)[:, None]))


def _bags(input: Tensor, offsets: Tensor | None, include_last_offset: bool) -> tuple[Tensor, Array, int]:
    """The numbers in one row, the bag of each, and how many bags there are."""
    xp = array_module(input)
    if input.array.ndim == 2:
        if offsets is not None:
            raise ValueError(
                "if input is 2D, then offsets has to be None, as input is treated is a mini-batch of"
                " fixed length sequences."
            )
        bags, n = input.array.shape
        return input.reshape(-1), xp.arange(bags).repeat(n), bags
    if input.array.ndim != 1:
        raise ValueError(f"input has to be 1D or 2D Tensor, but got Tensor of dimension {input.array.ndim}")
    if offsets is None or offsets.array.ndim != 1:
        raise ValueError("offsets has to be a 1D Tensor: where each bag of a 1D input begins")
    starts, count = offsets.array[:-1] if include_last_offset else offsets.array, len(input.array)
    check_within(starts[:1], 0, 1, _wrong_start)
    check_within(starts[-1:], 0, count + 1, lambda found: _wrong_end(found, count))
    places = xp.arange(count)
    return input, xp.searchsorted(starts, places, side="right") - 1, len(starts)


def _wrong_start(found: int) -> ValueError:
    return ValueError(
        f"offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. However, got"
        f" {found}"
    )


def _wrong_end(found: int, count: int) -> RuntimeError:
    return RuntimeError(f"offsets[-1] can not be greater than input's length {count} but got offsets[-1] of {found}")


def _largest(rows: Tensor, bag: Array, bags: int) -> Tensor:
    """The largest of each bag's rows, the first of equals; zeros for an empty bag. (bags, features)"""
    if not len(bag):
        return rows.new_zeros((bags, rows.array.shape[1]))
    order = argsort(rows.detach(), 0, descending=True, stable=True)  # (n, features): nan first, as max has it
    order = pick_along(order, 0, argsort(wrap(bag[order.array]), 0, stable=True))  # one bag after the other
    counts = count_each(bag, bags + 1)[:bags]
    first = (counts.cumsum() - counts).clip(0, len(bag) - 1)
    return pick_along(rows, 0, wrap(order.array[first])).masked_fill(wrap((counts == 0)[:, None]), 0)


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """Class numbers (*) as vectors (*, num_classes), int64, with a one at the number.

    num_classes: one more than the largest by default. Raises RuntimeError for another dtype than int64, for
    negative numbers, for numbers too large. Source: torch.nn.functional.one_hot."""
    check_tensors("one_hot", tensor=tensor)
    check_ints("one_hot", num_classes=num_classes)
    if tensor.array.dtype != np.int64:
        raise RuntimeError(f"one_hot is only applicable to index tensor of type LongTensor, not {tensor.dtype}")
    xp = array_module(tensor)
    if tensor.array.size == 0:
        if num_classes <= 0:
            raise RuntimeError("Can not infer total number of classes from empty tensor.")
        return wrap(xp.zeros((*tensor.array.shape, num_classes), np.int64))
    if num_classes == -1:  # a GPU is waited for: the size of the result depends on the numbers
        num_classes = max(int(tensor.array.max()), 0) + 1
    elif num_classes < 1:
        raise RuntimeError("num_classes should be positive")
    check_within(tensor.array, 0, num_classes, lambda found: _no_class(found, num_classes))
    classes = xp.arange(num_classes)
    return wrap((tensor.array[..., None] == classes).astype(np.int64))


def _no_class(found: int, num_classes: int) -> RuntimeError:
    if found < 0:
        return RuntimeError("Class values must be non-negative.")
    return RuntimeError(f"Class values must be smaller than num_classes: {found} and {num_classes}")
