"""Lengths of vectors, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_gradients, check_values


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["norms"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("norms", case, device, name)


@pytest.mark.parametrize("case", CASES["norms"])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("norms", case)


def test_squares_of_float16_do_not_overflow(device):
    x = torch.full((300,), 20.0, dtype=torch.float16, device=device)
    assert x.norm().dtype == torch.float16 and x.norm().item() == 346.5
    assert torch.tensor([300.0, -300.0], dtype=torch.float16, device=device).norm(3).item() == 378.0
