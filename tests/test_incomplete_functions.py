"""The incomplete gamma function and the slopes of quantiles, against closed forms and finite differences."""

import math

import numpy as np
import pytest

from edutorch import incomplete_functions as functions
from edutorch.special_functions import erf, gammaln

X = np.concatenate([np.linspace(0.01, 20, 500), [1e-8, 60.0]])


def test_closed_forms():
    np.testing.assert_allclose(functions.gammainc(np.ones_like(X), X), -np.expm1(-X), rtol=2e-14)
    np.testing.assert_allclose(functions.gammaincc(np.ones_like(X), X), np.exp(-X), rtol=2e-14)
    np.testing.assert_allclose(functions.gammainc(np.full_like(X, 0.5), X), erf(np.sqrt(X)), rtol=2e-14)
    three = np.full_like(X, 3.0)
    np.testing.assert_allclose(functions.gammaincc(three, X), np.exp(-X) * (1 + X + X * X / 2), rtol=2e-14)


@pytest.mark.parametrize("a", [0.03, 0.7, 4.5, 80.0, 3000.0])
def test_the_recurrence_and_both_parts(a):
    x = a * np.linspace(0.5, 1.8, 41)
    shape = np.full_like(x, a)
    both = functions.gammainc(shape, x) + functions.gammaincc(shape, x)
    np.testing.assert_allclose(both, 1, rtol=1e-14)
    step = np.exp(a * np.log(x) - x - gammaln(shape + 1))
    np.testing.assert_allclose(
        functions.gammainc(shape, x), functions.gammainc(shape + 1, x) + step, rtol=1e-10, atol=1e-14
    )


def test_the_ends():
    inf, nan = math.inf, math.nan
    a, x = np.array([[0, 1, 1, 0, inf, 2, -1, 2, inf, nan], [1, 0, inf, 0, 3, -1, 1, nan, inf, 1.0]])
    below = [1, 0, 1, nan, 0, nan, nan, nan, nan, nan]
    np.testing.assert_array_equal(functions.gammainc(a, x), below)
    np.testing.assert_array_equal(functions.gammaincc(a, x), [1 - p for p in below])


@pytest.mark.parametrize("a", [0.05, 0.5, 1.0, 3.7, 50.0, 2000.0])
def test_a_gamma_quantile_moves_with_its_shape(a):
    x = a * np.array([0.3, 0.8, 0.99, 1.01, 1.2, 2.0]) if a < 100 else a + math.sqrt(a) * np.array([-3, -1, 0, 1, 3.0])
    shape, h = np.full_like(x, a), 1e-4 * math.sqrt(a) * min(1, a)
    below = (functions.gammainc(shape + h, x) - functions.gammainc(shape - h, x)) / (2 * h)
    above = (functions.gammaincc(shape - h, x) - functions.gammaincc(shape + h, x)) / (2 * h)
    of_shape = np.where(x < a, below, above)  # the smaller part, of which more digits are left
    density = np.exp((a - 1) * np.log(x) - x - gammaln(shape))
    np.testing.assert_allclose(functions.gamma_shape_gradient(shape, x), -of_shape / density, rtol=2e-5)


@pytest.mark.parametrize("b", [0.2, 1.0, 6.0, 300.0])
def test_a_beta_quantile_moves_with_its_shape(b):
    """Against a numerical integral; where b = 1 the distribution function is x^a."""
    a, p = 2.5, np.array([0.02, 0.3, 0.5, 0.9])
    grid = np.linspace(0, 1, 2_000_001)[1:-1]

    def quantiles(shape):
        u = 1 - grid  # (1 - x)^b, in which the density has no singularity
        density = (1 - u ** (1 / b)) ** (shape - 1)
        part = np.cumsum(density)
        return 1 - (1 - np.interp(p, part / part[-1], grid)) ** (1 / b)

    h = 1e-3
    expected = (quantiles(a + h) - quantiles(a - h)) / (2 * h)
    got = functions.beta_shape_gradient(quantiles(a), np.full(4, a), np.full(4, b))
    np.testing.assert_allclose(got, expected, rtol=2e-3)
    if b == 1:
        x = np.array([0.1, 0.5, 0.99])
        np.testing.assert_allclose(functions.beta_shape_gradient(x, np.full(3, a), np.ones(3)), -x * np.log(x) / a)


def test_neither_tiny_nor_large_shapes_fail():
    a = np.array([1e-3, 1e-3, 1e5, 1e5, 30.0])
    x = np.array([1e-300, 0.5, 1e5 - 900, 1e5 + 900, 300.0])
    assert np.isfinite(functions.gamma_shape_gradient(a, x)).all()
    assert (functions.gamma_shape_gradient(a, x) >= 0).all()
