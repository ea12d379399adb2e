"""The half-Cauchy distribution. Source: torch.distributions.half_cauchy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..ops.creation import full_like, zeros_like
from ..ops.masking import where
from . import constraints
from .cauchy import Cauchy
from .transformed_distribution import TransformedDistribution
from .transforms import AbsTransform
from .utils import number_as_tensor

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["HalfCauchy"]


class HalfCauchy(TransformedDistribution):
    """|x| of x from Cauchy(0, scale). Source: torch.distributions.HalfCauchy."""

    arg_constraints = {"scale": constraints.positive}
    support = constraints.nonnegative
    base_dist: Cauchy

    def __init__(self, scale: Tensor | float, validate_args: bool | None = None) -> None:
        super().__init__(Cauchy(0, scale, validate_args=False), AbsTransform(), validate_args=validate_args)

    @property
    def scale(self) -> Tensor:
        """That of x."""
        return self.base_dist.scale

    @property
    def mean(self) -> Tensor:
        """inf"""
        return full_like(self.scale, math.inf)

    @property
    def mode(self) -> Tensor:
        """0"""
        return zeros_like(self.scale)

    @property
    def variance(self) -> Tensor:
        """inf"""
        return self.base_dist.variance

    def log_prob(self, value: Tensor) -> Tensor:
        """That of x and ln 2; -inf below 0"""
        self._check(value)
        value = number_as_tensor(value, self.scale)
        return where(value >= 0, self.base_dist.log_prob(value) + math.log(2), -math.inf)

    def cdf(self, value: Tensor) -> Tensor:
        """Twice that of x, less 1"""
        self._check(value)
        return 2 * self.base_dist.cdf(value) - 1

    def icdf(self, value: Tensor) -> Tensor:
        """The inverse of that"""
        return self.base_dist.icdf((value + 1) / 2)

    def entropy(self) -> Tensor:
        """That of x, less ln 2"""
        return self.base_dist.entropy() - math.log(2)
