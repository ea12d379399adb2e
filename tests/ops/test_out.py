"""out= writes a result into a tensor that is there already."""

import warnings

import pytest

import edutorch as torch

CALLS = {
    "add": lambda x, out: torch.add(x, x, out=out),
    "matmul": lambda x, out: torch.matmul(x, x, out=out),
    "mm": lambda x, out: torch.mm(x, x, out=out),
    "cat": lambda x, out: torch.cat([x[:1], x[1:]], out=out),
    "stack": lambda x, out: torch.stack([x[0], x[1]], out=out),
}


@pytest.mark.parametrize("name", CALLS)
def test_out(name, device):
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], device=device)
    out = torch.zeros(2, 2, device=device)
    memory = out.data_ptr()
    assert CALLS[name](x, out) is out and out.data_ptr() == memory
    assert out.tolist() == CALLS[name](x, None).tolist()
    with pytest.raises(RuntimeError, match="out=.*don't support automatic differentiation"):
        CALLS[name](x.requires_grad_(), out)


def test_out_takes_the_shape_of_the_result(device):
    x, out = torch.ones(2, 2, device=device), torch.empty(0, device=device)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert torch.matmul(x, x, out=out) is out and out.tolist() == [[2, 2], [2, 2]]
        torch.randn(3, out=(other := torch.empty(0, device=device)))
    with pytest.warns(UserWarning, match=r"resized since it had shape \[3\]"):
        assert torch.add(x, x, out=other).shape == (2, 2)


def test_out_of_another_dtype_is_refused(device):
    x = torch.ones(2, 2, device=device)
    with pytest.raises(RuntimeError, match="can't be cast"):
        torch.matmul(x, x, out=torch.zeros(2, 2, dtype=torch.int64, device=device))


def test_a_view_of_another_shape_is_refused_as_out(device):
    x, base = torch.ones(2, 2, device=device), torch.zeros(3, 2, device=device)
    with pytest.raises(RuntimeError, match="out= is a view"):
        torch.add(x, x, out=base[0])
    torch.add(x, x, out=base[1:])
    assert base.tolist() == [[0, 0], [2, 2], [2, 2]]


def test_out_under_no_grad_may_require_a_gradient_and_is_noticed_by_whoever_saved_it(device):
    x = torch.ones(2, device=device, requires_grad=True)
    y = x.exp()
    with torch.no_grad():
        torch.mul(x, 3, out=y)
        torch.mul(x, 2, out=x)
    assert y.tolist() == [3, 3] and x.tolist() == [2, 2] and x.requires_grad and x.is_leaf
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.sum().backward()
    with pytest.raises(TypeError, match="must be Tensor, not list"):
        torch.mul(x, 2, out=[])
