"""Running sums and extremes along an axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import return_types
from ..autograd.base import wrap
from ..autograd.function import Function, printed_as
from ..backend import Array, array_module, running
from ..dtypes import float64, int64
from .exponential import logaddexp
from .joining import cat, stack
from .masking import where
from .plumbing.entry import check_ints, check_tensors
from .plumbing.keywords import numpy_names
from .plumbing.out import into, into_each
from .reduction import addable
from .shape import wrap_dim
from .splitting import unbind

if TYPE_CHECKING:
    from ..dtypes import dtype as dtype_
    from ..tensor import Tensor


class CumSum(Function):
    """y_i = x_0 + ... + x_i, or from the end if reverse;  dL/dx_i = dL/dy_i + ... + dL/dy_n, the other way"""

    pytorch_name = "CumsumBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor, dim: int, reverse: bool) -> Tensor:
        ctx.dim, ctx.reverse = dim, reverse
        xp = array_module(x)
        if reverse:
            return wrap(_flipped(running(xp.cumsum, _flipped(x.array, dim), dim), dim))
        return wrap(running(xp.cumsum, x.array, dim))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None]:
        return CumSum.apply(gy, ctx.dim, not ctx.reverse), None, None


def _flipped(array: Array, dim: int) -> Array:
    return array[(slice(None),) * dim + (slice(None, None, -1),)]


@numpy_names
def cumsum(input: Tensor, dim: int, *, dtype: dtype_ | None = None, out: Tensor | None = None) -> Tensor:
    """Running sums along `dim`; integers and bools give int64. Source: torch.cumsum."""
    x = addable("cumsum", input, dtype)
    at = wrap_dim(dim, x.array.ndim)
    return into(out, CumSum.apply(x, at, False) if x.array.ndim else x.clone(), "cumsum")


@numpy_names
def cummax(input: Tensor, dim: int, *, out: tuple[Tensor, Tensor] | None = None) -> return_types.cummax:
    """Running maxima along `dim`, and where they are (the last of equal ones). Source: torch.cummax."""
    check_tensors("cummax", input=input)
    return into_each(out, return_types.cummax(*_running(input, dim, "ge")), "cummax")


@numpy_names
def cummin(input: Tensor, dim: int, *, out: tuple[Tensor, Tensor] | None = None) -> return_types.cummin:
    """Running minima along `dim`, and where they are (the last of equal ones). Source: torch.cummin."""
    check_tensors("cummin", input=input)
    return into_each(out, return_types.cummin(*_running(input, dim, "le")), "cummin")


def _running(input: Tensor, dim: int, beats: str) -> tuple[Tensor, Tensor]:
    at = wrap_dim(dim, input.array.ndim)
    if input.array.ndim == 0 or input.array.size == 0:
        return input.clone(), input.to(int64) * 0
    slices = unbind(input.detach(), at)
    best, position = slices[0], slices[0].to(int64) * 0
    positions = [position]
    for i, candidate in enumerate(slices[1:], 1):
        wins = getattr(candidate, beats)(best) | (candidate != candidate)
        best, position = where(wins, candidate, best), where(wins, i, position)
        positions.append(position)
    indices = stack(positions, at)
    return printed_as("CummaxBackward0" if beats == "ge" else "CumminBackward0", input.gather(at, indices)), indices


@numpy_names
def logcumsumexp(input: Tensor, dim: int, *, out: Tensor | None = None) -> Tensor:
    """ln of the running sums of e^x along `dim`. Source: torch.logcumsumexp.

    Computed step by step: with one shift for all, small first terms would become e^-inf = 0."""
    check_tensors("logcumsumexp", input=input)
    if input.array.size == 0 or input.array.ndim == 0:
        return into(out, input.clone(), "logcumsumexp")
    at = wrap_dim(dim, input.array.ndim)
    first, *rest = unbind(input.to(float64), at)  # because rounding errors accumulate
    sums = [first]
    for each in rest:
        sums.append(logaddexp(sums[-1], each))
    return into(out, printed_as("LogcumsumexpBackward0", stack(sums, at).to(input.dtype)), "logcumsumexp")


@numpy_names
def diff(
    input: Tensor,
    n: int = 1,
    dim: int = -1,
    prepend: Tensor | None = None,
    append: Tensor | None = None,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """x_(i+1) - x_i along `dim`, n times, with `prepend` before and `append` after input; for bools, whether they
    differ. Source: torch.diff."""
    check_tensors("diff", input=input)
    check_ints("diff", n=n)
    parts = [each for each in (prepend, input, append) if each is not None]
    input = cat(parts, dim) if len(parts) > 1 else input
    for _ in range(n):
        size = input.array.shape[wrap_dim(dim, input.array.ndim)]
        if size == 0:
            return into(out, input.clone(), "diff")
        later, earlier = input.narrow(dim, 1, size - 1), input.narrow(dim, 0, size - 1)
        input = later != earlier if input.array.dtype == bool else later - earlier
    return into(out, input, "diff")
