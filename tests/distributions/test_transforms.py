"""Transforms by themselves: there and back, jacobians against autograd, caches, equality, shapes, and PyTorch's words."""

import math

import numpy as np
import pytest

import edutorch as torch

from edutorch.distributions import biject_to, constraints, transforms as t  # isort: skip
from edutorch.autograd.functional import jacobian

BIJECTIONS = {
    "exp": t.ExpTransform(),
    "power": t.PowerTransform(2.5),
    "sigmoid": t.SigmoidTransform(),
    "softplus": t.SoftplusTransform(),
    "tanh": t.TanhTransform(),
    "affine": t.AffineTransform(0.5, -2.0),
    "affine vector": t.AffineTransform(torch.tensor([1.0, 2, 3]), torch.tensor([0.5, 2, -1]), event_dim=1),
    "stick breaking": t.StickBreakingTransform(),
    "correlations": t.CorrCholeskyTransform(),
    "composed": t.ComposeTransform([t.TanhTransform(), t.AffineTransform(1.0, 0.5), t.PowerTransform(2.0)]),
    "independent": t.IndependentTransform(t.TanhTransform(), 1),
}


def point(name):
    x = torch.tensor([0.3, -0.4, 0.6], dtype=torch.float64)
    return x.abs() if name == "power" else x


@pytest.mark.parametrize("name", BIJECTIONS)
def test_there_and_back(name):
    transform, x = BIJECTIONS[name], point(name)
    y = transform(x)
    assert torch.allclose(transform.inv(y), x) and transform.inv.inv is transform
    assert transform.domain.check(x).all() and transform.codomain.check(y).all()
    assert transform.forward_shape(x.shape) == y.shape and transform.inverse_shape(y.shape) == x.shape
    assert torch.allclose(transform.inv.log_abs_det_jacobian(y, x), -transform.log_abs_det_jacobian(x, y))


@pytest.mark.parametrize("name", BIJECTIONS)
def test_the_jacobian_is_that_of_autograd(name):
    transform, x = BIJECTIONS[name], point(name)
    y = transform(x)

    def function(x):
        y = transform(x)
        if name == "correlations":
            return torch.stack([y[1, 0], y[2, 0], y[2, 1]])
        return y[:-1] if name == "stick breaking" else y

    found = transform.log_abs_det_jacobian(x, y)
    expected = torch.linalg.slogdet(jacobian(function, x)).logabsdet
    assert found.sum().item() == pytest.approx(expected.item(), rel=1e-6)


def test_a_cache_gives_the_very_x_back():
    transform = t.TanhTransform(cache_size=1)
    x = torch.tensor([30.0])
    y = transform(x)
    assert transform.inv(y) is x and transform(x) is y
    assert math.isinf(t.TanhTransform().inv(y).item())
    assert transform.with_cache(1) is transform and t.ExpTransform().with_cache()._cache_size == 1
    parts = t.ComposeTransform([t.ExpTransform(), t.AffineTransform(0.0, 2.0)], cache_size=1).parts
    assert [each._cache_size for each in parts] == [1, 1]
    with pytest.raises(ValueError, match="cache_size must be 0 or 1"):
        t.ExpTransform(cache_size=2)


def test_equality():
    assert t.ExpTransform() == t.ExpTransform() != t.SigmoidTransform()
    assert t.ExpTransform().inv == t.ExpTransform().inv
    assert t.AffineTransform(0.0, 1.0) == t.AffineTransform(0.0, 1.0) != t.AffineTransform(0.0, 2.0)
    assert t.AffineTransform(torch.zeros(2), 1.0) == t.AffineTransform(torch.zeros(2), 1.0)
    assert t.PowerTransform(2.0) == t.PowerTransform(2.0) != t.PowerTransform(3.0)
    assert t.ComposeTransform([t.ExpTransform()]) == t.ComposeTransform([t.ExpTransform()])


