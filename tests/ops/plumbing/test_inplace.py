"""In-place variants give what the others give, in the same memory and with the same gradients."""

import numpy as np
import pytest

import edutorch as torch

I = [[0, 2], [1, 1]]  # noqa: E741 (positions)

CALLS = {
    "add_": lambda x, y: x.add_(y, alpha=2),
    "sub_": lambda x, y: x.sub_(y),
    "mul_": lambda x, y: x.mul_(y),
    "div_": lambda x, y: x.div_(y),
    "pow_": lambda x, y: x.pow_(2),
    "neg_": lambda x, y: x.neg_(),
    "addmm_": lambda x, y: x.addmm_(y[:, :2], y, beta=0.5),
    "addmv_": lambda x, y: x[0].addmv_(y.t(), y[:, 0]),
    "addr_": lambda x, y: x.addr_(y[:, 0], y[0]),
    "tril_": lambda x, y: x.tril_(),
    "triu_": lambda x, y: x.triu_(1),
    "masked_fill_": lambda x, y: x.masked_fill_(y > 1, 3.0),
    "masked_scatter_": lambda x, y: x.masked_scatter_(y > 1, y),
    "index_add_": lambda x, y: x.index_add_(0, like(x, [0, 0]), y),
    "index_copy_": lambda x, y: x.index_copy_(1, like(x, [2, 0, 1]), y),
    "index_fill_": lambda x, y: x.index_fill_(1, like(x, [1]), 2.0),
    "index_put_": lambda x, y: x.index_put_((like(x, [0, 1]), like(x, [1, 1])), y[:, 0]),
    "scatter_": lambda x, y: x.scatter_(1, like(x, I), y),
    "scatter_add_": lambda x, y: x.scatter_add_(1, like(x, I), y),
    "scatter_reduce_": lambda x, y: x.scatter_reduce_(1, like(x, I), y, "prod"),
}


def like(x, numbers):
    return torch.tensor(numbers, device=x.device)


def pair(device):
    x = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], dtype=torch.float64, device=device, requires_grad=True)
    y = torch.tensor([[0.5, 1.5, 2.5], [1.2, 0.7, 0.3]], dtype=torch.float64, device=device, requires_grad=True)
    return x, y


@pytest.mark.parametrize("name", CALLS)
def test_in_place_is_as_out_of_place(name, device):
    x, y = pair(device)
    changed = x * 1
    memory, before = changed.data_ptr(), changed._version
    result = CALLS[name](changed, y)
    assert changed.data_ptr() == memory and changed._version == before + 1

    x2, y2 = pair(device)
    start = x2 * 1
    if result is changed:
        expected = CALLS[name](Renamed(start), y2)
    else:  # a view was changed: a row
        expected = torch.stack([CALLS[name](Renamed(start), y2), start[1]])
    np.testing.assert_allclose(changed.detach().cpu().numpy(), expected.detach().cpu().numpy())
    weights = torch.arange(1.0, 7.0, dtype=torch.float64, device=device).reshape(2, 3)
    (changed * weights).sum().backward()
    (expected * weights).sum().backward()
    for a, b in ((x, x2), (y, y2)):
        assert (a.grad is None) == (b.grad is None)
        if a.grad is not None:
            np.testing.assert_allclose(a.grad.cpu().numpy(), b.grad.cpu().numpy())


class Renamed:
    """A tensor on which `add_` means `add`."""

    def __init__(self, tensor):
        self.tensor = tensor

    def __getattr__(self, name):
        return getattr(self.tensor, name.removesuffix("_"))

    def __getitem__(self, index):
        return Renamed(self.tensor[index])


def test_operators_change_in_place(device):
    x = torch.tensor([7.0, 8.0], device=device)
    same = x
    x += 1
    x -= 2
    x *= 3
    x /= 2
    x **= 2
    x //= 2
    x %= 7
    assert same is x and x.tolist() == [5.0, 6.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: x.add_(torch.ones(2, 3)), r"output with shape \[3\] doesn't match the broadcast shape \[2, 3\]"),
        (lambda x: x.long().add_(0.5), "torch.float32 can't be cast to the desired output type torch.int64"),
        (lambda x: x.requires_grad_().add_(1), "leaf Variable that requires grad is being used in an in-place"),
        (lambda x: x.requires_grad_()[0].add_(1), "a view of a leaf Variable that requires grad"),
        (lambda x: x.expand(2, 3).add_(1), "more than one element of the written-to tensor"),
    ],
)
def test_what_is_refused(call, message):
    with pytest.raises(RuntimeError, match=message):
        call(torch.ones(3))


OVERLAPPING = {
    "add_": lambda x: x[1:].add_(x[:-1]),
    "every other": lambda x: x[::2].add_(x[:2]),
    "copy_": lambda x: x[1:].copy_(x[:-1]),
    "copy_ back": lambda x: x[:-1].copy_(x[1:]),
    "assignment": lambda x: x.__setitem__(slice(1, None), x[:-1]),
    "one of its elements": lambda x: x.div_(x[1]),
    "transposed": lambda x: x.view(2, 2).add_(x.view(2, 2).t()),
    "index_add_": lambda x: x.index_add_(0, torch.tensor([1, 2], device=x.device), x[:2]),
    "masked_scatter_": lambda x: x.masked_scatter_(x > 2, x),
    "out": lambda x: torch.add(x[1:], x[:-1], out=x[1:]),
    "out of a sum": lambda x: torch.sum(x.view(2, 2), 0, out=x[:2]),
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("add_", [1, 3, 6, 12]),
        ("every other", [2, 2, 6, 8]),
        ("copy_", [1, 1, 2, 4]),
        ("copy_ back", [2, 4, 8, 8]),
        ("assignment", [1, 1, 2, 4]),
        ("one of its elements", [0.5, 1, 2, 4]),
        ("transposed", [2, 6, 6, 16]),
        ("index_add_", [1, 3, 6, 8]),
        ("masked_scatter_", [1, 2, 1, 2]),
        ("out", [1, 3, 6, 12]),
        ("out of a sum", [5, 10, 4, 8]),
    ],
)
def test_operands_that_overlap_the_target_are_read_before_it_changes(name, expected, device):
    x = torch.tensor([1.0, 2.0, 4.0, 8.0], device=device)
    OVERLAPPING[name](x)
    assert x.tolist() == expected
