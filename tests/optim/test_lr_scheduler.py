"""Schedules against PyTorch's rates; combining, resuming, refusals."""

import json
import warnings

import pytest

import edutorch as torch
from edutorch.optim import lr_scheduler
from tests.golden.optim_cases import SCHEDULES, schedule


@pytest.fixture(scope="module")
def golden(root):
    return json.loads((root / "tests/golden/optim.json").read_text())["schedules"]


def sgd(lr=0.1):
    return torch.optim.SGD([torch.zeros(2, requires_grad=True)], lr=lr, momentum=0.9)


def rates(optimizer, scheduler, n):
    seen = []
    for _ in range(n):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return seen


@pytest.mark.parametrize("name", SCHEDULES)
def test_rates_and_momenta_are_pytorchs(name, golden):
    for got, expected in zip(schedule(torch, name, SCHEDULES[name]), golden[name], strict=True):
        assert got == pytest.approx(expected, rel=1e-12, abs=1e-15)


def test_lambdas():
    optimizer = sgd()
    assert rates(optimizer, lr_scheduler.LambdaLR(optimizer, lambda e: 1 / (e + 1)), 3) == pytest.approx(
        [0.1, 0.05, 0.1 / 3]
    )
    optimizer = sgd()
    assert rates(optimizer, lr_scheduler.MultiplicativeLR(optimizer, lambda e: 0.5), 3) == pytest.approx(
        [0.1, 0.05, 0.025]
    )


def test_one_after_the_other_and_both_at_once():
    optimizer = sgd(1.0)
    first, second = (lr_scheduler.ConstantLR(optimizer, 0.1, 2), lr_scheduler.ExponentialLR(optimizer, 0.9))
    both = lr_scheduler.SequentialLR(optimizer, [first, second], milestones=[2])
    assert rates(optimizer, both, 5) == pytest.approx([0.1, 0.1, 1.0, 0.9, 0.81])
    optimizer = sgd(1.0)
    parts = [lr_scheduler.ConstantLR(optimizer, 0.1, 2), lr_scheduler.ExponentialLR(optimizer, 0.9)]
    chained = lr_scheduler.ChainedScheduler(parts)
    assert rates(optimizer, chained, 4) == pytest.approx([0.1, 0.09, 0.81, 0.729])


def test_warm_restarts_take_fractions_of_epochs():
    optimizer = sgd(1.0)
    scheduler = lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=2)
    scheduler.step(1.0)
    assert scheduler.get_last_lr() == pytest.approx([0.5])
    scheduler.step(2.0)
    assert scheduler.get_last_lr() == pytest.approx([1.0])


def test_state_dict_resumes():
    optimizer = sgd()
    scheduler = lr_scheduler.StepLR(optimizer, 2, gamma=0.5)
    expected = rates(optimizer, scheduler, 6)
    optimizer = sgd()
    scheduler = lr_scheduler.StepLR(optimizer, 2, gamma=0.5)
    got = rates(optimizer, scheduler, 3)
    saved, saved_optimizer = scheduler.state_dict(), optimizer.state_dict()
    optimizer = sgd()
    scheduler = lr_scheduler.StepLR(optimizer, 2, gamma=0.5)
    optimizer.load_state_dict(saved_optimizer)
    scheduler.load_state_dict(saved)
    assert got + rates(optimizer, scheduler, 3) == pytest.approx(expected)


# What PyTorch 2.13 gives after four epochs, for an optimizer that goes on from the fourth with
# last_epoch=3: the rate stays as it is, and three more epochs follow.
RESUMED = {
    "MultiplicativeLR": (
        lambda o, e: lr_scheduler.MultiplicativeLR(o, lambda _: 0.9, e),
        [0.06561, 0.059049, 0.0531441],
    ),
    "ExponentialLR": (lambda o, e: lr_scheduler.ExponentialLR(o, 0.8, e), [0.04096, 0.032768, 0.0262144]),
    "LinearLR": (lambda o, e: lr_scheduler.LinearLR(o, 0.2, 0.8, 6, e), [0.06, 0.07, 0.08]),
    "PolynomialLR": (lambda o, e: lr_scheduler.PolynomialLR(o, 8, 2.0, e), [0.025, 0.0140625, 0.00625]),
    "CosineAnnealingLR": (
        lambda o, e: lr_scheduler.CosineAnnealingLR(o, 5, 0.01, e),
        [0.018594235253127367, 0.01, 0.018594235253127367],
    ),
    "OneCycleLR": (lambda o, e: lr_scheduler.OneCycleLR(o, 0.5, total_steps=20, last_epoch=e), None),
    "CyclicLR": (lambda o, e: lr_scheduler.CyclicLR(o, 0.01, 0.2, 3, 4, last_epoch=e), None),
}


