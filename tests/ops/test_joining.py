"""Several tensors as one, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.ops.agreement import CASES, check_gradients, check_values, differentiable


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["joining"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("joining", case, device, name)


@pytest.mark.parametrize("case", differentiable("joining"))
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("joining", case)


def test_numpy_names_the_axis(device):
    x = torch.ones(2, 3, device=device)
    assert torch.cat([x, x], axis=1).shape == (2, 6) and torch.stack([x, x], axis=-1).shape == (2, 3, 2)
