"""Makes svhn.mat, a file in the manner of SVHN's, packed as MATLAB packs it, and svhn_plain.mat, not packed.

Run by hand where scipy is installed."""

from pathlib import Path

import numpy as np
import scipy.io

rng = np.random.RandomState(0)
arrays = {
    "X": rng.randint(0, 4, (32, 32, 3, 4)).astype(np.uint8) * 80,
    "y": np.array([[1], [10], [9], [10]], np.uint8),
}
scipy.io.savemat(Path(__file__).with_name("svhn.mat"), arrays, do_compression=True)
rest = {"few": np.array([[1.5, -2.0, 3.0]]), "whole": np.arange(6, dtype=np.int16).reshape(2, 3), "text": "no array"}
scipy.io.savemat(Path(__file__).with_name("svhn_plain.mat"), {"y": arrays["y"], **rest})
