"""The exponential distribution. Source: torch.distributions.exponential."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..ops.creation import zeros_like
from ..random.fill import exponential_
from ..tensor import Size
from . import constraints
from .exp_family import ExponentialFamily
from .utils import broadcast_all

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["Exponential"]


class Exponential(ExponentialFamily):
    """Waiting times for events that come at `rate`: a positive tensor, or a number.

    Source: torch.distributions.Exponential."""

    arg_constraints = {"rate": constraints.positive}
    support = constraints.nonnegative
    has_rsample = True
    _mean_carrier_measure = 0.0

    def __init__(self, rate: Tensor | float, validate_args: bool | None = None) -> None:
        (self.rate,) = broadcast_all(rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """1 / rate"""
        return self.rate.reciprocal()

    @property
    def mode(self) -> Tensor:
        """0"""
        return zeros_like(self.rate)

    @property
    def stddev(self) -> Tensor:
        """1 / rate"""
        return self.rate.reciprocal()

    @property
    def variance(self) -> Tensor:
        """1 / rate^2"""
        return self.rate.pow(-2)

    def rsample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """The numbers of Tensor.exponential_, divided by rate."""
        return exponential_(self.rate.new_empty(self._extended_shape(sample_shape))) / self.rate

    def log_prob(self, value: Tensor) -> Tensor:
        """ln rate - rate value"""
        self._check(value)
        return self.rate.log() - self.rate * value

    def cdf(self, value: Tensor) -> Tensor:
        """1 - e^(-rate value)"""
        self._check(value)
        return 1 - (-self.rate * value).exp()

    def icdf(self, value: Tensor) -> Tensor:
        """-ln (1 - value) / rate"""
        return -(-value).log1p() / self.rate

    def entropy(self) -> Tensor:
        """1 - ln rate"""
        return 1.0 - self.rate.log()

    @property
    def _natural_params(self) -> tuple[Tensor]:
        return (-self.rate,)

    def _log_normalizer(self, *natural_params: Tensor) -> Tensor:
        (x,) = natural_params
        return -(-x).log()
