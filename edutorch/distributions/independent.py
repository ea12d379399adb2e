"""Dimensions of a batch as part of the event. Source: torch.distributions.independent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..tensor import Size
from . import constraints
from .distribution import Distribution
from .utils import sum_rightmost

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["Independent"]


class Independent(Distribution):
    """base_distribution with its last `reinterpreted_batch_ndims` batch dimensions as part of the event: log_prob is
    then their sum.

    Raises ValueError for more dimensions than the batch has. Source: torch.distributions.Independent."""

    arg_constraints: dict[str, constraints.Constraint] = {}

    def __init__(
        self, base_distribution: Distribution, reinterpreted_batch_ndims: int, validate_args: bool | None = None
    ) -> None:
        have = len(base_distribution.batch_shape)
        if reinterpreted_batch_ndims > have:
            raise ValueError(
                "Expected reinterpreted_batch_ndims <= len(base_distribution.batch_shape), actual"
                f" {reinterpreted_batch_ndims} vs {have}"
            )
        shape, cut = base_distribution.batch_shape + base_distribution.event_shape, have - reinterpreted_batch_ndims
        self.base_dist, self.reinterpreted_batch_ndims = base_distribution, reinterpreted_batch_ndims
        super().__init__(shape[:cut], shape[cut:], validate_args=validate_args)

    def expand(self, batch_shape: Sequence[int], _instance: Independent | None = None) -> Independent:
        """Expands the base, whose batch has more dimensions."""
        new = self._get_checked_instance(Independent, _instance)
        inside = self.event_shape[: self.reinterpreted_batch_ndims]
        vars(new).update(vars(self))
        new.base_dist = self.base_dist.expand(Size(batch_shape) + inside)
        new._batch_shape = Size(batch_shape)
        return new

    @property
    def has_rsample(self) -> bool:  # type: ignore[override]
        """That of the base."""
        return self.base_dist.has_rsample

    @property
    def has_enumerate_support(self) -> bool:  # type: ignore[override]
        """That of the base, if no dimension became part of the event."""
        return self.base_dist.has_enumerate_support and not self.reinterpreted_batch_ndims

    @constraints.dependent_property
    def support(self) -> constraints.Constraint:
        """That of the base, for each part of the event"""
        base, extra = self.base_dist.support, self.reinterpreted_batch_ndims
        return constraints.independent(base, extra) if extra else base

    @property
    def mean(self) -> Tensor:
        """That of the base."""
        return self.base_dist.mean

    @property
    def mode(self) -> Tensor:
        """That of the base."""
        return self.base_dist.mode

    @property
    def variance(self) -> Tensor:
        """That of the base."""
        return self.base_dist.variance

    def sample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """That of the base."""
        return self.base_dist.sample(sample_shape)

    def rsample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """That of the base."""
        return self.base_dist.rsample(sample_shape)

    def log_prob(self, value: Tensor) -> Tensor:
        """The base's, summed over the event"""
        return sum_rightmost(self.base_dist.log_prob(value), self.reinterpreted_batch_ndims)

    def entropy(self) -> Tensor:
        """The base's, summed over the event"""
        return sum_rightmost(self.base_dist.entropy(), self.reinterpreted_batch_ndims)

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """The base's. Raises NotImplementedError where it would be all combinations of the parts."""
        if self.reinterpreted_batch_ndims:
            raise NotImplementedError("Enumeration over cartesian product is not implemented")
        return self.base_dist.enumerate_support(expand)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_dist}, {self.reinterpreted_batch_ndims})"
