"""Median, quantiles, mode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ... import return_types
from ...autograd.base import TensorBase, wrap
from ...autograd.function import Function, printed_as
from ...backend import array_module, as_indices, check_within
from ..from_data import tensor
from ..masking import where
from ..plumbing.entry import check_numbers, check_tensors
from ..plumbing.keywords import numpy_names
from ..plumbing.out import into, into_each
from ..plumbing.promotion import refuse_bool, tensor_only
from ..shape import wrap_dim
from ..sorting import sort

if TYPE_CHECKING:
    from ...tensor import Tensor


class OneOfEquals(Function):
    """y = value, which is among the elements of x;  dL/dx = dL/dy / n at each of the n elements that are equal to it"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, value: Tensor) -> Tensor:
        ctx.save_for_backward((x == value) | ((x != x) & (value != value)))  # nan counts as equal to nan
        return wrap(value.array)

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None]:
        (alike,) = ctx.saved_tensors
        return gy * alike / alike.sum(), None


@numpy_names
def median(input: Tensor, dim: int | None = None, keepdim: bool = False, *, out: Any = None) -> Any:
    """The lower of the middle values, nan if there is a nan: median(x), or median(x, dim) as a named
    tuple (values, indices). Source: torch.median."""
    if tensor_only("median", input).array.dtype.kind == "b":
        refuse_bool("median", input)
    xp = array_module(input)
    if dim is None:
        if input.array.size == 0:
            return into(out, wrap(xp.full((), float("nan"), input.array.dtype)), "median")
        y = OneOfEquals.apply(input, median(input.detach().reshape(-1), 0).values)
        return into(out, printed_as("MedianBackward0", y), "median")
    at = wrap_dim(dim, input.array.ndim)
    if input.array.ndim == 0:
        return into_each(out, return_types.median(input.clone(), input.long() * 0), "median")
    order = wrap(as_indices(xp.argsort(input.array, axis=at)))  # nan comes last
    middle = order.narrow(at, (input.array.shape[at] - 1) // 2, 1)
    if input.array.dtype.kind == "f":
        is_nan = input.detach().isnan()
        middle = where(is_nan.any(at, keepdim=True), is_nan.long().argmax(at, keepdim=True), middle)
    values = input.gather(at, middle)
    if not keepdim:
        values, middle = values.squeeze(at), middle.squeeze(at)
    printed_as("MedianBackward1", values)
    return into_each(out, return_types.median(values, middle), "median")


@numpy_names
def nanmedian(input: Tensor, dim: int | None = None, keepdim: bool = False, *, out: Any = None) -> Any:
    """The median of the elements that are not nan, with the arguments of median. Source: torch.nanmedian."""
    check_tensors("nanmedian", input=input)
    if dim is None:
        if input.array.size == 0:
            return into(out, median(input), "nanmedian")
        y = OneOfEquals.apply(input, nanmedian(input.detach().reshape(-1), 0).values)
        return into(out, printed_as("NanmedianBackward0", y), "nanmedian")
    at = wrap_dim(dim, input.array.ndim)
    order = sort(input.detach(), at).indices  # nan comes last
    known = (input == input).sum(at, keepdim=True)
    middle = order.gather(at, ((known - 1) // 2).clamp(min=0))
    values = input.gather(at, middle)
    if not keepdim:
        values, middle = values.squeeze(at), middle.squeeze(at)
    printed_as("NanmedianBackward1", values)
    return into_each(out, return_types.nanmedian(values, middle), "nanmedian")


@numpy_names
def quantile(
    input: Tensor,
    q: float | Tensor,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
    out: Tensor | None = None,
) -> Tensor:
    """The values below which the fractions q of the numbers lie, along `dim` or of all; nan if there is a nan.

    q: a number in [0, 1], or a vector of them, which gives a first axis. Between two numbers the result is
    interpolated: "linear", "lower", "higher", "midpoint" or "nearest". Source: torch.quantile."""
    return into(out, _quantile("quantile", input, q, dim, keepdim, interpolation, False), "quantile")


@numpy_names
def nanquantile(
    input: Tensor,
    q: float | Tensor,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    interpolation: str = "linear",
    out: Tensor | None = None,
) -> Tensor:
    """quantile of the elements that are not nan. Source: torch.nanquantile."""
    return into(out, _quantile("nanquantile", input, q, dim, keepdim, interpolation, True), "nanquantile")


def _quantile(
    name: str, input: Tensor, q: Tensor | float, dim: int | None, keepdim: bool, interpolation: str, ignore_nan: bool
) -> Tensor:
    if tensor_only(name, input).array.dtype.kind != "f":
        raise RuntimeError(f"{name}() input tensor must be either float or double dtype, got {input.dtype}")
    if interpolation not in ("linear", "lower", "higher", "midpoint", "nearest"):
        raise RuntimeError(
            f"{name}() interpolation must be one of linear, lower, higher, midpoint or nearest, but got {interpolation}"
        )
    if isinstance(q, TensorBase):
        if q.array.dtype != input.array.dtype:
            raise RuntimeError(
                f"{name}() q tensor must be same dtype as the input tensor: {q.dtype}, not {input.dtype}"
            )
    else:
        check_numbers(name, q=q)
    parts: Tensor = q if isinstance(q, TensorBase) else tensor(q, dtype=input.dtype, device=input.device)
    wrong = RuntimeError(f"{name}() q values must be in the range [0, 1]")
    check_within(((parts < 0) | (parts > 1)).array.astype(np.uint8), 0, 1, lambda found: wrong)
    axes = input.array.ndim
    at = 0 if dim is None else wrap_dim(dim, axes)
    x = input.reshape(-1) if dim is None or not axes else input.movedim(at, -1)
    x = sort(x, -1).values  # (..., n), nan comes last
    known = (x == x).sum(-1, keepdim=True)
    n = x.array.shape[-1]
    place = parts.reshape(-1) * (known - 1).clamp(min=0).to(x.dtype)  # (..., q), between two numbers
    if not ignore_nan:
        place = where(known < n, float(n - 1), place)  # the last one, which is nan
    y = _between(x, place, interpolation).movedim(-1, 0)  # (q, ...)
    if keepdim:
        y = y.reshape(y.array.shape[0], *(1,) * axes) if dim is None else y.unsqueeze(at + 1)
    return y if parts.array.ndim else y.squeeze(0)


def _between(x: Tensor, place: Tensor, interpolation: str) -> Tensor:
    low, high = place.floor().long(), place.ceil().long()
    if interpolation == "lower":
        high = low
    elif interpolation == "higher":
        low = high
    elif interpolation == "nearest":
        low = high = place.round().long()
    if interpolation not in ("linear", "midpoint"):
        return x.gather(-1, low)
    weight = place * 0 + 0.5 if interpolation == "midpoint" else place - low
    return x.gather(-1, low).lerp(x.gather(-1, high), weight)


@numpy_names
def mode(
    input: Tensor, dim: int = -1, keepdim: bool = False, *, out: tuple[Tensor, Tensor] | None = None
) -> return_types.mode:
    """The most frequent value along `dim` (the smallest of equally frequent ones), and its last place. Source:
    torch.mode."""
    at = wrap_dim(dim, tensor_only("mode", input).array.ndim)
    if input.array.ndim == 0:
        return into_each(out, return_types.mode(input.clone(), input.long() * 0), "mode")
    x = input.detach().movedim(at, -1)  # (..., n)
    often = (x.unsqueeze(-1) == x.unsqueeze(-2)).sum(-1)  # (..., n): how often each value occurs
    leading = often == often.amax(-1, keepdim=True)
    order = sort(x, -1).indices
    first = leading.gather(-1, order).long().argmax(-1, keepdim=True)
    best = x.gather(-1, order.gather(-1, first))
    n = x.array.shape[-1]
    last = n - 1 - (x == best).flip(-1).long().argmax(-1, keepdim=True)
    indices = last.movedim(-1, at)
    values = input.gather(at, indices)
    if not keepdim:
        values, indices = values.squeeze(at), indices.squeeze(at)
    printed_as("ModeBackward0", values)
    return into_each(out, return_types.mode(values, indices), "mode")
