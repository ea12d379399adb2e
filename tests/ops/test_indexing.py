"""Indices, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.ops.agreement import CASES, check_gradients, check_values, differentiable


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["indexing"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("indexing", case, device, name)


@pytest.mark.parametrize("case", differentiable("indexing"))
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("indexing", case)


def test_one_element_of_another_dtype_goes_where_a_mask_says(device):
    x = torch.ones(2, 2, device=device)
    mask = torch.tensor([True, False], device=device)
    w = torch.tensor(5.0, dtype=torch.float64, device=device, requires_grad=True)
    x[mask] = w
    x[:, mask] = torch.tensor([3], device=device)
    assert x.tolist() == [[3, 5], [3, 1]] and x.dtype == torch.float32
    x.sum().backward()
    assert w.grad.item() == 1 and w.grad.dtype == torch.float64
    with pytest.raises(RuntimeError, match="dtypes match"):
        x[torch.tensor([0], device=device)] = torch.tensor(3, device=device)


def test_a_list_of_anything_but_numbers_is_read_as_a_tuple(device):
    x = torch.arange(12, device=device).reshape(3, 4)
    assert x[[[0, 2], [1, 1]]].tolist() == [1, 9]
    assert x[[(0, 1), (1, 2)]].tolist() == [1, 6]
    assert x[[slice(None), 1]].tolist() == [1, 5, 9]
    assert x[[0, None]].shape == (1, 4)
    assert x[[torch.tensor([0, 1], device=device)]].shape == (2, 4)
    assert x[[0, 2]].shape == (2, 4)
    assert x[:, [[0, 1], [1, 2]]].shape == (3, 2, 2)
    x[[[0, 1], [1, 2]]] = -1
    assert (x == -1).sum() == 2


def test_what_is_picked_lies_in_c_order(device):
    x = torch.arange(24, device=device).reshape(2, 3, 4)
    for y in (x[:, [0, 2]], x[..., torch.tensor([True, False, True, True], device=device)], x[:, :, [[0], [1]]]):
        assert y.is_contiguous() and y.view(-1).tolist() == y.reshape(-1).tolist()
    assert x.take(torch.tensor(3, device=device)).shape == ()


def test_an_ellipsis_after_the_first_stands_for_no_axis(device):
    x = torch.arange(24, device=device).reshape(2, 3, 4)
    assert torch.equal(x[..., 0, ...], x[..., 0]) and torch.equal(x[..., ...], x)
    assert x[..., None, ...].shape == (2, 3, 4, 1)


def test_positions_are_int64_int32_or_masks(device):
    x = torch.arange(3, device=device)
    assert x[torch.tensor([2, 0], dtype=torch.int32, device=device)].tolist() == [2, 0]
    for dtype in (torch.int8, torch.int16, torch.float32):
        with pytest.raises(IndexError, match="long, int, byte or bool"):
            x[torch.tensor([2, 0], dtype=dtype, device=device)]
    with pytest.raises(IndexError, match="out of bounds"):
        x.index_select(0, torch.tensor([-1], device=device)).tolist()  # a GPU raises when it is waited for


def test_a_number_that_the_dtype_cannot_hold_is_refused(device):
    x = torch.zeros(2, dtype=torch.uint8, device=device)
    for number in (300, -1, float("nan")):
        for put in (
            lambda n: x.__setitem__(0, n),
            lambda n: x.__setitem__([0], n),
            x.fill_,
            lambda n: x.masked_fill(x == 0, n),
        ):
            with pytest.raises(RuntimeError, match="cannot be converted to type torch.uint8"):
                put(number)


def test_put(device):
    x = torch.zeros(2, 3, device=device)
    at = torch.tensor([1, -1], device=device)
    assert x.put_(at, torch.tensor([5.0, 6.0], device=device)) is x
    assert x.tolist() == [[0.0, 5.0, 0.0], [0.0, 0.0, 6.0]]
    x.put_(at * 0 + 1, torch.tensor([1.0, 2.0], device=device), accumulate=True)
    assert x.tolist() == [[0.0, 8.0, 0.0], [0.0, 0.0, 6.0]]
    y = torch.ones(2, 2, device=device, requires_grad=True)
    source = torch.tensor([[3.0]], device=device, requires_grad=True)
    z = torch.put(y, torch.tensor([[2]], device=device), source)
    assert z.tolist() == [[1.0, 1.0], [3.0, 1.0]]
    (z * z).sum().backward()
    assert y.grad.tolist() == [[2.0, 2.0], [0.0, 2.0]] and source.grad.tolist() == [[6.0]]


def test_put_says_what_it_needs(device):
    x, one = torch.zeros(2, 3, device=device), torch.ones(1, device=device)
    with pytest.raises(IndexError, match="source.numel\\(\\) = 1, index.numel\\(\\) = 2"):
        x.put_(torch.tensor([0, 1], device=device), one)
    with pytest.raises(RuntimeError, match="Expected a long tensor for index"):
        x.put_(one, one)
    with pytest.raises(IndexError, match="9"):
        x.put_(torch.tensor([9], device=device), one).tolist()
    with pytest.raises(RuntimeError, match="dtypes match"):
        x.put_(torch.tensor([0], device=device), one.long())
