"""Gradients of draws by rejection, and answers that PyTorch lacks."""

import numpy as np
import pytest

import edutorch as torch
from edutorch.distributions import Beta, Dirichlet, Gamma, GeneralizedPareto, Multinomial


def quantile(distribution_of, a, probability):
    """x with cdf(x) = probability, by bisection."""
    low, high = torch.zeros_like(a), torch.full_like(a, 200.0)
    for _ in range(80):
        middle = (low + high) / 2
        below = distribution_of(a).cdf(middle) < probability
        low, high = torch.where(below, middle, low), torch.where(below, high, middle)
    return low


def test_gradients_of_draws_are_those_of_quantiles():
    torch.manual_seed(0)
    a = torch.tensor([0.3, 1.0, 2.5, 9.0, 40.0], dtype=torch.float64, requires_grad=True)
    x = Gamma(a, 1.0).rsample()
    (found,) = torch.autograd.grad(x.sum(), a)
    with torch.no_grad():
        probability, h = Gamma(a, 1.0).cdf(x), 1e-5
        step = quantile(lambda a: Gamma(a, 1.0), a + h, probability) - quantile(
            lambda a: Gamma(a, 1.0), a - h, probability
        )
    np.testing.assert_allclose(found.numpy(), (step / (2 * h)).numpy(), rtol=1e-6)


def test_a_beta_with_one_parameter_1_has_a_power_of_a_uniform_number():
    """Its cdf is x^a, so that x = u^(1/a) and dx/da = -x ln x / a."""
    torch.manual_seed(0)
    a = torch.linspace(0.2, 20, 50, dtype=torch.float64).requires_grad_()
    x = Beta(a, torch.ones_like(a)).rsample()
    (found,) = torch.autograd.grad(x.sum(), a)
    np.testing.assert_allclose(found.numpy(), (-x * x.log() / a).detach().numpy(), rtol=1e-10)


@pytest.mark.parametrize("shape", [(3,), (20_000, 3)])
def test_the_sum_of_shares_does_not_move(shape):
    torch.manual_seed(0)
    a = torch.tensor([0.5, 2.0, 7.0], dtype=torch.float64, requires_grad=True)
    x = Dirichlet(a).rsample(shape[:-1])
    (nothing,) = torch.autograd.grad(x.sum(), a, retain_graph=True)
    np.testing.assert_allclose(nothing.numpy(), 0, atol=1e-9)
    if len(shape) > 1:  # the mean of the first share moves as its formula says
        (slope,) = torch.autograd.grad(x[:, 0].mean(), a)
        total = a.sum().item()
        np.testing.assert_allclose(slope.numpy(), [(total - 0.5) / total**2, *[-0.5 / total**2] * 2], atol=2e-3)


def test_a_second_derivative_is_refused():
    a = torch.ones(2, requires_grad=True)
    x = Gamma(a, 1.0).rsample()
    (gradient,) = torch.autograd.grad((x * x).sum(), a, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        gradient.sum().backward()


def test_answers_where_pytorch_has_an_error():
    wide = Multinomial(3, torch.tensor([0.5, 0.5])).expand((2,))
    assert wide.entropy().shape == (2,)
    one = torch.ones((), dtype=torch.float64)
    assert GeneralizedPareto(0 * one, one, 0 * one).log_prob(2 * one).item() == -2
