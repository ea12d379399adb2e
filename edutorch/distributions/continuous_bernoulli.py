"""The continuous Bernoulli distribution. Source: torch.distributions.continuous_bernoulli."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..ops.loss import binary_cross_entropy_with_logits
from ..ops.masking import where
from ..random.tensors import rand
from ..tensor import Size
from . import constraints
from .binary import BinaryParameter
from .exp_family import ExponentialFamily
from .utils import broadcast_all, clamp_probs, lazy_property, logits_to_probs

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["ContinuousBernoulli"]


class ContinuousBernoulli(BinaryParameter, ExponentialFamily):
    """Numbers in [0, 1] with a density in proportion to p^x (1 - p)^(1 - x). probs or logits, as for Bernoulli.

    lims: between these probabilities, where the formulas lose their digits, Taylor series serve.
    Source: Loaiza-Ganem and Cunningham, The continuous Bernoulli, 2019; torch.distributions.ContinuousBernoulli."""

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.unit_interval
    has_rsample = True
    _mean_carrier_measure = 0.0

    def __init__(
        self,
        probs: Tensor | float | None = None,
        logits: Tensor | float | None = None,
        lims: tuple[float, float] = (0.499, 0.501),
        validate_args: bool | None = None,
    ) -> None:
        self._take(probs, logits)
        if probs is not None:
            if validate_args is not None and not self.arg_constraints["probs"].check(self.probs).all():
                raise ValueError(f"The parameter probs has invalid values: {self.probs}, expected [0, 1]")
            self.probs = clamp_probs(self.probs)
        self._lims = lims
        super().__init__(self._param.shape, validate_args=validate_args)

    @lazy_property
    def probs(self) -> Tensor:
        """The parameter p, neither 0 nor 1."""
        return clamp_probs(logits_to_probs(self.logits, is_binary=True))

    def _is_stable(self) -> Tensor:
        return (self.probs <= self._lims[0]) | (self.probs > self._lims[1])

    def _away_from_half(self) -> Tensor:
        """p, where the formulas are stable."""
        return where(self._is_stable(), self.probs, self._lims[0])

    def _log_norm(self) -> Tensor:
        """The logarithm of what the density is multiplied by"""
        p = self._away_from_half()
        low, high = where(p <= 0.5, p, 0.0), where(p >= 0.5, p, 1.0)
        below = where(p <= 0.5, (-2.0 * low).log1p(), (2.0 * high - 1.0).log())
        exact = ((-p).log1p() - p.log()).abs().log() - below
        x = (self.probs - 0.5).pow(2)
        series = math.log(2.0) + (4.0 / 3.0 + 104.0 / 45.0 * x) * x
        return where(self._is_stable(), exact, series)

    @property
    def mean(self) -> Tensor:
        """p / (2 p - 1) + 1 / (ln (1 - p) - ln p)"""
        p, x = self._away_from_half(), self.probs - 0.5
        exact = p / (2.0 * p - 1.0) + 1.0 / ((-p).log1p() - p.log())
        series = 0.5 + (1.0 / 3.0 + 16.0 / 45.0 * x.pow(2)) * x
        return where(self._is_stable(), exact, series)

    @property
    def variance(self) -> Tensor:
        """p (p - 1) / (1 - 2 p)^2 + 1 / (ln (1 - p) - ln p)^2"""
        p, x = self._away_from_half(), (self.probs - 0.5).pow(2)
        exact = p * (p - 1.0) / (1.0 - 2.0 * p).pow(2) + 1.0 / ((-p).log1p() - p.log()).pow(2)
        series = 1.0 / 12.0 - (1.0 / 15.0 - 128.0 / 945.0 * x) * x
        return where(self._is_stable(), exact, series)

    def rsample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """icdf of the numbers of torch.rand"""
        shape = self._extended_shape(sample_shape)
        return self.icdf(rand(shape, dtype=self.probs.dtype, device=self.probs.device))

    def log_prob(self, value: Tensor) -> Tensor:
        """value ln p + (1 - value) ln (1 - p) and a constant"""
        self._check(value)
        logits, value = broadcast_all(self.logits, value)
        return -binary_cross_entropy_with_logits(logits, value, reduction="none") + self._log_norm()

    def cdf(self, value: Tensor) -> Tensor:
        """(p^x (1 - p)^(1 - x) + p - 1) / (2 p - 1)"""
        self._check(value)
        p = self._away_from_half()
        exact = (p.pow(value) * (1.0 - p).pow(1.0 - value) + p - 1.0) / (2.0 * p - 1.0)
        inside = where(self._is_stable(), exact, value)
        return inside.masked_fill(value <= 0.0, 0.0).masked_fill(value >= 1.0, 1.0)

    def icdf(self, value: Tensor) -> Tensor:
        """The inverse of cdf"""
        p = self._away_from_half()
        exact = ((-p + value * (2.0 * p - 1.0)).log1p() - (-p).log1p()) / (p.log() - (-p).log1p())
        return where(self._is_stable(), exact, value)

    def entropy(self) -> Tensor:
        """Of mean and constant"""
        failure, success = (-self.probs).log1p(), self.probs.log()
        return self.mean * (failure - success) - self._log_norm() - failure

    @property
    def _natural_params(self) -> tuple[Tensor]:
        return (self.logits,)

    def _log_normalizer(self, *natural_params: Tensor) -> Tensor:
        (x,) = natural_params
        low, high = (each - 0.5 for each in self._lims)
        stable = (x <= low) | (x > high)
        cut = where(stable, x, low)
        series = 0.5 * x + x.pow(2) / 24.0 - x.pow(4) / 2880.0
        return where(stable, cut.expm1().abs().log() - cut.abs().log(), series)
