"""Distribution: what all distributions share. Source: torch.distributions.distribution.

A distribution holds its parameters as tensors. Their common shape is `batch_shape`: so many distributions stand side by
side. One draw of each has the shape `event_shape`: () for a number, (n,) for a vector. A sample has the shape
sample_shape + batch_shape + event_shape, and log_prob of it sample_shape + batch_shape.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from ..autograd.base import TensorBase
from ..autograd.grad_mode import no_grad
from ..tensor import Size
from .constraints import Constraint, is_dependent
from .utils import lazy_property

if TYPE_CHECKING:
    from ..tensor import Tensor

Self = TypeVar("Self", bound="Distribution")

__all__ = ["Distribution"]


class Distribution:
    """What all distributions share; a subclass has its parameters, `arg_constraints`, `support`, `log_prob` and
    `sample` or `rsample`.

    batch_shape: of the parameters; event_shape: of one draw; validate_args: whether parameters and values are checked
    (None: as set_default_validate_args says, True at first).

    Raises ValueError for a parameter that violates its constraint. Source: torch.distributions.Distribution."""

    has_rsample: bool = False  # whether gradients reach the parameters through a sample
    has_enumerate_support: bool = False
    _validate_args: bool = __debug__

    @staticmethod
    def set_default_validate_args(value: bool) -> None:
        """Whether distributions check parameters and values where nothing else is said.

        Raises ValueError for anything but a bool."""
        if value not in (True, False):
            raise ValueError(f"set_default_validate_args takes True or False, got {value!r}")
        Distribution._validate_args = value

    def __init__(
        self,
        batch_shape: Sequence[int] = Size(),
        event_shape: Sequence[int] = Size(),
        validate_args: bool | None = None,
    ) -> None:
        self._batch_shape, self._event_shape = Size(batch_shape), Size(event_shape)
        if validate_args is not None:
            self._validate_args = validate_args
        if self._validate_args:
            self._check_parameters()
        super().__init__()

    def _check_parameters(self) -> None:
        try:
            constraints = self.arg_constraints
        except NotImplementedError:
            warnings.warn(
                f"{type(self)} does not define `arg_constraints`. Please set `arg_constraints = {{}}` or initialize the"
                " distribution with `validate_args=False` to turn off validation.",
                stacklevel=4,
            )
            return
        for name, constraint in constraints.items():
            lazy = name not in vars(self) and isinstance(getattr(type(self), name), lazy_property)
            if is_dependent(constraint) or lazy:
                continue
            value = getattr(self, name)
            if not constraint.check(value).all():
                raise ValueError(
                    f"Expected parameter {name} ({_described(value)}) of distribution {self!r} to satisfy the"
                    f" constraint {constraint!r}, but found invalid values:\n{value}"
                )

    def expand(self: Self, batch_shape: Sequence[int], _instance: Self | None = None) -> Self:
        """The same distribution in another batch shape, as tensors expand: nothing is copied or checked again.

        Raises NotImplementedError for a subclass with an __init__ of its own, which needs its own `expand`."""
        maker = next(each for each in type(self).__mro__ if each.__module__.startswith(__package__))
        new = self._get_checked_instance(maker, _instance)
        batch, old = Size(batch_shape), len(self._batch_shape)
        vars(new).update(vars(self))
        for name, value in vars(self).items():
            if isinstance(value, Distribution):
                setattr(new, name, value.expand(batch))
            elif isinstance(value, TensorBase) and not name.startswith("_"):
                parameter: Tensor = getattr(self, name)
                setattr(new, name, parameter.expand(*batch, *parameter.shape[old:]))
        new._batch_shape = batch
        return new

    def _get_checked_instance(self: Self, cls: type, _instance: Self | None = None) -> Self:
        """An empty instance to expand into. Source: PyTorch's own, which programs call in their `expand`."""
        if _instance is None and type(self).__init__ is not cls.__init__:  # type: ignore[misc]
            raise NotImplementedError(
                f"Subclass {type(self).__name__} of {cls.__name__} that defines a custom __init__ method must also"
                " define a custom .expand() method."
            )
        return type(self).__new__(type(self)) if _instance is None else _instance

    @property
    def batch_shape(self) -> Size:
        """The shape of the parameters."""
        return self._batch_shape

    @property
    def event_shape(self) -> Size:
        """The shape of one draw."""
        return self._event_shape

    @property
    def arg_constraints(self) -> Mapping[str, Constraint]:
        """The constraint of each parameter."""
        raise NotImplementedError

    @property
    def support(self) -> Constraint:
        """What can be drawn."""
        raise NotImplementedError

    @property
    def mean(self) -> Tensor:
        """The mean, of shape batch_shape + event_shape."""
        raise NotImplementedError

    @property
    def mode(self) -> Tensor:
        """The most probable value, of shape batch_shape + event_shape."""
        raise NotImplementedError(f"{type(self)} does not implement mode")

    @property
    def variance(self) -> Tensor:
        """The variance, of shape batch_shape + event_shape."""
        raise NotImplementedError

    @property
    def stddev(self) -> Tensor:
        """The standard deviation, of shape batch_shape + event_shape."""
        return self.variance.sqrt()

    def sample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """A draw of shape sample_shape + batch_shape + event_shape, without gradients."""
        with no_grad():
            return self.rsample(sample_shape)

    def rsample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """A draw as a function of the parameters and of noise, so that gradients reach the parameters."""
        raise NotImplementedError

    def sample_n(self, n: int) -> Tensor:
        """`sample((n,))`, which says the same."""
        warnings.warn(
            "`sample_n(n)` will be deprecated. Use `sample((n,))` instead.", category=FutureWarning, stacklevel=2
        )
        return self.sample(Size((n,)))

    def log_prob(self, value: Tensor) -> Tensor:
        """The logarithm of the density, or of the probability, at `value`."""
        raise NotImplementedError

    def cdf(self, value: Tensor) -> Tensor:
        """The probability of a draw of at most `value`."""
        raise NotImplementedError

    def icdf(self, value: Tensor) -> Tensor:
        """The value below which a draw lies with the probability `value`: the inverse of cdf."""
        raise NotImplementedError

    def enumerate_support(self, expand: bool = True) -> Tensor:
        """All values that can be drawn, along a new first dimension; expand=False leaves the batch's at 1."""
        raise NotImplementedError

    def entropy(self) -> Tensor:
        """The entropy, of shape batch_shape."""
        raise NotImplementedError

    def perplexity(self) -> Tensor:
        """e to the entropy, of shape batch_shape."""
        return self.entropy().exp()

    def _extended_shape(self, sample_shape: Sequence[int] = Size()) -> Size:
        """The shape of a sample: sample_shape + batch_shape + event_shape."""
        return Size(tuple(sample_shape) + self._batch_shape + self._event_shape)

    def _check(self, value: Tensor) -> None:
        """_validate_sample, if values are checked at all."""
        if self._validate_args:
            self._validate_sample(value)

    def _validate_sample(self, value: Tensor) -> None:
        """Raises ValueError for a value that fits neither the shapes nor the support."""
        if not isinstance(value, TensorBase):
            raise ValueError("The value argument to log_prob must be a Tensor")
        expected = self._batch_shape + self._event_shape
        if value.shape[len(value.shape) - len(self._event_shape) :] != self._event_shape:
            raise ValueError(
                f"The right-most size of value must match event_shape: {value.shape} vs {self._event_shape}."
            )
        if any(i != 1 and j != 1 and i != j for i, j in zip(reversed(value.shape), reversed(expected), strict=False)):
            raise ValueError(f"Value is not broadcastable with batch_shape+event_shape: {value.shape} vs {expected}.")
        try:
            support = self.support
        except NotImplementedError:
            warnings.warn(
                f"{type(self)} does not define `support` to enable sample validation. Please initialize the"
                " distribution with `validate_args=False` to turn off validation.",
                stacklevel=3,
            )
            return
        if not support.check(value).all():
            raise ValueError(
                f"Expected value argument ({_described(value)}) to be within the support ({support!r}) of the"
                f" distribution {self!r}, but found invalid values:\n{value}"
            )

    def __repr__(self) -> str:
        given = {name: vars(self)[name] for name in self.arg_constraints if name in vars(self)}
        shown = ", ".join(f"{name}: {each if each.numel() == 1 else each.shape}" for name, each in given.items())
        return f"{type(self).__name__}({shown})"


def _described(value: Tensor) -> str:
    return f"{type(value).__name__} of shape {tuple(value.shape)}"
