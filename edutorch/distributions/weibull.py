"""The Weibull distribution. Source: torch.distributions.weibull."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..ops.creation import ones_like
from . import constraints
from .exponential import Exponential
from .transformed_distribution import TransformedDistribution
from .transforms import AffineTransform, PowerTransform
from .utils import broadcast_all, euler_constant

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["Weibull"]


class Weibull(TransformedDistribution):
    """scale x^(1 / concentration) of x from Exponential(1): times until something fails.

    Source: torch.distributions.Weibull."""

    arg_constraints = {"scale": constraints.positive, "concentration": constraints.positive}
    support = constraints.positive

    def __init__(self, scale: Tensor | float, concentration: Tensor | float, validate_args: bool | None = None) -> None:
        self.scale, self.concentration = broadcast_all(scale, concentration)
        base = Exponential(ones_like(self.scale), validate_args=validate_args)
        steps = [PowerTransform(self.concentration.reciprocal()), AffineTransform(0, self.scale)]
        super().__init__(base, steps, validate_args=validate_args)

    def _log_moment(self, order: int) -> Tensor:
        """ln Γ(1 + order / concentration), of the power `order` of a number of scale 1"""
        return (1 + order * self.concentration.reciprocal()).lgamma()

    @property
    def mean(self) -> Tensor:
        """scale Γ(1 + 1 / concentration)"""
        return self.scale * self._log_moment(1).exp()

    @property
    def mode(self) -> Tensor:
        """scale (1 - 1 / concentration)^(1 / concentration)"""
        return self.scale * ((self.concentration - 1) / self.concentration) ** self.concentration.reciprocal()

    @property
    def variance(self) -> Tensor:
        """The second moment less the square of the mean"""
        return self.scale.pow(2) * (self._log_moment(2).exp() - (2 * self._log_moment(1)).exp())

    def entropy(self) -> Tensor:
        """0.577 (1 - 1 / concentration) + ln (scale / concentration) + 1"""
        part = self.concentration.reciprocal()
        return euler_constant * (1 - part) + (self.scale * part).log() + 1
