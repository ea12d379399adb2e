"""Losses of regression and of yes-or-no answers, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_gradients, check_values

NOT_SMOOTH = ("bce at the ends",)  # integers, no gradient, or a point where differences have none


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["loss"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("loss", case, device, name)


@pytest.mark.parametrize("case", [case for case in CASES["loss"] if case not in NOT_SMOOTH])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("loss", case)


def test_logits_with_class_numbers_are_refused(device):
    with pytest.raises(RuntimeError, match="target.float"):
        torch.nn.functional.binary_cross_entropy_with_logits(
            torch.zeros(2, device=device), torch.tensor([0, 1], device=device)
        )


@pytest.mark.parametrize(("name", "expected"), [("mse_loss", 1.75), ("l1_loss", 1.25), ("huber_loss", 1.5)])
def test_the_mean_of_weighted_losses(name, expected):
    """By the sum of the weights; that of huber_loss by their number, as in PyTorch 2.13."""
    loss, x = getattr(torch.nn.functional, name), torch.tensor([1.0, 2.0])
    weight = torch.tensor([3.0, 1.0])
    assert loss(x, torch.zeros(2), weight=weight).item() == expected
    with pytest.raises(ValueError, match="same size"):
        loss(x, torch.zeros(2), weight=torch.ones(1))


def test_the_mean_of_no_squared_errors_is_nan_and_has_a_gradient():
    x = torch.zeros(0, 3, requires_grad=True)
    loss = torch.nn.functional.mse_loss(x, torch.zeros(0, 3))
    loss.backward()
    assert loss.isnan() and x.grad.shape == (0, 3)


def test_what_is_no_probability_is_told_when_the_device_is_waited_for(device):
    for wrong in (1.5, -0.1, float("nan")):
        with pytest.raises(RuntimeError, match="between 0 and 1"):
            p = torch.tensor([0.5, wrong], device=device)
            torch.nn.functional.binary_cross_entropy(p, torch.ones(2, device=device)).item()
