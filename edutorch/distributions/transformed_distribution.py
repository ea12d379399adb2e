"""Distributions of transformed numbers. Source: torch.distributions.transformed_distribution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..autograd.grad_mode import no_grad
from ..tensor import Size
from . import constraints
from .distribution import Distribution
from .independent import Independent
from .transforms import ComposeTransform, Transform
from .utils import sum_rightmost

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["TransformedDistribution"]


class TransformedDistribution(Distribution):
    """What comes of drawing x from base_distribution and applying transforms, one or a list, the first one first.

    >>> from edutorch.distributions import Normal, transforms
    >>> log_normal = TransformedDistribution(Normal(0.0, 1.0), [transforms.ExpTransform()])

    Raises ValueError for anything else, and where the base has too few dimensions.
    Source: torch.distributions.TransformedDistribution."""

    arg_constraints: dict[str, constraints.Constraint] = {}

    def __init__(
        self,
        base_distribution: Distribution,
        transforms: Transform | list[Transform],
        validate_args: bool | None = None,
    ) -> None:
        self.transforms = [transforms] if isinstance(transforms, Transform) else transforms
        if not isinstance(self.transforms, list):
            raise ValueError(f"transforms must be a Transform or list, but was {transforms}")
        if not all(isinstance(each, Transform) for each in self.transforms):
            raise ValueError("transforms must be a Transform or a list of Transforms")
        whole = ComposeTransform(self.transforms)
        before, after = whole.domain.event_dim, whole.codomain.event_dim
        shape, base_dim = (
            base_distribution.batch_shape + base_distribution.event_shape,
            len(base_distribution.event_shape),
        )
        if len(shape) < before:
            raise ValueError(f"base_distribution needs to have shape with size at least {before}, but got {shape}.")
        forward = whole.forward_shape(shape)
        expanded = whole.inverse_shape(forward)
        if shape != expanded:  # a transform has a batch of parameters
            base_distribution = base_distribution.expand(expanded[: len(expanded) - base_dim])
        if before > base_dim:
            base_distribution = Independent(base_distribution, before - base_dim)
        self.base_dist = base_distribution
        cut = len(forward) - max(after, base_dim + after - before)
        super().__init__(forward[:cut], forward[cut:], validate_args=validate_args)

    def expand(
        self, batch_shape: Sequence[int], _instance: TransformedDistribution | None = None
    ) -> TransformedDistribution:
        """Expands the base to what the transforms take to that batch."""
        maker = next(each for each in type(self).__mro__ if each.__module__.startswith(__package__))
        new = self._get_checked_instance(maker, _instance)
        batch = Size(batch_shape)
        shape = batch + self.event_shape
        for each in reversed(self.transforms):
            shape = each.inverse_shape(shape)
        vars(new).update(vars(self))
        new.base_dist = self.base_dist.expand(shape[: len(shape) - len(self.base_dist.event_shape)])
        new._expand_own(len(self._batch_shape), batch)
        new._batch_shape = batch
        return new

    def _expand_own(self, old: int, batch: Size) -> None:
        """Expands the parameters that a subclass keeps beside the base."""
        for name in self.arg_constraints:
            if name in vars(self):
                parameter: Tensor = getattr(self, name)
                setattr(self, name, parameter.expand(*batch, *parameter.shape[old:]))

    @constraints.dependent_property(is_discrete=False)
    def support(self) -> constraints.Constraint:
        """The codomain of the last transform"""
        if not self.transforms:
            return self.base_dist.support
        codomain = self.transforms[-1].codomain
        extra = len(self.event_shape) - codomain.event_dim
        return constraints.independent(codomain, extra) if extra > 0 else codomain

    @property
    def has_rsample(self) -> bool:  # type: ignore[override]
        """That of the base."""
        return self.base_dist.has_rsample

    def sample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """A draw of the base, transformed"""
        with no_grad():
            return self._forward(self.base_dist.sample(sample_shape))

    def rsample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """A draw of the base, transformed, with gradients of both"""
        return self._forward(self.base_dist.rsample(sample_shape))

    def _forward(self, x: Tensor) -> Tensor:
        for each in self.transforms:
            x = each(x)
        return x

    def log_prob(self, value: Tensor) -> Tensor:
        """The base's at the x that gave value, less the logarithm of each |dy/dx|"""
        self._check(value)
        event_dim, y = len(self.event_shape), value
        log_prob: Tensor | float = 0.0
        for each in reversed(self.transforms):
            x = each.inv(y)
            event_dim += each.domain.event_dim - each.codomain.event_dim
            log_prob = log_prob - sum_rightmost(each.log_abs_det_jacobian(x, y), event_dim - each.domain.event_dim)
            y = x
        return log_prob + sum_rightmost(self.base_dist.log_prob(y), event_dim - len(self.base_dist.event_shape))

    def _rising(self, probability: Tensor) -> Tensor:
        """The probability, or 1 less it where the transforms fall."""
        sign: int | Tensor = 1
        for each in self.transforms:
            sign = sign * each.sign
        return probability if isinstance(sign, int) and sign == 1 else sign * (probability - 0.5) + 0.5

    def cdf(self, value: Tensor) -> Tensor:
        """The base's at the x that gave value"""
        for each in reversed(self.transforms):
            value = each.inv(value)
        if self._validate_args:
            self.base_dist._validate_sample(value)
        return self._rising(self.base_dist.cdf(value))

    def icdf(self, value: Tensor) -> Tensor:
        """The base's, transformed"""
        return self._forward(self.base_dist.icdf(self._rising(value)))
