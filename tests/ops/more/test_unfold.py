"""Held against PyTorch, and against finite differences."""

import pytest

from tests.golden.nn_cases import CASES
from tests.ops.agreement import check_gradients, check_values


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["unfold"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("unfold", case, device, name)


@pytest.mark.parametrize("case", CASES["unfold"])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("unfold", case)
