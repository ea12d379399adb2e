"""Variance, standard deviation, covariance: how numbers are spread out."""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING

from .. import return_types
from ..autograd.base import TensorBase, wrap
from ..autograd.function import Function, printed_as
from ..backend import add_up, without_overflow
from .norms import vector_norm
from .plumbing.entry import check_numbers, check_optional_tensors, check_tensors
from .plumbing.keywords import numpy_names
from .plumbing.out import into, into_each
from .plumbing.promotion import floating, tensor_only
from .ranges import linspace
from .reduction import mean, wrap_dims
from .sorting import bincount, searchsorted

if TYPE_CHECKING:
    from ..tensor import Tensor


class Var(Function):
    """y = sum (x - m)^2 / n over some axes, m the mean;  dL/dx = dL/dy 2 (x - m) / n, for n = 0 that of |x - m|"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, dims: tuple[int, ...], n: float) -> Tensor:
        ctx.dims, ctx.n = dims, n
        ctx.save_for_backward(x)
        array = without_overflow(x.array)
        centered = array - add_up(array, dims, True) / (math.prod(array.shape[d] for d in dims) or math.nan)
        return wrap((add_up(centered * centered, dims, True) / n).astype(x.array.dtype, copy=False))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None]:
        (x,) = ctx.saved_tensors
        centered = x - mean(x, ctx.dims, keepdim=True)
        return gy * (centered * (2 / ctx.n) if ctx.n else centered.abs() / 0), None, None


def _read(
    name: str, input: Tensor, dim: int | tuple[int, ...] | None, unbiased: bool | None, correction: float | None
) -> tuple[Tensor, tuple[int, ...], float]:
    """input, the axes, and what the squares are divided by: n - 1, n, or n - correction.

    The first positional argument after input may be dim or, historically, unbiased."""
    if tensor_only(name, input).array.dtype.kind != "f":
        raise RuntimeError(f"{name} only support floating point and complex dtypes, got {input.dtype}: use .float()")
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if correction is None:
        correction = 1 if unbiased is None or unbiased else 0
    check_numbers(name, correction=correction)
    dims = wrap_dims(dim, input.array.ndim)
    count = math.prod(input.array.shape[d] for d in dims)
    results = math.prod(n for d, n in enumerate(input.array.shape) if d not in dims)
    if results and count <= correction:
        warnings.warn(
            f"{name}(): degrees of freedom is <= 0. Correction should be strictly less than the reduction factor"
            f" (input numel divided by output numel): {count} elements, correction {correction}.",
            stacklevel=4,
        )
    return input, dims, max(0.0, count - float(correction))


@numpy_names
def var(
    input: Tensor,
    dim: int | tuple[int, ...] | None = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The variance over `dim` (all axes by default): the sum of squares about the mean, over n - correction.

    correction is 1 by default (Bessel's); unbiased=False is correction=0. Floating dtypes only.
    Source: torch.var."""
    x, dims, divisor = _read("var", input, dim, unbiased, correction)
    y = Var.apply(x, dims, divisor)
    return into(out, printed_as("VarBackward0", y if keepdim else y.squeeze(dims)), "var")


