"""Variance, standard deviation, median: how numbers are spread."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..autograd.base import wrap
from ..autograd.function import Function
from ..backend import xp
from .keywords import numpy_names
from .norms import vector_norm
from .promotion import refuse_bool, tensor_only
from .reduction import ValuesAndIndices, mean, wrap_dims
from .shape import wrap_dim

if TYPE_CHECKING:
    from ..tensor import Tensor


class Var(Function):
    """y = sum (x - m)^2 / n over some axes, m the mean;  dL/dx = dL/dy 2 (x - m) / n"""

    @staticmethod
    def forward(ctx: Any, x: Any, dims: tuple[int, ...], n: float) -> Any:
        ctx.dims, ctx.n = dims, n or math.nan
        ctx.save_for_backward(x)
        centred = x.array - x.array.mean(dims, keepdims=True)
        return wrap((centred * centred).sum(dims, keepdims=True) / ctx.n)

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        (x,) = ctx.saved_tensors
        return gy * (x - mean(x, ctx.dims, keepdim=True)) * (2 / ctx.n), None, None


def _read(
    name: str, input: Tensor, dim: Any, unbiased: Any, correction: Any
) -> tuple[Tensor, tuple[int, ...], float]:
    """input, the axes, and what the squares are divided by: n - 1, n, or n - correction.

    The first positional argument after input may be dim or, historically, unbiased."""
    if tensor_only(name, input).array.dtype.kind != "f":
        raise RuntimeError(f"{name} only support floating point and complex dtypes, got {input.dtype}: use .float()")
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if correction is None:
        correction = 1 if unbiased is None or unbiased else 0
    dims = wrap_dims(dim, input.array.ndim)
    count = math.prod(input.array.shape[d] for d in dims)
    return input, dims, max(0, count - correction)


@numpy_names
def var(
    input: Tensor, dim: Any = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: Any = None
) -> Tensor:
    """The variance over `dim` (all axes by default): the sum of squares about the mean, over n - correction.

    correction is 1 by default (Bessel's); unbiased=False is correction=0. Floating dtypes only.
    Source: torch.var."""
    x, dims, divisor = _read("var", input, dim, unbiased, correction)
    y = Var.apply(x, dims, divisor)
    return y if keepdim else y.squeeze(dims)


@numpy_names
def std(
    input: Tensor, dim: Any = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: Any = None
) -> Tensor:
    """The standard deviation over `dim`, arguments as var. Where it is 0 its gradient is 0. Source: torch.std."""
    x, dims, divisor = _read("std", input, dim, unbiased, correction)
    return vector_norm(x - mean(x, dims, keepdim=True), 2, dims, keepdim) / (math.sqrt(divisor) or float("nan"))


@numpy_names
def var_mean(
    input: Tensor, dim: Any = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: Any = None
) -> tuple[Tensor, Tensor]:
    """(var, mean), arguments as var. Source: torch.var_mean."""
    _, dims, _ = _read("var_mean", input, dim, unbiased, correction)
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    return var(input, dims, unbiased, keepdim, correction=correction), mean(input, dims, keepdim)


@numpy_names
def std_mean(
    input: Tensor, dim: Any = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: Any = None
) -> tuple[Tensor, Tensor]:
    """(std, mean), arguments as var. Source: torch.std_mean."""
    _, dims, _ = _read("std_mean", input, dim, unbiased, correction)
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    return std(input, dims, unbiased, keepdim, correction=correction), mean(input, dims, keepdim)


@numpy_names
def median(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """The lower of the middle values, nan where there is one: median(x), or median(x, dim) as a named
    tuple (values, indices). Source: torch.median."""
    if tensor_only("median", input).array.dtype.kind == "b":
        refuse_bool("median", input)
    if dim is None:
        if input.array.size == 0:
            return wrap(xp(input).full((), float("nan"), input.array.dtype))
        return median(input.reshape(-1), 0).values
    at = wrap_dim(dim, input.array.ndim)
    if input.array.ndim == 0:
        return ValuesAndIndices(input.clone(), input.long() * 0)
    order = wrap(xp(input).argsort(input.array, axis=at))  # nan comes last
    middle = order.narrow(at, (input.array.shape[at] - 1) // 2, 1)
    if input.array.dtype.kind == "f":
        last = order.narrow(at, input.array.shape[at] - 1, 1)
        has_nan = input.detach().gather(at, last).isnan()
        middle = middle * ~has_nan + last * has_nan
    values = input.gather(at, middle)
    return ValuesAndIndices(values, middle) if keepdim else ValuesAndIndices(values.squeeze(at), middle.squeeze(at))
