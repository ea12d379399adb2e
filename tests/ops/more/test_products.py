"""Products, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_gradients, check_values

NOT_SMOOTH = ("prod integers",)  # integers, no gradient, or a point where differences have none


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["products"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("products", case, device, name)


@pytest.mark.parametrize("case", [case for case in CASES["products"] if case not in NOT_SMOOTH])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("products", case)


def test_a_product_keeps_the_dtype_asked_for():
    x = torch.tensor([[1, 2], [3, 4]], dtype=torch.int32)
    assert x.prod(0, dtype=torch.int32).dtype is torch.int32 and x.prod(dtype=torch.int32).dtype is torch.int32
