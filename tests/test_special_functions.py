"""The functions that NumPy lacks, against Python's own and against identities."""

import math

import numpy as np
import pytest

from edutorch import special_functions

POINTS = np.concatenate([np.linspace(-6, 6, 2401), [0.0, 1.0, -1.0, 8.0, 26.0, 30.0, -30.0, 1e-300]])


@pytest.mark.parametrize("name", ["erf", "erfc"])
def test_float64_to_its_precision(name):
    expected = [getattr(math, name)(x) for x in POINTS]
    np.testing.assert_allclose(getattr(special_functions, name)(POINTS), expected, rtol=1e-14)


def test_float32_to_its_precision():
    x = np.concatenate([POINTS, np.linspace(-5, 5, 20_001), np.geomspace(1e-30, 1e-3, 1_001)]).astype(np.float32)
    got = special_functions.erf(x)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, [math.erf(each) for each in x], rtol=2.4e-7)


def test_erfinv_is_the_inverse():
    p = np.concatenate([np.linspace(-0.9999, 0.9999, 999), [1 - 1e-12, 1e-300, 1e-9]])
    y = special_functions.erfinv(p)
    np.testing.assert_allclose(special_functions.erf(y), p, rtol=1e-14, atol=1e-300)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_the_ends(dtype):
    x = np.array([np.inf, -np.inf, np.nan, 0.0, -0.0], dtype)
    np.testing.assert_array_equal(special_functions.erf(x), np.array([1, -1, np.nan, 0, -0.0], dtype))
    np.testing.assert_array_equal(special_functions.erfc(x), np.array([0, 2, np.nan, 1, 1], dtype))
    ends = special_functions.erfinv(np.array([1, -1, 2, 0], dtype))
    np.testing.assert_array_equal(ends, np.array([np.inf, -np.inf, np.nan, 0], dtype))


def test_erf_of_many_numbers_is_that_of_each():
    x = np.linspace(-5, 5, 2 * 70_001, dtype=np.float32).reshape(2, -1)
    found = special_functions.erf(x)
    assert found.shape == x.shape
    np.testing.assert_array_equal(found[:, ::997], special_functions.erf(x[:, ::997]))
    np.testing.assert_array_equal(found, -found[::-1, ::-1])
