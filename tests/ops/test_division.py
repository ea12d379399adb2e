"""Division with a whole quotient, held against PyTorch and against finite differences."""

import math

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


@pytest.mark.parametrize(
    ("x", "y", "whole", "rest"),
    [
        (1.0, 0.1, 9.0, math.fmod(1, 0.1)),  # 1 / 0.1 is 10, but 0.1 is a little more than a tenth
        (5.0, math.inf, 0.0, 5.0),
        (-5.0, math.inf, -1.0, math.inf),
        (-7.0, 2.0, -4.0, 1.0),
        (7.0, -2.0, -4.0, -1.0),
        (1e16, 3.0, 3333333333333333.0, 1.0),
        (5.0, 0.0, math.inf, math.nan),
        (math.inf, 2.0, math.nan, math.nan),
    ],
)
def test_quotient_and_remainder_are_exact(x, y, whole, rest, device):
    tensors = [torch.tensor([each], dtype=torch.float64, device=device) for each in (x, y)]
    for a, b in (tensors, (tensors[0], y), (x, tensors[1])):
        assert (a // b).item() == pytest.approx(whole, rel=1e-15, nan_ok=True)
        assert (a % b).item() == pytest.approx(rest, rel=1e-15, nan_ok=True)


def test_a_quotient_of_zero_keeps_its_sign(device):
    x, y = torch.tensor([0.0, -0.0, 1.0, -1.0], device=device), torch.tensor([-3.0, 3.0, 3.0, -3.0], device=device)
    assert torch.signbit(x // y).tolist() == [True, True, False, False]
