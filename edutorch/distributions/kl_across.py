"""KL divergences of distributions of two families. Source: torch.distributions.kl.

KL(p || q) is -H(p) - E ln q(x), x drawn from p. What E ln q(x) needs of p is a mean: of x, x^2, ln x, e^(-x / s) or
|x - m|. Where p gives values that q never gives, it is infinite."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..ops.creation import full_like
from ..ops.exponential import xlogy
from ..ops.more.special import erf
from .bernoulli import Bernoulli
from .beta import Beta
from .binomial import Binomial
from .continuous_bernoulli import ContinuousBernoulli
from .distribution import Distribution
from .exponential import Exponential
from .gamma import Gamma
from .gumbel import Gumbel
from .kl import register_kl
from .laplace import Laplace
from .normal import Normal
from .pareto import Pareto
from .poisson import Poisson
from .uniform import Uniform
from .utils import euler_constant

if TYPE_CHECKING:
    from ..tensor import Tensor


def _mean(p: Distribution) -> Tensor:
    """E x; for Pareto the formula even where there is no mean, so that gradients are numbers there"""
    return p.alpha * p.scale / (p.alpha - 1) if isinstance(p, Pareto) else p.mean


def _mean_square(p: Distribution) -> Tensor:
    """E x^2"""
    return p.alpha * p.scale.pow(2) / (p.alpha - 2) if isinstance(p, Pareto) else p.variance + p.mean.pow(2)


def _uniform_mean_log(low: Tensor, high: Tensor) -> Tensor:
    """E ln x of a uniform x"""
    return (xlogy(high, high) - xlogy(low, low)) / (high - low) - 1


# E ln x
_MEAN_LOG: dict[type[Distribution], Callable[..., Tensor]] = {
    Beta: lambda p: p.concentration1.digamma() - (p.concentration1 + p.concentration0).digamma(),
    Exponential: lambda p: -p.rate.log() - euler_constant,
    Gamma: lambda p: p.concentration.digamma() - p.rate.log(),
    Pareto: lambda p: p.scale.log() + p.alpha.reciprocal(),
    Uniform: lambda p: _uniform_mean_log(p.low, p.high),
}

# E e^(-x / s)
_MEAN_EXP: dict[type[Distribution], Callable[..., Tensor]] = {
    Exponential: lambda p, s: p.rate * s / (p.rate * s + 1),
    Gamma: lambda p, s: (1 + (p.rate * s).reciprocal()).pow(-p.concentration),
    Normal: lambda p, s: (-p.loc / s + 0.5 * (p.scale / s).pow(2)).exp(),
    Uniform: lambda p, s: s * ((-p.low / s).exp() - (-p.high / s).exp()) / (p.high - p.low),
}


def _mean_log(p: Distribution) -> Tensor:
    return _MEAN_LOG[type(p)](p)


def _mean_distance(p: Normal, center: Tensor) -> Tensor:
    """E |x - center| of a normal x: the mean of a folded normal number"""
    away = (p.loc - center) / p.scale
    return p.scale * (math.sqrt(2 / math.pi) * (-0.5 * away.pow(2)).exp() + away * erf(math.sqrt(0.5) * away))


def _log_beta(q: Beta) -> Tensor:
    a, b = q.concentration1, q.concentration0
    return a.lgamma() + b.lgamma() - (a + b).lgamma()


# E ln q(x), x drawn from p
_MEAN_LOG_PROB: dict[type[Distribution], Callable[..., Tensor]] = {
    Beta: lambda q, p: (  # of a uniform p
        (q.concentration1 - 1) * _uniform_mean_log(p.low, p.high)
        + (q.concentration0 - 1) * _uniform_mean_log(1 - p.high, 1 - p.low)
        - _log_beta(q)
    ),
    ContinuousBernoulli: lambda q, p: q.logits * _mean(p) + (-q.probs).log1p() + q._log_norm(),
    Exponential: lambda q, p: q.rate.log() - q.rate * _mean(p),
    Gamma: lambda q, p: (
        q.concentration * q.rate.log()
        - q.concentration.lgamma()
        + (q.concentration - 1) * _mean_log(p)
        - q.rate * _mean(p)
    ),
    Gumbel: lambda q, p: (
        (q.loc - _mean(p)) / q.scale - (q.loc / q.scale).exp() * _MEAN_EXP[type(p)](p, q.scale) - q.scale.log()
    ),
    Laplace: lambda q, p: -(2 * q.scale).log() - _mean_distance(p, q.loc) / q.scale,
    Normal: lambda q, p: (
        -0.5 * math.log(2 * math.pi)
        - q.scale.log()
        - (_mean_square(p) - 2 * q.loc * _mean(p) + q.loc.pow(2)) / (2 * q.scale.pow(2))
    ),
    Pareto: lambda q, p: q.alpha.log() + q.alpha * q.scale.log() - (q.alpha + 1) * _mean_log(p),
    Poisson: lambda q, p: p.probs * q.rate.log() - q.rate,  # of a Bernoulli p
    Uniform: lambda q, p: -(q.high - q.low).log(),
}

# Of pairs (p, q): where p gives values that q never gives.
_OUTSIDE: dict[tuple[type[Distribution], type[Distribution]], Callable[..., Tensor]] = {
    (Beta, Uniform): lambda p, q: (q.low > 0) | (q.high < 1),
    (ContinuousBernoulli, Uniform): lambda p, q: (q.low >= 0) | (q.high <= 1),  # PyTorch's bounds
    (Pareto, Exponential): lambda p, q: p.alpha <= 1,  # where the mean is infinite
    (Pareto, Gamma): lambda p, q: p.alpha <= 1,
    (Pareto, Normal): lambda p, q: p.alpha <= 2,
    (Uniform, Beta): lambda p, q: (p.low < 0) | (p.high > 1),
    (Uniform, ContinuousBernoulli): lambda p, q: (p.low < 0) | (p.high > 1),
    (Uniform, Exponential): lambda p, q: p.low < 0,
    (Uniform, Gamma): lambda p, q: p.low < 0,
    (Uniform, Pareto): lambda p, q: p.low < q.scale,
}


def _across(p: Distribution, q: Distribution) -> Tensor:
    """KL(p || q) of two families"""
    found = -p.entropy() - _MEAN_LOG_PROB[type(q)](q, p)
    outside = _OUTSIDE.get((type(p), type(q)))
    return found if outside is None else found.masked_fill(outside(p, q), math.inf)


def _infinite(p: Distribution, q: Distribution) -> Tensor:
    """KL(p || q) where q never gives some of what p gives"""
    return full_like(p.mean, math.inf)


_FINITE: dict[type[Distribution], tuple[type[Distribution], ...]] = {
    Bernoulli: (Poisson,),
    Beta: (ContinuousBernoulli, Exponential, Gamma, Normal, Uniform),
    ContinuousBernoulli: (Exponential, Normal, Uniform),
    Exponential: (Gamma, Gumbel, Normal),
    Gamma: (Exponential, Gumbel, Normal),
    Gumbel: (Normal,),
    Laplace: (Normal,),
    Normal: (Gumbel, Laplace),
    Pareto: (Exponential, Gamma, Normal),
    Uniform: (Beta, ContinuousBernoulli, Exponential, Gamma, Gumbel, Normal, Pareto),
}
_ON_THE_LINE = (Beta, ContinuousBernoulli, Exponential, Gamma, Pareto, Uniform)
_INFINITE: dict[type[Distribution], tuple[type[Distribution], ...]] = {
    Beta: (Pareto,),
    ContinuousBernoulli: (Pareto,),
    Exponential: (Beta, ContinuousBernoulli, Pareto, Uniform),
    Gamma: (Beta, ContinuousBernoulli, Pareto, Uniform),
    Gumbel: _ON_THE_LINE,
    Laplace: _ON_THE_LINE,
    Normal: _ON_THE_LINE,
    Pareto: (Beta, ContinuousBernoulli, Uniform),
    Poisson: (Bernoulli, Binomial),
}

for _table, _formula in ((_FINITE, _across), (_INFINITE, _infinite)):
    for _p, _qs in _table.items():
        for _q in _qs:
            register_kl(_p, _q)(_formula)
