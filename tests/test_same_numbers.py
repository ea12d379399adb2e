"""Same seed, same numbers, from end to end: weights, dropout, a shuffled loader's order.

golden/training_cases.py names them, golden/make_training.py wrote what PyTorch 2.13 computes.
"""

import hashlib
import json
import runpy
from pathlib import Path

import pytest

import edutorch as torch
import edutorch.nn
import edutorch.utils.data

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
