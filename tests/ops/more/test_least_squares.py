"""Rank, condition, least squares, held against PyTorch and against finite differences."""

import pytest

from tests.ops.agreement import CASES, check_gradients, check_values, differentiable


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["least_squares"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("least_squares", case, device, name)


@pytest.mark.parametrize("case", differentiable("least_squares"))
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("least_squares", case)