@pytest.mark.parametrize("name", RESUMED)
def test_last_epoch_goes_on_without_a_step_of_its_own(name):
    make, expected = RESUMED[name]
    first = sgd()
    uninterrupted = rates(first, make(first, -1), 8)[4:7]
    optimizer, resumed = sgd(), sgd(0.3)
    rates(optimizer, make(optimizer, -1), 4)
    resumed.load_state_dict(optimizer.state_dict())
    got = rates(resumed, make(resumed, 3), 3)
    assert got == pytest.approx(uninterrupted if expected is None else expected, rel=1e-9)
    assert uninterrupted == pytest.approx(got, rel=1e-9)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda o: lr_scheduler.StepLR(o, 3, 0.5), [0.05, 0.1, 0.05]),
        (lambda o: lr_scheduler.MultiStepLR(o, [1, 2, 2], 0.5), [0.0125, 0.05, 0.0125]),
        (lambda o: lr_scheduler.ConstantLR(o, 0.5, 3), [0.1, 0.05, 0.1]),
        (lambda o: lr_scheduler.LinearLR(o, 0.2, 1.0, 4), [0.08, 0.04, 0.1]),
        (lambda o: lr_scheduler.ExponentialLR(o, 0.5), [0.0125, 0.05, 0.003125]),
        (lambda o: lr_scheduler.PolynomialLR(o, 4), [0.025, 0.075, 0.0]),
        (lambda o: lr_scheduler.CosineAnnealingLR(o, 6), [0.05, 0.0933012701892219, 0.006698729810778]),
    ],
)
def test_an_epoch_given_to_step_sets_the_rate_of_that_epoch(make, expected):
    optimizer = sgd()
    scheduler, got = make(optimizer), []
    optimizer.step()
    for epoch in (3, 1, 5):
        scheduler.step(epoch)
        got += scheduler.get_last_lr()
    assert got == pytest.approx(expected, abs=1e-12)


class Decay:
    def __init__(self, factor):
        self.factor = factor

    def __call__(self, epoch):
        return self.factor**epoch


def test_the_attributes_of_an_object_that_gives_the_rate_are_saved():
    saved = lr_scheduler.LambdaLR(sgd(), Decay(0.5)).state_dict()
    assert saved["lr_lambdas"] == [{"factor": 0.5}]
    other = lr_scheduler.LambdaLR(sgd(), Decay(0.9))
    other.load_state_dict(saved)
    assert other.lr_lambdas[0].factor == 0.5
    assert lr_scheduler.LambdaLR(sgd(), lambda epoch: 1).state_dict()["lr_lambdas"] == [None]


def test_the_wrong_order_is_warned_about():
    optimizer = sgd()
    scheduler = lr_scheduler.StepLR(optimizer, 2)
    with pytest.warns(UserWarning, match="opposite order"):
        scheduler.step()
    optimizer = sgd()
    scheduler = lr_scheduler.StepLR(optimizer, 2)
    optimizer.step()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scheduler.step()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: lr_scheduler.StepLR("sgd", 2), TypeError, "str is not an Optimizer"),
        (lambda: lr_scheduler.StepLR(sgd(), 2, last_epoch=3), KeyError, "initial_lr"),
        (lambda: lr_scheduler.LambdaLR(sgd(), [abs, abs]), ValueError, "expected 1 values for lr_lambdas, got 2"),
        (lambda: lr_scheduler.OneCycleLR(sgd(), 0.1), ValueError, "total_steps OR"),
        (lambda: lr_scheduler.OneCycleLR(sgd(), 0.1, 5, anneal_strategy="x"), ValueError, "'cos' or 'linear'"),
        (lambda: lr_scheduler.ReduceLROnPlateau(sgd(), mode="up"), ValueError, "mode up is unknown"),
        (lambda: lr_scheduler.ReduceLROnPlateau(sgd(), factor=1.0), ValueError, "Factor"),
        (lambda: lr_scheduler.ReduceLROnPlateau(sgd()).step(), TypeError, "needs the metric"),
        (lambda: lr_scheduler.SequentialLR(sgd(), [], [1]), ValueError, "one more"),
        (lambda: lr_scheduler.CosineAnnealingWarmRestarts(sgd(), 0), ValueError, "positive integer T_0"),
        (lambda: lr_scheduler.ConstantLR(sgd(), factor=2), ValueError, "between 0 and 1"),
        (
            lambda: lr_scheduler.CyclicLR(torch.optim.Adagrad([torch.ones(1, requires_grad=True)]), 0.1, 1.0),
            ValueError,
            "cycle_momentum=False",
        ),
    ],
)
def test_wrong_calls(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_schedules_and_tensors_carry_their_public_module():
    for name in torch.optim.lr_scheduler.__all__:
        assert getattr(torch.optim.lr_scheduler, name).__module__ == "edutorch.optim.lr_scheduler"
    assert str(torch.Tensor) == "<class 'edutorch.Tensor'>" and torch.Size.__module__ == "edutorch"
