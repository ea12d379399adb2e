"""The von Mises distribution. Source: torch.distributions.von_mises."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..autograd.grad_mode import no_grad
from ..dtypes import bool as bool_
from ..dtypes import float64
from ..ops.creation import zeros
from ..ops.masking import where
from ..random.tensors import rand
from ..tensor import Size
from . import constraints
from .distribution import Distribution
from .utils import broadcast_all, lazy_property

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["VonMises"]

# The modified Bessel functions of order 0 and 1, in powers of (x / 3.75)^2 below 3.75 and of 3.75 / x above.
# Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 9.8.1 to 9.8.4.
_BELOW = (
    (1.0, 3.5156229, 3.0899424, 1.2067492, 0.2659732, 0.0360768, 0.0045813),
    (0.5, 0.87890594, 0.51498869, 0.15084934, 0.02658733, 0.00301532, 0.00032411),
)
_ABOVE = (
    (
        0.39894228,
        0.01328592,
        0.00225319,
        -0.00157565,
        0.00916281,
        -0.02057706,
        0.02635537,
        -0.01647633,
        0.00392377,
    ),
    (
        0.39894228,
        -0.03988024,
        -0.00362018,
        0.00163801,
        -0.01031555,
        0.02282967,
        -0.02895312,
        0.01787654,
        -0.00420059,
    ),
)


def _polynomial(x: Tensor, coefficients: Sequence[float]) -> Tensor:
    """Horner's scheme, lowest power first."""
    total = x * 0 + coefficients[-1]
    for coefficient in coefficients[-2::-1]:
        total = coefficient + x * total
    return total


def log_bessel(x: Tensor, order: int) -> Tensor:
    """ln I(x), the modified Bessel function of order 0 or 1, for x > 0."""
    below = _polynomial((x / 3.75) ** 2, _BELOW[order])
    below = (x * below if order else below).log()
    above = x - 0.5 * x.log() + _polynomial(3.75 / x, _ABOVE[order]).log()
    return where(x < 3.75, below, above)


class VonMises(Distribution):
    """Angles around `loc`, the nearer the larger `concentration`: the normal distribution of a circle. In [-π, π).

    Source: torch.distributions.VonMises."""

    arg_constraints = {"loc": constraints.real, "concentration": constraints.positive}
    support = constraints.real

    def __init__(self, loc: Tensor | float, concentration: Tensor | float, validate_args: bool | None = None) -> None:
        self.loc, self.concentration = broadcast_all(loc, concentration)
        super().__init__(self.loc.shape, validate_args=validate_args)

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
        """The circular variance, 1 - I1(concentration) / I0(concentration)"""
        return 1 - (log_bessel(self.concentration, 1) - log_bessel(self.concentration, 0)).exp()

    def log_prob(self, value: Tensor) -> Tensor:
        """concentration cos(value - loc) - ln (2π I0(concentration))"""
        self._check(value)
        towards = self.concentration * (value - self.loc).cos()
        return towards - math.log(2 * math.pi) - log_bessel(self.concentration, 0)

    def sample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """By rejection, all numbers at once until each is accepted; in float64.

        Source: Best and Fisher, Efficient simulation of the von Mises distribution, 1979."""
        with no_grad():
            k = self.concentration.to(float64)
            tau = 1 + (1 + 4 * k**2).sqrt()
            rho = (tau - (2 * tau).sqrt()) / (2 * k)
            r = where(k < 1e-5, 1 / k + k, (1 + rho**2) / (2 * rho))
            angle = self._rejected(k, r, self._extended_shape(sample_shape))
            around = (angle + math.pi + self.loc.to(float64)) % (2 * math.pi) - math.pi
            return around.to(self.loc.dtype)

    def _rejected(self, k: Tensor, r: Tensor, shape: Size) -> Tensor:
        angle = zeros(shape, dtype=float64, device=k.device)
        done = zeros(shape, dtype=bool_, device=k.device)
        while not done.all():
            u1, u2, u3 = rand((3, *shape), dtype=float64, device=k.device).unbind()
            z = (math.pi * u1).cos()
            f = (1 + r * z) / (r + z)
            c = k * (r - f)
            accepted = (c * (2 - c) - u2 > 0) | ((c / u2).log() + 1 - c >= 0)
            angle = where(accepted, (u3 - 0.5).sign() * f.acos(), angle)
            done = done | accepted
        return angle
