"""From any numbers to numbers that satisfy a constraint. Source: torch.distributions.constraint_registry.

`biject_to(constraint)` is a transform with an inverse and a jacobian, for densities; `transform_to(constraint)` may
have more numbers than it needs, for optimizers: both take unconstrained numbers into the region.

>>> from edutorch import tensor
>>> from edutorch.distributions import constraints, transform_to
>>> transform_to(constraints.positive)(tensor([0.0]))
tensor([1.])
"""

from __future__ import annotations

from collections.abc import Callable

from . import constraints, transforms
from .constraint import Cat, Constraint, IndependentConstraint, Stack
from .constraints import GreaterThan, Interval, LessThan
from .transforms import AffineTransform, ComposeTransform, ExpTransform, Transform
from .utils import is_number

__all__ = ["ConstraintRegistry", "biject_to", "transform_to"]

Factory = Callable[..., Transform]


class ConstraintRegistry:
    """Transforms by the class of a constraint. Source: torch.distributions.constraint_registry.ConstraintRegistry."""

    def __init__(self) -> None:
        self._registry: dict[type[Constraint], Factory] = {}

    def register(self, constraint: Constraint | type[Constraint], factory: Factory | None = None) -> Factory:
        """factory(constraint) gives the transform for constraints of this class; without a factory, a decorator of one.

        Raises TypeError for anything but a constraint."""
        if factory is None:
            return lambda given: self.register(constraint, given)  # type: ignore[return-value]
        kind = type(constraint) if isinstance(constraint, Constraint) else constraint
        if not (isinstance(kind, type) and issubclass(kind, Constraint)):
            raise TypeError(f"Expected constraint to be either a Constraint subclass or instance, but got {constraint}")
        self._registry[kind] = factory
        return factory

    def __call__(self, constraint: Constraint) -> Transform:
        """The transform. Raises NotImplementedError for a class that is not registered."""
        factory = self._registry.get(type(constraint))
        if factory is None:
            raise NotImplementedError(
                f"Cannot transform {type(constraint).__name__} constraints: register a transform for them"
            )
        return factory(constraint)


biject_to = ConstraintRegistry()
transform_to = ConstraintRegistry()


def _above(constraint: GreaterThan) -> Transform:
    return ComposeTransform([ExpTransform(), AffineTransform(constraint.lower_bound, 1)])


def _below(constraint: LessThan) -> Transform:
    return ComposeTransform([ExpTransform(), AffineTransform(constraint.upper_bound, -1)])


def _between(constraint: Interval) -> Transform:
    low, high = constraint.lower_bound, constraint.upper_bound
    if is_number(low) and is_number(high) and (low, high) == (0, 1):
        return transforms.SigmoidTransform()
    return ComposeTransform([transforms.SigmoidTransform(), AffineTransform(low, high - low)])


def _register_both(registry: ConstraintRegistry) -> None:
    """What is the same for both, and what asks the registry for parts."""

    def independent(constraint: IndependentConstraint) -> Transform:
        return transforms.IndependentTransform(
            registry(constraint.base_constraint), constraint.reinterpreted_batch_ndims
        )

    def cat(constraint: Cat) -> Transform:
        return transforms.CatTransform(list(map(registry, constraint.cseq)), constraint.dim, constraint.lengths)

    def stack(constraint: Stack) -> Transform:
        return transforms.StackTransform(list(map(registry, constraint.cseq)), constraint.dim)

    registry.register(constraints.real, lambda _: transforms.identity_transform)
    registry.register(GreaterThan, _above)
    registry.register(constraints.GreaterThanEq, _above)
    registry.register(LessThan, _below)
    registry.register(Interval, _between)
    registry.register(constraints.HalfOpenInterval, _between)
    registry.register(constraints.corr_cholesky, lambda _: transforms.CorrCholeskyTransform())
    registry.register(IndependentConstraint, independent)
    registry.register(Cat, cat)
    registry.register(Stack, stack)


_register_both(biject_to)
_register_both(transform_to)
biject_to.register(constraints.simplex, lambda _: transforms.StickBreakingTransform())
transform_to.register(constraints.simplex, lambda _: transforms.SoftmaxTransform())
transform_to.register(constraints.lower_cholesky, lambda _: transforms.LowerCholeskyTransform())
transform_to.register(constraints.positive_definite, lambda _: transforms.PositiveDefiniteTransform())
transform_to.register(constraints.positive_semidefinite, lambda _: transforms.PositiveDefiniteTransform())
