"""Same seed, same numbers, from end to end: weights, a shuffled loader's order, a training's losses.

golden/training_cases.py names them, golden/make_training.py wrote what PyTorch 2.13 computes.
"""

import hashlib
import json
import runpy
from pathlib import Path

import numpy as np
import pytest

import edutorch as torch
import edutorch.nn
import edutorch.optim
import edutorch.utils.data
from edutorch.vision.datasets import MNIST

FOLDER = Path(__file__).parent / "golden"
GIVEN = runpy.run_path(str(FOLDER / "training_cases.py"))
GOLDEN = json.loads((FOLDER / "training.json").read_text())


@pytest.mark.parametrize("layer", GIVEN["LAYERS"])
def test_fresh_weights_bit_for_bit(layer: str) -> None:
    found = GIVEN["weights"](torch, layer)
    assert hashlib.sha256(found.tobytes()).hexdigest() == GOLDEN["weights"][layer]


@pytest.mark.parametrize("name", GIVEN["DROPOUTS"])
def test_dropout_drops_the_same(name: str) -> None:
    assert GIVEN["dropout"](torch, name) == GOLDEN["dropouts"][name]


@pytest.mark.parametrize(("seed", "own_generator", "expected"), GOLDEN["orders"])
def test_the_order_of_a_shuffled_loader(seed: int, own_generator: bool, expected: list) -> None:
    assert GIVEN["orders"](torch, seed, own_generator) == expected


@pytest.mark.parametrize(("name", "tolerance"), [("float32", 1e-5), ("float64", 1e-8)])
def test_the_losses_of_a_cnn_on_mnist(name: str, tolerance: float) -> None:
    data = MNIST.embedded(train=True)
    found = GIVEN["losses"](torch, data.data.numpy(), data.targets.numpy(), **GIVEN["TRAININGS"][name])
    np.testing.assert_allclose(found, GOLDEN["losses"][name], rtol=tolerance)
