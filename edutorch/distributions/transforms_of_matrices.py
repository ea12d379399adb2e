"""Transforms that give triangular and positive definite matrices. Source: torch.distributions.transforms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..dtypes import finfo
from ..ops.creation import eye
from ..ops.more.solving import cholesky
from ..ops.padding import pad
from ..ops.smooth import softplus
from ..tensor import Size
from . import constraints
from .constraints import Constraint
from .transform import Transform, check_dims
from .utils import tril_matrix_to_vec, vec_to_tril_matrix

if TYPE_CHECKING:
    from ..tensor import Tensor


class CorrCholeskyTransform(Transform):
    """D (D - 1) / 2 numbers as the lower triangular root of a D x D matrix of correlations: row by row, tanh of a
    number is its part of what those before it left of the row's length 1.

    Source: torch.distributions.transforms.CorrCholeskyTransform."""

    domain: Constraint = constraints.real_vector
    codomain: Constraint = constraints.corr_cholesky
    bijective = True

    def _call(self, x: Tensor) -> Tensor:
        eps = finfo(x.dtype).eps
        part = vec_to_tril_matrix(x.tanh().clamp(-1 + eps, 1 - eps), diag=-1)
        left = (1 - part**2).sqrt().cumprod(-1)
        part = part + eye(part.shape[-1], dtype=part.dtype, device=part.device)
        return part * pad(left[..., :-1], (1, 0), value=1)

    def _inverse(self, y: Tensor) -> Tensor:
        left = pad((1 - (y * y).cumsum(-1))[..., :-1], (1, 0), value=1)
        part = tril_matrix_to_vec(y, diag=-1) / tril_matrix_to_vec(left, diag=-1).sqrt()
        return (part.log1p() - (-part).log1p()) / 2

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Of what was left of each row, and of tanh"""
        left = tril_matrix_to_vec(1 - (y * y).cumsum(-1), diag=-2)
        tanh = -2 * (x + softplus(-2 * x) - math.log(2.0)).sum(-1)
        return 0.5 * left.log().sum(-1) + tanh

    def forward_shape(self, shape: Size) -> Size:
        """(*, D (D - 1) / 2) -> (*, D, D). Raises ValueError for a number of elements that no triangle has."""
        check_dims(len(shape), 1)
        count = shape[-1]
        d = round((0.25 + 2 * count) ** 0.5 + 0.5)
        if d * (d - 1) // 2 != count:
            raise ValueError(f"Input is not a flattened lower-diagonal number: {count} elements")
        return Size((*shape[:-1], d, d))

    def inverse_shape(self, shape: Size) -> Size:
        """(*, D, D) -> (*, D (D - 1) / 2). Raises ValueError for a matrix that is not square."""
        check_dims(len(shape), 2)
        if shape[-2] != shape[-1]:
            raise ValueError(f"Input is not square: {shape[-2]} x {shape[-1]}")
        return Size((*shape[:-2], shape[-1] * (shape[-1] - 1) // 2))


class LowerCholeskyTransform(Transform):
    """A square matrix as a lower triangular one with a positive diagonal: e^ of its own.

    Source: torch.distributions.transforms.LowerCholeskyTransform."""

    domain: Constraint = constraints.independent(constraints.real, 2)
    codomain: Constraint = constraints.lower_cholesky

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LowerCholeskyTransform)

    __hash__ = Transform.__hash__

    def _call(self, x: Tensor) -> Tensor:
        return x.tril(-1) + x.diagonal(dim1=-2, dim2=-1).exp().diag_embed()

    def _inverse(self, y: Tensor) -> Tensor:
        return y.tril(-1) + y.diagonal(dim1=-2, dim2=-1).log().diag_embed()


class PositiveDefiniteTransform(Transform):
    """A square matrix as a positive definite one: L L^T of LowerCholeskyTransform's L.

    Source: torch.distributions.transforms.PositiveDefiniteTransform."""

    domain: Constraint = constraints.independent(constraints.real, 2)
    codomain: Constraint = constraints.positive_definite

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PositiveDefiniteTransform)

    __hash__ = Transform.__hash__

    def _call(self, x: Tensor) -> Tensor:
        root = LowerCholeskyTransform()(x)
        return root @ root.mT

    def _inverse(self, y: Tensor) -> Tensor:
        return LowerCholeskyTransform().inv(cholesky(y))
