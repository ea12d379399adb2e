"""Each op of op_table.py gives on "cuda" what it gives on the CPU, with its gradients, where it stands.

What crosses between host and device on the way is counted and listed in CROSSINGS: ops whose result's
shape depends on values, checks of positions and classes that the user gives, answers in Python.
"""

import types

import numpy as np
import pytest

import edutorch as torch
from tests.op_table import OPS

F = torch.nn.functional

# (to the host, to the device) at most. All others: nothing.
CROSSINGS = {
    # a Python bool or a shape is the answer, or a value is needed in Python
    "allclose": (1, 0),
    "equal": (1, 0),
    "masked_select": (1, 0),
    "nonzero": (1, 0),
    "unique": (1, 0),
    "bincount": (1, 0),
    "one_hot": (1, 0),
    "det": (1, 0),
    # values are checked: the least and the largest zero point
    "fake_quantize": (2, 0),
    # positions are worked out in Python
    "interpolate": (0, 4),
}


def tensors(device):
    """What op_table.py calls v, and the leaves among it."""
    random = np.random.RandomState(0)

    def leaf(array):
        return torch.tensor(array.astype(np.float32)).to(device).requires_grad_()

    leaves = {
        "x": leaf(random.randn(4, 3)),
        "y": leaf(random.randn(4, 3)),
        "p": leaf(random.uniform(0.1, 1, (4, 3))),
        "q": leaf(random.uniform(0.1, 1, (4, 3))),
        "m": leaf(random.randn(4, 4) + 4 * np.eye(4)),
        "images": leaf(random.randn(2, 4, 6, 6)),
        "kernel": leaf(random.randn(4, 2, 3, 3)),
    }
    at = [[0, 1, 2], [2, 0, 1], [1, 2, 0], [0, 2, 1]]
    others = {
        "i": torch.tensor([2, 0, 3, 1]).to(device),
        "at": torch.tensor(at).to(device),
        "b": torch.tensor(random.rand(4, 3) > 0.5).to(device),
    }
    return types.SimpleNamespace(**leaves, **others), leaves


def outcome(name, device, count_transfers):
    """The output and the leaves' gradients, as NumPy arrays, and what crossed on the way."""
    v, leaves = tensors(device)
    with count_transfers() as transfers:
        output = OPS[name](torch, F, v)
        output = output[0] if isinstance(output, tuple) else output
        if isinstance(output, torch.Tensor) and output.requires_grad:
            output.sum().backward()
    found = {"output": output, **{each: leaf.grad for each, leaf in leaves.items()}}
    for each in found.values():
        assert not isinstance(each, torch.Tensor) or each.device.type == device
    arrays = {
        key: each.detach().cpu().numpy() if isinstance(each, torch.Tensor) else each
        for key, each in found.items()
        if each is not None
    }
    return arrays, transfers


@pytest.mark.parametrize("name", OPS)
def test_op(name, count_transfers):
    expected, _ = outcome(name, "cpu", count_transfers)
    got, transfers = outcome(name, "cuda", count_transfers)
    assert got.keys() == expected.keys()
    for key in expected:
        assert np.asarray(got[key]).dtype == np.asarray(expected[key]).dtype
        np.testing.assert_allclose(got[key], expected[key], rtol=1e-5, atol=1e-6, err_msg=key)
    to_host, to_device = CROSSINGS.get(name, (0, 0))
    assert transfers.to_host <= to_host and transfers.to_device <= to_device


class Used(types.SimpleNamespace):
    """Remembers which of its tensors were asked for."""

    def __getattribute__(self, name):
        if not name.startswith("_"):
            self.__dict__.setdefault("_used", set()).add(name)
        return super().__getattribute__(name)


@pytest.mark.parametrize("name", [name for name in OPS if name != "unfold"])  # that is two operations side by side
def test_two_devices_do_not_meet_in(name):
    """Whichever of an op's tensors is on the CPU while the others are on the GPU: PyTorch's error, naming both."""
    on_gpu, _ = tensors("cuda")
    watched = Used(**vars(on_gpu))
    OPS[name](torch, F, watched)
    used = sorted(watched._used)
    for alone in used if len(used) > 1 else ():
        mixed = types.SimpleNamespace(**{**vars(on_gpu), alone: getattr(on_gpu, alone).detach().cpu()})
        with pytest.raises(
            RuntimeError, match="on the same device, but .* found at least two devices, cpu and cuda:0!"
        ):
            OPS[name](torch, F, mixed)


def test_a_tensor_that_gives_its_shape_alone_may_be_elsewhere():
    x, like = torch.ones(1, 6).to("cuda"), torch.ones(2, 3)
    for y in (x.view_as(like), x.reshape_as(like), x[:, :3].expand_as(like)):
        assert y.shape == like.shape and y.device.type == "cuda"
