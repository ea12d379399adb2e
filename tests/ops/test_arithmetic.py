"""The four operations, powers and their relatives, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_gradients, check_values

NOT_SMOOTH = ("pow at zero",)  # integers, no gradient, or a point where differences have none


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["arithmetic"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("arithmetic", case, device, name)


@pytest.mark.parametrize("case", [case for case in CASES["arithmetic"] if case not in NOT_SMOOTH])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("arithmetic", case)


def test_negative_powers_of_integers_lose_their_fraction(device):
    x = torch.tensor([2, 1, -1, -1, 3], device=device)
    n = torch.tensor([-1, -2, -2, -3, 2], device=device)
    assert (x**n).tolist() == [0, 1, 1, -1, 9] and (2**n).tolist() == [0, 0, 0, 0, 4]
    assert (2.0**n).tolist() == [0.5, 0.25, 0.25, 0.125, 4.0]


def test_integers_take_no_fractional_alpha_and_no_lerp(device):
    x = torch.tensor([1, 2], device=device)
    for wrong in (lambda: x.add(1, alpha=2.5), lambda: x.sub(x, alpha=0.5), lambda: torch.lerp(x, x, 0.5)):
        with pytest.raises(RuntimeError, match="integral|not implemented"):
            wrong()
    assert x.add(1.0, alpha=2.5).tolist() == [3.5, 4.5]


def test_a_sequence_times_a_tensor_is_repeated_as_python_does(device):
    assert [0] * torch.tensor(2, device=device) == [0, 0] and "a" * torch.tensor(3, device=device) == "aaa"
    with pytest.raises(TypeError):
        [0] + torch.tensor([2], device=device)


def test_lerp_ends_exactly_at_its_end(device):
    x, end = torch.tensor(1e8, device=device), torch.tensor(1.0, device=device)
    for weight in (1.0, torch.tensor(1.0, device=device)):
        assert torch.lerp(x, end, weight).item() == 1


def test_ldexp(device):
    x = torch.tensor([1.0, -2.0, 3.0], device=device, requires_grad=True)
    power = torch.tensor([1, 2, 3], device=device)
    y = torch.ldexp(x, power)
    assert y.tolist() == [2, -8, 24] and y.dtype is torch.float32
    y.sum().backward()
    assert x.grad.tolist() == [2, 4, 8] and x.detach().ldexp_(power).tolist() == [2, -8, 24]
    assert torch.ldexp(power, power).tolist() == [2, 8, 24] and torch.ldexp(power, power).dtype is torch.float32
    with pytest.raises(TypeError, match="ldexp"):
        torch.ldexp(x, 2)


def test_a_power_of_0_has_the_slope_0_at_nan_too():
    x = torch.tensor([0.0, float("nan")], requires_grad=True)
    (x**0).sum().backward()
    assert x.grad.tolist() == [0, 0]


@pytest.mark.parametrize("name", ["rsub", "fmod"])
def test_a_number_cannot_come_first(name):
    with pytest.raises(TypeError, match=f"{name}\\(\\): argument 'input'.*must be Tensor, not int"):
        getattr(torch, name)(2, torch.ones(2))
