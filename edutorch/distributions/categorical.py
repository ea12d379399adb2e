"""The categorical distribution. Source: torch.distributions.categorical."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..dtypes import finfo, int64
from ..ops.broadcasting import broadcast_tensors
from ..ops.creation import full
from ..ops.ranges import arange
from ..random.tensors import multinomial
from ..tensor import Size
from . import constraints
from .distribution import Distribution
from .utils import lazy_property, logits_to_probs, probs_to_logits

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["Categorical"]


def one_of(probs: object, logits: object) -> str:
    """Which of the two was given. Raises ValueError for both or none."""
    if (probs is None) == (logits is None):
        raise ValueError("Either `probs` or `logits` must be specified, but not both.")
    return "probs" if logits is None else "logits"


class Categorical(Distribution):
    """A class 0 to K - 1 by its probability. probs: (*, K), not negative, divided by their sum; or logits: (*, K),
    their logarithms up to a constant.

    >>> from edutorch import tensor
    >>> Categorical(probs=tensor([1.0, 3.0])).probs
    tensor([0.2500, 0.7500])

    Raises ValueError for both or none of them. Source: torch.distributions.Categorical."""

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}
    has_enumerate_support = True

    def __init__(
        self, probs: Tensor | None = None, logits: Tensor | None = None, validate_args: bool | None = None
    ) -> None:
        self._given = one_of(probs, logits)
        given = probs if logits is None else logits
        assert given is not None
        if given.dim() < 1:
            raise ValueError(f"`{self._given}` parameter must be at least one-dimensional.")
        if logits is None:
            self.probs = given / given.sum(-1, keepdim=True)
        else:
            self.logits = given - given.logsumexp(-1, keepdim=True)
        self._num_events = given.shape[-1]
        super().__init__(given.shape[:-1], validate_args=validate_args)

    @property
    def _param(self) -> Tensor:
        return getattr(self, self._given)

    @lazy_property
    def logits(self) -> Tensor:
        """Logarithms of the probabilities."""
        return probs_to_logits(self.probs)

    @lazy_property
    def probs(self) -> Tensor:
        """The probabilities."""
        return logits_to_probs(self.logits)

    @constraints.dependent_property(is_discrete=True, event_dim=0)
    def support(self) -> constraints.Constraint:
        """0 to K - 1"""
        return constraints.integer_interval(0, self._num_events - 1)

    @property
    def param_shape(self) -> Size:
        """The shape of the probabilities."""
        return self._param.shape

    @property
    def mean(self) -> Tensor:
        """nan: classes have no mean."""
        return full(self._extended_shape(), math.nan, dtype=self.probs.dtype, device=self.probs.device)

    @property
    def mode(self) -> Tensor:
        """The most probable class."""
        return self.probs.argmax(-1)

    @property
    def variance(self) -> Tensor:
        """nan: classes have no variance."""
        return self.mean

    def sample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """The numbers of torch.multinomial with replacement. int64."""
        rows = self.probs.detach().reshape(-1, self._num_events)
        drawn = multinomial(rows, Size(sample_shape).numel(), True)
        return drawn.T.reshape(self._extended_shape(sample_shape))

    def log_prob(self, value: Tensor) -> Tensor:
        """The logit of the class."""
        self._check(value)
        index, logits = broadcast_tensors(value.long().unsqueeze(-1), self.logits)
        return logits.gather(-1, index[..., :1]).squeeze(-1)

    def entropy(self) -> Tensor:
        """-Σ p ln p; a probability of 0 adds nothing."""
        logits = self.logits.clamp(min=finfo(self.logits.dtype).min)
        return -(logits * self.probs).sum(-1)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """0 to K - 1 along the first dimension."""
        values = arange(self._num_events, dtype=int64, device=self._param.device)
        return along_first(values, self._batch_shape, expand)


def along_first(values: Tensor, batch_shape: Size, expand: bool) -> Tensor:
    """Values (n,) as (n, 1, 1, ...) with a dimension for each of the batch's, expanded to these or not."""
    values = values.view(-1, *[1] * len(batch_shape))
    return values.expand(-1, *batch_shape) if expand else values