def test_signs():
    assert t.AffineTransform(0.0, -2.0).sign == -1 and t.ExpTransform().sign == 1
    assert t.ComposeTransform([t.AffineTransform(0.0, -2.0), t.ExpTransform()]).sign == -1
    assert t.PowerTransform(-1.0).sign == -1 and t.AffineTransform(0.0, torch.tensor([1.0, -1])).sign.tolist() == [
        1,
        -1,
    ]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: t.StickBreakingTransform().event_dim and t.ReshapeTransform((2,), (1, 2)).event_dim, ValueError, "domain.event_dim"),
        (lambda: t.ReshapeTransform((2, 2), (3,)), ValueError, "different numbers of elements"),
        (lambda: t.ReshapeTransform((2,), (1, 2))(torch.zeros(3)), ValueError, "Shape mismatch"),
        (lambda: t.IndependentTransform(t.ExpTransform(), 2)(torch.zeros(3)), ValueError, "Too few dimensions on input"),
        (lambda: t.CorrCholeskyTransform().forward_shape(torch.Size([4])), ValueError, "lower-diagonal number"),
        (lambda: t.CorrCholeskyTransform().inverse_shape(torch.Size([2, 3])), ValueError, "not square"),
        (lambda: t.CatTransform([t.ExpTransform()], lengths=[1, 2]), AssertionError, "as many lengths"),
        (lambda: t.CatTransform([t.ExpTransform()])(torch.zeros(3)), AssertionError, "must have size 1"),
        (lambda: t.StackTransform([t.ExpTransform()])(torch.zeros(3)), AssertionError, "must have size 1"),
        (lambda: t.AbsTransform().sign, NotImplementedError, None),
        (lambda: torch.distributions.TransformedDistribution(torch.distributions.Normal(0.0, 1.0), 3), ValueError, "but was 3"),
        (lambda: torch.distributions.TransformedDistribution(torch.distributions.Normal(0.0, 1.0), [3]), ValueError, "list of Transforms"),
        (lambda: torch.distributions.TransformedDistribution(torch.distributions.Normal(0.0, 1.0), t.SoftmaxTransform()), ValueError, "at least 1"),
        (lambda: biject_to(constraints.boolean), NotImplementedError, "Cannot transform Boolean constraints"),
        (lambda: biject_to.register(3, t.ExpTransform), TypeError, "Constraint subclass or instance, but got 3"),
    ],
)  # fmt: skip
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


REGIONS = {
    "real": lambda lib, c: c.real,
    "positive": lambda lib, c: c.positive,
    "nonnegative": lambda lib, c: c.nonnegative,
    "greater_than": lambda lib, c: c.greater_than(2.0),
    "greater_than_eq": lambda lib, c: c.greater_than_eq(lib.tensor([1.0, 2, 3])),
    "less_than": lambda lib, c: c.less_than(-1.0),
    "unit_interval": lambda lib, c: c.unit_interval,
    "interval": lambda lib, c: c.interval(-1.0, 4.0),
    "half_open_interval": lambda lib, c: c.half_open_interval(-1.0, lib.tensor(4.0)),
    "simplex": lambda lib, c: c.simplex,
    "independent": lambda lib, c: c.independent(c.positive, 1),
    "corr_cholesky": lambda lib, c: c.corr_cholesky,
    "lower_cholesky": lambda lib, c: c.lower_cholesky,
    "positive_definite": lambda lib, c: c.positive_definite,
    "positive_semidefinite": lambda lib, c: c.positive_semidefinite,
    "cat": lambda lib, c: c.cat([c.positive, c.unit_interval], -1, [2, 1]),
    "stack": lambda lib, c: c.stack([c.positive, c.unit_interval, c.real], -1),
}
MATRICES = ("lower_cholesky", "positive_definite", "positive_semidefinite")


def found(lib, region, which):
    """The numbers that a registry's transform gives, whether they satisfy the constraint, and what it prints."""
    c = lib.distributions.constraints
    constraint = REGIONS[region](lib, c)
    transform = getattr(lib.distributions, which)(constraint)
    x = lib.tensor([[0.3, -0.4, 0.6], [1.0, 2.0, -3.0], [0.1, 0.2, 0.3]])
    y = transform(x)
    back = transform.inv(y)
    return y.numpy(), constraint.check(y).numpy(), back.numpy(), repr(transform), repr(constraint)


