"""Mixtures of distributions of one family. Source: torch.distributions.mixture_same_family."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..autograd.grad_mode import no_grad
from ..ops.activation import log_softmax
from ..tensor import Size
from . import constraints
from .categorical import Categorical
from .distribution import Distribution

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["MixtureSameFamily"]


class MixtureSameFamily(Distribution):
    """A draw of one of K components, which a categorical distribution chooses.

    component_distribution: its last batch dimension has size K. Raises ValueError for anything else, and for batches
    that do not fit. Source: torch.distributions.MixtureSameFamily."""

    arg_constraints: dict[str, constraints.Constraint] = {}

    def __init__(
        self,
        mixture_distribution: Categorical,
        component_distribution: Distribution,
        validate_args: bool | None = None,
    ) -> None:
        if not isinstance(mixture_distribution, Categorical):
            raise ValueError(
                "The Mixture distribution needs to be an instance of torch.distributions.Categorical, got"
                f" {type(mixture_distribution).__name__}"
            )
        if not isinstance(component_distribution, Distribution):
            raise ValueError(
                "The Component distribution needs to be an instance of torch.distributions.Distribution, got"
                f" {type(component_distribution).__name__}"
            )
        self._mixture_distribution, self._component_distribution = mixture_distribution, component_distribution
        ours, theirs = mixture_distribution.batch_shape, component_distribution.batch_shape[:-1]
        if any(m != c and 1 not in (m, c) for m, c in zip(reversed(ours), reversed(theirs), strict=False)):
            raise ValueError(
                f"`mixture_distribution.batch_shape` ({ours}) is not compatible with"
                f" `component_distribution.batch_shape`({theirs})"
            )
        k, components = mixture_distribution.logits.shape[-1], component_distribution.batch_shape[-1]
        if k != components:
            raise ValueError(
                f"`mixture_distribution component` ({k}) does not equal `component_distribution.batch_shape[-1]`"
                f" ({components})"
            )
        super().__init__(theirs, component_distribution.event_shape, validate_args=validate_args)

    @property
    def mixture_distribution(self) -> Categorical:
        """Which chooses the component."""
        return self._mixture_distribution

    @property
    def component_distribution(self) -> Distribution:
        """The components, along the last dimension of its batch."""
        return self._component_distribution

    def expand(self, batch_shape: Sequence[int], _instance: MixtureSameFamily | None = None) -> MixtureSameFamily:
        """Expands both."""
        new = self._get_checked_instance(MixtureSameFamily, _instance)
        batch, k = Size(batch_shape), self._mixture_distribution.param_shape[-1:]
        vars(new).update(vars(self))
        new._mixture_distribution = self._mixture_distribution.expand(batch)
        new._component_distribution = self._component_distribution.expand(batch + k)
        new._batch_shape = batch
        return new

    @constraints.dependent_property
    def support(self) -> constraints.Constraint:
        """That of the components"""
        return constraints.MixtureSameFamilyConstraint(self._component_distribution.support)

    @property
    def _axis(self) -> int:
        """The dimension of the components in a sample of theirs"""
        return -1 - len(self._event_shape)

    def _weights(self) -> Tensor:
        """The probabilities, of the shape of a mean of the components"""
        probs = self._mixture_distribution.probs
        missing = len(self._batch_shape) - len(self._mixture_distribution.batch_shape)
        inside = missing if len(self._mixture_distribution.batch_shape) != 1 else 0
        return probs.reshape(*probs.shape[:-1], *[1] * inside, probs.shape[-1], *[1] * len(self._event_shape))

    @property
    def mean(self) -> Tensor:
        """The components' means, weighed"""
        return (self._weights() * self._component_distribution.mean).sum(self._axis)

    @property
    def variance(self) -> Tensor:
        """The mean of the components' variances, and the variance of their means"""
        weights, components = self._weights(), self._component_distribution
        inside = (weights * components.variance).sum(self._axis)
        away = components.mean - self.mean.unsqueeze(self._axis)
        return inside + (weights * away.pow(2.0)).sum(self._axis)

    def cdf(self, value: Tensor) -> Tensor:
        """The components', weighed"""
        parts = self._component_distribution.cdf(value.unsqueeze(self._axis))
        return (parts * self._mixture_distribution.probs).sum(-1)

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the sum of the components' densities, weighed"""
        self._check(value)
        parts = self._component_distribution.log_prob(value.unsqueeze(self._axis))
        return (parts + log_softmax(self._mixture_distribution.logits, -1)).logsumexp(-1)

    def sample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """Of all components a draw, of which one is chosen"""
        with no_grad():
            chosen = self._mixture_distribution.sample(sample_shape)
            drawn = self._component_distribution.sample(sample_shape)
            axis, event = len(tuple(sample_shape)) + len(self._batch_shape), self._event_shape
            index = chosen.reshape(*chosen.shape, *[1] * (len(event) + 1)).repeat(*[1] * (chosen.dim() + 1), *event)
            return drawn.gather(axis, index).squeeze(axis)

    def __repr__(self) -> str:
        return f"MixtureSameFamily(\n  {self._mixture_distribution},\n  {self._component_distribution})"
