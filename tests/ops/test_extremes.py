"""Size, sign, bounds, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_gradients, check_values

NOT_SMOOTH = ("clamp kinks", "nan", "nan_to_num", "nan_to_num all", "fmax nan", "heaviside", "signbit")
BENT = ("abs", "ties")  # the gradient jumps at a case"s points


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["extremes"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("extremes", case, device, name)


@pytest.mark.parametrize("case", [case for case in CASES["extremes"] if case not in NOT_SMOOTH])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("extremes", case, smooth=case not in BENT)


def test_copysign_has_the_common_dtype(device):
    x = torch.tensor([1, 2], device=device)
    y = torch.copysign(x, torch.tensor([-0.0, 2.0], dtype=torch.float64, device=device))
    assert y.dtype == torch.float64 and y.tolist() == [-1, 2]


@pytest.mark.parametrize("name", ["fmax", "fmin"])
def test_of_equals_and_of_two_nans_the_first_has_the_gradient(name, device):
    nan = float("nan")
    x = torch.tensor([nan, 2.0, nan, 1.0], device=device, requires_grad=True)
    y = torch.tensor([nan, 2.0, 1.0, nan], device=device, requires_grad=True)
    z = getattr(torch, name)(x, y)
    z.sum().backward()
    assert z[1:].tolist() == [2, 1, 1] and z[0].isnan()
    assert x.grad.tolist() == [1, 1, 0, 1] and y.grad.tolist() == [0, 0, 1, 0]
