"""Values and gradients at nan, inf and zeros of either sign: those of PyTorch 2.13."""

import numpy as np
import pytest

import edutorch as torch

F = torch.nn.functional
nan, inf = float("nan"), float("inf")
# operation, points, values, gradients
CASES = {
    "relu": (torch.relu, [nan, 0.0, inf, -inf], [nan, 0, inf, 0], [1, 0, 1, 0]),
    "hardswish": (F.hardswish, [inf, -4.0, 4.0, 0.0], [inf, -0.0, 4, 0], [1, 0, 1, 0.5]),
    "hardshrink": (F.hardshrink, [nan, inf, -0.25, 1.0], [nan, inf, 0, 1], [1, 1, 0, 1]),
    "softshrink": (F.softshrink, [nan, inf, -0.25, 1.0], [nan, inf, 0, 0.5], [1, 1, 0, 1]),
    "logit": (
        torch.logit,
        [0.0, -0.0, 1.0, -1.0, 2.0, 0.5],
        [-inf, -inf, inf, nan, nan, 0],
        [inf, -inf, inf, nan, nan, 4],
    ),
    "logit, eps": (lambda x: torch.logit(x, 0.25), [nan, 0.0, 0.5], [nan, -np.log(3), 0], [0, 0, 4]),
    "huber_loss": (lambda x: F.huber_loss(x, torch.zeros(3), "sum"), [inf, -inf, 0.5], inf, [1, -1, 0.5]),
    "huber_loss, delta": (lambda x: F.huber_loss(x, torch.zeros(2), "sum", 2.0), [3.0, 1.0], 4.5, [2, 1]),
    "smooth_l1_loss": (
        lambda x: F.smooth_l1_loss(x, torch.zeros(3), reduction="sum"),
        [inf, -inf, 0.5],
        inf,
        [1, -1, 0.5],
    ),
    "smooth_l1_loss, beta": (
        lambda x: F.smooth_l1_loss(x, torch.zeros(2), reduction="sum", beta=2.0),
        [3.0, 1.0],
        2.25,
        [1, 0.5],
    ),
    "clamp to a tensor": (
        lambda x: torch.clamp(x, torch.tensor([inf, nan, 0.0])),
        [nan, 1.0, 5.0],
        [nan, nan, 5],
        None,
    ),
    "logaddexp": (lambda x: torch.logaddexp(x, torch.full((3,), -inf)), [inf, 1.0, -inf], [inf, 1, -inf], [1, 1, nan]),
    "remainder": (lambda x: torch.remainder(x, -2.0), [2.0, -2.0, 0.0, -0.0, 3.0], [0, -0.0, 0, -0.0, -1], [1] * 5),
}


@pytest.mark.parametrize("name", CASES)
def test_value_and_gradient_are_those_of_pytorch(name, device):
    operation, points, values, gradients = CASES[name]
    x = torch.tensor(points, device=device, requires_grad=True)
    with torch.device(device):
        y = operation(x)
    y.sum().backward()
    expected = np.float32(values)
    np.testing.assert_allclose(y.detach().cpu(), expected, rtol=1e-6)
    assert (np.signbit(y.detach().cpu()) == np.signbit(expected))[~np.isnan(expected)].all()
    if gradients is not None:
        np.testing.assert_allclose(x.grad.cpu(), np.float32(gradients), rtol=1e-6)


SLOPE_ZERO = {
    "relu": torch.relu,
    "relu6": F.relu6,
    "hardtanh": lambda x: F.hardtanh(x, 0.0, 1.0),
    "clamp": lambda x: x.clamp(0, 1),
    "hardshrink": lambda x: F.hardshrink(x, 5.0),
    "softshrink": lambda x: F.softshrink(x, 5.0),
    "threshold": lambda x: F.threshold(x, 0.0, 7.0),
    "where": lambda x: torch.where(x > 0, x, 1.0),
    "masked_fill": lambda x: x.masked_fill(x < 0, 1.0),
}


@pytest.mark.parametrize("gradient", [inf, -inf, nan])
@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
@pytest.mark.parametrize("name", SLOPE_ZERO)
def test_what_is_cut_off_has_the_gradient_zero_whatever_comes_back(name, dtype, gradient):
    x = torch.tensor([-2.0, -3.0], dtype=dtype, requires_grad=True)
    SLOPE_ZERO[name](x).backward(torch.full((2,), gradient, dtype=dtype))
    assert x.grad.tolist() == [0, 0] and x.grad.dtype == dtype


@pytest.mark.parametrize("dim", [None, 0])
def test_the_norm_of_order_0_gives_no_gradient(dim):
    x = torch.tensor([0.0, -2.0, nan], requires_grad=True)
    y = x.norm(0, dim)
    y.backward()
    assert y.item() == 2 and y.requires_grad and x.grad is None
    with pytest.raises(RuntimeError, match="not have been used in the graph"):
        torch.autograd.grad(x.norm(0, dim), x)
