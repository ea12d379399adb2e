"""The trapezoidal rule. The numbers are PyTorch's."""

import pytest

import edutorch as torch


def test_trapezoid(device):
    y = torch.tensor([[1.0, 2.0, 4.0], [0.0, 5.0, 7.0]], device=device, requires_grad=True)
    x = torch.tensor([0.0, 1.0, 3.0], device=device)
    assert torch.trapezoid(y).tolist() == [4.5, 8.5] and torch.trapz(y, dx=2.0).tolist() == [9.0, 17.0]
    assert torch.trapezoid(y, x).tolist() == [7.5, 14.5]
    assert torch.trapezoid(y, x[:2], dim=0).tolist() == [0.5, 3.5, 5.5]
    assert torch.trapezoid(y, y.detach()).tolist() == [7.5, 24.5]
    assert torch.cumulative_trapezoid(y, x).tolist() == [[1.5, 7.5], [2.5, 14.5]]
    torch.trapezoid(y, x).sum().backward()
    assert y.grad.tolist() == [[0.5, 1.5, 1.0]] * 2
    with pytest.raises(RuntimeError, match="3 values of y and 2 of x"):
        torch.trapezoid(y, x[:2])
