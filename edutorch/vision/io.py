"""Image files as tensors."""

from __future__ import annotations

import os

from ..tensor import Tensor
from . import pillow
from .transforms.functional import pil_to_tensor


def read_image(path: str | os.PathLike[str], mode: str | None = None) -> Tensor:
    """An image file as a uint8 tensor (C, H, W); needs Pillow.

    mode: None for the file's own channels, "GRAY", "RGB" or "RGB_ALPHA". Raises FileNotFoundError for
    no file, RuntimeError for anything but an image, ValueError for another mode.
    Source: torchvision.io.read_image."""
    modes = {None: None, "UNCHANGED": None, "GRAY": "L", "RGB": "RGB", "RGB_ALPHA": "RGBA"}
    name = getattr(mode, "name", mode)
    if name not in modes:
        raise ValueError(f"mode should be one of {', '.join(map(str, modes))}, got {mode!r}")
    image = pillow.require("read_image")
    try:
        with image.open(path) as opened:
            palette = opened.mode in ("P", "1")  # numbers that are not colors
            wanted = modes[name] or ("RGB" if palette else opened.mode)
            return pil_to_tensor(pillow.in_mode(opened, wanted))
    except FileNotFoundError:
        raise
    except OSError as error:  # Pillow's error for what it can't read is one of these
        raise RuntimeError(f"{path} is no image that Pillow can read: {error}") from error


decode_image = read_image
