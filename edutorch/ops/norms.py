"""Lengths of vectors and sizes of matrices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..autograd.base import wrap
from ..autograd.function import Function, printed_as
from ..backend import add_up, array_module, without_overflow
from .masking import where
from .more.decompositions import svdvals
from .plumbing.entry import check_tensors
from .plumbing.keywords import numpy_names
from .plumbing.out import into
from .plumbing.promotion import tensor_only
from .reduction import amax, amin, extremum, wrap_dims
from .reduction import sum as sum_
from .shape import movedim, wrap_dim

if TYPE_CHECKING:
    from ..dtypes import dtype as dtype_
    from ..tensor import Tensor


class Norm(Function):
    """y = (sum |x|^p)^(1/p) over some axes;  dL/dx = dL/dy sign(x) (|x| / y)^(p-1), and 0 where y = 0

    For p = 2: y = sqrt(sum x^2), dL/dx = dL/dy x / y."""

    pytorch_name = "LinalgVectorNormBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor, p: float, dims: tuple[int, ...]) -> Tensor:
        dtype = x.array.dtype
        array = without_overflow(x.array)
        xp = array_module(x)
        if p == 2:
            y = xp.sqrt(add_up(array * array, dims, True))
        else:
            y = add_up(xp.abs(array) ** p, dims, True) ** (1 / p)
        y = wrap(y.astype(dtype, copy=False))
        ctx.p, ctx.dims = p, dims
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None]:
        x, y = ctx.saved_tensors
        safe = y.masked_fill(y == 0, float("inf"))
        if ctx.p == 2:
            return gy * (x / safe), None, None
        slope = (x.abs() / safe) ** (ctx.p - 1) * x.sign()
        return gy * slope.masked_fill(x == 0, 0), None, None


class NonzeroCount(Function):
    """y = how many x are not 0 (nan is not), in the dtype of x;  no gradient, as in PyTorch"""

    pytorch_name = "LinalgVectorNormBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor, dims: tuple[int, ...], keepdim: bool) -> Tensor:
        dtype = x.array.dtype
        return wrap(add_up((x.array != 0).astype(dtype), dims, keepdim).astype(dtype, copy=False))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[None, None, None]:
        return None, None, None


def _floating(name: str, input: Tensor, dtype: dtype_ | None) -> Tensor:
    x = tensor_only(name, input) if dtype is None else input.to(dtype)
    if x.array.dtype.kind != "f":
        raise RuntimeError(f"{name}: Expected a floating point or complex tensor as input. Got {x.dtype}: use .float()")
    return x


@numpy_names
def vector_norm(
    input: Tensor,
    ord: float = 2,
    dim: int | Sequence[int] | None = None,
    keepdim: bool = False,
    *,
    dtype: dtype_ | None = None,
) -> Tensor:
    """(sum |x|^ord)^(1/ord) over `dim`, by default all axes. ord inf and -inf: the largest and the smallest |x|; 0: the
    number of nonzero elements. Source: torch.linalg.vector_norm."""
    x = _floating("linalg.vector_norm", input, dtype)
    dims = wrap_dims(dim, x.array.ndim)
    if ord == 0:
        return NonzeroCount.apply(x, dims, keepdim)
    if ord == 1:
        return printed_as("LinalgVectorNormBackward0", sum_(x.abs(), dims, keepdim))
    if math.isinf(ord):
        y = extremum("linalg.vector_norm", x.abs(), dims, keepdim, ord > 0, nan_shares=True)
        return printed_as("LinalgVectorNormBackward0", y)
    y = Norm.apply(x, float(ord), dims)
    return printed_as("LinalgVectorNormBackward0", y if keepdim else y.squeeze(dims))


@numpy_names
def matrix_norm(
    input: Tensor,
    ord: float | str = "fro",
    dim: Sequence[int] = (-2, -1),
    keepdim: bool = False,
    *,
    dtype: dtype_ | None = None,
) -> Tensor:
    """The size of the matrices in two axes. ord "fro": the root of the sum of squares; 1 and -1: the largest and
    smallest column sum of |x|; inf and -inf: row sums; 2, -2 and "nuc": the largest, the smallest and the sum of
    the singular values. Source: torch.linalg.matrix_norm."""
    x = _floating("linalg.matrix_norm", input, dtype)
    rows, columns = (wrap_dim(d, x.array.ndim) for d in dim)
    if ord == "fro":
        return vector_norm(x, 2, (rows, columns), keepdim)
    if ord in (1, -1):
        y = (amax if ord > 0 else amin)(sum_(x.abs(), rows, keepdim=True), columns, keepdim=True)
    elif ord in (math.inf, -math.inf):
        y = (amax if ord > 0 else amin)(sum_(x.abs(), columns, keepdim=True), rows, keepdim=True)
    else:
        y = _by_singular_values(x, ord, rows, columns)
    return y if keepdim else y.squeeze((rows, columns))


def _by_singular_values(x: Tensor, ord: Any, rows: int, columns: int) -> Tensor:
    if ord not in (2, -2, "nuc"):
        raise RuntimeError(
            f"linalg.matrix_norm: Order {ord} not supported: expected 'fro', 'nuc', 1, -1, 2, -2, inf or -inf"
        )
    s = svdvals(movedim(x, (rows, columns), (-2, -1)))
    y = sum_(s, -1) if ord == "nuc" else (amax if ord > 0 else amin)(s, -1)
    for d in sorted((rows, columns)):
        y = y.unsqueeze(d)
    return y


@numpy_names
def linalg_norm(
    input: Tensor,
    ord: float | str | None = None,
    dim: int | Sequence[int] | None = None,
    keepdim: bool = False,
    *,
    dtype: dtype_ | None = None,
) -> Tensor:
    """vector_norm or matrix_norm: the latter if ord is given and `dim` names two axes, or is None and input has two
    axes. Source: torch.linalg.norm."""
    check_tensors("linalg.norm", input=input)
    pair = dim if isinstance(dim, (tuple, list)) and len(dim) == 2 else None
    if ord is not None and (pair or (dim is None and input.array.ndim == 2)):
        return matrix_norm(input, ord, pair or (-2, -1), keepdim, dtype=dtype)
    if isinstance(ord, str):
        raise RuntimeError(f"linalg.norm: order '{ord}' needs a matrix: dim is {dim}, input {input.array.ndim}-d")
    return vector_norm(input, 2 if ord is None else ord, dim, keepdim, dtype=dtype)


@numpy_names
def norm(
    input: Tensor,
    p: Any = "fro",
    dim: Any = None,
    keepdim: bool = False,
    *,
    dtype: dtype_ | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The vector norm of order p over `dim`, of order 2 by default ("fro"). "nuc" is the sum of the singular
    values of a matrix. Source: torch.norm."""
    if p == "nuc":
        return into(out, matrix_norm(input, p, (-2, -1) if dim is None else dim, keepdim, dtype=dtype), "norm")
    return into(out, vector_norm(input, 2 if p in ("fro", None) else p, dim, keepdim, dtype=dtype), "norm")


def dist(input: Tensor, other: Tensor, p: float = 2) -> Tensor:
    """The p-norm of input - other; shapes broadcast. Source: torch.dist."""
    check_tensors("dist", input=input, other=other)
    return printed_as("DistBackward0", vector_norm(input - other, p))


def renorm(input: Tensor, p: float, dim: int, maxnorm: float, *, out: Tensor | None = None) -> Tensor:
    """Scales each slice of the axis `dim` whose p-norm is larger than maxnorm down to it.

    Source: torch.renorm."""
    if tensor_only("renorm", input).array.ndim < 2:
        raise RuntimeError(f"renorm: input needs at least 2 dimensions, got {input.array.ndim} dimensions")
    if p <= 0:
        raise RuntimeError(f"renorm: non-positive-norm not supported: p is {p}")
    if maxnorm < 0:
        raise RuntimeError(f"renorm: expected maxnorm to be >= 0 but got {maxnorm}")
    at = wrap_dim(dim, input.array.ndim)
    norms = vector_norm(input, p, [d for d in range(input.array.ndim) if d != at], keepdim=True)
    y = input * where(norms > maxnorm, maxnorm / (norms + 1e-7), 1.0)
    return into(out, printed_as("RenormBackward0", y), "renorm")
