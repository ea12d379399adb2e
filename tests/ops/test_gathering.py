"""Elements by their positions, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.ops.agreement import CASES, check_gradients, check_values, differentiable


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["gathering"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("gathering", case, device, name)


@pytest.mark.parametrize("case", differentiable("gathering"))
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("gathering", case)


@pytest.mark.parametrize("reduce", ["sum", "prod", "mean", "amax", "amin"])
def test_what_src_has_beyond_index_gets_the_gradient_zero(reduce, device):
    x = torch.tensor([1.0, 2.0, 3.0], device=device, requires_grad=True)
    index = torch.tensor([0, 1], device=device)
    src = torch.tensor([4.0, 5.0, 6.0, 7.0], device=device, requires_grad=True)
    x.scatter_reduce(0, index, src, reduce, include_self=False).sum().backward()
    assert src.grad.tolist() == [1, 1, 0, 0] and x.grad.tolist() == [0, 0, 1]
    src.grad = None
    x.scatter(0, index, src).sum().backward()
    x.scatter_add(0, index, src).sum().backward()
    assert src.grad.tolist() == [2, 2, 0, 0]
