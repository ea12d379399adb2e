"""Every layer beside PyTorch's: repr, names, initial weights, outputs, gradients, state."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import edutorch as torch
from tests.golden.layer_cases import CASES, run

FOLDER = Path(__file__).parent.parent / "golden"
FACTS = json.loads((FOLDER / "layers.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def golden():
    with np.load(FOLDER / "layers.npz") as arrays:
        return dict(arrays)


@pytest.mark.parametrize("case", CASES)
def test_a_layer_is_pytorchs(case, device, golden):
    facts, numbers = run(torch, case, device)
    assert facts == FACTS[case]
    expected = {name.split("|")[1]: array for name, array in golden.items() if name.split("|")[0] == case}
    assert list(numbers) == list(expected)
    for name, array in numbers.items():
        assert (array.shape, array.dtype) == (expected[name].shape, expected[name].dtype), name
        np.testing.assert_allclose(array, expected[name], rtol=1e-5, atol=1e-5, err_msg=name)


def test_every_layer_is_held_or_is_named_here():
    classes = {name for name in torch.nn.__all__ if isinstance(getattr(torch.nn, name), type)}
    held = {word for case in CASES for word in case.split()}
    classes -= {name for name in classes if name.startswith("Lazy")}  # test_lazy.py
    losses = {name for name in classes if name.endswith("Loss")}
    elsewhere = {
        "Module",
        "Parameter",
        "Buffer",
        "UninitializedParameter",
        "UninitializedBuffer",
        "ModuleList",
        "ModuleDict",
        "ParameterList",
        "ParameterDict",  # containers
        "RNNBase",
        "RNNCellBase",
        "NonDynamicallyQuantizableLinear",  # parts of what is held
        "TransformerEncoderLayer",
        "TransformerDecoder",
        "TransformerDecoderLayer",
        "MaxUnpool1d",
        "MaxUnpool2d",
        "MaxUnpool3d",  # test_unpooling.py
        "Dropout1d",
        "Dropout2d",
        "Dropout3d",
        "AlphaDropout",
        "FeatureAlphaDropout",  # test_dropout.py
        "UpsamplingNearest2d",
        "UpsamplingBilinear2d",
        "InstanceNorm3d",
        "ZeroPad1d",
        "ZeroPad3d",
        "ConstantPad2d",
        "ConstantPad3d",
        "ReflectionPad1d",
        "ReflectionPad3d",
        "ReplicationPad1d",
        "ReplicationPad2d",
        "CircularPad2d",
        "CircularPad3d",  # other axes of the same class
    }
    assert classes - held - losses == elsewhere


@pytest.mark.parametrize("layer", ["Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d"])
@pytest.mark.parametrize("stride", [1, 2])
def test_gradients_of_no_images_are_zeros(layer, stride):
    module = getattr(torch.nn, layer)(4, 6, 3, stride=stride)
    n = int(layer[-2])
    x = torch.ones(0, 4, *[7] * n, requires_grad=True)
    module(x).sum().backward()
    assert x.grad.shape == x.shape
    assert not module.weight.grad.any() and module.weight.grad.shape == module.weight.shape


def test_the_largest_number_of_a_row_as_max_norm():
    weight = torch.tensor([[3.0, -4.0], [0.5, 0.25], [9.0, 9.0]])
    y = torch.nn.functional.embedding(torch.tensor([0, 1]), weight, max_norm=1.0, norm_type=math.inf)
    assert torch.allclose(y, torch.tensor([[0.75, -1.0], [0.5, 0.25]]))


def test_the_largest_of_a_bag_takes_no_frequencies():
    bag = torch.nn.EmbeddingBag(3, 2, mode="max", scale_grad_by_freq=True)
    with pytest.raises(ValueError, match="max mode does not support scaling the gradient by the frequency"):
        bag(torch.tensor([[0, 1]]))


@pytest.mark.parametrize(("inputs", "outputs"), [(0, 3), (3, 0)])
def test_a_linear_layer_without_features(inputs, outputs):
    module = torch.nn.Linear(inputs, outputs)
    x = torch.ones(2, inputs, requires_grad=True)
    y = module(x)
    y.sum().backward()
    assert y.shape == (2, outputs) and x.grad.shape == x.shape
    assert module.weight.grad.shape == (outputs, inputs)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_the_largest_of_no_images(n):
    module = getattr(torch.nn, f"AdaptiveMaxPool{n}d")(2)
    assert module(torch.zeros(0, 3, *[4] * n)).shape == (0, 3, *[2] * n)


def test_a_batch_norm_that_tracks_no_longer_counts_no_batch(device):
    layer = torch.nn.BatchNorm1d(2, device=device)
    x = torch.tensor([[1.0, 2.0], [3.0, 6.0]], device=device)
    layer(x)
    layer.track_running_stats = False
    y = layer(x)
    assert layer.num_batches_tracked.item() == 1
    assert layer.running_mean.allclose(torch.tensor([0.2, 0.4], device=device))
    assert y.mean(0).abs().max() < 1e-6
