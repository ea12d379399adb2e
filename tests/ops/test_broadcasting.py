"""Tensors stretched without a copy, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.ops.agreement import CASES, check_gradients, check_values, differentiable


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["broadcasting"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("broadcasting", case, device, name)


@pytest.mark.parametrize("case", differentiable("broadcasting"))
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("broadcasting", case)


def test_the_common_shape_is_a_size():
    assert repr(torch.broadcast_shapes((2, 1), (3,))) == "torch.Size([2, 3])"
