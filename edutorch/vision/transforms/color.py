"""The colors of one PIL image or, for gray, of a tensor (..., 3, H, W)."""

from __future__ import annotations

import numpy as np

from ...ops.joining import cat
from ...tensor import Tensor
from .. import pillow
from ..pillow import Image


def rgb_to_grayscale(img: Image, num_output_channels: int = 1) -> Image:
    """Gray by ITU-R 601-2: 0.299 R + 0.587 G + 0.114 B, in one channel or in three equal ones."""
    if num_output_channels not in (1, 3):
        raise ValueError("num_output_channels should be either 1 or 3")
    if isinstance(img, Tensor):
        return _gray_tensor(img, num_output_channels)
    gray = _checked(img, "rgb_to_grayscale").convert("L")
    if num_output_channels == 1:
        return gray
    return pillow.require("rgb_to_grayscale").merge("RGB", (gray, gray, gray))


to_grayscale = rgb_to_grayscale


def _gray_tensor(img: Tensor, channels: int) -> Tensor:
    if img.dim() < 3 or img.shape[-3] not in (1, 3):
        raise TypeError(f"Input image tensor should have 1 or 3 channels, got shape {img.shape}")
    if img.shape[-3] == 3:
        red, green, blue = (img[..., i : i + 1, :, :] for i in range(3))
        img = (0.2989 * red + 0.587 * green + 0.114 * blue).to(img.dtype)
    return cat([img] * channels, -3)


def adjust_brightness(img: Image, brightness_factor: float) -> Image:
    """0 is black, 1 the image, 2 twice as bright."""
    return _enhanced(img, "Brightness", brightness_factor)


def adjust_contrast(img: Image, contrast_factor: float) -> Image:
    """0 is gray, 1 the image, 2 twice the contrast."""
    return _enhanced(img, "Contrast", contrast_factor)


def adjust_saturation(img: Image, saturation_factor: float) -> Image:
    """0 is black and white, 1 the image, 2 twice the saturation."""
    return _enhanced(img, "Color", saturation_factor)


def adjust_hue(img: Image, hue_factor: float) -> Image:
    """Every hue moved around the circle by this fraction of it, -0.5 to 0.5."""
    if not -0.5 <= hue_factor <= 0.5:
        raise ValueError(f"hue_factor ({hue_factor}) is not in [-0.5, 0.5].")
    if _checked(img, "adjust_hue").mode in {"L", "1", "I", "F"}:
        return img
    hsv = np.array(img.convert("HSV"))  # (H, W, 3)
    hsv[..., 0] += np.uint8(int(hue_factor * 255) % 256)
    return pillow.require("adjust_hue").fromarray(hsv, "HSV").convert(img.mode)


def _enhanced(img: Image, what: str, factor: float) -> Image:
    _checked(img, f"adjusting {what.lower()}")
    import PIL.ImageEnhance

    return getattr(PIL.ImageEnhance, what)(img).enhance(factor)


def _checked(img: Image, what: str) -> Image:
    pillow.require(what)
    if not pillow.is_image(img):
        raise TypeError(f"{what} takes a PIL image, got {type(img)}: use it before ToTensor()")
    return img
