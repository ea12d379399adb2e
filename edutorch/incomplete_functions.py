"""The incomplete gamma function, and how quantiles of gamma and beta distributions move with their shape parameters.

All is computed in float64, in the CPU's memory. A power series serves below the bulk of a distribution, a continued
fraction above it: no digits cancel in either. A derivative by a shape parameter is that of the series itself, taken by
a complex step: the imaginary part of f(a + ih) is h f'(a), to the last digit for a tiny h.

Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 6.5 and 26.5; Lentz (1976) for continued
fractions; Lyness and Moler (1967) for the complex step; Figurnov, Mohamed and Mnih, Implicit reparameterization
gradients (2018), for the gradients of samples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from .special_functions import digamma, gammaln

_STEP = 1e-100
_MOST = 1_000_000  # steps of a series; a distribution of shape a takes about 10 sqrt(a)
_EPS = 2.0**-52
_ALMOST_0 = 1e-30  # for the first quotient of a continued fraction


def gammainc(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """P(a, x): the integral of t^(a - 1) e^-t from 0 to x, divided by Γ(a). Arrays of one shape; nan below zero."""
    return _incomplete_gamma(a, x, upper=False)


def gammaincc(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Q(a, x) = 1 - P(a, x), exact even where P is nearly 1."""
    return _incomplete_gamma(a, x, upper=True)


def _incomplete_gamma(a: np.ndarray, x: np.ndarray, upper: bool) -> np.ndarray:
    a, x = np.asarray(a, np.float64), np.asarray(x, np.float64)
    at_end = np.where((x == np.inf) | (a == 0), 1.0, 0.0)  # P there; elsewhere x = 0 or a is infinite
    impossible = ~((a >= 0) & (x >= 0)) | ((a == 0) & (x == 0)) | (np.isinf(a) & np.isinf(x))
    found = np.where(impossible, np.nan, 1 - at_end if upper else at_end)
    with np.errstate(all="ignore"):
        inside = (a > 0) & (x > 0) & np.isfinite(a) & np.isfinite(x)
        for below in (True, False):
            chosen = inside & ((x < a + 1) == below)
            if chosen.any():
                part = _part_below(a[chosen], x[chosen]) if below else _part_above(a[chosen], x[chosen])
                found[chosen] = part if below != upper else 1 - part
    return found


def _part_below(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """P(a, x), 6.5.29: x^a e^-x / Γ(a + 1) (1 + x / (a + 1) + x^2 / ((a + 1)(a + 2)) + ...)"""
    return np.exp(a * np.log(x) - x - gammaln(a + 1)) * _gamma_series(a, x).real


def _part_above(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Q(a, x), 6.5.31: x^a e^-x / Γ(a) times a continued fraction."""
    return np.exp(a * np.log(x) - x - gammaln(a)) * _gamma_fraction(a, x).real


def _gamma_series(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    total = term = np.ones_like(a)
    for n in range(1, _MOST):
        term = term * x / (a + n)
        total = total + term
        if not (np.abs(term) > _EPS / 8 * np.abs(total)).any():
            break
    return total


def _gamma_fraction(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - 2 (2 - a) / (x + 5 - a - ...)))"""

    def steps() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        yield np.ones_like(a), x + 1 - a
        for n in range(1, _MOST):
            yield -n * (n - a), x + (2 * n + 1) - a

    return _continued_fraction(steps())


def _continued_fraction(steps: Iterator[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """p0 / (q0 + p1 / (q1 + ...)) of steps (p, q), from the front, until it changes no more. Source: Lentz."""
    value = c = np.asarray(_ALMOST_0)
    d = np.asarray(0.0)
    for p, q in steps:
        d, c = 1 / _not_zero(q + p * d), _not_zero(q + p / c)
        value = value * (c * d)
        if _settled(c, c * d):
            break
    return value


def _settled(c: np.ndarray, change: np.ndarray) -> bool:
    """Whether a factor is 1 but for rounding, and has no derivative. (For a whole number a, the fraction itself ends
    before its derivative does.)"""
    rounding = _EPS * (1 + np.abs(c.imag / c.real) / _STEP)
    return not (np.abs(change.real - 1) + np.abs(change.imag) / _STEP > 4 * rounding).any()


def _not_zero(x: np.ndarray) -> np.ndarray:
    return np.where(x == 0, _ALMOST_0, x)


def gamma_shape_gradient(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """dx/da of a quantile x > 0 of the gamma distribution with shape a > 0 and scale 1: how a draw moves with a.

    By the implicit function theorem -dP/da divided by the density. Arrays of one shape."""
    a, x = np.asarray(a, np.float64), np.asarray(x, np.float64)
    slope = np.empty_like(x)
    below = x < a + 1
    with np.errstate(all="ignore"):
        for chosen, side in ((below, _gamma_slope_below), (~below, _gamma_slope_above)):
            if chosen.any():
                slope[chosen] = side(a[chosen], x[chosen])
    return slope


def _gamma_slope_below(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Of P = x^a e^-x / Γ(a + 1) S(a), and the density x^(a - 1) e^-x / Γ(a)."""
    series, change = _with_derivative(_gamma_series, a, x)
    return -x / a * (series * (np.log(x) - digamma(a + 1)) + change)


def _gamma_slope_above(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Of 1 - P = x^a e^-x / Γ(a) K(a)."""
    fraction, change = _with_derivative(_gamma_fraction, a, x)
    return x * (fraction * (np.log(x) - digamma(a)) + change)


def _with_derivative(function: Callable[..., np.ndarray], a: np.ndarray, *others: np.ndarray) -> tuple[np.ndarray, ...]:
    """function(a, *others) and its derivative by a."""
    found = function(a + 1j * _STEP, *others)
    return found.real, found.imag / _STEP


def beta_shape_gradient(x: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """dx/da of a quantile x of the beta distribution with the shapes a and b: how a draw moves with a.

    Arrays of one shape; x in (0, 1)."""
    x, a, b = (np.asarray(each, np.float64) for each in (x, a, b))
    slope = np.empty_like(x)
    below = x < (a + 1) / (a + b + 2)
    with np.errstate(all="ignore"):
        for chosen, side in ((below, _beta_slope_below), (~below, _beta_slope_above)):
            if chosen.any():
                slope[chosen] = side(x[chosen], a[chosen], b[chosen])
    return slope


def _beta_slope_below(x: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Of I = x^a (1 - x)^b / (a B(a, b)) F(a, b, x), and the density x^(a - 1) (1 - x)^(b - 1) / B(a, b)."""
    fraction, change = _with_derivative(lambda each: _beta_fraction(each, b, x), a)
    return -x * (1 - x) / a * (fraction * (np.log(x) + digamma(a + b) - digamma(a) - 1 / a) + change)


def _beta_slope_above(x: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Of 1 - I = x^a (1 - x)^b / (b B(a, b)) F(b, a, 1 - x)."""
    fraction, change = _with_derivative(lambda each: _beta_fraction(b, each, 1 - x), a)
    return x * (1 - x) / b * (fraction * (np.log(x) + digamma(a + b) - digamma(a)) + change)


def _beta_fraction(a: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """1 / (1 + d1 / (1 + d2 / (1 + ...))), 26.5.8."""

    def steps() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        one = np.ones_like(a * b)
        yield one, one
        for m in range(_MOST):
            yield -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), one
            yield (m + 1) * (b - m - 1) * x / ((a + 2 * m + 1) * (a + 2 * m + 2)), one

    return _continued_fraction(steps())
