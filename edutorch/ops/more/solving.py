"""Systems of equations: solve, Cholesky's factor, the pseudo-inverse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...autograd.base import wrap
from ...autograd.function import Function
from ...backend import array_module
from ..broadcasting import broadcast_shapes, expand
from ..diagonals import tril, triu
from ..plumbing.entry import check_tensors
from ..plumbing.out import into
from ..shape import squeeze, unsqueeze
from .linalg import inv, matrices, solved

if TYPE_CHECKING:
    from ...tensor import Tensor


class Solve(Function):
    """X with A X = B;  dL/dB = A^-T dL/dX, dL/dA = -dL/dB X^T"""

    pytorch_name = "LinalgSolveExBackward0"

    @staticmethod
    def forward(ctx: Function, a: Tensor, b: Tensor) -> Tensor:
        x = wrap(solved("torch.linalg.solve", array_module(a).linalg.solve, a.array, b.array))
        ctx.save_for_backward(a, x)
        return x

    @staticmethod
    def backward(ctx: Function, gx: Tensor) -> tuple[Tensor | None, Tensor]:
        a, x = ctx.saved_tensors
        gb = Solve.apply(a.mT, gx)
        return -(gb @ x.mT) if ctx.needs_input_grad[0] else None, gb


class Cholesky(Function):
    """L, lower triangular, with A = L L^T;  dL/dA = (S + S^T) / 2 with S = L^-T P L^-1 and P the lower
    triangle of L^T dL/dL, its diagonal halved"""

    pytorch_name = "LinalgCholeskyExBackward0"

    @staticmethod
    def forward(ctx: Function, a: Tensor) -> Tensor:
        lower = wrap(solved("linalg.cholesky", array_module(a).linalg.cholesky, a.array))
        ctx.save_for_backward(lower)
        return lower

    @staticmethod
    def backward(ctx: Function, gl: Tensor) -> Tensor:
        (lower,) = ctx.saved_tensors
        product = lower.mT @ gl
        p = (tril(product) + tril(product, -1)) / 2
        s = Solve.apply(lower.mT, Solve.apply(lower.mT, p.mT).mT)
        return (s + s.mT) / 2


class PseudoInverse(Function):
    """P = the pseudo-inverse of A, singular values up to a limit taken as 0;
    dL/dA = -P^T G P^T + (I - A P) G^T P P^T + P^T P G^T (I - P A) with G = dL/dP"""

    pytorch_name = "LinalgPinvBackward0"

    @staticmethod
    def forward(ctx: Function, a: Tensor, atol: float, rtol: float) -> Tensor:
        module = array_module(a)
        u, s, v = module.linalg.svd(a.array, full_matrices=False)
        limit = module.maximum(rtol * s.max(-1, keepdims=True), atol) if s.size else s
        inverses = module.where(s > limit, 1 / s, 0).astype(s.dtype)
        p = wrap((module.swapaxes(v, -1, -2) * inverses[..., None, :]) @ module.swapaxes(u, -1, -2))
        ctx.save_for_backward(a, p)
        return p

    @staticmethod
    def backward(ctx: Function, gp: Tensor) -> tuple[Tensor, None, None]:
        a, p = ctx.saved_tensors
        g = gp.mT
        outside = (g - a @ (p @ g)) @ p @ p.mT
        inside = p.mT @ p @ (g - (g @ p) @ a)
        return -(p.mT @ gp @ p.mT) + outside + inside, None, None


def solve(A: Tensor, B: Tensor, *, left: bool = True) -> Tensor:
    """X with A X = B, or with X A = B for left=False. A (*, n, n); B (*, n, k), or a vector (n,), or a
    batch of vectors (*, n) where its shape is A's without the last axis.

    Raises LinAlgError for a singular A, RuntimeError for sizes that do not fit. Source: torch.linalg.solve."""
    check_tensors("linalg.solve", A=A, B=B)
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


def solve_triangular(A: Tensor, B: Tensor, *, upper: bool, left: bool = True, unitriangular: bool = False) -> Tensor:
    """X with A X = B (X A = B for left=False), reading only A's upper or lower triangle, and with unitriangular=True
    taking its diagonal as ones. Source: torch.linalg.solve_triangular."""
    check_tensors("linalg.solve_triangular", A=A, B=B)
    a = matrices("linalg.solve_triangular", A, square=True)
    off = 1 if unitriangular else 0
    triangle = triu(a, off) if upper else tril(a, -off)
    if unitriangular:
        triangle = triangle + wrap(array_module(a).eye(a.array.shape[-1], dtype=a.array.dtype))
    return solve(triangle, expand_batch(a, B) if left else B, left=left)


def expand_batch(a: Tensor, b: Tensor) -> Tensor:
    """b (*, n, k) with a's batch, so that it can't be taken for a batch of vectors."""
    batch = broadcast_shapes(a.array.shape[:-2], b.array.shape[:-2])
    return expand(b, *batch, *b.array.shape[-2:])


def cholesky(A: Tensor, upper: bool = False, *, out: Tensor | None = None) -> Tensor:
    """L, lower triangular, with A = L L^T for a symmetric positive-definite A; with upper=True L^T.

    Raises LinAlgError for an A that is not positive-definite. Source: torch.linalg.cholesky."""
    lower = Cholesky.apply(matrices("linalg.cholesky", A, square=True))
    return into(out, lower.mT if upper else lower, "cholesky")


def cholesky_solve(B: Tensor, L: Tensor, upper: bool = False, *, out: Tensor | None = None) -> Tensor:
    """X with A X = B, from A's Cholesky factor. Source: torch.cholesky_solve."""
    check_tensors("cholesky_solve", B=B, L=L)
    lower = L.mT if upper else L
    return into(out, solve(lower.mT, solve(lower, expand_batch(lower, B))), "cholesky_solve")


def cholesky_inverse(L: Tensor, upper: bool = False, *, out: Tensor | None = None) -> Tensor:
    """The inverse of A, from its Cholesky factor. Source: torch.cholesky_inverse."""
    inverse = inv(L.mT if upper else L)
    return into(out, inverse.mT @ inverse, "cholesky_inverse")


def pinv(A: Tensor, *, atol: float | None = None, rtol: float | None = None, hermitian: bool = False) -> Tensor:
    """The pseudo-inverse of a matrix: (*, n, m) gives (*, m, n). Singular values up to
    max(atol, rtol times the largest) count as 0; rtol is max(n, m) times the dtype's eps, or 0 where
    atol is given. Source: torch.linalg.pinv."""
    a = matrices("linalg.pinv", A, square=hermitian)
    return PseudoInverse.apply(a, *tolerances(a, atol, rtol))


def pinverse(input: Tensor, rcond: float = 1e-15) -> Tensor:
    """pinv with a relative limit only. Source: torch.pinverse."""
    return pinv(input, rtol=rcond)


def tolerances(a: Tensor, atol: float | None, rtol: float | None) -> tuple[float, float]:
    """The limits below which a singular value counts as 0, by PyTorch's defaults."""
    if rtol is None:
        rtol = 0.0 if atol is not None and atol > 0 else max(a.array.shape[-2:]) * float(np.finfo(a.array.dtype).eps)
    return float(atol or 0.0), float(rtol)
