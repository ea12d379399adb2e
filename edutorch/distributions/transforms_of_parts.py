"""Transforms of the parts of a tensor, of its shape, and by a distribution. Source: torch.distributions.transforms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..ops.joining import cat, stack
from ..tensor import Size
from . import constraints
from .constraints import Constraint
from .distribution import Distribution
from .transform import Transform, check_dims
from .utils import sum_rightmost

if TYPE_CHECKING:
    from ..tensor import Tensor


class ReshapeTransform(Transform):
    """The last dimensions `in_shape` as `out_shape`. Raises ValueError for another number of elements.

    Source: torch.distributions.transforms.ReshapeTransform."""

    bijective = True

    def __init__(self, in_shape: Sequence[int], out_shape: Sequence[int], cache_size: int = 0) -> None:
        self.in_shape, self.out_shape = Size(in_shape), Size(out_shape)
        if self.in_shape.numel() != self.out_shape.numel():
            raise ValueError(f"in_shape, out_shape have different numbers of elements: {in_shape}, {out_shape}")
        super().__init__(cache_size)

    @constraints.dependent_property
    def domain(self) -> Constraint:
        """Any numbers of in_shape"""
        return constraints.independent(constraints.real, len(self.in_shape))

    @constraints.dependent_property
    def codomain(self) -> Constraint:
        """Any numbers of out_shape"""
        return constraints.independent(constraints.real, len(self.out_shape))

    def _like(self, cache_size: int) -> Transform:
        return ReshapeTransform(self.in_shape, self.out_shape, cache_size)

    def _call(self, x: Tensor) -> Tensor:
        return x.reshape(self.forward_shape(x.shape))

    def _inverse(self, y: Tensor) -> Tensor:
        return y.reshape(self.inverse_shape(y.shape))

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """0"""
        return x.new_zeros(x.shape[: x.dim() - len(self.in_shape)])

    def forward_shape(self, shape: Size) -> Size:
        """Raises ValueError where it does not end in in_shape."""
        return _reshaped(shape, self.in_shape, self.out_shape)

    def inverse_shape(self, shape: Size) -> Size:
        """Raises ValueError where it does not end in out_shape."""
        return _reshaped(shape, self.out_shape, self.in_shape)


def _reshaped(shape: Size, old: Size, new: Size) -> Size:
    check_dims(len(shape), len(old))
    cut = len(shape) - len(old)
    if shape[cut:] != old:
        raise ValueError(f"Shape mismatch: expected {old} but got {shape[cut:]}")
    return Size(shape[:cut] + new)


class _PartsTransform(Transform):
    """A transform for each part of a tensor along a dimension."""

    transforms: list[Transform]
    dim: int

    @property
    def bijective(self) -> bool:  # type: ignore[override]
        """Whether all are."""
        return all(each.bijective for each in self.transforms)

    def _parts(self, x: Tensor) -> Sequence[Tensor]:
        raise NotImplementedError

    def _join(self, parts: list[Tensor]) -> Tensor:
        raise NotImplementedError

    def _each(self, x: Tensor, function: Callable[[Transform, Tensor], Tensor]) -> Tensor:
        return self._join([function(each, part) for each, part in zip(self.transforms, self._parts(x), strict=True)])

    def _call(self, x: Tensor) -> Tensor:
        return self._each(x, lambda each, part: each(part))

    def _inverse(self, y: Tensor) -> Tensor:
        return self._each(y, lambda each, part: each.inv(part))


class CatTransform(_PartsTransform):
    """A transform for each stretch of dimension `dim`; `lengths` are 1 each by default.

    Raises AssertionError for lengths that do not fit. Source: torch.distributions.transforms.CatTransform."""

    def __init__(
        self, tseq: Sequence[Transform], dim: int = 0, lengths: Sequence[int] | None = None, cache_size: int = 0
    ) -> None:
        super().__init__(cache_size)
        self.transforms = [each.with_cache(cache_size) for each in tseq] if cache_size else list(tseq)
        self.lengths = [1] * len(self.transforms) if lengths is None else list(lengths)
        if len(self.lengths) != len(self.transforms):
            raise AssertionError(f"{len(self.transforms)} transforms need as many lengths, got {len(self.lengths)}")
        self.dim = dim

    def _like(self, cache_size: int) -> Transform:
        return CatTransform(self.transforms, self.dim, self.lengths, cache_size)

    @property
    def event_dim(self) -> int:
        """The largest of them."""
        return max(each.event_dim for each in self.transforms)

    @property
    def length(self) -> int:
        """The size of the dimension."""
        return sum(self.lengths)

    @constraints.dependent_property
    def domain(self) -> Constraint:
        """That of each stretch"""
        return constraints.cat([each.domain for each in self.transforms], self.dim, self.lengths)

    @constraints.dependent_property
    def codomain(self) -> Constraint:
        """That of each stretch"""
        return constraints.cat([each.codomain for each in self.transforms], self.dim, self.lengths)

    def _parts(self, x: Tensor) -> Sequence[Tensor]:
        if not -x.dim() <= self.dim < x.dim() or x.size(self.dim) != self.length:
            raise AssertionError(f"dimension {self.dim} must have size {self.length}: shape {list(x.shape)}")
        return x.split(self.lengths, self.dim)

    def _join(self, parts: list[Tensor]) -> Tensor:
        return cat(parts, self.dim)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Each stretch's, side by side, or their sum where `dim` is part of an event"""
        found = []
        for each, before, after in zip(self.transforms, self._parts(x), self._parts(y), strict=True):
            term = each.log_abs_det_jacobian(before, after)
            found.append(sum_rightmost(term, self.event_dim - each.event_dim))
        dim = (self.dim if self.dim < 0 else self.dim - x.dim()) + self.event_dim
        if dim < 0:
            return cat(found, dim)
        total = found[0]
        for term in found[1:]:
            total = total + term
        return total


