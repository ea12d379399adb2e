"""The error function and its relatives, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_gradients, check_values

NOT_SMOOTH = (
    "erfinv edges",
    "lgamma edges",
    "entr edges",
    "gamma of integers",
)  # integers, no gradient, or a point where differences have none


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["special"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("special", case, device, name)


@pytest.mark.parametrize("case", [case for case in CASES["special"] if case not in NOT_SMOOTH])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("special", case)


def test_orders_that_are_refused(device):
    x = torch.ones(2, device=device)
    with pytest.raises(RuntimeError, match="does not support negative n: -1"):
        torch.polygamma(-1, x)
    with pytest.raises(RuntimeError, match="p has to be greater than or equal to 1, got 0"):
        torch.mvlgamma(x, 0)
