"""The multivariate normal distribution. Source: torch.distributions.multivariate_normal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..ops.broadcasting import broadcast_shapes
from ..ops.creation import eye
from ..ops.more.solving import cholesky, cholesky_inverse, solve_triangular
from ..tensor import Size
from . import constraints
from .distribution import Distribution
from .utils import lazy_property, standard_normal

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["MultivariateNormal"]


def batch_mv(matrix: Tensor, vector: Tensor) -> Tensor:
    """(*, n, m) times (*, m): (*, n)"""
    return (matrix @ vector.unsqueeze(-1)).squeeze(-1)


def mahalanobis(root: Tensor, vector: Tensor) -> Tensor:
    """x^T (L L^T)^-1 x: the squared length of L^-1 x. root L (*, n, n) lower triangular, vector (*, n); shape (*)."""
    if root.dim() == 2:  # all vectors as columns of one equation
        columns = vector.reshape(-1, vector.shape[-1]).mT
        return solve_triangular(root, columns, upper=False).pow(2).sum(0).reshape(vector.shape[:-1])
    return solve_triangular(root, vector.unsqueeze(-1), upper=False).squeeze(-1).pow(2).sum(-1)


def precision_to_root(precision: Tensor) -> Tensor:
    """L with (L L^T)^-1 = precision, lower triangular. (*, n, n)"""
    flipped = cholesky(precision.flip(-2, -1)).flip(-2, -1)
    identity = eye(precision.shape[-1], dtype=precision.dtype, device=precision.device)
    return solve_triangular(flipped.mT, identity, upper=False)


def _root_of(name: str, matrix: Tensor) -> Tensor:
    if name == "covariance_matrix":
        return cholesky(matrix)
    return precision_to_root(matrix) if name == "precision_matrix" else matrix


class MultivariateNormal(Distribution):
    """Normal vectors of mean `loc` (*, n), with one of covariance_matrix, precision_matrix (its inverse) and scale_tril
    (its lower triangular root), each (*, n, n).

    Raises ValueError for none or several of them and for too few dimensions.
    Source: torch.distributions.MultivariateNormal."""

    arg_constraints = {
        "loc": constraints.real_vector,
        "covariance_matrix": constraints.positive_definite,
        "precision_matrix": constraints.positive_definite,
        "scale_tril": constraints.lower_cholesky,
    }
    support = constraints.real_vector
    has_rsample = True

    def __init__(
        self,
        loc: Tensor,
        covariance_matrix: Tensor | None = None,
        precision_matrix: Tensor | None = None,
        scale_tril: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        if loc.dim() < 1:
            raise ValueError("loc must be at least one-dimensional.")
        named = {
            "covariance_matrix": covariance_matrix,
            "precision_matrix": precision_matrix,
            "scale_tril": scale_tril,
        }
        given = [(name, each) for name, each in named.items() if each is not None]
        if len(given) != 1:
            raise ValueError("Exactly one of covariance_matrix or precision_matrix or scale_tril may be specified.")
        ((name, matrix),) = given
        if matrix.dim() < 2:
            raise ValueError(f"{name} must be at least two-dimensional, with optional leading batch dimensions")
        batch = Size(broadcast_shapes(tuple(matrix.shape[:-2]), tuple(loc.shape[:-1])))
        setattr(self, name, matrix.expand(*batch, -1, -1))
        self.loc = loc.expand(*batch, -1)
        super().__init__(batch, self.loc.shape[-1:], validate_args=validate_args)
        self._root = _root_of(name, matrix)  # without the batch of loc

    def _expanded(self, matrix: Tensor) -> Tensor:
        return matrix.expand(self._batch_shape + self._event_shape + self._event_shape)

    @lazy_property
    def scale_tril(self) -> Tensor:
        """The lower triangular root of the covariance. (*, n, n)"""
        return self._expanded(self._root)

    @lazy_property
    def covariance_matrix(self) -> Tensor:
        """(*, n, n)"""
        return self._expanded(self._root @ self._root.mT)

    @lazy_property
    def precision_matrix(self) -> Tensor:
        """The inverse of the covariance. (*, n, n)"""
        return self._expanded(cholesky_inverse(self._root))

    @property
    def mean(self) -> Tensor:
        """loc"""
        return self.loc

    @property
    def mode(self) -> Tensor:
        """loc"""
        return self.loc

    @property
    def variance(self) -> Tensor:
        """The diagonal of the covariance. (*, n)"""
        return self._root.pow(2).sum(-1).expand(self._batch_shape + self._event_shape)

    def rsample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """loc + scale_tril times standard normal vectors."""
        return self.loc + batch_mv(self._root, standard_normal(self._extended_shape(sample_shape), self.loc))

    def _log_volume(self) -> Tensor:
        """ln det scale_tril"""
        return self._root.diagonal(dim1=-2, dim2=-1).log().sum(-1)

    def _log_det(self) -> Tensor:
        """ln det of the covariance"""
        return 2 * self._log_volume()

    def _distance(self, x: Tensor) -> Tensor:
        """x^T precision x"""
        return mahalanobis(self._root, x)

    def log_prob(self, value: Tensor) -> Tensor:
        """-((value - loc)^T precision (value - loc) + n ln 2π) / 2 - ln det scale_tril"""
        self._check(value)
        distance = mahalanobis(self._root, value - self.loc)
        return -0.5 * (self._event_shape[0] * math.log(2 * math.pi) + distance) - self._log_volume()

    def entropy(self) -> Tensor:
        """n (1 + ln 2π) / 2 + ln det scale_tril"""
        entropy = 0.5 * self._event_shape[0] * (1.0 + math.log(2 * math.pi)) + self._log_volume()
        return entropy.expand(self._batch_shape) if self._batch_shape else entropy
