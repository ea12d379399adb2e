"""Image files as tensors."""

from __future__ import annotations

import os
from enum import Enum

from ..tensor import Tensor
from . import pillow
from .left_out import missing as _missing
from .transforms.functional import pil_to_tensor


class ImageReadMode(Enum):
    """The channels that read_image gives. Source: torchvision.io.ImageReadMode."""

    UNCHANGED = 0
    GRAY = 1
    GRAY_ALPHA = 2
    RGB = 3
    RGB_ALPHA = 4


_MODES = {"UNCHANGED": None, "GRAY": "L", "GRAY_ALPHA": "LA", "RGB": "RGB", "RGB_ALPHA": "RGBA"}


def read_image(path: str | os.PathLike[str], mode: str | ImageReadMode | None = None) -> Tensor:
    """An image file as a uint8 tensor (C, H, W); needs Pillow.

    mode: of ImageReadMode, or its name; None for the file's own channels. Raises FileNotFoundError for
    no file, RuntimeError for anything but an image, ValueError for another mode.
    Source: torchvision.io.read_image."""
    name = mode.name if isinstance(mode, ImageReadMode) else mode or "UNCHANGED"
    if name not in _MODES:
        raise ValueError(f"mode should be one of {', '.join(_MODES)}, got {mode!r}")
    image = pillow.require("read_image")
    try:
        with image.open(path) as opened:
            palette = opened.mode in ("P", "1")  # numbers that are not colors
            wanted = _MODES[name] or ("RGB" if palette else opened.mode)
            return pil_to_tensor(pillow.in_mode(opened, wanted))
    except FileNotFoundError:
        raise
    except OSError as error:  # Pillow's error for what it can't read is one of these
        raise RuntimeError(f"{path} is no image that Pillow can read: {error}") from error


decode_image = read_image

__path__: list[str] = []  # as of a package, of which Python asks finders for names: what is left out says so


def __getattr__(name: str) -> object:
    """For what torchvision has and edutorch has not, an error that says so."""
    raise _missing(__name__, name)
