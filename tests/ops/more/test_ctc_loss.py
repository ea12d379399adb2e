"""Connectionist temporal classification, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
import edutorch.nn.functional as F
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_gradients, check_values


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["ctc_loss"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("ctc_loss", case, device, name)


@pytest.mark.parametrize("case", CASES["ctc_loss"])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("ctc_loss", case)


def ctc(ends, sizes, **keywords):
    """Losses and gradients of two samples whose log-probabilities are all ln 1/3. (4, 2, 3)"""
    x = torch.full((4, 2, 3), 1 / 3).log().requires_grad_()
    loss = F.ctc_loss(x, torch.tensor([[1, 2], [2, 1]]), torch.tensor(ends), torch.tensor(sizes), **keywords)
    loss.sum().backward()
    return loss, x.grad


def test_without_a_step_only_nothing_is_spelled():
    loss, gradient = ctc([0, 0], [0, 2], reduction="none")
    assert loss.tolist() == [0, float("inf")] and not gradient.any()


def test_an_infinite_loss_has_the_gradient_nan_and_with_zero_infinity_zero():
    loss, gradient = ctc([1, 4], [2, 2], reduction="none")
    assert loss[0].item() == float("inf")
    assert gradient[0, 0].isnan().all() and not gradient[1:, 0].any() and gradient[:, 1].isfinite().all()
    loss, gradient = ctc([1, 4], [2, 2], reduction="none", zero_infinity=True)
    assert loss[0].item() == 0 and not gradient[:, 0].any() and gradient[:, 1].any()
