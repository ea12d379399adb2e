"""The multinomial distribution. Source: torch.distributions.multinomial."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..autograd.grad_mode import no_grad
from ..ops.creation import ones_like, zeros
from ..tensor import Size
from . import constraints
from .binomial import Binomial
from .categorical import Categorical
from .distribution import Distribution
from .utils import broadcast_all

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["Multinomial"]


class Multinomial(Distribution):
    """How often each of K classes comes in `total_count` draws of Categorical(probs, logits): (*, K).

    Raises NotImplementedError for a total_count that is no int. Source: torch.distributions.Multinomial."""

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}

    def __init__(
        self,
        total_count: int = 1,
        probs: Tensor | None = None,
        logits: Tensor | None = None,
        validate_args: bool | None = None,
    ) -> None:
        if not isinstance(total_count, int):
            raise NotImplementedError("inhomogeneous total_count is not supported: give an int")
        self.total_count = total_count
        self._categorical = Categorical(probs=probs, logits=logits)
        shape = self._categorical.param_shape
        super().__init__(shape[:-1], shape[-1:], validate_args=validate_args)

    @property
    def logits(self) -> Tensor:
        """Logarithms of the probabilities."""
        return self._categorical.logits

    @property
    def probs(self) -> Tensor:
        """The probabilities."""
        return self._categorical.probs

    @property
    def param_shape(self) -> Size:
        """The shape of the probabilities."""
        return self._categorical.param_shape

    @constraints.dependent_property(is_discrete=True, event_dim=1)
    def support(self) -> constraints.Constraint:
        """Counts that sum to total_count at most"""
        return constraints.multinomial(self.total_count)

    @property
    def mean(self) -> Tensor:
        """n p"""
        return self.probs * self.total_count

    @property
    def variance(self) -> Tensor:
        """n p (1 - p)"""
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """Counts of total_count draws of the categorical distribution."""
        with no_grad():
            drawn = self._categorical.sample(Size((self.total_count, *sample_shape))).movedim(0, -1)
            counts = zeros(self._extended_shape(sample_shape), dtype=drawn.dtype, device=drawn.device)
            return counts.scatter_add(-1, drawn, ones_like(drawn)).type_as(self.probs)

    def entropy(self) -> Tensor:
        """By the binomial distributions of the single counts."""
        n, each = self.total_count, Binomial(self.total_count, probs=self.probs)
        counts = each.enumerate_support(expand=False)[1:]
        factorials = each.log_prob(counts).exp() * (counts + 1).lgamma()
        return n * self._categorical.entropy() - math.lgamma(n + 1) + factorials.sum((0, -1))

    def log_prob(self, value: Tensor) -> Tensor:
        """ln (n! / Π value!) + Σ value ln p; a class of probability 0 that never came adds nothing."""
        self._check(value)
        logits, value = broadcast_all(self.logits, value)
        logits = logits.masked_fill((value == 0) & (logits == -math.inf), 0)
        return (value.sum(-1) + 1).lgamma() - (value + 1).lgamma().sum(-1) + (logits * value).sum(-1)
