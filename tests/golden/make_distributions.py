"""Writes distributions.npz: what PyTorch 2.13 answers in every case of distributions_cases.py.

Run where torch is installed: python tests/golden/make_distributions.py
"""

import json
from pathlib import Path

import numpy as np
import torch
from distributions_cases import CASES, PAIRS, divergence, make, outcomes, quietly


def packed(found: dict) -> tuple[np.ndarray, str]:
    """All numbers in one array, and a text that says what is where."""
    numbers = [np.asarray(each, np.float64).ravel() for each in found.values() if not isinstance(each, str)]
    index = {
        name: each if isinstance(each, str) else [each.dtype.name, list(each.shape)] for name, each in found.items()
    }
    return np.concatenate([np.empty(0), *numbers]), json.dumps(index)


def keep(arrays: dict, name: str, found: dict) -> None:
    """Puts what was found among the arrays of the file."""
    arrays[name], index = packed(found)
    arrays[f"{name}|index"] = np.array(index)


def main() -> None:
    """Ask all and write the answers beside this file."""
    arrays = {}
    for name, case in CASES.items():
        found = quietly(outcomes, torch, make, case(np.random.RandomState(3)), "float64")
        keep(arrays, name, found)
    for pair in PAIRS:
        keep(arrays, " || ".join(pair), quietly(divergence, torch, pair, np.random.RandomState(3), "float64"))
    np.savez_compressed(Path(__file__).with_name("distributions.npz"), **arrays)


if __name__ == "__main__":
    main()
