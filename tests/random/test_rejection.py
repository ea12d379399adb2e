"""Draws by rejection: their means and variances, and where the parameters leave no choice. (That they are PyTorch's is
held in tests/distributions.)"""

import numpy as np
import pytest

from edutorch.random.bits import RandomBits
from edutorch.random.rejection import binomial, dirichlet, poisson, standard_gamma


@pytest.mark.parametrize("shape", [0.3, 1.0, 7.5])
def test_gamma_numbers_have_mean_and_variance_of_their_shape(shape):
    drawn = standard_gamma(RandomBits(0), np.full(20_000, shape), np.float64)
    assert drawn.mean() == pytest.approx(shape, rel=0.05)
    assert drawn.var() == pytest.approx(shape, rel=0.1)


def test_a_gamma_number_is_positive():
    assert standard_gamma(RandomBits(0), np.array([0.0, 1e-5]), np.float32).min() == np.finfo(np.float32).tiny


def test_shares_lie_inside_0_and_1_and_sum_to_1():
    drawn = dirichlet(RandomBits(0), np.full((500, 3), 0.02), np.dtype(np.float32))
    assert drawn.dtype == np.float32 and 0 < drawn.min() and drawn.max() < 1
    np.testing.assert_allclose(drawn.sum(-1), 1, atol=1e-6)


@pytest.mark.parametrize(("count", "chance"), [(9, 0.1), (40, 0.5), (300, 0.9), (1000, 0.2)])
def test_successes_have_the_binomial_mean_and_variance(count, chance):
    drawn = binomial(RandomBits(0), np.full(20_000, float(count)), np.full(20_000, chance))
    assert drawn.mean() == pytest.approx(count * chance, rel=0.02)
    assert drawn.var() == pytest.approx(count * chance * (1 - chance), rel=0.05)
    assert 0 <= drawn.min() and drawn.max() <= count


def test_certain_successes_and_failures_draw_nothing():
    source = RandomBits(3)
    found = binomial(source, np.array([5.0, 5, 0, 5]), np.array([0, 1, 0.5, np.nan]))
    np.testing.assert_array_equal(found, [0, 5, 0, np.nan])
    assert source.random32(1) == RandomBits(3).random32(1)


def test_a_source_stands_afterwards_where_single_draws_would_leave_it():
    source, single = RandomBits(5), RandomBits(5)
    together = standard_gamma(source, np.linspace(0.2, 9, 700), np.float64)
    one_by_one = [standard_gamma(single, np.array([shape]), np.float64)[0] for shape in np.linspace(0.2, 9, 700)]
    np.testing.assert_array_equal(together, one_by_one)
    assert source.state_bytes() == single.state_bytes()
    poisson(source, np.array([0.0]))
    assert source.state_bytes() == single.state_bytes()