@numpy_names
def std(
    input: Tensor,
    dim: int | tuple[int, ...] | None = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The standard deviation over `dim`, arguments as var. Where it is 0, its gradient is 0. Source: torch.std."""
    x, dims, divisor = _read("std", input, dim, unbiased, correction)
    if divisor == 0:
        y = Var.apply(x, dims, 0.0).sqrt()
        y = y if keepdim else y.squeeze(dims)
    else:
        y = vector_norm(x - mean(x, dims, keepdim=True), 2, dims, keepdim) / math.sqrt(divisor)
    return into(out, printed_as("StdBackward0", y), "std")


@numpy_names
def var_mean(
    input: Tensor,
    dim: int | None = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Tensor, Tensor]:
    """(var, mean), arguments as var. Source: torch.var_mean."""
    _, dims, _ = _read("var_mean", input, dim, unbiased, correction)
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    both = var(input, dims, unbiased, keepdim, correction=correction), mean(input, dims, keepdim)
    return printed_as("VarMeanBackward0", both[0]), printed_as("VarMeanBackward0", both[1])


@numpy_names
def std_mean(
    input: Tensor,
    dim: int | None = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Tensor, Tensor]:
    """(std, mean), arguments as var. Source: torch.std_mean."""
    _, dims, _ = _read("std_mean", input, dim, unbiased, correction)
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    both = std(input, dims, unbiased, keepdim, correction=correction), mean(input, dims, keepdim)
    return printed_as("StdMeanBackward0", both[0]), printed_as("StdMeanBackward0", both[1])


def cov(
    input: Tensor, *, correction: int = 1, fweights: Tensor | None = None, aweights: Tensor | None = None
) -> Tensor:
    """The covariance matrix of variables in rows, observations in columns; a vector is one variable. fweights: how
    often each observation counts; aweights: how much. Source: torch.cov."""
    check_optional_tensors("cov", fweights=fweights, aweights=aweights)
    x = floating("cov", input)
    x = x.reshape(1, -1) if x.array.ndim < 2 else x
    count = fweights if fweights is not None else None
    weights = count if aweights is None else aweights.to(x.dtype) if count is None else count * aweights
    if weights is None:
        centered, total = x - mean(x, 1, keepdim=True), x.array.shape[1]
        spread_ = total - correction
    else:
        total = weights.sum()
        centered = x - (x * weights).sum(1, keepdim=True) / total
        lost = correction if aweights is None else correction * (weights * aweights).sum() / total
        spread_ = total - lost
    if float(spread_) <= 0:
        warnings.warn("cov(): degrees of freedom is <= 0: as many observations as correction, or less", stacklevel=2)
        spread_ = x.new_zeros(())
    weighted = centered if weights is None else centered * weights
    result = (weighted @ centered.mT) / spread_
    return result.squeeze()  # a number for one variable


def corrcoef(input: Tensor) -> Tensor:
    """The matrix of Pearson's correlations of the variables in rows. Source: torch.corrcoef."""
    c = cov(input)
    if c.array.ndim == 0:
        return c / c
    deviations = c.diagonal().sqrt()
    return (c / deviations.unsqueeze(1) / deviations).clamp(-1, 1)


def histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0, *, out: Tensor | None = None) -> Tensor:
    """How many elements fall in each of `bins` equal parts of [min, max]; of the elements' own range if min = max.
    Source: torch.histc."""
    check_tensors("histc", input=input)
    if input.array.dtype.kind != "f":
        raise NotImplementedError(f'"histogram_cpu" not implemented for {input.dtype}: use x.float(), or bincount')
    if bins <= 0:
        raise RuntimeError(f"histc: bins must be > 0, got {bins}")
    x = input.detach().reshape(-1)
    if min == max and x.array.size:
        min, max = float(x.array.min()), float(x.array.max())
    if not (math.isfinite(min) and math.isfinite(max)):
        raise RuntimeError(f"torch.histc: range of [{min}, {max}] is not finite")
    if min == max:
        min, max = min - 1, max + 1
    if min > max:
        raise RuntimeError(f"histc: max must be larger than min, got {min} and {max}")
    x = x[(x >= min) & (x <= max)]
    part = ((x - min) * (bins / (max - min))).long().clamp(max=bins - 1)  # max belongs in the last part
    return into(out, part.bincount(minlength=bins).to(input.dtype), "histc")


def histogram(
    input: Tensor,
    bins: Tensor | int = 100,
    *,
    range: tuple[float, float] | None = None,
    weight: Tensor | None = None,
    density: bool = False,
    out: tuple[Tensor, Tensor] | None = None,
) -> return_types.histogram:
    """Named tuple (hist, bin_edges): how many elements, or how much weight, lie between neighboring edges; with density
    as a share of the total, per unit of length. bins: the edges, a vector, or how many equal parts of `range`, by
    default from the smallest element to the largest. Each part includes its left edge, the last one both.

    Source: torch.histogram."""
    check_optional_tensors("histogram", weight=weight)
    x = tensor_only("histogram", input).detach().reshape(-1)
    if x.array.dtype.kind != "f":
        raise NotImplementedError(f'"histogram" not implemented for {x.dtype}: use x.float()')
    if weight is not None and weight.array.shape != input.array.shape:
        raise RuntimeError(
            f"histogram: weight must have the shape of input, {list(input.array.shape)}, not {list(weight.array.shape)}"
        )
    edges: Tensor = bins if isinstance(bins, TensorBase) else _edges(x, bins, range)
    if edges.array.dtype != x.array.dtype:
        raise RuntimeError(f"histogram: input and bins must have the same dtype, got {x.dtype} and {edges.dtype}")
    inside = (x >= edges[0]) & (x <= edges[-1])
    parts = edges.array.shape[0] - 1
    part = (searchsorted(edges, x[inside], right=True) - 1).clamp(max=parts - 1)
    counted = None if weight is None else weight.detach().reshape(-1)[inside]
    hist = bincount(part, counted, parts).to(x.dtype)
    result = return_types.histogram(hist / (hist.sum() * edges.diff()) if density else hist, edges)
    return into_each(out, result, "histogram")


def _edges(x: Tensor, bins: int, range: tuple[float, float] | None) -> Tensor:
    if bins <= 0:
        raise RuntimeError(f"histogram: bins must be > 0, but got {bins}")
    if range is not None:
        low, high = range
    else:
        low, high = (float(x.array.min()), float(x.array.max())) if x.array.size else (0.0, 1.0)
    if not (math.isfinite(low) and math.isfinite(high)):
        raise RuntimeError(f"histogram: the range [{low}, {high}] is not finite")
    if low > high:
        raise RuntimeError(f"histogram: min should not exceed max, but got min {low} max {high}")
    if low == high:
        low, high = low - 0.5, high + 0.5
    return linspace(low, high, bins + 1, dtype=x.dtype, device=x.device)
