"""Pillow, which is optional: images between NumPy arrays and PIL."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

try:
    import PIL.Image

    found: ModuleType | None = PIL
except ImportError:
    found = None


Image = Any  # a PIL image, or a tensor or an array of pixels: Pillow, whose type it would be, is optional


def require(what: str) -> ModuleType:
    """The module PIL.Image. Raises ImportError, saying how to install it, where there is none."""
    if found is None:
        raise ImportError(f"{what} needs Pillow, which is not installed: pip install pillow")
    return found.Image


def in_mode(image: Image, mode: str) -> Image:
    """The image in another mode. An image of 16 bits is first scaled to 8, because Pillow would clip it at 255."""
    if image.mode.startswith("I") and mode in ("L", "LA", "RGB", "RGBA"):
        image = require("in_mode").fromarray((np.asarray(image) // 257).astype(np.uint8))
    return image.convert(mode)


def is_image(value: object) -> bool:
    """Whether this is a PIL image."""
    return found is not None and isinstance(value, found.Image.Image)


def picture(array: np.ndarray) -> Image:
    """A sample's uint8 pixels, (H, W) or (H, W, 3), as data sets give them: a PIL image; the array
    itself where Pillow is not installed. ToTensor takes both."""
    return array if found is None else found.Image.fromarray(array)
