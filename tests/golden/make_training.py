"""Writes training.json: weights, orders and losses of PyTorch 2.13 in training_cases.py.

Run where torch is installed: python tests/golden/make_training.py
"""

import gzip
import hashlib
import json
from pathlib import Path

import numpy as np
import torch
from training_cases import DROPOUTS, LAYERS, TRAININGS, dropout, losses, orders, weights

EMBEDDED = Path(__file__).parents[2] / "edutorch" / "vision" / "datasets" / "embedded"


def read_idx(name: str, header: int, shape: tuple[int, ...]) -> np.ndarray:
    """An embedded file of MNIST, the header's length known."""
    content = gzip.decompress((EMBEDDED / name).read_bytes())
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def main() -> None:
    """Compute all and write it beside this file."""
    images = read_idx("train-images-idx3-ubyte.gz", 16, (-1, 28, 28))
    labels = read_idx("train-labels-idx1-ubyte.gz", 8, (-1,))
    golden = {
        "weights": {layer: hashlib.sha256(weights(torch, layer).tobytes()).hexdigest() for layer in LAYERS},
        "orders": [[seed, own, orders(torch, seed, own)] for seed in (0, 2**31 + 3) for own in (False, True)],
        "dropouts": {name: dropout(torch, name) for name in DROPOUTS},
        "losses": {name: losses(torch, images, labels, **setting) for name, setting in TRAININGS.items()},
    }
    path = Path(__file__).with_name("training.json")
    path.write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
