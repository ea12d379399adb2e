"""Linear algebra: inverses, determinants, systems of equations, Cholesky's factor.

Matrices stand in the last two axes; what comes before is a batch. float32 and float64 only.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..autograd.base import TensorBase, wrap
from ..autograd.function import Function
from ..backend import raising_on_singular, xp
from ..dtypes import float16, from_numpy_dtype
from .diagonals import diagonal, tril, triu
from .indexing import Overwrite
from .joining import stack
from .shape import broadcast_shapes, expand, squeeze, unsqueeze

if TYPE_CHECKING:
    from ..tensor import Tensor


class LinAlgError(RuntimeError):
    """A matrix that has no inverse or no such factor. Source: torch.linalg.LinAlgError."""


class SignAndLog(NamedTuple):
    """A determinant as its sign and the logarithm of its absolute value."""

    sign: Tensor
    logabsdet: Tensor


class Inverse(Function):
    """Y = X^-1;  dL/dX = -Y^T dL/dY Y^T"""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = wrap(solved("linalg.inv", xp(x).linalg.inv, x.array))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        (y,) = ctx.saved_tensors
        return -(y.mT @ gy @ y.mT)


class Determinant(Function):
    """y = det X;  dL/dX = dL/dy times the cofactors of X, which are y X^-T where X has an inverse"""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = wrap(xp(x).linalg.det(x.array))
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        x, y = ctx.saved_tensors
        if bool((y != 0).all()):
            return (gy * y)[..., None, None] * Inverse.apply(x).mT
        return gy[..., None, None] * Cofactors.apply(x)


class Cofactors(Function):
    """Y = the cofactors of X, det(U V) U C V with X = U S V and c_i the product of all s but s_i;
    no derivative"""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        linalg = xp(x).linalg
        u, s, v = linalg.svd(x.array)
        n = s.shape[-1]
        others = xp(x).where(xp(x).eye(n, dtype=bool), 1, s[..., None, :]).prod(-1)
        sign = linalg.det(u) * linalg.det(v)
        return wrap(sign[..., None, None] * ((u * others[..., None, :]) @ v))

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        raise RuntimeError(
            "linalg.det has no second derivative here at a singular matrix: add a little to its diagonal"
        )


class LogDeterminant(Function):
    """(sign, y) = (sign of det X, ln |det X|);  dL/dX = dL/dy X^-T; the sign is constant"""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        sign, y = map(wrap, xp(x).linalg.slogdet(x.array))
        ctx.save_for_backward(x)
        return sign, y

    @staticmethod
    def backward(ctx: Any, _: Any, gy: Any) -> Any:
        (x,) = ctx.saved_tensors
        return gy[..., None, None] * Inverse.apply(x).mT


class Solve(Function):
    """X with A X = B;  dL/dB = A^-T dL/dX, dL/dA = -dL/dB X^T"""

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any) -> Any:
        x = wrap(solved("torch.linalg.solve", xp(a).linalg.solve, a.array, b.array))
        ctx.save_for_backward(a, x)
        return x

    @staticmethod
    def backward(ctx: Any, gx: Any) -> Any:
        a, x = ctx.saved_tensors
        gb = Solve.apply(a.mT, gx)
        return -(gb @ x.mT) if ctx.needs_input_grad[0] else None, gb


class Cholesky(Function):
    """L, lower triangular, with A = L L^T;  dL/dA = (S + S^T) / 2 with S = L^-T P L^-1 and P the lower
    triangle of L^T dL/dL, its diagonal halved"""

    @staticmethod
    def forward(ctx: Any, a: Any) -> Any:
        lower = wrap(solved("linalg.cholesky", xp(a).linalg.cholesky, a.array))
        ctx.save_for_backward(lower)
        return lower

    @staticmethod
    def backward(ctx: Any, gl: Any) -> Any:
        (lower,) = ctx.saved_tensors
        product = lower.mT @ gl
        p = (tril(product) + tril(product, -1)) / 2
        s = Solve.apply(lower.mT, Solve.apply(lower.mT, p.mT).mT)
        return (s + s.mT) / 2


class PseudoInverse(Function):
    """P = the pseudo-inverse of A, singular values up to a limit taken as 0;
    dL/dA = -P^T G P^T + (I - A P) G^T P P^T + P^T P G^T (I - P A) with G = dL/dP"""

    @staticmethod
    def forward(ctx: Any, a: Any, atol: float, rtol: float) -> Any:
        module = xp(a)
        u, s, v = module.linalg.svd(a.array, full_matrices=False)
        limit = module.maximum(rtol * s.max(-1, keepdims=True), atol) if s.size else s
        inverses = module.where(s > limit, 1 / s, 0).astype(s.dtype)
        p = wrap((module.swapaxes(v, -1, -2) * inverses[..., None, :]) @ module.swapaxes(u, -1, -2))
        ctx.save_for_backward(a, p)
        return p

    @staticmethod
    def backward(ctx: Any, gp: Any) -> Any:
        a, p = ctx.saved_tensors
        g = gp.mT
        outside = (g - a @ (p @ g)) @ p @ p.mT
        inside = p.mT @ p @ (g - (g @ p) @ a)
        return -(p.mT @ gp @ p.mT) + outside + inside, None, None


def solved(name: str, solver: Any, *arrays: Any) -> Any:
    """solver(*arrays), with PyTorch's error where a matrix is singular or not positive-definite."""
    try:
        with raising_on_singular(arrays[0]):
            return solver(*arrays)
    except np.linalg.LinAlgError:
        raise LinAlgError(f"{name}: {_REASONS[name]} The shape is {list(arrays[0].shape)}.") from None


