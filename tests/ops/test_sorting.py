"""Order, held against PyTorch and against finite differences."""

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
