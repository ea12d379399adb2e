"""cupy.linalg: its list, which lacks vector_norm, matrix_norm, multi_dot, outer, svdvals."""

import numpy as np
from numpy.linalg import LinAlgError

from cupy._convert import device_array, wrap
from cupy._differing import matmul

__all__ = ["LinAlgError", "matmul"]


def _run(function, *arrays, **kwargs):
    """CuPy's solvers take no half precision and raise no error on a singular matrix by default;
    NumPy's error is kept, since nan would hide a test's mistake."""
    return wrap(function(*(device_array(array) for array in arrays), **kwargs))


def norm(x, ord=None, axis=None, keepdims=False):
    return _run(np.linalg.norm, x, ord=ord, axis=axis, keepdims=keepdims)


def det(a):
    return _run(np.linalg.det, a)


def slogdet(a):
    return tuple(_run(np.linalg.slogdet, a))


def inv(a):
    return _run(np.linalg.inv, a)


def pinv(a, rcond=1e-15):
    return _run(np.linalg.pinv, a, rcond=rcond)


def solve(a, b):
    """CuPy's broadcasts no batch: only a vector serves for all matrices."""
    if b.ndim > 1 and a.shape[:-1] != b.shape[:-1]:
        raise ValueError("a must have (..., M, M) shape and b must have (..., M, K) for multidimensional b")
    return _run(np.linalg.solve, a, b)


def lstsq(a, b, rcond=None):
    return _run(np.linalg.lstsq, a, b, rcond=rcond)


def cholesky(a):
    return _run(np.linalg.cholesky, a)


def qr(a, mode="reduced"):
    return _run(np.linalg.qr, a, mode=mode)


def svd(a, full_matrices=True, compute_uv=True):
    return _run(np.linalg.svd, a, full_matrices=full_matrices, compute_uv=compute_uv)


def eigh(a, UPLO="L"):
    return _run(np.linalg.eigh, a, UPLO=UPLO)


def eigvalsh(a, UPLO="L"):
    return _run(np.linalg.eigvalsh, a, UPLO=UPLO)


def matrix_power(M, n):
    return _run(np.linalg.matrix_power, M, n=n)


def matrix_rank(M, tol=None):
    return _run(np.linalg.matrix_rank, M, tol=tol)