class StackTransform(_PartsTransform):
    """A transform for each place along dimension `dim`. Raises AssertionError for another number of places.

    Source: torch.distributions.transforms.StackTransform."""

    def __init__(self, tseq: Sequence[Transform], dim: int = 0, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.transforms = [each.with_cache(cache_size) for each in tseq] if cache_size else list(tseq)
        self.dim = dim

    def _like(self, cache_size: int) -> Transform:
        return StackTransform(self.transforms, self.dim, cache_size)

    @constraints.dependent_property
    def domain(self) -> Constraint:
        """That of each place"""
        return constraints.stack([each.domain for each in self.transforms], self.dim)

    @constraints.dependent_property
    def codomain(self) -> Constraint:
        """That of each place"""
        return constraints.stack([each.codomain for each in self.transforms], self.dim)

    def _parts(self, x: Tensor) -> Sequence[Tensor]:
        if not -x.dim() <= self.dim < x.dim() or x.size(self.dim) != len(self.transforms):
            raise AssertionError(f"dimension {self.dim} must have size {len(self.transforms)}: shape {list(x.shape)}")
        return x.unbind(self.dim)

    def _join(self, parts: list[Tensor]) -> Tensor:
        return stack(parts, self.dim)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Each place's, side by side"""
        parts = zip(self.transforms, self._parts(x), self._parts(y), strict=True)
        return stack([each.log_abs_det_jacobian(before, after) for each, before, after in parts], self.dim)


class CumulativeDistributionTransform(Transform):
    """y = cdf(x) of a distribution, which is uniformly distributed if x is drawn from it.

    Source: torch.distributions.transforms.CumulativeDistributionTransform."""

    bijective = True
    codomain: Constraint = constraints.unit_interval
    sign = 1

    def __init__(self, distribution: Distribution, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.distribution = distribution

    @property
    def domain(self) -> Constraint:  # type: ignore[override]
        """The distribution's support."""
        return self.distribution.support

    def _like(self, cache_size: int) -> Transform:
        return CumulativeDistributionTransform(self.distribution, cache_size)

    def _call(self, x: Tensor) -> Tensor:
        return self.distribution.cdf(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return self.distribution.icdf(y)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """The logarithm of the density"""
        return self.distribution.log_prob(x)
