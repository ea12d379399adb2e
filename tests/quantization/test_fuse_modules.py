"""fuse_modules: the same modules with the same numbers as PyTorch's."""

import numpy as np
import pytest

from edutorch import nn, quantization

from .agreement import GROUPS, both, float_network, images


def test_of_a_network_in_eval_mode():
    outputs = []
    for torch, its in both():
        model = float_network(torch, its)
        fused = its.fuse_modules(model, GROUPS)
        outputs.append((fused(torch.tensor(images())).detach().numpy(), [type(m).__name__ for m in fused]))
        assert fused is not model and len(model) == len(fused) and type(model[1]) is torch.nn.Conv2d
        np.testing.assert_allclose(outputs[-1][0], model(torch.tensor(images())).detach().numpy(), atol=1e-5)
    np.testing.assert_allclose(outputs[0][0], outputs[1][0], atol=1e-5)
    assert outputs[0][1] == outputs[1][1]
    assert outputs[0][1][1:4] == ["ConvReLU2d", "Identity", "Identity"]


@pytest.mark.parametrize(
    "kinds",
    [
        ("Conv1d", "BatchNorm1d"),
        ("Conv3d", "BatchNorm3d", "ReLU"),
        ("Conv1d", "ReLU"),
        ("Linear", "BatchNorm1d"),
        ("Linear", "ReLU"),
        ("ReLU", "Linear"),
        ("Conv2d", "Sigmoid"),
        ("Conv2d", "BatchNorm2d", "ReLU", "ReLU"),
        ("Linear",),
    ],
)
def test_which_groups_there_are(kinds):
    found = []
    for torch, its in both():
        sizes = {
            "Linear": (3, 3),
            "ReLU": (),
            "Sigmoid": (),
            "Conv1d": (3, 3, 1),
            "Conv2d": (3, 3, 1),
            "Conv3d": (3, 3, 1),
        }
        model = torch.nn.Sequential(*(getattr(torch.nn, kind)(*sizes.get(kind, (3,))) for kind in kinds)).eval()
        try:
            fused = its.fuse_modules(model, [str(i) for i in range(len(kinds))])
            found.append([type(m).__name__ for m in fused])
        except AssertionError:
            found.append("refused")
    assert found[0] == found[1]


@pytest.mark.parametrize("kinds", [("Conv2d", "BatchNorm2d"), ("Conv2d", "BatchNorm2d", "ReLU"), ("Conv2d", "ReLU")])
def test_for_training_batch_norm_stays(kinds):
    found = []
    for torch, its in both():
        sizes = {"Conv2d": (3, 3, 1), "ReLU": ()}
        model = torch.nn.Sequential(*(getattr(torch.nn, kind)(*sizes.get(kind, (3,))) for kind in kinds))
        fused = its.fuse_modules_qat(model, [str(i) for i in range(len(kinds))])
        found.append([[type(m).__name__ for m in fused], list(fused.state_dict())])
    assert found[0] == found[1]


def test_a_group_below_and_in_place():
    model = nn.Sequential(nn.ModuleDict({"layer": nn.Linear(2, 2), "relu": nn.ReLU()})).eval()
    assert quantization.fuse_modules(model, ["0.layer", "0.relu"], inplace=True) is model
    assert type(model[0]["relu"]) is nn.Identity and type(model[0]["layer"]).__name__ == "LinearReLU"


def test_the_wrong_mode_says_which_function_to_call():
    model = nn.Sequential(nn.Conv2d(1, 1, 1), nn.BatchNorm2d(1))
    with pytest.raises(AssertionError, match=r"model.eval\(\) first, or fuse_modules_qat"):
        quantization.fuse_modules(model, ["0", "1"])
    for group in (["0"], ["1", "0"]):
        with pytest.raises(AssertionError, match="Cannot fuse modules: "):
            quantization.fuse_modules(model.eval(), group)
        with pytest.raises(AssertionError, match="Cannot fuse train modules: "):
            quantization.fuse_modules_qat(model.train(), group)
