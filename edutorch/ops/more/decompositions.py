"""Factors of a matrix: QR, singular values, eigenvalues of symmetric matrices.

Their gradients hold where the factors are unique up to signs: singular values and eigenvalues that
differ, full rank for QR. Source of the formulas: Walter and Lehmann 2018 for QR, Townsend 2016 for the
others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import return_types
from ...autograd.base import wrap
from ...autograd.function import Function
from ...backend import array_module
from ..diagonals import diag_embed, tril, triu
from ..joining import cat
from ..masking import masked_fill
from ..plumbing.out import into_each
from .linalg import matrices
from .solving import Solve

if TYPE_CHECKING:
    from ...tensor import Tensor


class QR(Function):
    """A = Q R;  with M = dL/dR R^T - Q^T dL/dQ:
    for no more columns than rows dL/dA = (dL/dQ + Q S) R^-T, S the upper triangle of M mirrored;
    for more of them, R = [R1 R2]: dL/dA = [Q T R1^-T, 0] + Q dL/dR, T the lower triangle of M^T - M"""

    pytorch_name = "LinalgQrBackward0"

    @staticmethod
    def forward(ctx: Function, a: Tensor, mode: str) -> tuple[Tensor, Tensor]:
        q, r = map(wrap, array_module(a).linalg.qr(a.array, mode))
        ctx.save_for_backward(q, r)
        return q, r

    @staticmethod
    def backward(ctx: Function, gq: Tensor, gr: Tensor) -> tuple[Tensor, None]:
        q, r = ctx.saved_tensors
        n, m = q.array.shape[-2], r.array.shape[-1]
        if q.array.shape[-1] > m:
            raise RuntimeError(
                "The QR decomposition is not differentiable when mode='complete' and nrows > ncols: use mode='reduced'"
            )
        inner = gr @ r.mT - q.mT @ gq
        if n >= m:
            mirrored = triu(inner) + triu(inner, 1).mT
            return _times_inverse_transposed(gq + q @ mirrored, r), None
        left = _times_inverse_transposed(q @ tril(inner.mT - inner), r[..., :n])
        zeros = left.new_zeros((*left.array.shape[:-1], m - n))
        return cat([left, zeros], -1) + q @ gr, None


def _times_inverse_transposed(x: Tensor, r: Tensor) -> Tensor:
    """x r^-T"""
    return Solve.apply(r, x.mT).mT


class SVD(Function):
    """A = U S V^T;  with E_ij = s_j^2 - s_i^2 off the diagonal, skew(X) = X - X^T:
    dL/dA = U ((skew(U^T dL/dU) / E) S + S (skew(V^T dL/dV) / E) + dL/dS) V^T
    + (I - U U^T) dL/dU S^-1 V^T + U S^-1 dL/dV^T (I - V V^T)"""

    pytorch_name = "LinalgSvdBackward0"

    @staticmethod
    def forward(ctx: Function, a: Tensor, full_matrices: bool) -> tuple[Tensor, Tensor, Tensor]:
        u, s, vh = map(wrap, array_module(a).linalg.svd(a.array, full_matrices=full_matrices))
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(u, s, vh)
        return u, s, vh

    @staticmethod
    def backward(ctx: Function, gu: Tensor | None, gs: Tensor | None, gvh: Tensor | None) -> tuple[Tensor, None]:
        u, s, vh = ctx.saved_tensors
        k = s.array.shape[-1]
        u, v = u[..., :k], vh[..., :k, :].mT
        inner = 0 if gs is None else diag_embed(gs)
        if gu is None and gvh is None:
            return u @ inner @ v.mT, None
        outside = 0
        if gu is not None:
            g = gu[..., :k]
            inner = inner + _over_gaps(u.mT @ g, s * s) * s[..., None, :]
            outside = ((g - u @ (u.mT @ g)) / s[..., None, :]) @ v.mT
        if gvh is not None:
            g = gvh[..., :k, :].mT
            inner = inner + s[..., :, None] * _over_gaps(v.mT @ g, s * s)
            outside = outside + (u / s[..., None, :]) @ (g - v @ (v.mT @ g)).mT
        return u @ inner @ v.mT + outside, None


class Eigh(Function):
    """A V = V diag(l) with orthonormal columns in V;
    dL/dA = V (diag(dL/dl) + (V^T dL/dV) / E) V^T with E_ij = l_j - l_i off the diagonal, whose part is 0"""

    pytorch_name = "LinalgEighBackward0"

    @staticmethod
    def forward(ctx: Function, a: Tensor, UPLO: str) -> tuple[Tensor, Tensor]:
        values, vectors = map(wrap, array_module(a).linalg.eigh(a.array, UPLO))
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(values, vectors)
        return values, vectors

    @staticmethod
    def backward(ctx: Function, gl: Tensor | None, gv: Tensor | None) -> tuple[Tensor, None]:
        values, v = ctx.saved_tensors
        inner = 0 if gl is None else diag_embed(gl)
        if gv is not None:
            inner = inner + (v.mT @ gv) / _gaps(values) * _off_diagonal(values)
        return v @ inner @ v.mT, None


def _gaps(values: Tensor) -> Tensor:
    """E_ij = x_j - x_i, and 1 on the diagonal."""
    gaps = values[..., None, :] - values[..., :, None]
    return masked_fill(gaps, wrap(array_module(values).eye(values.array.shape[-1], dtype=bool)), 1)


def _off_diagonal(values: Tensor) -> Tensor:
    """0 on the diagonal, 1 elsewhere."""
    return wrap(1 - array_module(values).eye(values.array.shape[-1], dtype=values.array.dtype))


def _over_gaps(x: Tensor, values: Tensor) -> Tensor:
    """skew(x) / E; skew is 0 where E would be."""
    return (x - x.mT) / _gaps(values)


def qr(A: Tensor, mode: str = "reduced", *, out: tuple[Tensor, Tensor] | None = None) -> return_types.linalg_qr:
    """Q, with orthonormal columns, and R, upper triangular, with A = Q R. mode: "reduced" (Q is (n, k) for
    k = min(n, m)), "complete" (Q is (n, n)), or "r" (Q is empty). Source: torch.linalg.qr."""
    a = matrices("linalg.qr", A)
    if mode not in ("reduced", "complete", "r"):
        raise RuntimeError(
            f"qr received unrecognized mode '{mode}' but expected one of 'reduced' (default), 'r', or 'complete'"
        )
    q, r = QR.apply(a, "complete" if mode == "complete" else "reduced")
    if mode != "r":
        return into_each(out, return_types.linalg_qr(q, r), "qr")
    if a.requires_grad:
        raise RuntimeError("The derivative of linalg.qr depends on Q: use mode='reduced' where a gradient is wanted")
    return into_each(out, return_types.linalg_qr(a.new_empty(0), r), "qr")


def svd(A: Tensor, full_matrices: bool = True, *, driver: str | None = None) -> return_types.linalg_svd:
    """U, S and Vh with A = U diag(S) Vh, S in descending order; U and V square with full_matrices=True,
    else with as many columns as S has elements. Source: torch.linalg.svd."""
    return return_types.linalg_svd(*SVD.apply(matrices("linalg.svd", A), full_matrices))


def svd_with_v(
    input: Tensor, some: bool = True, compute_uv: bool = True, *, out: tuple[Tensor, Tensor, Tensor] | None = None
) -> return_types.svd:
    """U, S and V with input = U diag(S) V^T: the older form. Source: torch.svd."""
    u, s, vh = svd(input, full_matrices=not some)
    return into_each(out, return_types.svd(u, s, vh.mT), "svd")


def svdvals(A: Tensor, *, driver: str | None = None) -> Tensor:
    """The singular values, in descending order. Source: torch.linalg.svdvals."""
    return svd(A, full_matrices=False).S


def eigh(A: Tensor, UPLO: str = "L") -> return_types.linalg_eigh:
    """Eigenvalues, ascending, and eigenvectors, in columns, of a symmetric matrix of which only the lower
    ("L") or upper ("U") triangle is read. Source: torch.linalg.eigh."""
    if UPLO.upper() not in ("L", "U"):
        raise RuntimeError(f"Expected UPLO argument to be 'L' or 'U', but got {UPLO}")
    return return_types.linalg_eigh(*Eigh.apply(matrices("linalg.eigh", A, square=True), UPLO.upper()))


def eigvalsh(A: Tensor, UPLO: str = "L") -> Tensor:
    """The eigenvalues of a symmetric matrix, ascending. Source: torch.linalg.eigvalsh."""
    return eigh(A, UPLO).eigenvalues
