"""Exponential families. Source: torch.distributions.exp_family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..autograd import grad
from .distribution import Distribution

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = ["ExponentialFamily"]


class ExponentialFamily(Distribution):
    """Distributions whose density is exp(t(x) · θ - F(θ) + k(x)), with natural parameters θ and log normalizer F.

    A subclass gives `_natural_params`, `_log_normalizer(*θ)` and `_mean_carrier_measure`, the mean of k; entropy and
    the KL divergence within the family follow from the gradient of F. Source: torch.distributions.ExponentialFamily."""

    @property
    def _natural_params(self) -> tuple[Tensor, ...]:
        """θ, each of shape batch_shape or batch_shape + event_shape."""
        raise NotImplementedError

    def _log_normalizer(self, *natural_params: Tensor) -> Tensor:
        """F(θ), of shape batch_shape."""
        raise NotImplementedError

    @property
    def _mean_carrier_measure(self) -> float:
        """The mean of k(x)."""
        raise NotImplementedError

    def entropy(self) -> Tensor:
        """F(θ) - θ · dF/dθ less the mean of k: Bregman's form. Source: Nielsen and Nock, 2010."""
        params = [each.detach().requires_grad_() for each in self._natural_params]
        normalizer = self._log_normalizer(*params)
        gradients = grad([normalizer.sum()], params, create_graph=True)
        result = normalizer - self._mean_carrier_measure
        for param, gradient in zip(params, gradients, strict=True):
            assert gradient is not None  # F depends on all of them
            result = result - (param * gradient).reshape(*self._batch_shape, -1).sum(-1)
        return result
