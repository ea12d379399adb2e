"""Indices, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.ops.agreement import CASES, check_gradients, check_values, differentiable


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["indexing"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("indexing", case, device, name)


@pytest.mark.parametrize("case", differentiable("indexing"))
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("indexing", case)


def test_one_element_of_another_dtype_goes_where_a_mask_says(device):
    x = torch.ones(2, 2, device=device)
    mask = torch.tensor([True, False], device=device)
    w = torch.tensor(5.0, dtype=torch.float64, device=device, requires_grad=True)
    x[mask] = w
    x[:, mask] = torch.tensor([3], device=device)
    assert x.tolist() == [[3, 5], [3, 1]] and x.dtype == torch.float32
    x.sum().backward()
    assert w.grad.item() == 1 and w.grad.dtype == torch.float64
    with pytest.raises(RuntimeError, match="dtypes match"):
        x[torch.tensor([0], device=device)] = torch.tensor(3, device=device)
