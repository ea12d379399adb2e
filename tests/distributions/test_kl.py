"""KL divergences: all pairs of PyTorch's, how a formula is found, and what they are by their definition."""

import warnings

import numpy as np
import pytest

import edutorch as torch
from edutorch.distributions import Distribution, Independent, Normal, Uniform, kl, kl_divergence, register_kl
from tests.distributions.agreement import check_same, golden
from tests.golden.distributions_cases import PAIRS, divergence, quietly


@pytest.mark.parametrize("pair", PAIRS, ids=" || ".join)
def test_the_divergence_and_its_gradients_are_those_of_pytorch(pair):
    name = " || ".join(pair)
    check_same(name, quietly(divergence, torch, pair, np.random.RandomState(3), "float64"), golden()[name])


def test_live_beside_pytorch():
    theirs = pytest.importorskip("torch")
    for pair in PAIRS:
        for seed, dtype in ((5, "float64"), (6, "float32")):
            expected = quietly(divergence, theirs, pair, np.random.RandomState(seed), dtype)
            ours = quietly(divergence, torch, pair, np.random.RandomState(seed), dtype)
            if dtype == "float64":
                check_same(" || ".join(pair), ours, expected)
            elif not isinstance(expected["kl"], str):
                np.testing.assert_allclose(ours["kl"], expected["kl"], 1e-3, 1e-4, err_msg=str(pair))


def test_pytorch_has_no_pair_that_is_missing():
    theirs = pytest.importorskip("torch")
    names = {tuple(each.__name__ for each in pair) for pair in theirs.distributions.kl._KL_REGISTRY}
    assert names == {tuple(each.__name__ for each in pair) for pair in kl._formulas}


@pytest.mark.parametrize("pair", [("Beta", "Gamma"), ("Uniform", "Gumbel"), ("Exponential", "Normal")])
def test_it_is_the_mean_of_the_difference_of_log_probs(pair):
    torch.manual_seed(0)
    both = {"Beta": (2.0, 3.0), "Gamma": (2.0, 4.0), "Uniform": (0.5, 2.0), "Gumbel": (0.3, 2.0)}
    p, q = (
        getattr(torch.distributions, name)(*both.get(name, (1.5,) if name == "Exponential" else (0.2, 1.1)))
        for name in pair
    )
    x = p.sample((20_000,))
    assert kl_divergence(p, q).item() == pytest.approx((p.log_prob(x) - q.log_prob(x)).mean().item(), abs=0.03)


class Plain(Distribution):
    arg_constraints = {}


class First(Plain):
    pass


class Second(First):
    pass


@pytest.fixture
def registry(monkeypatch):
    monkeypatch.setattr(kl, "_formulas", dict(kl._formulas))
    monkeypatch.setattr(kl, "_found", {})


def test_the_closest_classes_decide(registry):
    register_kl(Plain, Plain)(lambda p, q: "plain")
    register_kl(First, First)(lambda p, q: "first")
    assert kl_divergence(Second(), Second()) == "first" and kl_divergence(Plain(), Second()) == "plain"


def test_a_tie_is_told(registry):
    register_kl(First, Plain)(lambda p, q: "left")
    register_kl(Plain, First)(lambda p, q: "right")
    with pytest.warns(RuntimeWarning, match=r"Ambiguous kl_divergence\(Second, Second\).*register_kl\(First, First\)"):
        assert kl_divergence(Second(), Second()) == "left"
    register_kl(First, First)(lambda p, q: "both")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert kl_divergence(Second(), Second()) == "both"


def test_what_is_refused():
    with pytest.raises(NotImplementedError, match="p type Plain and q type Uniform: give one with register_kl"):
        kl_divergence(Plain(), Uniform(0.0, 1.0))
    with pytest.raises(TypeError, match="Expected type_q to be a Distribution subclass but got 3"):
        register_kl(Plain, 3)
    rows = Normal(torch.zeros(2, 3), 1.0)
    with pytest.raises(NotImplementedError, match="same reinterpreted_batch_ndims"):
        kl_divergence(Independent(rows, 1), Independent(rows, 2))
    assert kl_divergence(Independent(rows, 1), Independent(rows, 1)).shape == (2,)
