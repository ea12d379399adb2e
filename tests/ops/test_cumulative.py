"""Running sums and extremes, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_gradients, check_values

NOT_SMOOTH = ("cumsum integers", "cummax indices")  # integers, no gradient, or a point where differences have none


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["cumulative"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("cumulative", case, device, name)


@pytest.mark.parametrize("case", [case for case in CASES["cumulative"] if case not in NOT_SMOOTH])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("cumulative", case)


def test_running_sums_do_not_carry_the_error_of_every_step(device):
    """The numbers are PyTorch's: float32 adds up in float64, float16 in float32."""
    assert torch.ones(3000, dtype=torch.float16, device=device).cumsum(0)[-1].item() == 3000
    assert torch.full((1_000_000,), 0.1, device=device).cumsum(0)[-1].item() == pytest.approx(100_000.0015, abs=0.01)
    assert torch.full((10_000,), 1.001, device=device).cumprod(0)[-1].item() == pytest.approx(21926.917, rel=1e-6)


def test_small_beginnings_of_logcumsumexp_are_not_lost(device):
    x = torch.tensor([-200.0, 0.0, 200.0, float("-inf"), float("inf")], device=device)
    assert x.logcumsumexp(0).tolist() == [-200, 0, 200, 200, float("inf")]


def test_diff_with_values_before_and_behind_and_of_bools(device):
    x = torch.tensor([[1, 4, 9]], device=device)
    zero = torch.tensor([[0]], device=device)
    assert torch.diff(x, prepend=zero).tolist() == [[1, 3, 5]]
    assert torch.diff(x, append=zero, n=2).tolist() == [[2, -14]]
    assert torch.diff(torch.tensor([True, False, False], device=device)).tolist() == [True, False]
