"""The Poisson distribution. Source: torch.distributions.poisson."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..autograd.grad_mode import no_grad
from ..random.tensors import poisson
from ..tensor import Size
from . import constraints
from .exp_family import ExponentialFamily
from .utils import broadcast_all

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["Poisson"]


class Poisson(ExponentialFamily):
    """How many events occur where `rate` are expected: a tensor, not negative, or a number.

    Source: torch.distributions.Poisson."""

    arg_constraints = {"rate": constraints.nonnegative}
    support = constraints.nonnegative_integer

    def __init__(self, rate: Tensor | float, validate_args: bool | None = None) -> None:
        (self.rate,) = broadcast_all(rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    @property
    def mean(self) -> Tensor:
        """rate"""
        return self.rate

    @property
    def mode(self) -> Tensor:
        """rate, rounded down"""
        return self.rate.floor()

    @property
    def variance(self) -> Tensor:
        """rate"""
        return self.rate

    def sample(self, sample_shape: Sequence[int] = Size()) -> Tensor:
        """The numbers of torch.poisson."""
        with no_grad():
            return poisson(self.rate.expand(self._extended_shape(sample_shape)))

    def log_prob(self, value: Tensor) -> Tensor:
        """value ln rate - rate - ln value!"""
        self._check(value)
        rate, value = broadcast_all(self.rate, value)
        return value.xlogy(rate) - rate - (value + 1).lgamma()

    @property
    def _natural_params(self) -> tuple[Tensor]:
        return (self.rate.log(),)

    def _log_normalizer(self, *natural_params: Tensor) -> Tensor:
        (x,) = natural_params
        return x.exp()
