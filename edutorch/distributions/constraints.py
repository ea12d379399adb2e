"""Constraints: which values a parameter may have, and which a distribution can give.

`check(value)` is True for each event that satisfies the constraint: a number where `event_dim` is 0, a vector where it
is 1, a matrix where it is 2. Source: torch.distributions.constraints.

>>> from edutorch import tensor
>>> from edutorch.distributions import constraints
>>> constraints.positive.check(tensor([-1.0, 2.0]))
tensor([False,  True])
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dtypes import bool as bool_
from ..dtypes import finfo
from ..ops.comparison import isclose
from ..ops.creation import full
from ..ops.from_data import tensor
from ..ops.more.decompositions import eigvalsh
from ..ops.more.linalg import LinAlgError
from ..ops.more.solving import cholesky
from ..ops.norms import vector_norm
from .constraint import (
    Cat,
    Constraint,
    Dependent,
    DependentProperty,
    IndependentConstraint,
    MixtureSameFamilyConstraint,
    Stack,
    is_dependent,
)

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "Constraint",
    "MixtureSameFamilyConstraint",
    "boolean",
    "cat",
    "corr_cholesky",
    "dependent",
    "dependent_property",
    "greater_than",
    "greater_than_eq",
    "half_open_interval",
    "independent",
    "integer_interval",
    "interval",
    "is_dependent",
    "less_than",
    "lower_cholesky",
    "lower_triangular",
    "multinomial",
    "nonnegative",
    "nonnegative_integer",
    "one_hot",
    "positive",
    "positive_definite",
    "positive_integer",
    "positive_semidefinite",
    "real",
    "real_vector",
    "simplex",
    "square",
    "stack",
    "symmetric",
    "unit_interval",
]


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


# ---- under PyTorch's names

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
