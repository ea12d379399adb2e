"""Writes tiny.json: the losses of PyTorch 2.13 in the trainings of tiny_cases.py.

Run where torch is installed: python tests/golden/make_tiny.py
"""

import gzip
import json
from pathlib import Path

import numpy as np
import torch
from tiny_cases import CASES, losses

EMBEDDED = Path(__file__).parents[2] / "edutorch" / "vision" / "datasets" / "embedded"


def read_idx(name: str, header: int, shape: tuple[int, ...]) -> np.ndarray:
    """An embedded file of MNIST, the header's length known."""
    content = gzip.decompress((EMBEDDED / name).read_bytes())
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def main() -> None:
    """Compute all and write it beside this file."""
    images = read_idx("train-images-idx3-ubyte.gz", 16, (-1, 28, 28))
    labels = read_idx("train-labels-idx1-ubyte.gz", 8, (-1,)).astype(np.int64)
    golden = {name: losses(torch, images, labels, name) for name in CASES}
    Path(__file__).with_name("tiny.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
