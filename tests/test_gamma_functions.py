"""ln Γ and its derivatives, against Python's own and against identities."""

import math

import numpy as np
import pytest

from edutorch import special_functions as functions

POINTS = np.concatenate([np.linspace(0.01, 30, 2401), [1 + 1e-9, 1 - 1e-9, 2 + 1e-9, 1e-300, 9.99999, 1e5, 1e15]])
BELOW = -np.linspace(0.013, 29.9, 2001)
EULER = 0.57721566490153286061


# To 30 digits by mpmath, rounded
AT = [0.1, 0.73, 1.25, 1.9, 2.7, 6.3, 9.9, 11.3, 123.4]
EXACT = {
    "gammaln": [
        2.252712651734206,
        0.22551374969268742,
        -0.09827183642181316,
        -0.03898427592308336,
        0.4348205536551047,
        5.307342889624762,
        12.57717990421988,
        15.81418068137395,
        469.3360974421906,
    ],
    "digamma": [
        -10.423754940411076,
        -1.1377860543979574,
        -0.22745353337626542,
        0.35618416116405965,
        0.7967831689911411,
        1.7590901769078273,
        2.2411803166063815,
        2.3799028250798995,
        4.8113737751162775,
    ],
    "polygamma": [
        101.43329915079275,
        2.652026715860931,
        1.1973291545071107,
        0.6879720582426356,
        0.4472120689183236,
        0.17199103142192848,
        0.1062830416287406,
        0.09252663707965436,
        0.008136651610865263,
    ],
}


@pytest.mark.parametrize("name", EXACT)
def test_a_few_units_in_the_last_place(name):
    order = [1] if name == "polygamma" else []
    np.testing.assert_allclose(getattr(functions, name)(*order, np.array(AT)), EXACT[name], rtol=1e-15)


def test_gammaln_is_that_of_pythons_library():
    np.testing.assert_allclose(functions.gammaln(POINTS), [math.lgamma(x) for x in POINTS], rtol=1.2e-15, atol=3e-15)
    np.testing.assert_allclose(functions.gammaln(BELOW), [math.lgamma(x) for x in BELOW], rtol=1e-13, atol=3e-15)


def test_gammaln_beside_its_zeros():
    small = np.array([1e-12, -1e-12, 1e-9, -1e-9])
    np.testing.assert_allclose(functions.gammaln(1 + small), -EULER * ((1 + small) - 1), rtol=2e-9)
    np.testing.assert_allclose(functions.gammaln(2 + small), (1 - EULER) * ((2 + small) - 2), rtol=2e-9)


def test_digamma_at_points_with_a_closed_form():
    whole = np.arange(1, 40)
    harmonic = np.array([math.fsum(1 / k for k in range(1, n)) for n in whole])
    np.testing.assert_allclose(functions.digamma(whole.astype(float)), harmonic - EULER, rtol=1e-15)
    half = np.array([0.5, -0.5, -1.5])
    expected = -EULER - 2 * math.log(2) + np.array([0, 2, 2 + 2 / 3])
    np.testing.assert_allclose(functions.digamma(half), expected, rtol=2e-14)


def test_polygamma_at_points_with_a_closed_form():
    one = np.array([1.0])
    for n, expected in ((1, math.pi**2 / 6), (3, math.pi**4 / 15), (5, 8 * math.pi**6 / 63)):
        np.testing.assert_allclose(functions.polygamma(n, one), expected, rtol=1e-15)
    np.testing.assert_allclose(
        functions.polygamma(1, np.array([0.5, -0.5])), [math.pi**2 / 2, math.pi**2 / 2 + 4], 1e-15
    )


@pytest.mark.parametrize("n", [1, 2, 5])
def test_polygamma_obeys_the_recurrence_on_both_sides_of_zero(n):
    x = np.concatenate([BELOW, POINTS[:-4]])
    step = (-1) ** n * math.factorial(n) * x ** -(n + 1.0)
    ours = functions.polygamma(n, x + 1) - functions.polygamma(n, x)
    scale = np.abs(functions.polygamma(n, x)) + np.abs(step)
    assert np.max(np.abs(ours - step) / scale) < 1e-12  # x + 1 is rounded too


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_the_ends(dtype):
    x = np.array([np.inf, -np.inf, np.nan, 0.0, -0.0, -1, -2], dtype)
    inf, nan = np.inf, np.nan
    for found, expected in (
        (functions.gammaln(x), [inf, inf, nan, inf, inf, inf, inf]),
        (functions.digamma(x), [inf, nan, nan, -inf, inf, nan, nan]),
        (functions.polygamma(1, x), [0, nan, nan, inf, inf, inf, inf]),
        (functions.polygamma(2, x), [0, nan, nan, -inf, -inf, -inf, -inf]),
    ):
        np.testing.assert_array_equal(found, np.array(expected, dtype))
