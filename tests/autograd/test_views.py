"""Views and in-place changes: values, gradients, refusals. PyTorch's gradients are in golden/views.json."""

import json
from pathlib import Path

import numpy as np
import pytest

import edutorch as torch

from .view_programs import LEAVES, Run

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "views.json").read_text(encoding="utf-8"))
OVERLAP = "more than one element of the written-to tensor refers to a single memory location"


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: str(row["seed"]))
def test_program_has_pytorchs_gradients_or_is_refused(row, device):
    run = Run(torch, row["program"], skip=row["refused"], device=device)
    refused_here = [error for number, error in run.refused.items() if error is not None]
    assert all(OVERLAP in str(error) for error in refused_here)
    if refused_here:
        return  # PyTorch writes to overlapping memory in some cases, with a warning
    if row["gradients"] is None:
        check_against_differences_or_refusal(run, row)
        return
    for found, expected in zip(run.gradients(), row["gradients"], strict=True):
        np.testing.assert_allclose(found.ravel(), expected, rtol=1e-6, atol=1e-8)


def check_against_differences_or_refusal(run, row):
    """PyTorch refuses this backward; here it may be right, but never wrong."""
    names = " ".join(instruction[0] for instruction in row["program"])
    try:
        found = run.gradients()
    except RuntimeError as error:
        assert "modified by an inplace operation" in str(error)
        return
    if "detach" in names or "no_grad" in names:
        return  # finite differences would see through those
    for number, gradient in enumerate(found):
        np.testing.assert_allclose(gradient, differences(row, number), rtol=1e-4, atol=1e-5)


def differences(row, number, eps=1e-6):
    base = [leaf.detach().cpu().numpy() for leaf in Run(torch, []).leaves]
    result = np.zeros(LEAVES[number])
    for index in np.ndindex(result.shape):
        losses = []
        for sign in (1, -1):
            values = [v.copy() for v in base]
            values[number][index] += sign * eps
            losses.append(Run(torch, row["program"], values, row["refused"]).loss().item())
        result[index] = (losses[0] - losses[1]) / (2 * eps)
    return result


def test_the_golden_programs_are_worth_something():
    compared = [row for row in GOLDEN if row["gradients"] is not None]
    changes = [i for row in compared for n, i in enumerate(row["program"]) if "_" in i[0] and n not in row["refused"]]
    assert len(compared) > 70 and len(changes) > 300


SHARING = {
    "view": lambda x: x.view(6),
    "reshape": lambda x: x.reshape(3, 2),
    "slice": lambda x: x[:, :2],
    "one element": lambda x: x[0, 0],
    "transpose": lambda x: x.t(),
    "permute": lambda x: x.permute(1, 0),
    "movedim": lambda x: x.movedim(0, 1),
    "expand": lambda x: x[:1].expand(4, 3),
    "detach": lambda x: x.detach(),
    "data": lambda x: x.data,
    "unsqueeze": lambda x: x.unsqueeze(0),
    "squeeze": lambda x: x.squeeze(),
    "diagonal": lambda x: x.diagonal(),
    "unfold": lambda x: x.unfold(1, 2, 1),
    "narrow": lambda x: x.narrow(1, 0, 2),
    "select": lambda x: x.select(0, 0),
    "chunk": lambda x: x.chunk(2)[0],
    "split": lambda x: x.split(1)[0],
    "unbind": lambda x: x.unbind()[0],
    "flatten": lambda x: x.flatten(),
    "as_strided": lambda x: x.as_strided((2, 2), (1, 1)),
    "T": lambda x: x.T,
    "mT": lambda x: x.mT,
    "broadcast_to": lambda x: x.broadcast_to((2, 2, 3)),
    "view as dtype": lambda x: x.view(torch.int32).view(torch.float32),
    "view_as": lambda x: x.view_as(torch.zeros(3, 2)),
    "meshgrid": lambda x: torch.meshgrid(x[0], x[1], indexing="ij")[0],
}


@pytest.mark.parametrize("name", SHARING)
def test_views_share_memory(name, device):
    x = torch.arange(6.0).to(device).reshape(2, 3)
    y = SHARING[name](x)
    assert y.untyped_storage().data_ptr() == x.untyped_storage().data_ptr()
    assert y.data_ptr() - x.data_ptr() == 4 * (y.storage_offset() - x.storage_offset())
    x[0, 0] = 100.0
    assert 100.0 in y.cpu().numpy()


