"""Median, quantiles, mode, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_gradients, check_values

NOT_SMOOTH = (
    "median indices",
    "median nan",
    "nanmedian",
    "quantile nan",
    "mode",
    "mode indices",
)  # integers, no gradient, or nan


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["order_statistics"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("order_statistics", case, device, name)


@pytest.mark.parametrize("case", [case for case in CASES["order_statistics"] if case not in NOT_SMOOTH])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("order_statistics", case)


@pytest.mark.parametrize("name", ["median", "nanmedian"])
def test_the_median_of_all_shares_its_gradient_among_equals(name):
    x = torch.tensor([[2.0, 1.0], [2.0, 3.0]], requires_grad=True)
    getattr(x, name)().backward()
    assert x.grad.tolist() == [[0.5, 0], [0.5, 0]]
    y = torch.full((2,), float("nan"), requires_grad=True)
    getattr(y, name)().backward()
    assert y.grad.tolist() == [0.5, 0.5]
    assert getattr(torch.ones(0), name)().isnan()


def test_the_gradient_of_a_quantile_that_is_nan_goes_to_the_nan(device):
    x = torch.tensor([[1.0, float("nan"), 3.0], [2.0, 5.0, 1.0]], device=device, requires_grad=True)
    x.quantile(0.5, dim=1).sum().backward()
    assert x.grad.tolist() == [[0, 1, 0], [1, 0, 0]]
    y = torch.tensor([float("nan")] * 3, device=device, requires_grad=True)
    y.nanquantile(0.5).backward()
    assert y.grad.tolist() == [1, 0, 0]


def test_a_quantile_beside_infinity_is_infinite(device):
    inf = float("inf")
    x = torch.tensor([inf, 1.0, 2.0, -inf], device=device)
    assert x.quantile(torch.tensor([0.25, 0.5, 0.75], device=device)).tolist() == [-inf, 1.5, inf]


def test_the_index_of_a_median_that_is_nan_is_that_of_the_first(device):
    x = torch.tensor([1.0, float("nan"), 3.0, float("nan")], device=device)
    assert x.median(0).indices.item() == 1


def test_nan_is_the_mode_of_nan_alone():
    nan = float("nan")
    assert torch.mode(torch.tensor([nan, 1.0, nan])).values == 1 and torch.mode(torch.tensor([nan, nan])).values.isnan()
