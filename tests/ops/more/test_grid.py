"""Held against PyTorch, and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.nn_cases import CASES
from tests.ops.agreement import check_gradients, check_values


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["grid"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("grid", case, device, name)


@pytest.mark.parametrize("case", CASES["grid"])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("grid", case)


def test_the_result_lies_in_c_order(device):
    images, grid = torch.rand(1, 2, 4, 4).to(device), torch.zeros(1, 3, 3, 2, device=device)
    for mode in ("bilinear", "nearest"):
        y = torch.nn.functional.grid_sample(images, grid, mode, align_corners=False)
        assert y.view(-1).shape == (18,)
