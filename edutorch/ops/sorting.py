"""Order: sort, the largest k, what is unique, where a value belongs, how often it occurs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .. import return_types
from ..autograd.base import TensorBase, wrap
from ..autograd.function import printed_as
from ..backend import Array, array_module, as_indices, count_each, module_of_array, to_numpy
from .gathering import gather, pick_along
from .plumbing.entry import check_devices, check_ints, check_optional_tensors, check_tensors
from .plumbing.out import into, into_each
from .plumbing.promotion import module_of
from .shape import wrap_dim
from .splitting import narrow, select

if TYPE_CHECKING:
    from ..tensor import Tensor

NUMBER = (int, float, np.number)


def sort(
    input: Tensor,
    dim: int = -1,
    descending: bool = False,
    stable: bool = False,
    *,
    out: tuple[Tensor, Tensor] | None = None,
) -> return_types.sort:
    """The elements in order along an axis, and where each one was (int64). nan counts as the largest; equal elements
    keep their order. Source: torch.sort."""
    check_tensors("sort", input=input)
    indices = argsort(input, dim, descending)
    values = printed_as("SortBackward0", pick_along(input, dim, indices))
    return into_each(out, return_types.sort(values, indices), "sort")


def argsort(input: Tensor, dim: int = -1, descending: bool = False, stable: bool = False) -> Tensor:
    """Where each element of the sorted axis came from: int64. Source: torch.argsort."""
    check_tensors("argsort", input=input)
    at = wrap_dim(dim, input.array.ndim)
    xp = array_module(input)
    if not input.array.ndim:
        return wrap(xp.zeros((), np.int64))
    if not descending:
        return wrap(as_indices(xp.argsort(input.array, axis=at, kind="stable")))
    # sorted backwards and read backwards, equal elements keep their order
    backwards = xp.flip(input.array, at)
    order = as_indices(xp.argsort(backwards, axis=at, kind="stable"))
    return wrap(xp.ascontiguousarray(xp.flip(input.array.shape[at] - 1 - order, at)))


def msort(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The elements in order along the first axis. Source: torch.msort."""
    check_tensors("msort", input=input)
    return into(out, sort(input, 0).values, "msort")


def topk(
    input: Tensor,
    k: int,
    dim: int = -1,
    largest: bool = True,
    sorted: bool = True,
    *,
    out: tuple[Tensor, Tensor] | None = None,
) -> return_types.topk:
    """The k largest (or smallest) elements of an axis, in order, and where they were. Source: torch.topk.

    Raises RuntimeError for a k that the axis does not have."""
    check_tensors("topk", input=input)
    if not 0 <= k <= _size(input, dim):
        raise RuntimeError(f"selected index k out of range: k is {k}, the axis has {_size(input, dim)} elements")
    if not input.array.ndim:
        return into_each(out, return_types.topk(*sort(input)), "topk")
    indices = narrow(argsort(input, dim, descending=largest), dim, 0, k).clone()
    values = printed_as("TopkBackward0", pick_along(input, dim, indices))
    return into_each(out, return_types.topk(values, indices), "topk")


def kthvalue(
    input: Tensor, k: int, dim: int = -1, keepdim: bool = False, *, out: tuple[Tensor, Tensor] | None = None
) -> return_types.kthvalue:
    """The k-th smallest element of an axis, k from 1, and where it was. Source: torch.kthvalue.

    Raises RuntimeError for a k that the axis does not have."""
    check_tensors("kthvalue", input=input)
    check_ints("kthvalue", k=k)
    if not 1 <= k <= _size(input, dim):
        raise RuntimeError(
            f"kthvalue(): selected number k out of range for dimension {dim}: {k} of {_size(input, dim)}"
        )
    if not input.array.ndim:
        return into_each(out, return_types.kthvalue(*sort(input)), "kthvalue")
    indices = narrow(argsort(input, dim), dim, k - 1, 1).clone()
    values = pick_along(input, dim, indices)
    if not keepdim:
        values, indices = select(values, dim, 0), select(indices, dim, 0)
    printed_as("KthvalueBackward0", values)
    return into_each(out, return_types.kthvalue(values, indices), "kthvalue")


def _size(input: Tensor, dim: int) -> int:
    at = wrap_dim(dim, input.array.ndim)
    return input.array.shape[at] if input.array.ndim else 1


