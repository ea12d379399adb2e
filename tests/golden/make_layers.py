"""Writes layers.json and layers.npz: what PyTorch 2.13's layers are and give in every case of layer_cases.py.

Run where torch is installed: python tests/golden/make_layers.py
"""

import json
import warnings
from pathlib import Path

import numpy as np
import torch
from layer_cases import CASES, run


def main() -> None:
    """Run all and write them beside this file."""
    facts, arrays = {}, {}
    for case in CASES:
        facts[case], numbers = run(torch, case)
        arrays |= {f"{case}|{name}": array for name, array in numbers.items()}
    folder = Path(__file__).parent
    (folder / "layers.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    np.savez_compressed(folder / "layers.npz", **arrays)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    main()
