"""Every layer beside PyTorch's: repr, names, initial weights, outputs, gradients, state."""

import json
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
        "Module", "Parameter", "Buffer", "UninitializedParameter", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict",  # containers
        "RNNBase", "RNNCellBase", "NonDynamicallyQuantizableLinear",  # parts of what is held
        "TransformerEncoderLayer", "TransformerDecoder", "TransformerDecoderLayer",
        "MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d",  # test_unpooling.py
        "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout",  # test_dropout.py
        "UpsamplingNearest2d", "UpsamplingBilinear2d", "InstanceNorm3d",
        "ZeroPad1d", "ZeroPad3d", "ConstantPad2d", "ConstantPad3d", "ReflectionPad1d", "ReflectionPad3d",
        "ReplicationPad1d", "ReplicationPad2d", "CircularPad2d", "CircularPad3d",  # other axes of the same class
    }  # fmt: skip
    assert classes - held - losses == elsewhere
