"""Division with a whole quotient, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_gradients, check_values

NOT_SMOOTH = ("floor_divide", "reflected", "integers")  # integers, no gradient, or a point where differences have none


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["division"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("division", case, device, name)


@pytest.mark.parametrize("case", [case for case in CASES["division"] if case not in NOT_SMOOTH])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("division", case)


def test_common_divisors_and_multiples(device):
    x, y = torch.tensor([12, -5, 0], device=device), torch.tensor([18, 10, 7], device=device)
    assert torch.gcd(x, y).tolist() == [6, 5, 7] and x.lcm(y).tolist() == [36, 10, 0]
    with pytest.raises(NotImplementedError, match="integers"):
        torch.gcd(x.float(), y)
