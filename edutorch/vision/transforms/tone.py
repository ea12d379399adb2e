"""How bright and sharp one PIL image is: what tables of numbers do to its colors."""

from __future__ import annotations

from ...tensor import Tensor
from ..pillow import Image
from .color import _checked, _enhanced
from .conversion import _largest


def invert(img: Image) -> Image:
    """Light for dark, of a PIL image or a tensor (..., C, H, W)."""
    if isinstance(img, Tensor):
        return _largest(img.dtype) - img
    return _operations("invert", img).invert(img)


def posterize(img: Image, bits: int) -> Image:
    """Each color with its `bits` highest bits alone, 0 to 8."""
    return _operations("posterize", img).posterize(img, bits)


def solarize(img: Image, threshold: float) -> Image:
    """Colors from `threshold` on are inverted."""
    return _operations("solarize", img).solarize(img, threshold)


def autocontrast(img: Image) -> Image:
    """The darkest pixel of each color becomes 0, the lightest 255."""
    return _operations("autocontrast", img).autocontrast(img)


def equalize(img: Image) -> Image:
    """Each brightness becomes about as frequent as the others."""
    return _operations("equalize", img).equalize(img)


def adjust_sharpness(img: Image, sharpness_factor: float) -> Image:
    """0 is blurred, 1 the image, 2 twice as sharp."""
    if sharpness_factor < 0:
        raise ValueError(f"sharpness_factor ({sharpness_factor}) is not non-negative.")
    return _enhanced(img, "Sharpness", sharpness_factor)


def adjust_gamma(img: Image, gamma: float, gain: float = 1) -> Image:
    """Every value v, from 0 to 1, becomes gain * v ** gamma."""
    if gamma < 0:
        raise ValueError("Gamma should be a non-negative real number")
    if isinstance(img, Tensor) and img.is_floating_point():
        return (gain * img**gamma).clamp(0, 1)
    table = [(255 + 1 - 1e-3) * gain * (value / 255) ** gamma for value in range(256)] * 3
    mode = _checked(img, "adjust_gamma").mode
    return img.convert("RGB").point(table).convert(mode)


def _operations(what: str, img: Image) -> Image:
    """The module PIL.ImageOps, for a PIL image."""
    _checked(img, what)
    import PIL.ImageOps

    return PIL.ImageOps