_REASONS = {
    "linalg.inv": "The inversion could not be completed because the input matrix is singular.",
    "linalg.cholesky": "The factorization could not be completed because the input is not positive-definite.",
    "torch.linalg.solve": "The solver failed because the input matrix is singular.",
}


def matrices(name: str, input: Any, square: bool = False) -> Any:
    """The input, if it holds matrices (square ones) of a dtype that the solvers take."""
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


def inv(A: Tensor) -> Tensor:
    """The inverse of a matrix, (*, n, n). Raises LinAlgError for a singular one. Source: torch.linalg.inv."""
    return Inverse.apply(matrices("linalg.inv", A, square=True))


def det(A: Tensor) -> Tensor:
    """The determinant of a matrix: (*, n, n) gives (*). Source: torch.linalg.det."""
    return Determinant.apply(matrices("linalg.det", A, square=True))


def slogdet(A: Tensor) -> SignAndLog:
    """The sign of the determinant and the logarithm of its absolute value. Source: torch.linalg.slogdet."""
    return SignAndLog(*LogDeterminant.apply(matrices("linalg.slogdet", A, square=True)))


def logdet(input: Tensor) -> Tensor:
    """The logarithm of the determinant: nan where it is negative, -inf where it is 0. Source: torch.logdet."""
    sign, logabsdet = slogdet(input)
    return logabsdet.masked_fill(sign < 0, math.nan)


def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Tensor:
    """X with A X = B, or with X A = B for left=False. A (*, n, n); B (*, n, k), or a vector (n,), or a
    batch of vectors (*, n) where its shape is A's without the last axis.

    Raises LinAlgError for a singular A, RuntimeError for sizes that do not fit. Source: torch.linalg.solve."""
    a = matrices("linalg.solve", A, square=True)
    vector = B.array.ndim == 1 or B.array.shape == a.array.shape[:-1]
    b = unsqueeze(B, -1) if vector else B
    if not left:
        if vector:
            raise RuntimeError(
                "linalg.solve: Vector broadcasting of the left hand side is not supported for left=False"
            )
        return solve(a.mT, b.mT).mT
    n = a.array.shape[-1]
    if b.array.shape[-2] != n:
        rows, columns = b.array.shape[-2:]
        raise RuntimeError(
            f"linalg.solve: Incompatible shapes of A and B for the equation AX = B ({n}x{n} and {rows}x{columns})"
        )
    batch = broadcast_shapes(a.array.shape[:-2], b.array.shape[:-2])
    x = Solve.apply(expand(a, *batch, n, n), expand(b, *batch, *b.array.shape[-2:]))
    return squeeze(x, -1) if vector else x


def solve_triangular(
    A: Tensor, B: Tensor, *, upper: bool, left: bool = True, unitriangular: bool = False
) -> Tensor:
    """X with A X = B (X A = B for left=False), reading only A's upper or lower triangle, and ones for its
    diagonal with unitriangular=True. Source: torch.linalg.solve_triangular."""
    a = matrices("linalg.solve_triangular", A, square=True)
    off = 1 if unitriangular else 0
    triangle = triu(a, off) if upper else tril(a, -off)
    if unitriangular:
        triangle = triangle + wrap(xp(a).eye(a.array.shape[-1], dtype=a.array.dtype))
    return solve(triangle, expand_batch(a, B) if left else B, left=left)


