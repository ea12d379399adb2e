"""The binomial distribution. Source: torch.distributions.binomial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..autograd.grad_mode import no_grad
from ..ops.ranges import arange
from ..random.tensors import binomial
from ..tensor import Size
from . import constraints
from .binary import BinaryParameter
from .categorical import along_first
from .utils import broadcast_all, number_as_tensor

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["Binomial"]


class Binomial(BinaryParameter):
    """How many of `total_count` trials succeed, each with the probability `probs`, or with the log odds `logits`.

    Raises ValueError for both or none of them. Source: torch.distributions.Binomial."""

    arg_constraints = {
        "total_count": constraints.nonnegative_integer,
        "probs": constraints.unit_interval,
        "logits": constraints.real,
    }
    has_enumerate_support = True

    def __init__(
        self,
        total_count: Tensor | int = 1,
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

    @constraints.dependent_property(is_discrete=True, event_dim=0)
    def support(self) -> constraints.Constraint:
        """0 to total_count"""
        return constraints.integer_interval(0, self.total_count)

    @property
    def mean(self) -> Tensor:
        """n p"""
        return self.total_count * self.probs

    @property
    def mode(self) -> Tensor:
        """(n + 1) p, rounded down, at most n"""
        return ((self.total_count + 1) * self.probs).floor().clamp(max=self.total_count)

    @property
    def variance(self) -> Tensor:
        """n p (1 - p)"""
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """The numbers of torch.binomial."""
        shape = self._extended_shape(sample_shape)
        with no_grad():
            return binomial(self.total_count.expand(shape), self.probs.expand(shape))

    def log_prob(self, value: Tensor) -> Tensor:
        """ln (n over value) + value ln p + (n - value) ln (1 - p), in terms of the log odds"""
        self._check(value)
        n, z = self.total_count, self.logits
        positive = (z.clamp(min=0) + z - z.clamp(max=0)) / 2  # max(z, 0), with half a gradient at 0
        normalizer = n * positive + n * (-z.abs()).exp().log1p() - (n + 1).lgamma()
        return value * z - (value + 1).lgamma() - (n - value + 1).lgamma() - normalizer

    def entropy(self) -> Tensor:
        """-Σ p ln p over all counts. Raises NotImplementedError for several total_counts."""
        log_prob = self.log_prob(self.enumerate_support(False))
        return -(log_prob.exp() * log_prob).sum(0)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """0 to total_count along the first dimension. Raises NotImplementedError for several total_counts."""
        most = int(self.total_count.max())
        if most != self.total_count.min():
            raise NotImplementedError("Inhomogeneous total count not supported by `enumerate_support`.")
        values = arange(1 + most, dtype=self._param.dtype, device=self._param.device)
        return along_first(values, self._batch_shape, expand)
