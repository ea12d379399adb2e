"""Linear algebra: inverses, determinants, powers of matrices.

The last two axes are matrices, the others a batch. float32 and float64 only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ... import return_types
from ...autograd.base import TensorBase, wrap
from ...autograd.function import Function
from ...backend import Array, array_module, raising_on_singular
from ...browser_numpy import checked_in_a_browser
from ...dtypes import float16, from_numpy_dtype
from ..diagonals import diagonal
from ..indexing import Overwrite
from ..joining import stack
from ..plumbing.entry import check_ints, check_tensors
from ..plumbing.out import into

if TYPE_CHECKING:
    from ...tensor import Tensor


class LinAlgError(RuntimeError):
    """Raised for a matrix that has no inverse, or no such factors. Source: torch.linalg.LinAlgError."""

    __module__ = "edutorch.linalg"  # where users find it


class Inverse(Function):
    """Y = X^-1;  dL/dX = -Y^T dL/dY Y^T"""

    pytorch_name = "LinalgInvExBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        y = wrap(solved("linalg.inv", array_module(x).linalg.inv, x.array))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (y,) = ctx.saved_tensors
        return -(y.mT @ gy @ y.mT)


class Determinant(Function):
    """y = det X;  dL/dX = dL/dy times the cofactors of X, which are y X^-T where X has an inverse"""

    pytorch_name = "LinalgDetBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        y = wrap(array_module(x).linalg.det(x.array))
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        x, y = ctx.saved_tensors
        if bool((y != 0).all()):
            return (gy * y)[..., None, None] * Inverse.apply(x).mT
        return gy[..., None, None] * Cofactors.apply(x)


class Cofactors(Function):
    """Y = the cofactors of X, det(U V) U C V with X = U S V and c_i the product of all s but s_i;
    no derivative"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        xp = array_module(x)
        linalg = xp.linalg
        u, s, v = linalg.svd(x.array)
        n = s.shape[-1]
        others = xp.where(xp.eye(n, dtype=bool), 1, s[..., None, :]).prod(-1)
        sign = linalg.det(u) * linalg.det(v)
        return wrap(sign[..., None, None] * ((u * others[..., None, :]) @ v))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> None:
        raise RuntimeError(
            "linalg.det has no second derivative here at a singular matrix: add a little to its diagonal"
        )