def expand_batch(a: Tensor, b: Tensor) -> Tensor:
    """b (*, n, k) with a's batch, so that it can't be taken for a batch of vectors."""
    batch = broadcast_shapes(a.array.shape[:-2], b.array.shape[:-2])
    return expand(b, *batch, *b.array.shape[-2:])


def cholesky(A: Tensor, upper: bool = False) -> Tensor:
    """L, lower triangular, with A = L L^T for a symmetric positive-definite A; with upper=True L^T.

    Raises LinAlgError for an A that is not positive-definite. Source: torch.linalg.cholesky."""
    lower = Cholesky.apply(matrices("linalg.cholesky", A, square=True))
    return lower.mT if upper else lower


def cholesky_solve(B: Tensor, L: Tensor, upper: bool = False) -> Tensor:
    """X with A X = B, from A's Cholesky factor. Source: torch.cholesky_solve."""
    lower = L.mT if upper else L
    return solve(lower.mT, solve(lower, expand_batch(lower, B)))


def cholesky_inverse(L: Tensor, upper: bool = False) -> Tensor:
    """The inverse of A, from its Cholesky factor. Source: torch.cholesky_inverse."""
    inverse = inv(L.mT if upper else L)
    return inverse.mT @ inverse


def matrix_power(A: Tensor, n: int) -> Tensor:
    """A A ... A, n times: the identity for 0, powers of the inverse for n < 0. Source: torch.linalg.matrix_power."""
    shape = A.array.shape
    if A.array.ndim < 2 or shape[-1] != shape[-2]:
        raise RuntimeError(f"linalg.matrix_power: A must be batches of square matrices, got shape {list(shape)}")
    if n < 0:
        return matrix_power(inv(A), -n)
    if n == 0:
        return Overwrite.apply(A, wrap(xp(A).eye(shape[-1], dtype=A.array.dtype))).clone()
    if n == 1:
        return A
    half = matrix_power(A, n // 2)
    return half @ half @ A if n % 2 else half @ half


def pinv(A: Tensor, *, atol: float | None = None, rtol: float | None = None, hermitian: bool = False) -> Tensor:
    """The pseudo-inverse of a matrix: (*, n, m) gives (*, m, n). Singular values up to
    max(atol, rtol times the largest) count as 0; rtol is max(n, m) times the dtype's eps, or 0 where
    atol is given. Source: torch.linalg.pinv."""
    a = matrices("linalg.pinv", A, square=hermitian)
    return PseudoInverse.apply(a, *tolerances(a, atol, rtol))


def pinverse(input: Tensor, rcond: float = 1e-15) -> Tensor:
    """pinv with a relative limit alone. Source: torch.pinverse."""
    return pinv(input, rtol=rcond)


def tolerances(a: Tensor, atol: float | None, rtol: float | None) -> tuple[float, float]:
    """The limits below which a singular value counts as 0, by PyTorch's defaults."""
    if rtol is None:
        rtol = 0.0 if atol is not None and atol > 0 else max(a.array.shape[-2:]) * float(np.finfo(a.array.dtype).eps)
    return float(atol or 0.0), float(rtol)


def matrix_diagonal(A: Tensor, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The diagonal of each matrix, a view. Source: torch.linalg.diagonal."""
    return diagonal(A, offset, dim1, dim2)


def matrix_exp(A: Tensor) -> Tensor:
    """e^A = I + A + A A / 2 + ... of square matrices: the series for A / 2^k, small enough for 18 terms,
    squared k times. Source: torch.linalg.matrix_exp."""
    a = matrices("linalg.matrix_exp", A, square=True)
    norm = float(xp(a).abs(a.array).sum(-1).max()) if a.array.size else 0.0
    halvings = max(0, math.ceil(math.log2(norm)) + 1) if norm > 0 else 0
    small = a / 2**halvings
    result = Overwrite.apply(a, wrap(xp(a).eye(a.array.shape[-1], dtype=a.array.dtype))).clone()
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
    count = x.array.shape[-1] if N is None else N
    columns = [x**0] if count else []
    for _ in range(1, count):
        columns.append(columns[-1] * x)
    return stack(columns, -1)
