"""Constraints: which values a parameter may have, and which a distribution can give.

`check(value)` is True for each event that satisfies the constraint: a number where `event_dim` is 0, a vector where it
is 1, a matrix where it is 2. Source: torch.distributions.constraints.

>>> from edutorch import tensor
>>> from edutorch.distributions import constraints
>>> constraints.positive.check(tensor([-1.0, 2.0]))
tensor([False,  True])
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..dtypes import bool as bool_
from ..dtypes import finfo
from ..ops.comparison import isclose
from ..ops.creation import full
from ..ops.from_data import tensor
from ..ops.joining import cat as cat_tensors
from ..ops.joining import stack as stack_tensors
from ..ops.more.decompositions import eigvalsh
from ..ops.more.linalg import LinAlgError
from ..ops.more.solving import cholesky
from ..ops.norms import vector_norm

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


# ---- numbers


class Real(Constraint):
    """Any number but nan."""

    def check(self, value: Tensor) -> Tensor:
        """False for nan."""
        return value == value


class _Bounded(Constraint):
    """A constraint with bounds, numbers or tensors."""

    lower_bound: Tensor | float
    upper_bound: Tensor | float

    def __repr__(self) -> str:
        bounds = ", ".join(f"{name}={bound}" for name, bound in vars(self).items())
        return f"{type(self).__name__}({bounds})"


class GreaterThan(_Bounded):
    """(lower_bound, inf]"""

    def __init__(self, lower_bound: Tensor | float) -> None:
        self.lower_bound = lower_bound

    def check(self, value: Tensor) -> Tensor:
        """lower_bound < value"""
        return self.lower_bound < value


class GreaterThanEq(GreaterThan):
    """[lower_bound, inf]"""

    def check(self, value: Tensor) -> Tensor:
        """lower_bound <= value"""
        return self.lower_bound <= value


class LessThan(_Bounded):
    """[-inf, upper_bound)"""

    def __init__(self, upper_bound: Tensor | float) -> None:
        self.upper_bound = upper_bound

    def check(self, value: Tensor) -> Tensor:
        """value < upper_bound"""
        return value < self.upper_bound


class Interval(_Bounded):
    """[lower_bound, upper_bound]"""

    def __init__(self, lower_bound: Tensor | float, upper_bound: Tensor | float) -> None:
        self.lower_bound, self.upper_bound = lower_bound, upper_bound

    def check(self, value: Tensor) -> Tensor:
        """lower_bound <= value <= upper_bound"""
        return (self.lower_bound <= value) & (value <= self.upper_bound)


class HalfOpenInterval(Interval):
    """[lower_bound, upper_bound)"""

    def check(self, value: Tensor) -> Tensor:
        """lower_bound <= value < upper_bound"""
        return (self.lower_bound <= value) & (value < self.upper_bound)


class Boolean(Constraint):
    """0 or 1."""

    is_discrete = True

    def check(self, value: Tensor) -> Tensor:
        """Whether it is 0 or 1."""
        return (value == 0) | (value == 1)


class IntegerInterval(Interval):
    """Whole numbers in [lower_bound, upper_bound]."""

    is_discrete = True

    def check(self, value: Tensor) -> Tensor:
        """lower_bound <= value <= upper_bound, and whole"""
        return (value % 1 == 0) & super().check(value)


class IntegerGreaterThan(GreaterThan):
    """Whole numbers from lower_bound on."""

    is_discrete = True

    def check(self, value: Tensor) -> Tensor:
        """lower_bound <= value, and whole"""
        return (value % 1 == 0) & (self.lower_bound <= value)


# ---- vectors


class OneHot(Constraint):
    """Vectors of zeros with a single one."""

    is_discrete = True
    event_dim = 1

    def check(self, value: Tensor) -> Tensor:
        """Whether there is one 1, the rest being 0."""
        return ((value == 0) | (value == 1)).all(-1) & (value.sum(-1) == 1)


class Simplex(Constraint):
    """Vectors of numbers that are not negative and sum to 1."""

    event_dim = 1

    def check(self, value: Tensor) -> Tensor:
        """Whether they sum to 1 to within 1e-6."""
        return (value >= 0).all(-1) & ((value.sum(-1) - 1).abs() < 1e-6)


class Multinomial(Constraint):
    """Vectors of counts that sum to upper_bound at most."""

    is_discrete = True
    event_dim = 1

    def __init__(self, upper_bound: int) -> None:
        self.upper_bound = upper_bound

    def check(self, value: Tensor) -> Tensor:
        """Whether none is negative, and the sum not above the bound."""
        return (value >= 0).all(-1) & (value.sum(-1) <= self.upper_bound)


# ---- matrices


def _all_of_matrix(valid: Tensor) -> Tensor:
    return valid.flatten(-2).all(-1)


class LowerTriangular(Constraint):
    """Square matrices with zeros above the diagonal."""

    event_dim = 2

    def check(self, value: Tensor) -> Tensor:
        """Whether there are zeros above the diagonal."""
        return _all_of_matrix(value.tril() == value)


class LowerCholesky(LowerTriangular):
    """Lower triangular matrices with a positive diagonal."""

    def check(self, value: Tensor) -> Tensor:
        """Whether it is lower triangular, with a positive diagonal."""
        return super().check(value) & (value.diagonal(dim1=-2, dim2=-1) > 0).all(-1)


class CorrCholesky(LowerCholesky):
    """Lower triangular matrices, positive on the diagonal, with rows of length 1: roots of correlations."""

    def check(self, value: Tensor) -> Tensor:
        """Whether it is one, its rows having length 1 to within some rounding errors."""
        tolerance = finfo(value.dtype).eps * value.size(-1) * 10
        lengths = vector_norm(value.detach(), dim=-1)
        return super().check(value) & ((lengths - 1).abs() <= tolerance).all(-1)


class Square(Constraint):
    """Square matrices."""

    event_dim = 2

    def check(self, value: Tensor) -> Tensor:
        """The same answer for all of them."""
        square = value.shape[-2] == value.shape[-1]
        return full(tuple(value.shape[:-2]), square, dtype=bool_, device=value.device)


class Symmetric(Square):
    """Matrices that are equal to their transpose."""

    def check(self, value: Tensor) -> Tensor:
        """Whether it is its own transpose, to within 1e-6."""
        square = super().check(value)
        return _all_of_matrix(isclose(value, value.mT, atol=1e-6)) if square.all() else square


class PositiveSemidefinite(Symmetric):
    """Symmetric matrices without negative eigenvalues."""

    def check(self, value: Tensor) -> Tensor:
        """By their eigenvalues."""
        symmetric = super().check(value)
        return (eigvalsh(value) >= 0).all(-1) if symmetric.all() else symmetric


class PositiveDefinite(Symmetric):
    """Symmetric matrices whose eigenvalues are positive, such as covariances."""

    def check(self, value: Tensor) -> Tensor:
        """By Cholesky's decomposition, which exists for no others."""
        symmetric = super().check(value)
        if not symmetric.all():
            return symmetric
        n = value.shape[-1]
        found = [_has_root(each) for each in value.detach().reshape(-1, n, n).unbind(0)]
        return tensor(found, dtype=bool_, device=value.device).reshape(*value.shape[:-2])


def _has_root(matrix: Tensor) -> bool:
    try:
        cholesky(matrix)
    except LinAlgError:
        return False
    return True


# ---- several constraints for the parts of a value


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


dependent = Dependent()
dependent_property = DependentProperty
independent = IndependentConstraint
boolean = Boolean()
one_hot = OneHot()
nonnegative_integer = IntegerGreaterThan(0)
positive_integer = IntegerGreaterThan(1)
integer_interval = IntegerInterval
real = Real()
real_vector = independent(real, 1)
positive = GreaterThan(0.0)
nonnegative = GreaterThanEq(0.0)
greater_than = GreaterThan
greater_than_eq = GreaterThanEq
less_than = LessThan
multinomial = Multinomial
unit_interval = Interval(0.0, 1.0)
interval = Interval
half_open_interval = HalfOpenInterval
simplex = Simplex()
lower_triangular = LowerTriangular()
lower_cholesky = LowerCholesky()
corr_cholesky = CorrCholesky()
square = Square()
symmetric = Symmetric()
positive_semidefinite = PositiveSemidefinite()
positive_definite = PositiveDefinite()
cat = Cat
stack = Stack
