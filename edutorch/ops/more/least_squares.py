"""What singular values tell about a matrix: rank, condition, the best solution of an equation that has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ... import return_types
from ...autograd.base import wrap
from ...backend import array_module
from ...dtypes import int64
from ..norms import matrix_norm
from ..plumbing.entry import check_tensors
from .decompositions import svdvals
from .linalg import inv, matrices
from .solving import pinv, tolerances

if TYPE_CHECKING:
    from ...tensor import Tensor


def matrix_rank(A: Tensor, *, atol: float | None = None, rtol: float | None = None, hermitian: bool = False) -> Tensor:
    """How many singular values are larger than max(atol, rtol times the largest): int64.

    Source: torch.linalg.matrix_rank."""
    check_tensors("linalg.matrix_rank", A=A)
    s = svdvals(A.detach())
    low, relative = tolerances(A, atol, rtol)
    if not s.array.size:
        return wrap(array_module(A).zeros(A.array.shape[:-2], np.int64))
    return (s > (relative * s.amax(-1, keepdim=True)).clamp(min=low)).sum(-1)


def cond(A: Tensor, p: str | None = None) -> Tensor:
    """The condition number: the largest singular value over the smallest (the inverse of it for p=-2),
    or |A| |A^-1| in another norm. Source: torch.linalg.cond."""
    if p in (None, 2, -2):
        s = svdvals(A)
        return s[..., 0] / s[..., -1] if p != -2 else s[..., -1] / s[..., 0]
    return matrix_norm(A, p) * matrix_norm(inv(A), p)


def lstsq(A: Tensor, B: Tensor, rcond: float | None = None, *, driver: str | None = None) -> return_types.linalg_lstsq:
    """The X with the least |A X - B|, and the least |X| among those: pinv(A) B. A (*, n, m), B (*, n, k) or,
    for a batch of vectors, (*, n).

    driver, by default "gelsy" as in PyTorch, only determines what else is returned: "gelsd" and "gelss" the singular
    values and, for n > m and full rank, the sums of squares of A X - B; "gels" those but no rank.
    Source: torch.linalg.lstsq."""
    check_tensors("linalg.lstsq", A=A, B=B)
    if driver not in (None, "gels", "gelsy", "gelsd", "gelss"):
        raise RuntimeError(
            f"torch.linalg.lstsq: parameter `driver` should be one of (gels, gelsy, gelsd, gelss), got {driver}"
        )
    a = matrices("linalg.lstsq", A)
    vector = B.array.ndim == a.array.ndim - 1
    b = B.unsqueeze(-1) if vector else B
    x = pinv(a, rtol=rcond) @ b
    rank = matrix_rank(a, rtol=rcond)
    n, m = a.array.shape[-2:]
    full = driver not in (None, "gelsy") and n > m and bool((rank == m).all())
    return return_types.linalg_lstsq(
        x.squeeze(-1) if vector else x,
        ((a @ x - b) ** 2).sum(-2).detach() if full else x.new_empty(0),
        rank if driver != "gels" else x.new_empty(0, dtype=int64),
        svdvals(a).detach() if driver in ("gelsd", "gelss") else x.new_empty(0),
    )
