"""How bits become numbers. That they are PyTorch's numbers is held in test_random.py."""

from fractions import Fraction

import numpy as np
import pytest

from edutorch.random import draws
from edutorch.random.bits import RandomBits


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("scale", "shift"), [(5.8, -2.1), (1e-3, 7.0), (-3.3, 3.3)])
def test_multiply_add_rounds_once(dtype: str, scale: float, shift: float) -> None:
    x = np.random.RandomState(0).rand(300).astype(dtype)
    scalar = x.dtype.type
    exact = [Fraction(float(v)) * Fraction(float(scalar(scale))) + Fraction(float(scalar(shift))) for v in x]
    expected = [float(v) for v in exact]  # a Fraction becomes the nearest float64
    got = draws.multiply_add(x, scale, shift)
    assert got.dtype == x.dtype
    np.testing.assert_array_equal(got, np.array(expected).astype(dtype))
    if abs(scale) > 1:
        assert (x * scalar(scale) + scalar(shift) != got).any()  # twice rounded would differ


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7])
def test_normal_pairs_do_not_depend_on_how_they_are_asked_for(count: int) -> None:
    whole = draws.normal_pairs(RandomBits(3), 12)
    bits = RandomBits(3)
    parts = [draws.normal_pairs(bits, count), draws.normal_pairs(bits, 12 - count)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_a_ragged_tail_overwrites_the_last_sixteen() -> None:
    sixteen = draws.normal(RandomBits(3), 16, np.float32)
    nineteen = draws.normal(RandomBits(3), 19, np.float32)
    np.testing.assert_array_equal(nineteen[:3], sixteen[:3])
    assert (nineteen[3:16] != sixteen[3:]).all()


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_moments(dtype: str) -> None:
    normal = draws.normal(RandomBits(1), 100_000, np.dtype(dtype), 2.0, 0.5).astype(float)
    assert (normal.mean(), normal.std()) == pytest.approx((2.0, 0.5), abs=0.005)
    uniform = draws.uniform(RandomBits(1), 100_000, np.dtype(dtype), -1.0, 3.0)
    assert uniform.astype(float).mean() == pytest.approx(1.0, abs=0.02)
    assert (uniform >= -1).all() and (uniform < 3).all()


def test_both_ways_of_shuffling_give_each_number_once(monkeypatch: pytest.MonkeyPatch) -> None:
    short = draws.permutation(RandomBits(0), 50)
    monkeypatch.setattr(draws, "LONG_PERMUTATION", 50)
    long = draws.permutation(RandomBits(0), 50)
    assert sorted(short) == sorted(long) == list(range(50))
    assert short.tolist() != long.tolist()


def test_multinomial_takes_shares_and_never_a_zero() -> None:
    weights = np.array([[0.0, 1.0, 3.0], [2.0, 0.0, 2.0]])
    counts = [
        np.bincount(row.astype(np.intp), minlength=3) / 20_000
        for row in draws.multinomial_with_replacement(RandomBits(0), weights, 20_000)
    ]
    np.testing.assert_allclose(counts, [[0, 0.25, 0.75], [0.5, 0, 0.5]], atol=0.01)
    noise = draws.exponential(RandomBits(0), 9999 * 3, np.float64, 1.0).reshape(9999, 3)
    first = draws.first_in_race(weights[:1], noise, 2)
    assert (first.sum(1) == 3).all() and first[:, 0].mean() == pytest.approx(1.75, abs=0.02)
