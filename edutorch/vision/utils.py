"""Many images as one picture."""

from __future__ import annotations

import math
import os
from typing import IO, Any

import numpy as np

from ..autograd.base import wrap
from ..autograd.grad_mode import quiet
from ..ops.joining import stack
from ..tensor import Tensor
from . import pillow
from .left_out import missing as _missing


def make_grid(
    tensor: Tensor | list[Tensor],
    nrow: int = 8,
    padding: int = 2,
    normalize: bool = False,
    value_range: tuple[float, float] | None = None,
    scale_each: bool = False,
    pad_value: float = 0.0,
) -> Tensor:
    """Images side by side, `nrow` in a row, `padding` pixels of `pad_value` around each.

    tensor: (N, C, H, W), (C, H, W), (H, W) or a list of equal images; gray becomes RGB. normalize:
    maps `value_range`, or the range from the smallest to the largest value, to 0 to 1, with `scale_each` for each image
    separately. Returns (3, rows (H + padding) + padding, columns (W + padding) + padding); one image comes back without
    a border. Raises TypeError for anything but tensors.

    Source: torchvision.utils.make_grid."""
    images = _batch(tensor)  # (N, 3, H, W)
    if normalize:
        images = _normalized(images, value_range, scale_each)
    count, channels, height, width = images.shape
    if count == 1:
        return wrap(images[0])
    columns = min(nrow, count)
    rows = math.ceil(count / columns)
    cell_height, cell_width = height + padding, width + padding
    grid = np.full((channels, rows * cell_height + padding, columns * cell_width + padding), pad_value, images.dtype)
    for i, image in enumerate(images):
        top, left = (i // columns) * cell_height + padding, (i % columns) * cell_width + padding
        grid[:, top : top + height, left : left + width] = image
    return wrap(grid)


def _batch(tensor: Tensor | list[Tensor]) -> np.ndarray:
    """(N, 3, H, W) from any input of make_grid."""
    each_is_tensor = isinstance(tensor, list) and all(isinstance(t, Tensor) for t in tensor)
    if not isinstance(tensor, Tensor) and not each_is_tensor:
        raise TypeError(f"tensor or list of tensors expected, got {type(tensor)}")
    whole = stack(tensor, 0) if isinstance(tensor, list) else tensor
    images = whole.detach().cpu().numpy()
    if images.ndim not in (2, 3, 4):
        raise ValueError(f"expected images (N, C, H, W), (C, H, W) or (H, W), got {images.shape}")
    if images.ndim == 2:
        images = images[None]
    if images.ndim == 3:
        images = images[None]
    return np.repeat(images, 3, axis=1) if images.shape[1] == 1 else images


@quiet
def _normalized(images: np.ndarray, value_range: tuple[float, float] | None, scale_each: bool) -> np.ndarray:
    if value_range is not None and not isinstance(value_range, tuple):
        raise TypeError("value_range has to be a tuple (min, max) if specified")
    axes = (1, 2, 3) if scale_each else None
    low = images.min(axis=axes, keepdims=True) if value_range is None else value_range[0]
    high = images.max(axis=axes, keepdims=True) if value_range is None else value_range[1]
    span = np.maximum(np.asarray(high) - low, 1e-5).astype(images.dtype)
    return (np.clip(images, low, high) - np.asarray(low, images.dtype)) / span


@quiet
def _as_pixels(grid: np.ndarray) -> np.ndarray:
    """(3, H, W) from 0 to 1 -> (H, W, 3) uint8"""
    return np.clip(grid * 255 + 0.5, 0, 255).transpose(1, 2, 0).astype(np.uint8)


def save_image(
    tensor: Tensor | list[Tensor], fp: str | os.PathLike[str] | IO[bytes], format: str | None = None, **kwargs: Any
) -> None:
    """Writes images from 0 to 1, as a grid, into an image file; needs Pillow.

    fp: a path, or a binary file together with `format`; the rest is make_grid's.
    Source: torchvision.utils.save_image."""
    image = pillow.require("save_image")
    grid = make_grid(tensor, **kwargs).numpy()  # (3, H, W)
    image.fromarray(_as_pixels(grid)).save(fp, format=format)


__path__: list[str] = []  # as of a package, of which Python asks finders for names: what is left out says so


def __getattr__(name: str) -> object:
    """For what torchvision has and edutorch has not, an error that says so."""
    raise _missing(__name__, name)
