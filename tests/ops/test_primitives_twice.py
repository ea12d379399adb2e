"""Primitives that stand for a composition: their own gradients, and those of their gradients."""

import pytest

import edutorch as torch
from edutorch.autograd import gradcheck, gradgradcheck

F = torch.nn.functional

CASES = {
    "relu": (torch.relu, (3, 2)),
    "tanh": (torch.tanh, (3, 2)),
    "linear": (F.linear, (4, 3), (2, 3)),
    "linear of a vector": (F.linear, (3,), (2, 3), (2,)),
    "linear in batches": (F.linear, (5, 4, 3), (2, 3), (2,)),
    "squared error, mean": (F.mse_loss, (3, 2), (3, 2)),
    "squared error, sum": (lambda x, t: F.mse_loss(x, t, reduction="sum"), (3, 2), (3, 2)),
    "stack": (lambda x, y: torch.stack([x, y], 1), (3, 2), (3, 2)),
    "sums": (lambda x: x.sum(1) * x.sum((0, 2), keepdim=True).sum() * x.mean(), (2, 3, 2)),
}


@pytest.mark.parametrize("name", CASES)
def test_first_and_second_derivative(name, device):
    function, *shapes = CASES[name]
    torch.manual_seed(0)
    inputs = [torch.randn(*shape, dtype=torch.float64).to(device) for shape in shapes]
    inputs = tuple(each.requires_grad_() for each in inputs)
    assert gradcheck(function, inputs)
    assert gradgradcheck(function, inputs)
