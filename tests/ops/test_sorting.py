"""Order, held against PyTorch and against finite differences."""

import numpy as np
import pytest

import edutorch as torch
from tests.ops.agreement import CASES, check_gradients, check_values, differentiable


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["sorting"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("sorting", case, device, name)


@pytest.mark.parametrize("case", differentiable("sorting"))
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("sorting", case)


def test_every_nan_is_another_element(device):
    values, counts = torch.tensor([float("nan"), 1, float("nan"), 1], device=device).unique(return_counts=True)
    assert counts.tolist() == [2, 1, 1] and values.isnan().tolist() == [False, True, True]


def test_slices_with_nan_are_all_different_and_equal_ones_without_are_one(device):
    nan = float("nan")
    x = torch.tensor([[0.0, 1.0], [nan, 1.0], [0.0, 0.0], [nan, 1.0], [0.0, 1.0]], device=device)
    values, inverse, counts = x.unique(dim=0, return_inverse=True, return_counts=True)
    assert values[:2].tolist() == [[0, 0], [0, 1]] and values[2:, 0].isnan().all() and values[2:, 1].tolist() == [1, 1]
    assert counts.tolist() == [1, 2, 1, 1] and inverse.tolist() == [1, 2, 0, 3, 1]


def test_numpys_numbers_are_numbers():
    x = torch.tensor([1, 3])
    assert torch.searchsorted(x, np.int64(2)).item() == 1 and torch.bucketize(np.float64(2), x.float()).item() == 1
    assert torch.isin(x, np.int64(3)).tolist() == [False, True] and torch.isin(np.int64(3), x).item()
    assert torch.copysign(torch.ones(2), np.float32(-1)).tolist() == [-1, -1]
