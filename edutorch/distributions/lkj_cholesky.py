"""The Lewandowski-Kurowicka-Joe distribution of correlations. Source: torch.distributions.lkj_cholesky."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..autograd.grad_mode import no_grad
from ..dtypes import finfo
from ..ops.joining import cat
from ..ops.more.special import mvlgamma
from ..ops.ranges import arange
from ..random.tensors import randn
from ..tensor import Size
from . import constraints
from .beta import Beta
from .distribution import Distribution
from .utils import broadcast_all

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["LKJCholesky"]


class LKJCholesky(Distribution):
    """Lower triangular roots L of dim x dim matrices of correlations L L^T, whose density is det^(concentration - 1) in
    proportion: uniform for 1.

    Raises ValueError for dim < 2. Source: Lewandowski, Kurowicka and Joe, 2009; torch.distributions.LKJCholesky."""

    arg_constraints = {"concentration": constraints.positive}
    support = constraints.corr_cholesky

    def __init__(self, dim: int, concentration: Tensor | float = 1.0, validate_args: bool | None = None) -> None:
        if dim < 2:
            raise ValueError(f"Expected dim to be an integer greater than or equal to 2. Found dim={dim}.")
        self.dim = dim
        (self.concentration,) = broadcast_all(concentration)
        steps = arange(dim - 1, dtype=self.concentration.dtype, device=self.concentration.device)
        steps = cat([steps.new_zeros((1,)), steps])
        self._beta = Beta(steps + 0.5, (self.concentration + 0.5 * (dim - 2)).unsqueeze(-1) - 0.5 * steps)
        super().__init__(self.concentration.shape, (dim, dim), validate_args=validate_args)

    def expand(self, batch_shape: Sequence[int], _instance: LKJCholesky | None = None) -> LKJCholesky:
        """Expands the beta distributions of its rows, too."""
        new = self._get_checked_instance(LKJCholesky, _instance)
        batch = Size(batch_shape)
        vars(new).update(vars(self))
        new.concentration = self.concentration.expand(*batch)
        new._beta = self._beta.expand((*batch, self.dim))
        new._batch_shape = batch
        return new

    def sample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """The length of each row left of the diagonal is the root of a beta number, its direction one of normal ones"""
        with no_grad():
            share = self._beta.sample(sample_shape).unsqueeze(-1)
            noise = randn(self._extended_shape(sample_shape), dtype=share.dtype, device=share.device).tril(-1)
            direction = noise / noise.norm(dim=-1, keepdim=True)
            direction[..., 0, :] = 0.0
            rows = share.sqrt() * direction
            left = (1 - (rows**2).sum(-1)).clamp(min=finfo(rows.dtype).tiny)
            return rows + left.sqrt().diag_embed()

    def log_prob(self, value: Tensor) -> Tensor:
        """Of the diagonal: row i to the power 2 (concentration - 1) + dim - i"""
        self._check(value)
        diagonal = value.diagonal(dim1=-1, dim2=-2)[..., 1:]
        row = arange(2, self.dim + 1, device=self.concentration.device)
        powers = 2 * (self.concentration - 1).unsqueeze(-1) + self.dim - row
        below = self.dim - 1
        alpha = self.concentration + 0.5 * below
        constant = 0.5 * below * math.log(math.pi) + mvlgamma(alpha - 0.5, below) - alpha.lgamma() * below
        return (powers * diagonal.log()).sum(-1) - constant
