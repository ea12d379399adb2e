"""The negative binomial distribution. Source: torch.distributions.negative_binomial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..autograd.grad_mode import no_grad
from ..ops.activation import sigmoid
from ..ops.smooth import logsigmoid
from ..random.tensors import poisson
from ..tensor import Size
from . import constraints
from .binary import BinaryParameter
from .gamma import Gamma
from .utils import broadcast_all, number_as_tensor

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["NegativeBinomial"]


class NegativeBinomial(BinaryParameter):
    """How many trials succeed before `total_count` failures, each succeeding with the probability `probs`, or the
    log odds `logits`.

    Raises ValueError for both or none of them. Source: torch.distributions.NegativeBinomial."""

    arg_constraints = {
        "total_count": constraints.greater_than_eq(0),
        "probs": constraints.half_open_interval(0.0, 1.0),
        "logits": constraints.real,
    }
    support = constraints.nonnegative_integer

    def __init__(
        self,
        total_count: Tensor | float,
        probs: Tensor | float | None = None,
        logits: Tensor | float | None = None,
        validate_args: bool | None = None,
    ) -> None:
        if probs is not None:
            total_count, probs = broadcast_all(total_count, probs)
        elif logits is not None:
            total_count, logits = broadcast_all(total_count, logits)
        self._take(probs, logits)
        self.total_count = number_as_tensor(total_count, self._param)
        super().__init__(self._param.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """n p / (1 - p)"""
        return self.total_count * self.logits.exp()

    @property
    def mode(self) -> Tensor:
        """(n - 1) p / (1 - p), rounded down, at least 0"""
        return ((self.total_count - 1) * self.logits.exp()).floor().clamp(min=0.0)

    @property
    def variance(self) -> Tensor:
        """n p / (1 - p)^2"""
        return self.mean / sigmoid(-self.logits)

    def sample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """Poisson numbers whose rates are gamma numbers"""
        with no_grad():
            rates = Gamma(self.total_count, (-self.logits).exp(), validate_args=False)
            return poisson(rates.sample(sample_shape))

    def log_prob(self, value: Tensor) -> Tensor:
        """n ln (1 - p) + value ln p + ln (n + value - 1 over value)"""
        self._check(value)
        n = self.total_count
        chances = n * logsigmoid(-self.logits) + value * logsigmoid(self.logits)
        ways = -(n + value).lgamma() + (1.0 + value).lgamma() + n.lgamma()
        return chances - ways.masked_fill(n + value == 0.0, 0.0)
