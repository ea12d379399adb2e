"""einsum, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.ops.agreement import CASES, check_gradients, check_values, differentiable


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["einsum"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("einsum", case, device, name)


@pytest.mark.parametrize("case", differentiable("einsum"))
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("einsum", case)


def test_operands_of_two_dtypes_are_refused(device):
    with pytest.raises(RuntimeError, match="one dtype"):
        torch.einsum("ij,jk->ik", torch.ones(2, 3, device=device), torch.ones(3, 4, device=device).double())