class LogDeterminant(Function):
    """(sign, y) = (sign of det X, ln |det X|);  dL/dX = dL/dy X^-T; the sign is constant"""

    pytorch_name = "LinalgSlogdetBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> tuple[Tensor, Tensor]:
        sign, y = map(wrap, array_module(x).linalg.slogdet(x.array))
        ctx.save_for_backward(x)
        return sign, y

    @staticmethod
    def backward(ctx: Function, _: Tensor, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gy[..., None, None] * Inverse.apply(x).mT


def solved(name: str, solver: Callable[..., Array], *arrays: Array) -> Array:
    """solver(*arrays), with PyTorch's error where a matrix is singular or not positive-definite."""
    try:
        with raising_on_singular(arrays[0]):
            return checked_in_a_browser(solver(*arrays), *arrays)
    except np.linalg.LinAlgError:
        raise LinAlgError(f"{name}: {_REASONS[name]} The shape is {list(arrays[0].shape)}.") from None


_REASONS = {
    "linalg.inv": "The inversion could not be completed because the input matrix is singular.",
    "linalg.cholesky": "The factorization could not be completed because the input is not positive-definite.",
    "torch.linalg.solve": "The solver failed because the input matrix is singular.",
}


def matrices(name: str, input: Tensor, square: bool = False) -> Tensor:
    """The input, if it has matrices (square ones) of a dtype that the solvers accept."""
    if not isinstance(input, TensorBase):
        raise TypeError(f"{name}(): argument 'A' must be Tensor, not {type(input).__name__}")
    shape = input.array.shape
    if len(shape) < 2:
        raise RuntimeError(f"{name}: The input tensor A must have at least 2 dimensions, got shape {list(shape)}.")
    if square and shape[-1] != shape[-2]:
        raise RuntimeError(
            f"{name}: A must be batches of square matrices, but they are {shape[-2]} by {shape[-1]} matrices"
        )
    kind = from_numpy_dtype(input.array.dtype)
    if not kind.is_floating_point:
        raise RuntimeError(f"{name}: Expected a floating point or complex tensor as input. Got {kind}: use A.float()")
    if kind is float16:
        raise RuntimeError(f"{name}: Low precision dtypes not supported. Got {kind}: use A.float()")
    return input


def inv(A: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse of a matrix, (*, n, n). Raises LinAlgError for a singular one. Source: torch.linalg.inv."""
    return into(out, Inverse.apply(matrices("linalg.inv", A, square=True)), "inv")


def det(A: Tensor) -> Tensor:
    """The determinant of a matrix: (*, n, n) gives (*). Source: torch.linalg.det."""
    return Determinant.apply(matrices("linalg.det", A, square=True))


def slogdet(A: Tensor) -> return_types.linalg_slogdet:
    """The sign of the determinant and the logarithm of its absolute value. Source: torch.linalg.slogdet."""
    return return_types.linalg_slogdet(*LogDeterminant.apply(matrices("linalg.slogdet", A, square=True)))


def logdet(input: Tensor) -> Tensor:
    """The logarithm of the determinant: nan where it is negative, -inf where it is 0. Source: torch.logdet."""
    sign, logabsdet = slogdet(input)
    return logabsdet.masked_fill(sign < 0, math.nan)


def matrix_power(A: Tensor, n: int, *, out: Tensor | None = None) -> Tensor:
    """A A ... A, n times: the identity for 0, powers of the inverse for n < 0. Source: torch.linalg.matrix_power."""
    check_tensors("linalg.matrix_power", A=A)
    shape = A.array.shape
    if A.array.ndim < 2 or shape[-1] != shape[-2]:
        raise RuntimeError(f"linalg.matrix_power: A must be batches of square matrices, got shape {list(shape)}")
    if n < 0:
        return into(out, matrix_power(inv(A), -n), "matrix_power")
    if n == 0:
        return into(
            out, Overwrite.apply(A, wrap(array_module(A).eye(shape[-1], dtype=A.array.dtype))).clone(), "matrix_power"
        )
    if n == 1:
        return into(out, A, "matrix_power")
    half = matrix_power(A, n // 2)
    return into(out, half @ half @ A if n % 2 else half @ half, "matrix_power")


def matrix_diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The diagonal of each matrix, a view. Source: torch.linalg.diagonal."""
    check_tensors("linalg.diagonal", A=A)
    return diagonal(A, offset, dim1, dim2)


def matrix_exp(A: Tensor) -> Tensor:
    """e^A = I + A + A A / 2 + ... of square matrices: the series for A / 2^k, small enough for 18 terms,
    squared k times. Source: torch.linalg.matrix_exp."""
    a = matrices("linalg.matrix_exp", A, square=True)
    xp = array_module(a)
    norm = float(xp.abs(a.array).sum(-1).max()) if a.array.size else 0.0
    halvings = max(0, math.ceil(math.log2(norm)) + 1) if norm > 0 else 0
    small = a / 2**halvings
    result = Overwrite.apply(a, wrap(xp.eye(a.array.shape[-1], dtype=a.array.dtype))).clone()
    term = result
    for n in range(1, 19):
        term = term @ small / n
        result = result + term
    for _ in range(halvings):
        result = result @ result
    return result


def vander(x: Tensor, *, N: int | None = None) -> Tensor:
    """The powers 0 to N - 1 of each element, N by default the size of the last axis, as rows: (*, n) gives
    (*, n, N). Source: torch.linalg.vander."""
    check_tensors("linalg.vander", x=x)
    if N is not None:
        check_ints("linalg.vander", N=N)
    count = x.array.shape[-1] if N is None else N
    columns = [x**0] if count else []
    for _ in range(1, count):
        columns.append(columns[-1] * x)
    return stack(columns, -1)


def vander_descending(x: Tensor, N: int | None = None, increasing: bool = False) -> Tensor:
    """The powers N - 1 to 0 of each element of a vector as rows, or 0 to N - 1. (n,) gives (n, N), N by default n.

    Source: torch.vander."""
    if x.array.ndim != 1:
        raise RuntimeError(f"vander(): x must be a one-dimensional tensor, not of shape {list(x.array.shape)}")
    powers = vander(x, N=N)
    return powers if increasing else powers.flip(-1)
