"""torch.linalg: linear algebra under its own name. The functions are implemented in ops/.

Complex results are not supported: eig and eigvals of matrices that are not symmetric are missing.
"""

from .left_out import missing
from .ops.matmul import matmul
from .ops.matrices import linalg_cross as cross
from .ops.matrices import multi_dot, vecdot
from .ops.more.decompositions import eigh, eigvalsh, qr, svd, svdvals
from .ops.more.least_squares import cond, lstsq, matrix_rank
from .ops.more.linalg import LinAlgError, det, inv, matrix_exp, matrix_power, slogdet, vander
from .ops.more.linalg import matrix_diagonal as diagonal
from .ops.more.solving import cholesky, pinv, solve, solve_triangular
from .ops.norms import linalg_norm as norm
from .ops.norms import matrix_norm, vector_norm

__all__ = [
    "LinAlgError",
    "cholesky",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eigh",
    "eigvalsh",
    "inv",
    "lstsq",
    "matmul",
    "matrix_exp",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "multi_dot",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_triangular",
    "svd",
    "svdvals",
    "vander",
    "vecdot",
    "vector_norm",
]


def __getattr__(name: str) -> None:
    """An error for names that torch.linalg has and this module lacks."""
    raise missing(__name__, name)
