"""Lengths of vectors, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_gradients, check_values


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["norms"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("norms", case, device, name)


@pytest.mark.parametrize("case", CASES["norms"])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("norms", case)


def test_squares_of_float16_do_not_overflow(device):
    x = torch.full((300,), 20.0, dtype=torch.float16, device=device)
    assert x.norm().dtype == torch.float16 and x.norm().item() == 346.5
    assert torch.tensor([300.0, -300.0], dtype=torch.float16, device=device).norm(3).item() == 378.0


def test_renorm_says_what_it_needs(device):
    x = torch.ones(2, 3, device=device)
    for arguments, message in (
        ((2, 0, -1.0), "expected maxnorm to be >= 0 but got -1"),
        ((-1, 0, 1.0), "non-positive-norm"),
    ):
        with pytest.raises(RuntimeError, match=message):
            torch.renorm(x, *arguments)
    with pytest.raises(RuntimeError, match="at least 2 dimensions, got 1"):
        torch.renorm(x[0], 2, 0, 1.0)
    assert x.renorm_(1, 0, 1.5) is x and x.sum().item() == pytest.approx(3)


@pytest.mark.parametrize("order", [float("inf"), float("-inf")])
def test_nan_has_no_gradient_in_the_norm_of_the_largest_and_the_smallest(order, device):
    x = torch.tensor([float("nan"), 1.0], device=device, requires_grad=True)
    y = torch.linalg.vector_norm(x, order)
    y.backward()
    assert y.isnan() and x.grad.tolist() == [0, 0]


def test_nan_counts_as_not_zero(device):
    assert torch.linalg.vector_norm(torch.tensor([float("nan"), 0.0, 2.0], device=device), 0).item() == 2
