"""What transforms do to one image, without randomness: the names of torchvision.transforms.functional."""

import sys as _sys

from ...public_names import show_where_found as _show_where_found
from ..left_out import missing as _missing
from .blur import gaussian_blur
from .color import adjust_brightness, adjust_contrast, adjust_hue, adjust_saturation, rgb_to_grayscale, to_grayscale
from .conversion import convert_image_dtype, normalize, pil_to_tensor, to_pil_image, to_tensor
from .geometry import (
    InterpolationMode,
    affine,
    center_crop,
    crop,
    get_dimensions,
    get_image_num_channels,
    get_image_size,
    hflip,
    pad,
    resize,
    resized_crop,
    rotate,
    vflip,
)
from .tone import adjust_gamma, adjust_sharpness, autocontrast, equalize, invert, posterize, solarize
from .warp import erase, five_crop, perspective, ten_crop

__all__ = [
    "InterpolationMode",
    "adjust_brightness",
    "adjust_contrast",
    "adjust_gamma",
    "adjust_hue",
    "adjust_saturation",
    "adjust_sharpness",
    "affine",
    "autocontrast",
    "center_crop",
    "convert_image_dtype",
    "crop",
    "equalize",
    "erase",
    "five_crop",
    "gaussian_blur",
    "get_dimensions",
    "get_image_num_channels",
    "get_image_size",
    "hflip",
    "invert",
    "normalize",
    "pad",
    "perspective",
    "pil_to_tensor",
    "posterize",
    "resize",
    "resized_crop",
    "rgb_to_grayscale",
    "rotate",
    "solarize",
    "ten_crop",
    "to_grayscale",
    "to_pil_image",
    "to_tensor",
    "vflip",
]

_show_where_found(_sys.modules[__name__])

__path__: list[str] = []  # as of a package, of which Python asks finders for names: what is left out says so


def __getattr__(name: str) -> object:
    """For what torchvision has and edutorch has not, an error that says so."""
    raise _missing(__name__, name)