COPYING = {
    "clone": lambda x: x.clone(),
    "reshape of a transpose": lambda x: x.t().reshape(6),
    "contiguous of a transpose": lambda x: x.t().contiguous(),
    "flip": lambda x: x.flip(0),
    "roll": lambda x: x.roll(1),
    "repeat": lambda x: x.repeat(1, 1),
    "list index": lambda x: x[[0, 1]],
    "mask": lambda x: x[x >= 0],
    "tensor": lambda x: torch.tensor(x.cpu().numpy(), device=x.device),
    "to another dtype": lambda x: x.double(),
    "to with copy": lambda x: x.to(x.dtype, copy=True),
    "tril": lambda x: x.tril(),
    "index_select": lambda x: x.index_select(0, torch.tensor([0, 1], device=x.device)),
}


@pytest.mark.parametrize("name", COPYING)
def test_copies_do_not(name, device):
    x = torch.arange(6.0).to(device).reshape(2, 3)
    y = COPYING[name](x)
    x[0, 0] = 100.0
    assert 100.0 not in y.cpu().numpy()


def test_numpy_and_from_numpy_share_memory():
    array = np.zeros(3)
    x = torch.from_numpy(array)
    x[0] = 1
    array[1] = 2
    assert x.tolist() == [1, 2, 0] and x.numpy() is array
    y = torch.ones(2)
    y.numpy()[:] = 5
    assert y.tolist() == [5, 5]
    assert torch.as_tensor(array).numpy() is array and torch.tensor(array).numpy() is not array


def test_the_properties_of_views(device):
    x = torch.arange(24.0).to(device).reshape(2, 3, 4)
    y = x.transpose(0, 2)[1:]
    assert y.stride() == (1, 4, 12) and y.stride(-1) == 12 and y.storage_offset() == 1
    assert not y.is_contiguous() and y.contiguous().is_contiguous()
    assert x.contiguous() is x and x.is_contiguous(memory_format=torch.contiguous_format)
    assert y.untyped_storage().nbytes() == 96 and y.nbytes == 72 and y.element_size() == 4
    assert x[:1].expand(5, 3, 4).stride() == (0, 4, 1)
    assert torch.ones(2, 3, device=device)[:, None].stride() == (3, 3, 1)
    assert torch.ones(0, 3, device=device).stride() == (3, 1)
    base = torch.zeros(3, device=device)
    assert base[1:][1:]._base is base and base._base is None
    assert base[1:]._is_view() is True and base._is_view() is False


def test_view_of_what_cannot_be_viewed(device):
    x = torch.zeros(2, 3, device=device)
    with pytest.raises(RuntimeError, match=r"view size is not compatible.*\[3, 2\] to \[6\].*reshape"):
        x.t().view(6)
    assert x.t().reshape(6).shape == (6,)
    with pytest.raises(RuntimeError, match=r"shape '\[4\]' is invalid for input of size 6"):
        x.view(4)
    with pytest.raises(RuntimeError, match="view\\(dtype\\).*same width"):
        x.view(torch.float64)


def test_writing_to_overlapping_memory_is_refused(device):
    x = torch.zeros(3, device=device)
    with pytest.raises(RuntimeError, match=OVERLAP):
        x.expand(2, 3).add_(1)
    with pytest.raises(RuntimeError, match=OVERLAP):
        x.unfold(0, 2, 1).mul_(2)
    w = torch.zeros(3, device=device, requires_grad=True)
    with pytest.raises(RuntimeError, match=OVERLAP):  # its part does not overlap, but the graph could not tell
        (w * 1).expand(2, 3)[0].add_(1)
    x.unfold(0, 1, 2).add_(1)  # these windows do not
    assert x.tolist() == [1, 0, 1]


def test_a_base_whose_shape_changed_in_place_refuses_its_old_views(device):
    a = torch.ones(2, 2, device=device, requires_grad=True)
    base = a * 1
    row = base[0]
    base.t_()
    base.mul_(2)
    with pytest.raises(RuntimeError, match="shape or memory of the tensor it is a view of"):
        row.sum().backward()


def test_shape_changes_in_place(device):
    a = torch.arange(6.0, device=device).requires_grad_()
    x = (a * 1).reshape(2, 3).clone()
    assert x.unsqueeze_(0) is x and x.shape == (1, 2, 3)
    x.squeeze_()
    x.t_().mul_(torch.arange(6.0, device=device).reshape(3, 2))
    x.transpose_(0, 1)
    (x * x).sum().backward()
    w = np.arange(6.0).reshape(3, 2).T.ravel()
    np.testing.assert_allclose(a.grad.cpu().numpy(), 2 * np.arange(6.0) * w**2)
    with pytest.raises(RuntimeError, match="leaf Variable that requires grad"):
        a.unsqueeze_(0)


def test_shape_changes_in_place_under_no_grad_keep_the_place_in_the_graph(device):
    x = torch.ones(2, 3, device=device, requires_grad=True)
    y, z = x * 2, x * 2
    with torch.no_grad():
        y.unsqueeze_(0)
        z.t_()
    assert y.grad_fn.name() == "MulBackward0" and y.shape == (1, 2, 3)
    (y * y).sum().backward()
    assert (x.grad == 8).all()
    with pytest.raises(RuntimeError, match=r"got \[3, 2\] but expected shape compatible with \[2, 3\]"):
        (z * z).sum().backward()


