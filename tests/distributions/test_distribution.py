"""What all distributions share: checks, shapes, expanding, defaults, and what a user's own subclass needs."""

import pickle

import numpy as np
import pytest

import edutorch as torch
from edutorch.distributions import (
    Bernoulli,
    Categorical,
    Distribution,
    Gamma,
    MultivariateNormal,
    Normal,
    Uniform,
    constraints,
)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Normal(0.0, -1.0), r"parameter scale \(Tensor of shape \(\)\) of distribution Normal\(loc: 0.0, scale: -1.0\)"),
        (lambda: Normal(float("nan"), 1.0), "to satisfy the constraint Real"),
        (lambda: Bernoulli(1.5), r"Interval\(lower_bound=0.0, upper_bound=1.0\), but found invalid values:\n1.5"),
        (lambda: Uniform(2.0, 1.0), "LessThan"),
        (lambda: Categorical(), "Either `probs` or `logits` must be specified, but not both"),
        (lambda: Categorical(torch.ones(2), torch.ones(2)), "not both"),
        (lambda: Categorical(torch.tensor(1.0)), "at least one-dimensional"),
        (lambda: Categorical(torch.tensor([-1.0, 3.0])), "Simplex"),
        (lambda: Normal("0", 1.0), "must all be instances of Number, torch.Tensor.*got str"),
        (lambda: MultivariateNormal(torch.zeros(2)), "Exactly one of"),
        (lambda: MultivariateNormal(torch.zeros(2), torch.tensor([[1.0, 2.0], [2.0, 1.0]])), "PositiveDefinite"),
        (lambda: Normal(0.0, 1.0).log_prob(0.5), "must be a Tensor"),
        (lambda: Bernoulli(0.5).log_prob(torch.tensor(0.5)), r"within the support \(Boolean\(\)\)"),
        (lambda: Gamma(1.0, 1.0).log_prob(torch.tensor(-1.0)), "GreaterThanEq"),
        (lambda: Normal(torch.zeros(3), 1.0).log_prob(torch.zeros(2)), "not broadcastable with batch_shape"),
        (lambda: Categorical(torch.ones(3)).log_prob(torch.tensor(3)), "IntegerInterval"),
        (lambda: MultivariateNormal(torch.zeros(2), torch.eye(2)).log_prob(torch.zeros(3)), "right-most size"),
    ],
)  # fmt: skip
def test_what_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_checks_can_be_turned_off():
    assert Normal(0.0, -1.0, validate_args=False).scale == -1
    assert Bernoulli(0.5, validate_args=False).log_prob(torch.tensor(0.5)).isfinite()
    Distribution.set_default_validate_args(False)
    try:
        assert Normal(0.0, -1.0).scale == -1
        with pytest.raises(ValueError, match="constraint"):
            Normal(0.0, -1.0, validate_args=True)
    finally:
        Distribution.set_default_validate_args(True)
    with pytest.raises(ValueError, match="True or False"):
        Distribution.set_default_validate_args("no")


def test_a_parameter_is_the_tensor_that_was_given():
    loc = torch.zeros(3, requires_grad=True)
    assert Normal(loc, 1.0).loc is loc


def test_gradients_flow_through_rsample_and_not_through_sample(device):
    loc = torch.zeros(3, requires_grad=True, device=device)
    drawn = Normal(loc, 2.0).rsample((4,))
    assert drawn.shape == (4, 3) and drawn.device.type == device
    drawn.sum().backward()
    assert loc.grad.tolist() == [4, 4, 4] and not Normal(loc, 2.0).sample().requires_grad


@pytest.mark.parametrize("name", ["Gamma", "Beta", "Dirichlet", "Poisson", "Binomial", "Categorical", "Laplace"])
def test_draws_stay_on_their_device_and_are_the_cpus(name, device):
    def draw(where):
        torch.manual_seed(0)
        a, b = torch.tensor([0.5, 3.0], device=where), torch.tensor([0.2, 0.7], device=where)
        arguments = {"Binomial": (a.round() * 9, b), "Dirichlet": (a,), "Poisson": (a,), "Categorical": (a,)}
        return getattr(torch.distributions, name)(*arguments.get(name, (a, b))).sample((3,))

    assert draw(device).device.type == device
    np.testing.assert_allclose(draw(device).cpu().numpy(), draw("cpu").numpy(), rtol=1e-5)


class Shifted(Normal):
    """A subclass without an __init__ of its own can be expanded."""


class Custom(Normal):
    def __init__(self, loc):
        super().__init__(loc, 1.0)


class Complete(Distribution):
    arg_constraints = {"rate": constraints.positive}
    support = constraints.real

    def __init__(self, rate, validate_args=None):
        self.rate = rate
        super().__init__(rate.shape, validate_args=validate_args)

    def expand(self, batch_shape, _instance=None):
        new = self._get_checked_instance(Complete, _instance)
        new.rate = self.rate.expand(batch_shape)
        super(Complete, new).__init__(batch_shape, validate_args=False)
        return new


def test_subclasses_expand_if_they_can():
    assert type(Shifted(0.0, 1.0).expand((2,))) is Shifted
    with pytest.raises(NotImplementedError, match="Custom of Normal that defines a custom __init__ method must also"):
        Custom(0.0).expand((2,))
    wide = Complete(torch.ones(1)).expand((4,))
    assert wide.batch_shape == (4,) and repr(wide) == "Complete(rate: torch.Size([4]))"
    for question in ("mean", "variance", "mode"):
        with pytest.raises(NotImplementedError):
            getattr(wide, question)
    for question in (wide.entropy, wide.rsample, wide.enumerate_support, lambda: wide.cdf(wide.rate)):
        with pytest.raises(NotImplementedError):
            question()


class Bare(Distribution):
    pass


def test_a_subclass_is_reminded_of_its_constraints():
    with pytest.warns(UserWarning, match="does not define `arg_constraints`"):
        bare = Bare()
    with pytest.warns(UserWarning, match="does not define `support`"):
        bare._validate_sample(torch.zeros(()))
    with pytest.warns(FutureWarning, match="sample_n"):
        assert Normal(0.0, 1.0).sample_n(3).shape == (3,)


def test_a_distribution_can_be_pickled():
    again = pickle.loads(pickle.dumps(Gamma(torch.ones(2), 3.0)))
    assert repr(again) == "Gamma(concentration: torch.Size([2]), rate: torch.Size([2]))"


def test_integer_dtypes_have_no_gamma_numbers():
    with pytest.raises(NotImplementedError, match="not implemented for torch.float16: use x.float"):
        Gamma(torch.ones(2, dtype=torch.float16), 1.0).sample()
