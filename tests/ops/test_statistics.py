"""Variance, deviation, median, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_gradients, check_values

NOT_SMOOTH = ("histc",)  # no gradient


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["statistics"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("statistics", case, device, name)


@pytest.mark.parametrize("case", [case for case in CASES["statistics"] if case not in NOT_SMOOTH])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("statistics", case)


def test_squares_of_float16_do_not_overflow(device):
    x = torch.tensor([300.0, 301.0, -300.0, -301.0], dtype=torch.float16, device=device)
    assert x.std().item() == 347.0 and (x / 2).var().dtype == torch.float16 and (x / 2).var().item() == 30096.0


def test_covariances_of_integers(device):
    x = torch.tensor([[1, 2, 3], [3, 2, 1]], device=device)
    assert torch.cov(x).tolist() == [[1, -1], [-1, 1]] and torch.corrcoef(x).dtype == torch.float32