def unique(
    input: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Tensor | tuple[Tensor, ...]:
    """The distinct elements (or, with dim, the distinct slices of that axis), in order; then, if asked for, which one
    each input element is, and how often each occurs. Source: torch.unique."""
    check_tensors("unique", input=input)
    if dim is not None:
        return _unique_slices(input, wrap_dim(dim, input.array.ndim), return_inverse, return_counts)
    # every nan counts as distinct, since nan != nan
    values, inverse, counts = array_module(input).unique(
        input.array, return_inverse=True, return_counts=True, equal_nan=False
    )
    return _answers(values, inverse.reshape(input.array.shape), counts, return_inverse, return_counts)


def _unique_slices(input: Tensor, dim: int, return_inverse: bool, return_counts: bool) -> Tensor | tuple[Tensor, ...]:
    """The distinct slices of an axis: sorts them, and takes those that differ from the one before. (CuPy's own function
    handles them one by one, and does not sort nan and inf.)"""
    xp = array_module(input)
    array = xp.moveaxis(input.array, dim, 0)
    rows = array.reshape(len(array), math.prod(array.shape[1:]))
    order = xp.lexsort(rows.T[::-1]) if rows.size else xp.arange(len(rows))
    rows = rows[order]
    new = xp.ones(len(rows), bool)
    new[1:] = (rows[1:] != rows[:-1]).any(1)
    places = xp.cumsum(new) - 1
    inverse = xp.empty_like(places)
    inverse[order] = places
    found = array[order][new]
    counts = count_each(places, len(found))
    return _answers(xp.moveaxis(found, 0, dim), inverse, counts, return_inverse, return_counts)


def unique_consecutive(
    input: Tensor, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Tensor | tuple[Tensor, ...]:
    """Like unique, but only neighbors that are equal are taken together. Source: torch.unique_consecutive."""
    check_tensors("unique_consecutive", input=input)
    xp = array_module(input)
    array = input.array.reshape(-1) if dim is None else xp.moveaxis(input.array, dim, 0)
    rows = array.reshape(len(array), math.prod(array.shape[1:]))
    new = xp.ones(len(array), bool)
    new[1:] = (rows[1:] != rows[:-1]).any(1)
    inverse = xp.cumsum(new) - 1
    found = array[new]
    values = found if dim is None else xp.moveaxis(found, 0, dim)
    shape = input.array.shape if dim is None else inverse.shape
    counts = count_each(inverse, len(found))
    return _answers(values, inverse.reshape(shape), counts, return_inverse, return_counts)


def _answers(
    values: Array, inverse: Array, counts: Array, return_inverse: bool, return_counts: bool
) -> Tensor | tuple[Tensor, ...]:
    answers = [wrap(values)]
    answers += [wrap(as_indices(inverse))] if return_inverse else []
    answers += [wrap(as_indices(counts))] if return_counts else []
    return tuple(answers) if len(answers) > 1 else answers[0]


def searchsorted(
    sorted_sequence: Tensor,
    input: Tensor,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
    sorter: Tensor | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """Where each value of input would have to be inserted to keep the order of sorted_sequence, a vector,
    or rows that belong to those of input: before equal elements, or after them with right=True or
    side="right". int64. Source: torch.searchsorted."""
    check_tensors("searchsorted", sorted_sequence=sorted_sequence)
    if not isinstance(input, NUMBER):
        check_tensors("searchsorted", input=input, sorted_sequence=sorted_sequence)
    if side not in (None, "left", "right") or (side == "left" and right):
        raise RuntimeError(f"searchsorted(): side must be 'left' or 'right' and agree with right={right}, got {side}")
    after = right or side == "right"
    if sorter is not None:
        if sorter.array.shape != sorted_sequence.array.shape:
            raise RuntimeError(
                "torch.searchsorted(): boundary and sorter must have the same size, but got boundary tensor"
                f" {list(sorted_sequence.array.shape)} and sorter tensor {list(sorter.array.shape)}"
            )
        sorted_sequence = gather(sorted_sequence, -1, sorter)
    xp = array_module(sorted_sequence)
    values = input.array if isinstance(input, TensorBase) else xp.asarray(input)
    sequence = sorted_sequence.array
    if sequence.ndim == 1:
        found = xp.searchsorted(sequence, values, side="right" if after else "left")
    else:
        if values.shape[:-1] != sequence.shape[:-1]:
            raise RuntimeError(
                "torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of"
                " boundaries tensor and input value tensor must match, but we got"
                f" {list(sequence.shape)} and {list(values.shape)}"
            )
        rows, queries = sequence[..., None, :], values[..., :, None]
        found = ((rows <= queries) if after else (rows < queries)).sum(-1)
    return into(out, wrap(xp.asarray(found, np.int32 if out_int32 else np.int64)), "searchsorted")


def bucketize(
    input: Tensor, boundaries: Tensor, *, out_int32: bool = False, right: bool = False, out: Tensor | None = None
) -> Tensor:
    """Which bucket between the boundaries each value falls into. Source: torch.bucketize."""
    check_tensors("bucketize", boundaries=boundaries)
    return into(out, searchsorted(boundaries, input, out_int32=out_int32, right=right), "bucketize")


def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each of 0, 1, 2, ... occurs in a vector of integers, or the sum of its weights.

    A GPU is waited for: the largest number decides the length. Raises RuntimeError for negative numbers or more axes.
    Source: torch.bincount."""
    check_tensors("bincount", input=input)
    check_optional_tensors("bincount", weights=weights)
    array = input.array
    if array.dtype.kind == "f":
        raise NotImplementedError(f'"bincount_cpu" not implemented for {input.dtype}: use input.long()')
    least, most = _bounds(array) if array.ndim == 1 and array.size else (0, -1)
    if array.ndim != 1 or least < 0:
        raise RuntimeError(f"bincount only supports 1-d non-negative integral inputs, got shape {list(array.shape)}")
    if minlength < 0:
        raise RuntimeError(f"minlength should be >= 0, got {minlength}")
    size = max(most + 1, minlength)
    if weights is None:
        return wrap(count_each(array, size))
    kind = weights.array.dtype if weights.array.dtype == np.float32 else np.float64
    return wrap(count_each(array, size, weights.array.astype(np.float64)).astype(kind, copy=False))


def _bounds(array: Array) -> tuple[int, int]:
    """The least and the largest number, waiting once for a GPU."""
    least, most = to_numpy(module_of_array(array).stack([array.min(), array.max()])).tolist()
    return least, most


def isin(
    elements: Tensor | float, test_elements: Tensor | float, *, assume_unique: bool = False, invert: bool = False
) -> Tensor:
    """Whether each element is among test_elements; one of the two may be a number.

    Source: torch.isin."""
    if not isinstance(elements, NUMBER):
        check_tensors("isin", elements=elements)
    if isinstance(elements, NUMBER) or not isinstance(test_elements, NUMBER):
        check_tensors("isin", test_elements=test_elements)
    both = (elements, test_elements)
    check_devices("isin", *both)
    xp = module_of(elements, test_elements)
    a, b = (each.array if isinstance(each, TensorBase) else xp.asarray(each) for each in both)
    return wrap(xp.isin(a, b, invert=invert))
