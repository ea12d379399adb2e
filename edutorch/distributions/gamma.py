"""The gamma distribution. Source: torch.distributions.gamma."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..dtypes import finfo
from ..ops.exponential import xlogy
from ..ops.more.incomplete import gammainc
from ..tensor import Size
from . import constraints
from .exp_family import ExponentialFamily
from .reparameterization import standard_gamma
from .utils import broadcast_all, number_as_tensor

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["Gamma"]


class Gamma(ExponentialFamily):
    """The time until `concentration` events have come, at `rate`: positive tensors that broadcast, or numbers.

    Source: torch.distributions.Gamma."""

    arg_constraints = {"concentration": constraints.positive, "rate": constraints.positive}
    support: constraints.Constraint = constraints.nonnegative
    has_rsample = True
    _mean_carrier_measure = 0.0

    def __init__(self, concentration: Tensor | float, rate: Tensor | float, validate_args: bool | None = None) -> None:
        self.concentration, self.rate = broadcast_all(concentration, rate)
        super().__init__(self.concentration.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """concentration / rate"""
        return self.concentration / self.rate

    @property
    def mode(self) -> Tensor:
        """(concentration - 1) / rate, at least 0"""
        return ((self.concentration - 1) / self.rate).clamp(min=0)

    @property
    def variance(self) -> Tensor:
        """concentration / rate^2"""
        return self.concentration / self.rate.pow(2)

    def rsample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """Numbers of scale 1 divided by rate, at least the smallest normal number; gradients are implicit."""
        shape = self._extended_shape(sample_shape)
        value = standard_gamma(self.concentration.expand(shape)) / self.rate.expand(shape)
        value.detach().clamp_(min=finfo(value.dtype).tiny)  # no gradient through this
        return value

    def log_prob(self, value: Tensor) -> Tensor:
        """(concentration - 1) ln value - rate value + concentration ln rate - ln Γ(concentration)"""
        value = number_as_tensor(value, self.rate)
        self._check(value)
        return (
            xlogy(self.concentration, self.rate)
            + xlogy(self.concentration - 1, value)
            - self.rate * value
            - self.concentration.lgamma()
        )

    def cdf(self, value: Tensor) -> Tensor:
        """By the incomplete gamma function."""
        self._check(value)
        return gammainc(self.concentration, self.rate * value)

    def entropy(self) -> Tensor:
        """concentration - ln rate + ln Γ(concentration) + (1 - concentration) ψ(concentration)"""
        shape = self.concentration
        return shape - self.rate.log() + shape.lgamma() + (1.0 - shape) * shape.digamma()

    @property
    def _natural_params(self) -> tuple[Tensor, Tensor]:
        return self.concentration - 1, -self.rate

    def _log_normalizer(self, *natural_params: Tensor) -> Tensor:
        x, y = natural_params
        return (x + 1).lgamma() + (x + 1) * (-y.reciprocal()).log()
