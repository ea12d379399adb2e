"""Products along an axis, total and running."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...autograd.base import wrap
from ...autograd.function import Function, printed_as
from ...backend import array_module, running
from ..joining import cat, stack
from ..plumbing.keywords import numpy_names
from ..plumbing.out import into
from ..reduction import addable, spread
from ..shape import wrap_dim
from ..splitting import unbind

if TYPE_CHECKING:
    from ...dtypes import dtype as dtype_
    from ...tensor import Tensor


class Prod(Function):
    """y = x_0 ... x_n along an axis;  dL/dx_i = dL/dy (x_0 ... x_(i-1)) (x_(i+1) ... x_n), which divides by no x"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, dim: int, keepdim: bool) -> Tensor:
        ctx.dim = dim
        y = wrap(x.array.prod(dim, keepdims=keepdim, dtype=x.array.dtype))
        ctx.save_for_backward(x, y)  # y, which PyTorch divides by x where it can, only to refuse a change of it
        return y

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None]:
        x, _ = ctx.saved_tensors
        if x.array.size == 0:
            return x * 0, None, None
        others = products_before(x, ctx.dim) * _reversed(products_before(_reversed(x, ctx.dim), ctx.dim), ctx.dim)
        return spread(gy, x.array.shape, (ctx.dim,)) * others, None, None


class CumProd(Function):
    """y_i = x_0 ... x_i;  dL/dx_i = y_(i-1) s_i with s_i = dL/dy_i + x_(i+1) s_(i+1), which divides by no x"""

    pytorch_name = "CumprodBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor, dim: int) -> Tensor:
        ctx.dim = dim
        y = wrap(running(array_module(x).cumprod, x.array, dim))
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None]:
        x, _ = ctx.saved_tensors
        if x.array.size == 0:
            return gy, None
        factors, gradients = unbind(x, ctx.dim), unbind(gy, ctx.dim)
        sums = [gradients[-1]]
        for factor, gradient in zip(factors[:0:-1], gradients[-2::-1], strict=True):
            sums.append(gradient + factor * sums[-1])
        return products_before(x, ctx.dim) * stack(sums[::-1], ctx.dim), None


def products_before(x: Tensor, dim: int) -> Tensor:
    """y_i = x_0 ... x_(i-1) along an axis, 1 for the first."""
    first = x.narrow(dim, 0, 1)
    return cumprod(cat([first * 0 + 1, x.narrow(dim, 0, x.array.shape[dim] - 1)], dim), dim)


def _reversed(x: Tensor, dim: int) -> Tensor:
    return stack(unbind(x, dim)[::-1], dim)


@numpy_names
def prod(
    input: Tensor,
    dim: int | None = None,
    keepdim: bool = False,
    *,
    dtype: dtype_ | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The product along `dim`, or of all elements; integers and bools give int64. Source: torch.prod."""
    x = addable("prod", input, dtype)
    if dim is None or x.array.ndim == 0:
        return into(out, Prod.apply(x.reshape(-1), 0, False), "prod")
    y = Prod.apply(x, wrap_dim(dim, x.array.ndim), keepdim)
    return into(out, printed_as("ProdBackward1", y), "prod")


@numpy_names
def cumprod(input: Tensor, dim: int, *, dtype: dtype_ | None = None, out: Tensor | None = None) -> Tensor:
    """Running products along `dim`; integers and bools give int64. Source: torch.cumprod."""
    x = addable("cumprod", input, dtype)
    at = wrap_dim(dim, x.array.ndim)
    return into(out, CumProd.apply(x, at) if x.array.ndim else x.clone(), "cumprod")
