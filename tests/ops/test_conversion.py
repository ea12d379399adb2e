"""Conversions, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.ops.agreement import CASES, check_gradients, check_values, differentiable


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["conversion"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("conversion", case, device, name)


@pytest.mark.parametrize("case", differentiable("conversion"))
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("conversion", case)


def test_layout(device):
    assert torch.ones(2, device=device).layout is torch.strided and repr(torch.strided) == "torch.strided"
    assert isinstance(torch.strided, torch.layout)
