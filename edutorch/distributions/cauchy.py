"""The Cauchy distribution. Source: torch.distributions.cauchy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..ops.creation import full
from ..random.fill import cauchy_
from ..tensor import Size
from . import constraints
from .distribution import Distribution
from .utils import broadcast_all

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["Cauchy"]


class Cauchy(Distribution):
    """Ratios of normal numbers, times scale, around loc: tails so heavy that there is no mean.

    Source: torch.distributions.Cauchy."""

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}
    support = constraints.real
    has_rsample = True

    def __init__(self, loc: Tensor | float, scale: Tensor | float, validate_args: bool | None = None) -> None:
        self.loc, self.scale = broadcast_all(loc, scale)
        super().__init__(self.loc.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """nan"""
        return full(self._extended_shape(), math.nan, dtype=self.loc.dtype, device=self.loc.device)

    @property
    def mode(self) -> Tensor:
        """loc"""
        return self.loc

    @property
    def variance(self) -> Tensor:
        """inf"""
        return full(self._extended_shape(), math.inf, dtype=self.loc.dtype, device=self.loc.device)

    def rsample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """loc + scale times the numbers of Tensor.cauchy_"""
        return self.loc + cauchy_(self.loc.new_empty(self._extended_shape(sample_shape))) * self.scale

    def log_prob(self, value: Tensor) -> Tensor:
        """-ln (π scale (1 + z^2)), z = (value - loc) / scale"""
        self._check(value)
        return -math.log(math.pi) - self.scale.log() - (((value - self.loc) / self.scale) ** 2).log1p()

    def cdf(self, value: Tensor) -> Tensor:
        """atan(z) / π + 1/2"""
        self._check(value)
        return ((value - self.loc) / self.scale).atan() / math.pi + 0.5

    def icdf(self, value: Tensor) -> Tensor:
        """loc + scale tan(π (value - 1/2))"""
        return (math.pi * (value - 0.5)).tan() * self.scale + self.loc

    def entropy(self) -> Tensor:
        """ln (4π scale)"""
        return math.log(4 * math.pi) + self.scale.log()
