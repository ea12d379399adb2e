"""Many numbers to one, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_gradients, check_values

NOT_SMOOTH = (
    "logsumexp edges",
    "indices",
    "flat indices",
    "truth",
    "count_nonzero",
    "sum of integers",
)  # integers, no gradient, or a point where differences have none


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["reduction"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("reduction", case, device, name)


@pytest.mark.parametrize("case", [case for case in CASES["reduction"] if case not in NOT_SMOOTH])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("reduction", case)


def test_float16_adds_up_in_float32(device):
    x = torch.full((100_000,), 0.5, dtype=torch.float16, device=device)
    assert (x.mean().item(), x.mean().dtype) == (0.5, torch.float16)
    assert x[:4096].sum().item() == 2048 and x[:4096].sum().dtype is torch.float16


@pytest.mark.parametrize("name", ["max", "min"])
def test_nans_share_the_gradient_of_an_extreme_of_all_and_amax_gives_nan(name, device):
    nan = float("nan")
    x = torch.tensor([[nan, 1.0], [nan, 2.0]], device=device, requires_grad=True)
    getattr(x, name)().backward()
    assert x.grad.tolist() == [[0.5, 0], [0.5, 0]]
    x.grad = None
    getattr(x, "a" + name)().backward()
    assert x.grad.isnan().all()


def test_the_gradient_of_a_mean_of_nothing_but_nan():
    x = torch.tensor([[float("nan"), 1.0], [float("nan"), 3.0]], requires_grad=True)
    x.nanmean(0).sum().backward()
    assert x.grad.isnan().tolist() == [[True, False], [True, False]] and x.grad[:, 1].tolist() == [0.5, 0.5]
    y = torch.tensor([float("nan"), 1.0], requires_grad=True)
    y.nansum().backward()
    assert y.grad.tolist() == [0, 1]
