"""Held against PyTorch, and against finite differences."""

import pytest

from tests.golden.nn_cases import CASES
from tests.ops.agreement import check_gradients, check_values

NOT_SMOOTH = ("max_unpool2d wide",)  # one value in two windows goes back once


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["max_unpool"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("max_unpool", case, device, name)


@pytest.mark.parametrize("case", [case for case in CASES["max_unpool"] if case not in NOT_SMOOTH])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("max_unpool", case)
