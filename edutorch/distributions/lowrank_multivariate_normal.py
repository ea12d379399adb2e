"""Multivariate normal distributions of low rank. Source: torch.distributions.lowrank_multivariate_normal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..ops.broadcasting import broadcast_tensors
from ..ops.creation import eye
from ..ops.more.solving import cholesky, solve_triangular
from ..tensor import Size
from . import constraints
from .distribution import Distribution
from .multivariate_normal import batch_mv, mahalanobis
from .utils import lazy_property, standard_normal

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["LowRankMultivariateNormal"]


def _plus_identity(matrix: Tensor) -> Tensor:
    return matrix + eye(matrix.shape[-1], dtype=matrix.dtype, device=matrix.device)


class LowRankMultivariateNormal(Distribution):
    """Normal vectors of mean `loc` (*, n) and covariance W W^T + D: cov_factor W (*, n, m), cov_diag D (*, n), the
    diagonal.

    Only m x m matrices are decomposed (by the matrix determinant lemma and the Woodbury identity). Raises ValueError
    for shapes that do not fit. Source: torch.distributions.LowRankMultivariateNormal."""

    arg_constraints = {
        "loc": constraints.real_vector,
        "cov_factor": constraints.independent(constraints.real, 2),
        "cov_diag": constraints.independent(constraints.positive, 1),
    }
    support = constraints.real_vector
    has_rsample = True

    def __init__(self, loc: Tensor, cov_factor: Tensor, cov_diag: Tensor, validate_args: bool | None = None) -> None:
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        n = loc.shape[-1]
        if cov_factor.dim() < 2:
            raise ValueError("cov_factor must be at least two-dimensional, with optional leading batch dimensions")
        if cov_factor.shape[-2] != n:
            raise ValueError(f"cov_factor must be a batch of matrices with shape {n} x m, got {cov_factor.shape}")
        if cov_diag.shape[-1] != n:
            raise ValueError(f"cov_diag must be a batch of vectors with shape {loc.shape[-1:]}, got {cov_diag.shape}")
        try:
            center, self.cov_factor, diagonal = broadcast_tensors(loc.unsqueeze(-1), cov_factor, cov_diag.unsqueeze(-1))
        except RuntimeError as error:
            raise ValueError(
                f"Incompatible batch shapes: loc {loc.shape}, cov_factor {cov_factor.shape}, cov_diag {cov_diag.shape}"
            ) from error
        self.loc, self.cov_diag = center[..., 0], diagonal[..., 0]
        self._w, self._d = cov_factor, cov_diag  # without the batch of the others
        self._root = cholesky(_plus_identity(self._weighed() @ cov_factor))  # of I + W^T D^-1 W
        super().__init__(self.loc.shape[:-1], loc.shape[-1:], validate_args=validate_args)

    def _weighed(self) -> Tensor:
        """W^T D^-1. (*, m, n)"""
        return self._w.mT / self._d.unsqueeze(-2)

    def _expanded(self, matrix: Tensor) -> Tensor:
        return matrix.expand(self._batch_shape + self._event_shape + self._event_shape)

    @property
    def mean(self) -> Tensor:
        """loc"""
        return self.loc

    @property
    def mode(self) -> Tensor:
        """loc"""
        return self.loc

    @lazy_property
    def variance(self) -> Tensor:
        """The diagonal of the covariance. (*, n)"""
        return (self._w.pow(2).sum(-1) + self._d).expand(self._batch_shape + self._event_shape)

    @lazy_property
    def covariance_matrix(self) -> Tensor:
        """W W^T + D. (*, n, n)"""
        return self._expanded(self._w @ self._w.mT + self._d.diag_embed())

    @lazy_property
    def scale_tril(self) -> Tensor:
        """The lower triangular root of the covariance. (*, n, n)"""
        spread = self._d.sqrt().unsqueeze(-1)
        part = self._w / spread
        return self._expanded(spread * cholesky(_plus_identity(part @ part.mT)))

    @lazy_property
    def precision_matrix(self) -> Tensor:
        """The inverse of the covariance. (*, n, n)"""
        part = solve_triangular(self._root, self._weighed(), upper=False)
        return self._expanded(self._d.reciprocal().diag_embed() - part.mT @ part)

    def rsample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """loc + W times m normal numbers + sqrt(D) times n"""
        shape = self._extended_shape(sample_shape)
        few = standard_normal((*shape[:-1], self.cov_factor.shape[-1]), self.loc)
        many = standard_normal(shape, self.loc)
        return self.loc + batch_mv(self._w, few) + self._d.sqrt() * many

    def _log_det(self) -> Tensor:
        """ln det of the covariance"""
        return 2 * self._root.diagonal(dim1=-2, dim2=-1).log().sum(-1) + self._d.log().sum(-1)

    def _distance(self, x: Tensor) -> Tensor:
        """x^T precision x"""
        return (x.pow(2) / self._d).sum(-1) - mahalanobis(self._root, batch_mv(self._weighed(), x))

    def log_prob(self, value: Tensor) -> Tensor:
        """-(n ln 2π + ln det + distance) / 2"""
        self._check(value)
        distance = self._distance(value - self.loc)
        return -0.5 * (self._event_shape[0] * math.log(2 * math.pi) + self._log_det() + distance)

    def entropy(self) -> Tensor:
        """(n (1 + ln 2π) + ln det) / 2"""
        entropy = 0.5 * (self._event_shape[0] * (1.0 + math.log(2 * math.pi)) + self._log_det())
        return entropy.expand(self._batch_shape) if self._batch_shape else entropy
