"""Held against PyTorch, and against finite differences."""

import pytest

from tests.golden.nn_cases import CASES
from tests.ops.agreement import check_gradients, check_values

NOT_SMOOTH = (
    "embedding with padding",
    "embedding by frequency",
    "one_hot",
    "one_hot wider",
)  # whole numbers, or gradients that are changed on purpose


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["embedding"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("embedding", case, device, name)


@pytest.mark.parametrize("case", [case for case in CASES["embedding"] if case not in NOT_SMOOTH])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("embedding", case)
