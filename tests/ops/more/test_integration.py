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


def test_gradient_of_evenly_spaced_values(device):
    y = torch.tensor([[0.0, 1.0, 4.0], [9.0, 16.0, 25.0]], device=device, requires_grad=True)
    rows, columns = torch.gradient(y)
    assert rows.tolist() == [[9.0, 15.0, 21.0]] * 2
    assert columns.tolist() == [[1.0, 2.0, 3.0], [7.0, 8.0, 9.0]]
    assert [each.tolist() for each in torch.gradient(y, spacing=[2.0, 0.5])] == [
        [[4.5, 7.5, 10.5]] * 2,
        [[2.0, 4.0, 6.0], [14.0, 16.0, 18.0]],
    ]
    (slopes,) = torch.gradient(y, dim=1, edge_order=2)
    assert slopes.tolist() == [[0.0, 2.0, 4.0], [6.0, 8.0, 10.0]]
    (slopes * torch.tensor([1.0, 2.0, 4.0], device=device)).sum().backward()
    assert y.grad.tolist() == [[-0.5, -6.0, 6.5]] * 2
    (slopes,) = torch.gradient(torch.tensor([1, 2, 4, 8], device=device))
    assert slopes.dtype == torch.float32 and slopes.tolist() == [1.0, 1.5, 3.0, 4.0]


def test_gradient_says_what_it_needs(device):
    x = torch.ones(2, 3, device=device)
    for arguments, message in (
        ({"edge_order": 2}, r"at least edge_order\+1: the shape is \[2, 3\]"),
        ({"edge_order": 3}, "only supports edge_order=1 and edge_order=2"),
        ({"spacing": [1.0]}, "one number for each of the 2 axes"),
        ({"dim": (0, 0)}, "appears multiple times"),
    ):
        with pytest.raises(RuntimeError, match=message):
            torch.gradient(x, **arguments)


def test_gradient_takes_even_spacing_alone(device):
    x = torch.ones(3, device=device)
    with pytest.raises(NotImplementedError, match="evenly spaced"):
        torch.gradient(x, spacing=(torch.tensor([0.0, 1.0, 3.0], device=device),))
