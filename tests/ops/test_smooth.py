"""Smooth activations, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_gradients, check_values


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["smooth"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("smooth", case, device, name)


@pytest.mark.parametrize("case", CASES["smooth"])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("smooth", case)


def test_special_functions_take_a_number_in_a_0d_tensor(device):
    x = torch.tensor(0.5, dtype=torch.float64, device=device, requires_grad=True)
    y = torch.nn.functional.gelu(x)
    y.backward()
    assert (y.item(), x.grad.item()) == pytest.approx((0.3457312306370107, 0.8674951246561605))


def test_a_negative_target_of_kl_div_is_nan_not_a_number_that_looks_right():
    F = torch.nn.functional
    assert F.kl_div(torch.tensor([-1.0]), torch.tensor([-0.3]), reduction="sum").isnan()
    assert F.kl_div(torch.tensor([-1.0]), torch.tensor([0.0]), reduction="sum").item() == 0


def test_integers_are_refused_as_in_pytorch(device):
    x, F = torch.tensor([-1, 7], device=device), torch.nn.functional
    for name in ("gelu", "silu", "mish", "softplus", "logsigmoid", "elu", "selu", "celu", "leaky_relu"):
        with pytest.raises(NotImplementedError, match="not implemented for torch.int64"):
            getattr(F, name)(x)
    assert F.relu6(x).tolist() == [0, 6] and F.relu6(x).dtype == torch.int64


def test_softplus_at_infinity(device):
    x = torch.tensor([-float("inf"), float("inf"), 0.0], device=device, requires_grad=True)
    y = torch.nn.functional.softplus(x)
    y.sum().backward()
    assert y.tolist()[:2] == [0, float("inf")] and x.grad.tolist() == [0, 1, 0.5]
    assert torch.nn.functional.logsigmoid(x.detach()).tolist()[:2] == [-float("inf"), 0]
