"""The generalized Pareto distribution. Source: torch.distributions.generalized_pareto."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..ops.broadcasting import broadcast_to
from ..ops.masking import where
from ..random.tensors import rand
from ..tensor import Size
from . import constraints
from .distribution import Distribution
from .utils import broadcast_all

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["GeneralizedPareto"]


class GeneralizedPareto(Distribution):
    """How far numbers exceed a high threshold: loc + scale ((1 - u)^-c - 1) / c, u uniform, c = concentration.

    For c = 0 that is an exponential distribution. Source: torch.distributions.GeneralizedPareto."""

    arg_constraints = {
        "loc": constraints.real,
        "scale": constraints.positive,
        "concentration": constraints.real,
    }
    has_rsample = True

    def __init__(
        self,
        loc: Tensor | float,
        scale: Tensor | float,
        concentration: Tensor | float,
        validate_args: bool | None = None,
    ) -> None:
        self.loc, self.scale, self.concentration = broadcast_all(loc, scale, concentration)
        super().__init__(self.loc.shape, validate_args=validate_args)

    @constraints.dependent_property(is_discrete=False, event_dim=0)
    def support(self) -> constraints.Constraint:
        """From loc on; up to loc - scale / c for c < 0"""
        end = self.loc - self.scale / self.concentration
        return constraints.interval(self.loc, where(self.concentration < 0, end, math.inf))

    def _is_exponential(self) -> Tensor:
        """Whether c is 0, to within 1e-8."""
        return self.concentration.abs() <= 1e-8

    def _safe(self) -> Tensor:
        """c, or 1 where it is 0, which no formula can divide by"""
        return where(self._is_exponential(), 1.0, self.concentration)

    def _z(self, value: Tensor) -> Tensor:
        return (value - self.loc) / self.scale

    @property
    def mean(self) -> Tensor:
        """loc + scale / (1 - c), nan for c >= 1"""
        mean = self.loc + self.scale / (1 - self.concentration)
        return where(self.concentration < 1, mean, math.nan)

    @property
    def mode(self) -> Tensor:
        """loc"""
        return self.loc

    @property
    def variance(self) -> Tensor:
        """scale^2 / ((1 - c)^2 (1 - 2 c)), nan for c >= 1/2"""
        c = where(self.concentration < 0.5, self.concentration, 0.25)
        variance = self.scale**2 / ((1 - c) ** 2 * (1 - 2 * c))
        return where(self.concentration < 0.5, variance, math.nan)

    def rsample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """icdf of the numbers of torch.rand"""
        shape = self._extended_shape(sample_shape)
        return self.icdf(rand(shape, dtype=self.loc.dtype, device=self.loc.device))

    def log_prob(self, value: Tensor) -> Tensor:
        """-ln scale - (1 + 1 / c) ln (1 + c z), z = (value - loc) / scale"""
        self._check(value)
        c, z = self._safe(), self._z(value)
        power = 1 / c + 1
        general = where(power == 0, 0.0, power * (c * z).log1p())
        return -self.scale.log() - where(self._is_exponential(), z, general)

    def log_survival_function(self, value: Tensor) -> Tensor:
        """ln (1 - cdf(value)) = -ln (1 + c z) / c"""
        self._check(value)
        c, z = self._safe(), self._z(value)
        return where(self._is_exponential(), -z, -(c * z).log1p() / c)

    def log_cdf(self, value: Tensor) -> Tensor:
        """ln cdf(value)"""
        return (-self.log_survival_function(value).exp()).log1p()

    def cdf(self, value: Tensor) -> Tensor:
        """1 - (1 + c z)^(-1 / c)"""
        return self.log_cdf(value).exp()

    def icdf(self, value: Tensor) -> Tensor:
        """loc + scale ((1 - value)^-c - 1) / c"""
        c, log_left = self._safe(), (-value).log1p()
        general = self.loc + self.scale / c * (-c * log_left).expm1()
        return where(self._is_exponential(), self.loc - self.scale * log_left, general)

    def entropy(self) -> Tensor:
        """ln scale + c + 1"""
        return broadcast_to(self.scale.log() + self.concentration + 1, self._batch_shape)
