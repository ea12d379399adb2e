"""Matrices that smooth where they shrink: each new element is a mean of all old ones that fall into its place.

Source: torch.nn.functional.interpolate with antialias=True, which resizes as Pillow does.
"""

from __future__ import annotations

import numpy as np


def _triangle(distance: np.ndarray) -> np.ndarray:
    return np.maximum(1 - distance, 0)


def _keys(distance: np.ndarray) -> np.ndarray:
    """Keys: Cubic convolution interpolation for digital image processing, 1981, with a = -1/2."""
    near = (1.5 * distance - 2.5) * distance**2 + 1
    far = ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
    return np.where(distance < 1, near, np.where(distance < 2, far, 0))


KERNELS = {"bilinear": (_triangle, 1), "bicubic": (_keys, 2)}  # with how far they reach


def smoothing(mode: str, old: int, new: int, step: float) -> np.ndarray:
    """The matrix (new, old) of a mode, for new elements that lie `step` old ones apart."""
    kernel, reach = KERNELS[mode]
    wide = max(step, 1.0)
    centers = (np.arange(new) + 0.5)[:, None] * step
    first = np.maximum((centers - reach * wide + 0.5).astype(np.int64), 0)
    end = np.minimum((centers + reach * wide + 0.5).astype(np.int64), old)
    places = np.arange(old)
    weights = kernel(np.abs(places + 0.5 - centers) / wide) * ((places >= first) & (places < end))
    return weights / weights.sum(1, keepdims=True)
