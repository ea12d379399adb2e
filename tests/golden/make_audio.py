"""Writes audio.npz: what torchaudio 2.11 answers in every case of audio_cases.py.

Run where torch and torchaudio are installed: python tests/golden/make_audio.py
"""

from pathlib import Path

import numpy as np
import torch
import torchaudio
from audio_cases import CASES, inputs


def main() -> None:
    """Ask all and write the answers beside this file."""
    arrays = {}
    for case, (name, arguments, given) in CASES.items():
        torch.manual_seed(0)
        transform = getattr(torchaudio.transforms, name)(**arguments)
        arrays[case] = transform(torch.from_numpy(inputs()[given])).numpy()
    np.savez_compressed(Path(__file__).with_name("audio.npz"), **arrays)


if __name__ == "__main__":
    main()
