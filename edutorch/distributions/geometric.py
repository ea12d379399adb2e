"""The geometric distribution. Source: torch.distributions.geometric."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..autograd.grad_mode import no_grad
from ..dtypes import finfo
from ..ops.creation import zeros_like
from ..ops.loss import binary_cross_entropy_with_logits
from ..random.fill import uniform_
from ..tensor import Size
from . import constraints
from .binary import BinaryParameter
from .utils import broadcast_all

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["Geometric"]


class Geometric(BinaryParameter):
    """How many trials fail before the first success, each succeeding with the probability `probs`, or the
    log odds `logits`.

    Raises ValueError for both or none of them, and for a probability of 0. Source: torch.distributions.Geometric."""

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    support = constraints.nonnegative_integer

    def __init__(
        self,
        probs: Tensor | float | None = None,
        logits: Tensor | float | None = None,
        validate_args: bool | None = None,
    ) -> None:
        self._take(probs, logits)
        super().__init__(self._param.shape, validate_args=validate_args)
        if self._validate_args and probs is not None and not (self.probs > 0).all():
            raise ValueError(
                f"Expected parameter probs ({type(self.probs).__name__} of shape {tuple(self.probs.shape)}) of"
                f" distribution {self!r} to be positive but found invalid values:\n{self.probs[self.probs <= 0]}"
            )

    @property
    def mean(self) -> Tensor:
        """1 / p - 1"""
        return 1.0 / self.probs - 1.0

    @property
    def mode(self) -> Tensor:
        """0"""
        return zeros_like(self.probs)

    @property
    def variance(self) -> Tensor:
        """(1 / p - 1) / p"""
        return (1.0 / self.probs - 1.0) / self.probs

    def sample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """ln u / ln (1 - p), rounded down, of uniform numbers u"""
        with no_grad():
            u = self.probs.new_empty(self._extended_shape(sample_shape))
            uniform_(u, finfo(u.dtype).tiny, 1)
            return (u.log() / (-self.probs).log1p()).floor()

    def log_prob(self, value: Tensor) -> Tensor:
        """value ln (1 - p) + ln p"""
        self._check(value)
        value, probs = broadcast_all(value, self.probs)
        sure = probs.masked_fill((probs == 1) & (value == 0), 0)
        return value * (-sure).log1p() + self.probs.log()

    def entropy(self) -> Tensor:
        """That of one trial, over p"""
        return binary_cross_entropy_with_logits(self.logits, self.probs, reduction="none") / self.probs