@pytest.mark.parametrize("region", REGIONS)
def test_a_registry_takes_any_numbers_into_a_region(region):
    for which in ("biject_to", "transform_to"):
        if which == "biject_to" and region in MATRICES:
            continue
        y, inside, back, _, _ = found(torch, region, which)
        assert inside.all() and np.isfinite(y).all() and np.isfinite(back).all()


def test_live_beside_pytorch():
    theirs = pytest.importorskip("torch")
    for region in REGIONS:
        for which in ("biject_to", "transform_to"):
            if which == "biject_to" and region in MATRICES:
                continue
            ours, expected = found(torch, region, which), found(theirs, region, which)
            for a, b in zip(ours[:3], expected[:3], strict=True):
                np.testing.assert_allclose(a, b, 1e-5, 1e-5, err_msg=region)
            assert ours[3:] == expected[3:], region


CHECKS = {
    "boolean": [0, 1, 0.5], "nonnegative_integer": [0, 1.5, -1], "positive_integer": [0, 1, 1.5], "real": [math.nan, 0, math.inf],
    "positive": [0, 1, -1], "unit_interval": [0, 1, 1.1], "one_hot": [[0, 1, 0], [1, 1, 0], [0, 0.5, 0.5]],
    "simplex": [[0.2, 0.8], [0.5, 0.6], [-1, 2]], "real_vector": [[0, math.nan], [1, 2]],
    "lower_triangular": [[[1, 0], [2, 0]], [[1, 1], [0, 1]]], "lower_cholesky": [[[1, 0], [2, 0]], [[1, 0], [0, 1]]],
    "corr_cholesky": [[[1, 0], [0.6, 0.8]], [[1, 0], [1, 1]]], "square": [[[1, 0], [0, 1]]], "symmetric": [[[1, 2], [2, 1]], [[1, 0], [1, 1]]],
    "positive_definite": [[[2, 1], [1, 2]], [[1, 2], [2, 1]]], "positive_semidefinite": [[[1, 1], [1, 1]], [[1, 2], [2, 1]]],
}  # fmt: skip
EXPECTED = {
    "boolean": [True, True, False], "nonnegative_integer": [True, False, False], "positive_integer": [False, True, False],
    "real": [False, True, True], "positive": [False, True, False], "unit_interval": [True, True, False], "one_hot": [True, False, False],
    "simplex": [True, False, False], "real_vector": [False, True], "lower_triangular": [True, False], "lower_cholesky": [False, True],
    "corr_cholesky": [True, False], "square": [True], "symmetric": [True, False], "positive_definite": [True, False],
    "positive_semidefinite": [True, False],
}  # fmt: skip


@pytest.mark.parametrize("name", CHECKS)
def test_what_satisfies_a_constraint(name):
    value = torch.tensor(CHECKS[name], dtype=torch.float64)
    assert getattr(constraints, name).check(value).tolist() == EXPECTED[name]


def test_constraints_that_depend_on_others():
    assert constraints.is_dependent(torch.distributions.Uniform.support) and not constraints.is_dependent(
        constraints.real
    )
    with pytest.raises(ValueError, match="Cannot determine validity"):
        constraints.dependent.check(torch.zeros(2))
    with pytest.raises(NotImplementedError, match="event_dim cannot be determined statically"):
        constraints.dependent.event_dim  # noqa: B018
    known = constraints.dependent(is_discrete=True, event_dim=1)
    assert known.is_discrete and known.event_dim == 1
    assert (
        torch.distributions.Categorical.support.is_discrete and torch.distributions.Categorical.support.event_dim == 0
    )
    assert constraints.multinomial(3).check(torch.tensor([[1.0, 2], [3, 1]])).tolist() == [True, False]
    assert repr(constraints.real_vector) == "IndependentConstraint(Real(), 1)"
