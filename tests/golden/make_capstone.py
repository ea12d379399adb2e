"""Writes capstone.json: what PyTorch 2.13 loses in the first steps of chapter 10's own cells, with PyTorch's imports.

Run where torch is installed: python tests/golden/make_capstone.py
"""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from make_tiny import read_idx

STEPS = 10
CHAPTER = Path(__file__).parents[2] / "chapters" / "10_capstone.ipynb"
IMPORTS = {
    "import edutorch as torch": "import torch",
    "from edutorch import nn": "from torch import nn",
    "from edutorch.utils.data import": "from torch.utils.data import",
    "from edutorch.vision.datasets import MNIST\n": "",
}


def embedded(train: bool) -> SimpleNamespace:
    """MNIST.embedded, as tensors of PyTorch."""
    name = "train" if train else "t10k"
    images = read_idx(f"{name}-images-idx3-ubyte.gz", 16, (-1, 28, 28))
    labels = read_idx(f"{name}-labels-idx1-ubyte.gz", 8, (-1,)).astype(np.int64)
    return SimpleNamespace(data=torch.tensor(images), targets=torch.tensor(labels))


def main() -> None:
    """Run the chapter's cells and write the losses beside this file."""
    cells = {cell["id"]: "".join(cell["source"]) for cell in json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]}
    source = cells["net"] + "\n" + cells["train"]
    for ours, theirs in IMPORTS.items():
        source = source.replace(ours, theirs)
    names: dict = {"MNIST": SimpleNamespace(embedded=embedded)}
    exec(source, names)
    Path(__file__).with_name("capstone.json").write_text(json.dumps(names["train"](STEPS)[1]) + "\n")


if __name__ == "__main__":
    main()
