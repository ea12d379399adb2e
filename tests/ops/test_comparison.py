"""Comparisons, held against PyTorch and against finite differences."""

import pytest

from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_values


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["comparison"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("comparison", case, device, name)
