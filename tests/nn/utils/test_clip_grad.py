"""Clipping: what is left of the gradients is what PyTorch leaves."""

import json
from pathlib import Path

import pytest

import edutorch as torch
from edutorch.nn import utils
from tests.golden.init_cases import CLIPS

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "init.json").read_text(encoding="utf-8"))["clips"]


@pytest.mark.parametrize("name", CLIPS)
def test_as_pytorch(name):
    first, second, norm = CLIPS[name](torch)
    expected = GOLDEN[name]
    assert first == pytest.approx(expected[0]) and second == pytest.approx(expected[1])
    assert norm == (None if expected[2] is None else pytest.approx(expected[2]))


def test_on_each_device(device):
    weight = torch.nn.Parameter(torch.zeros(2, device=device))
    weight.grad = torch.tensor([3.0, 4.0], device=device)
    held = weight.grad
    assert float(utils.clip_grad_norm_(weight, 1.0)) == 5.0
    assert held is weight.grad and held.tolist() == pytest.approx([0.6, 0.8])
    utils.clip_grad_value_([weight], 0.7)
    assert held.tolist() == pytest.approx([0.6, 0.7])


def test_without_gradients_and_with_infinite_ones():
    weight = torch.nn.Parameter(torch.zeros(2))
    assert float(utils.clip_grad_norm_([weight], 1.0)) == 0.0
    weight.grad = torch.tensor([float("inf"), 1.0])
    with pytest.raises(RuntimeError, match="The total norm of order 2.0 .* is non-finite"):
        utils.clip_grad_norm_([weight], 1.0, error_if_nonfinite=True)


def test_norm_first_then_clip():
    weight = torch.nn.Parameter(torch.zeros(2))
    weight.grad = torch.tensor([3.0, 4.0])
    total = utils.get_total_norm([weight.grad])
    utils.clip_grads_with_norm_([weight], 10.0, total)
    assert weight.grad.tolist() == [3.0, 4.0]
