"""What a constraint is, and constraints made of others. Source: torch.distributions.constraints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..ops.joining import cat as cat_tensors
from ..ops.joining import stack as stack_tensors

if TYPE_CHECKING:
    from ..tensor import Tensor


class Constraint:
    """A region in which values are valid.

    `is_discrete`: whether it holds single points only; `event_dim`: how many of the last dimensions make one value.
    Source: torch.distributions.constraints.Constraint."""

    is_discrete: bool = False
    event_dim: int = 0

    def check(self, value: Tensor) -> Tensor:
        """Whether each event of `value` is valid: a bool tensor of value.shape without its last `event_dim`."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Dependent(Constraint):
    """A region that depends on other parameters, so that nothing can be checked before these are known."""

    def __init__(self, *, is_discrete: bool | None = None, event_dim: int | None = None) -> None:
        self._is_discrete, self._event_dim = is_discrete, event_dim

    @property
    def is_discrete(self) -> bool:  # type: ignore[override]
        """Raises NotImplementedError where it depends, too."""
        if self._is_discrete is None:
            raise NotImplementedError(".is_discrete cannot be determined statically: ask an instance")
        return self._is_discrete

    @property
    def event_dim(self) -> int:  # type: ignore[override]
        """Raises NotImplementedError where it depends, too."""
        if self._event_dim is None:
            raise NotImplementedError(".event_dim cannot be determined statically: ask an instance")
        return self._event_dim

    def __call__(self, *, is_discrete: bool | None = None, event_dim: int | None = None) -> Dependent:
        """The same with these made known."""
        known = self._is_discrete if is_discrete is None else is_discrete
        return Dependent(is_discrete=known, event_dim=self._event_dim if event_dim is None else event_dim)

    def check(self, value: Tensor) -> Tensor:
        """Raises ValueError."""
        raise ValueError("Cannot determine validity of dependent constraint: ask an instance for its support")


class DependentProperty(property, Dependent):
    """A property whose value is a constraint: on a class it is a Dependent.

    @constraints.dependent_property(is_discrete=False, event_dim=0)
    def support(self):
        return constraints.interval(self.low, self.high)
    """

    def __init__(
        self,
        fget: Callable[..., Constraint] | None = None,
        *,
        is_discrete: bool | None = None,
        event_dim: int | None = None,
    ) -> None:
        property.__init__(self, fget)
        Dependent.__init__(self, is_discrete=is_discrete, event_dim=event_dim)

    def __call__(self, fget: Callable[..., Constraint]) -> DependentProperty:  # type: ignore[override]
        """For @dependent_property(is_discrete=..., event_dim=...)."""
        return DependentProperty(fget, is_discrete=self._is_discrete, event_dim=self._event_dim)


def is_dependent(constraint: Constraint) -> bool:
    """Whether nothing can be checked before other parameters are known."""
    return isinstance(constraint, Dependent)


class IndependentConstraint(Constraint):
    """An event is valid where all of its parts are: the last dimensions of the batch become part of the event."""

    def __init__(self, base_constraint: Constraint, reinterpreted_batch_ndims: int) -> None:
        self.base_constraint, self.reinterpreted_batch_ndims = base_constraint, reinterpreted_batch_ndims

    @property
    def is_discrete(self) -> bool:  # type: ignore[override]
        """That of the base."""
        return self.base_constraint.is_discrete

    @property
    def event_dim(self) -> int:  # type: ignore[override]
        """That of the base and what was added to it."""
        return self.base_constraint.event_dim + self.reinterpreted_batch_ndims

    def check(self, value: Tensor) -> Tensor:
        """Raises ValueError for a value of too few dimensions."""
        valid, extra = self.base_constraint.check(value), self.reinterpreted_batch_ndims
        if valid.dim() < extra:
            raise ValueError(f"Expected value.dim() >= {self.event_dim} but got {value.dim()}")
        return valid.reshape(*valid.shape[: valid.dim() - extra], -1).all(-1)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_constraint!r}, {self.reinterpreted_batch_ndims})"


class MixtureSameFamilyConstraint(Constraint):
    """What a mixture of distributions of one family can give: valid for each of its components."""

    def __init__(self, base_constraint: Constraint) -> None:
        self.base_constraint = base_constraint

    @property
    def is_discrete(self) -> bool:  # type: ignore[override]
        """That of the components."""
        return self.base_constraint.is_discrete

    @property
    def event_dim(self) -> int:  # type: ignore[override]
        """That of the components."""
        return self.base_constraint.event_dim

    def check(self, value: Tensor) -> Tensor:
        """Raises ValueError for a value of too few dimensions."""
        if value.dim() < self.event_dim:
            raise ValueError(f"Expected value.dim() >= {self.event_dim} but got {value.dim()}")
        valid = self.base_constraint.check(value.unsqueeze(-1 - self.event_dim))
        return valid.reshape(*valid.shape[: value.dim() - self.event_dim], -1).all(-1)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_constraint!r})"


class Cat(Constraint):
    """A constraint for each stretch of a dimension: of `lengths`, 1 each by default."""

    def __init__(self, cseq: Sequence[Constraint], dim: int = 0, lengths: Sequence[int] | None = None) -> None:
        self.cseq, self.dim = list(cseq), dim
        self.lengths = [1] * len(self.cseq) if lengths is None else list(lengths)
        if len(self.lengths) != len(self.cseq):
            raise AssertionError(f"{len(self.cseq)} constraints need as many lengths, got {len(self.lengths)}")

    @property
    def is_discrete(self) -> bool:  # type: ignore[override]
        """Whether any of them is."""
        return any(each.is_discrete for each in self.cseq)

    @property
    def event_dim(self) -> int:  # type: ignore[override]
        """The largest of them."""
        return max(each.event_dim for each in self.cseq)

    def check(self, value: Tensor) -> Tensor:
        """Each stretch by its own constraint."""
        stretches = value.split(self.lengths, self.dim)
        valid = [each.check(part) for each, part in zip(self.cseq, stretches, strict=True)]
        return cat_tensors(valid, self.dim)


class Stack(Constraint):
    """A constraint for each place along a dimension."""

    def __init__(self, cseq: Sequence[Constraint], dim: int = 0) -> None:
        self.cseq, self.dim = list(cseq), dim

    @property
    def is_discrete(self) -> bool:  # type: ignore[override]
        """Whether any of them is."""
        return any(each.is_discrete for each in self.cseq)

    @property
    def event_dim(self) -> int:  # type: ignore[override]
        """The largest of them, and the stacked dimension where that is part of an event."""
        most = max(each.event_dim for each in self.cseq)
        return most + 1 if self.dim + most < 0 else most

    def check(self, value: Tensor) -> Tensor:
        """Each place by its own constraint."""
        valid = [each.check(part) for each, part in zip(self.cseq, value.unbind(self.dim), strict=True)]
        return stack_tensors(valid, self.dim)