@pytest.mark.parametrize("recorded", [True, False])
def test_a_saved_tensor_whose_shape_changes_in_place_is_refused(recorded, device):
    # silently wrong before: the gradient of w was y's, transposed
    y = torch.tensor([[1.0, 2.0], [3.0, 4.0]], device=device)
    w = torch.ones(2, 2, device=device, requires_grad=True)
    z = (y * w).sum()
    with torch.set_grad_enabled(recorded):
        y.t_()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        z.backward()


def test_after_a_shape_change_in_place_a_tensor_is_no_view_and_its_old_views_are_as_they_were(device):
    x = torch.ones(2, 3, device=device, requires_grad=True)
    y = x * 2
    v = y[0]
    y.t_()
    assert not y._is_view() and v.shape == (3,)
    v.sum().backward()
    assert x.grad.tolist() == [[2, 2, 2], [0, 0, 0]]
    y.detach_()
    assert y.is_leaf
    z = torch.zeros(2, 3, device=device)
    row = z[0]
    z.t_().add_(1)
    assert row.tolist() == [1, 1, 1] and not row.requires_grad


def test_a_shape_change_in_place_that_changes_nothing_leaves_views_in_the_graph(device):
    x = torch.ones(2, 3, device=device, requires_grad=True)
    y = x * 2
    v = y[0]
    y.squeeze_().transpose_(1, 1)
    y.mul_(3)
    v.sum().backward()
    assert x.grad.tolist() == [[6, 6, 6], [0, 0, 0]]


def test_a_shape_change_under_no_grad_leaves_later_changes_their_gradients(device):
    # refused before: y passed for a view made under no_grad
    x = torch.ones(3, device=device, requires_grad=True)
    y, b = x * 2, torch.zeros(3, device=device)
    with torch.no_grad():
        y.unsqueeze_(0)
        b.unsqueeze_(0)
    y.mul_(3)
    b.add_(x)
    (y + b).sum().backward()
    assert x.grad.tolist() == [7, 7, 7]


def test_a_view_whose_shape_changes_under_no_grad_is_another_view(device):
    # silently wrong before: the gradient arrived transposed
    x = torch.ones(2, 2, device=device, requires_grad=True)
    v = (x * 1).t()
    with torch.no_grad():
        v.t_()
    (v * torch.tensor([[1.0, 2.0], [3.0, 4.0]], device=device)).sum().backward()
    assert x.grad.tolist() == [[1, 2], [3, 4]]


def test_a_view_that_is_a_leaf_requiring_a_gradient_is_not_changed_in_place(device):
    base = torch.ones(3, device=device)
    v = base[1:].requires_grad_()
    for view in (v, v[:1]):
        with pytest.raises(RuntimeError, match="leaf Variable that requires grad"):
            view.mul_(2)
    assert base.tolist() == [1, 1, 1] and not base.requires_grad


def test_a_view_of_a_view_2000_times_over(device):
    v = base = torch.zeros(4, device=device)
    for _ in range(2000):
        v = v.view(4)
    base.add_(torch.ones(4, device=device, requires_grad=True))
    assert v.requires_grad and v.tolist() == [1, 1, 1, 1]


def test_a_view_made_under_no_grad_requires_no_gradient(device):
    x = torch.ones(2, device=device, requires_grad=True)
    with torch.no_grad():
        v = x[0]
    assert not v.requires_grad
    with pytest.raises(RuntimeError, match="A view was created in no_grad mode"):
        v.add_(1)
    buffer = torch.zeros(2, device=device)
    with torch.no_grad():
        v = buffer[0]
    v.add_(1)  # where no gradient is in play, nothing is refused
    assert buffer.tolist() == [1, 0]


def test_the_pieces_of_a_tensor_may_be_changed_in_place(device):
    a = torch.tensor([1.0, 2.0, 3.0], device=device, requires_grad=True)
    x = a * 1
    first, rest = x.split([1, 2])
    first.mul_(5)
    rest.unbind()[1].zero_()
    x.sum().backward()
    assert a.grad.tolist() == [5, 1, 0]


def test_a_clone_lies_in_c_order(device):
    x = torch.zeros(2, 3, device=device).t().clone()
    assert x.stride() == (2, 1) and x.view(6).shape == (6,)


def test_a_view_lives_on_when_its_base_keeps_its_shape():
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    y = x * 1
    row = y[0]
    y.squeeze_()
    y.mul_(3)
    row.sum().backward()
    assert x.grad.tolist() == [[3, 3], [0, 0]]
