"""Writes random.npz: what PyTorch 2.13 draws in every case of random_cases.py.

Run where torch is installed: python tests/golden/make_random.py
"""

import hashlib
from pathlib import Path

import numpy as np
import torch
from random_cases import CASES, LONG, SEEDS, SIZES, is_exact, long_cases, sample


def drawn(case: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """One generator, the sizes in turn: what one draw leaves behind shows in the next."""
    generator = torch.Generator().manual_seed(seed)
    parts = [CASES[case](torch, n, generator).reshape(-1).numpy() for n in SIZES]
    parts.append(torch.rand(1, generator=generator, dtype=torch.float64).numpy())
    return np.concatenate(parts[:-1]), parts[-1]


def main() -> None:
    """Draw all and write them beside this file."""
    arrays = {}
    for case in CASES:
        for seed in SEEDS:
            arrays[f"{case}|{seed}"], arrays[f"{case}|{seed}|next"] = drawn(case, seed)
    for case in long_cases():
        numbers = CASES[case](torch, LONG, torch.Generator().manual_seed(5)).numpy()
        if is_exact(case):
            arrays[f"{case}|hash"] = np.frombuffer(hashlib.sha256(numbers.tobytes()).digest(), "u1")
        arrays[f"{case}|long"] = np.array(sample(numbers), numbers.dtype)
    np.savez_compressed(Path(__file__).with_name("random.npz"), **arrays)


if __name__ == "__main__":
    main()
