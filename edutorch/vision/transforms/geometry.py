"""Where the pixels of one image go: flips, crops, borders, sizes, angles.

An image is a PIL image or a tensor (..., C, H, W). Interpolation is done by Pillow, for a tensor channel by channel.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

import numpy as np

from ...autograd.base import wrap
from ...ops.padding import pad as pad_tensor
from ...tensor import Tensor
from .. import pillow
from ..pillow import Image


class InterpolationMode(Enum):
    """How values between pixels are computed. Source: torchvision.transforms.InterpolationMode."""

    NEAREST = "nearest"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    BOX = "box"
    HAMMING = "hamming"
    LANCZOS = "lanczos"


def get_image_size(img: Image) -> list[int]:
    """[width, height]. Raises TypeError for anything but an image."""
    if isinstance(img, Tensor):
        if img.dim() < 2:
            raise TypeError(f"Tensor is not a torch image: expected (..., H, W), got {img.shape}")
        return [img.shape[-1], img.shape[-2]]
    if pillow.is_image(img):
        return list(img.size)
    raise TypeError(f"Unexpected type {type(img)}: expected a PIL image or a tensor (..., H, W)")


def get_image_num_channels(img: Image) -> int:
    """How many channels an image has: 1 for gray, 3 for color."""
    get_image_size(img)
    if isinstance(img, Tensor):
        return img.shape[-3] if img.dim() > 2 else 1
    return len(img.getbands())


def get_dimensions(img: Image) -> list[int]:
    """[channels, height, width]."""
    width, height = get_image_size(img)
    return [get_image_num_channels(img), height, width]


def pair(size: int | Sequence[int]) -> tuple[int, int]:
    """(height, width) of a size given as one number or as two."""
    if isinstance(size, int):
        return size, size
    if len(size) not in (1, 2):
        raise ValueError(f"Please provide only two dimensions (h, w) for size, got {size}")
    return int(size[0]), int(size[-1])


def hflip(img: Image) -> Image:
    """Left and right exchanged."""
    if isinstance(img, Tensor):
        return img.flip([-1])
    get_image_size(img)
    return img.transpose(pillow.require("hflip").Transpose.FLIP_LEFT_RIGHT)


def vflip(img: Image) -> Image:
    """Top and bottom exchanged."""
    if isinstance(img, Tensor):
        return img.flip([-2])
    get_image_size(img)
    return img.transpose(pillow.require("vflip").Transpose.FLIP_TOP_BOTTOM)


def crop(img: Image, top: int, left: int, height: int, width: int) -> Image:
    """The part of size height x width that begins at (top, left); 0 where it reaches outside."""
    if not isinstance(img, Tensor):
        get_image_size(img)
        return img.crop((left, top, left + width, top + height))
    w, h = get_image_size(img)
    right, bottom = left + width, top + height
    inside = img[..., max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    outside = [max(-left, 0), max(-top, 0), max(right - w, 0), max(bottom - h, 0)]
    return pad(inside, outside) if any(outside) else inside


def center_crop(img: Image, output_size: int | Sequence[int]) -> Image:
    """The middle of this (height, width); a smaller image is padded with 0 first."""
    height, width = pair(output_size)
    w, h = get_image_size(img)
    if width > w or height > h:
        left, top = max(width - w, 0) // 2, max(height - h, 0) // 2
        img = pad(img, [left, top, (max(width - w, 0) + 1) // 2, (max(height - h, 0) + 1) // 2])
        w, h = get_image_size(img)
    return crop(img, int(round((h - height) / 2.0)), int(round((w - width) / 2.0)), height, width)


def resized_crop(
    img: Image,
    top: int,
    left: int,
    height: int,
    width: int,
    size: int | Sequence[int],
    interpolation: InterpolationMode = InterpolationMode.BILINEAR,
) -> Image:
    """A crop, resized."""
    return resize(crop(img, top, left, height, width), size, interpolation)


def pad(
    img: Image, padding: int | Sequence[int], fill: float | Sequence[float] = 0, padding_mode: str = "constant"
) -> Image:
    """A border of `padding` pixels: one number, (left/right, top/bottom) or (left, top, right,
    bottom). padding_mode: constant (of value `fill`), edge, reflect or symmetric."""
    left, top, right, bottom = _four_sides(padding)
    if padding_mode not in ("constant", "edge", "reflect", "symmetric"):
        raise ValueError("Padding mode should be either constant, edge, reflect or symmetric")
    if isinstance(img, Tensor):
        if padding_mode == "constant":
            return pad_tensor(img, (left, right, top, bottom), value=fill)  # type: ignore[arg-type]  # it refuses others
        widths = [(0, 0)] * (img.dim() - 2) + [(top, bottom), (left, right)]
        mode: Any = padding_mode
        return wrap(np.pad(img.detach().cpu().numpy(), widths, mode))
    get_image_size(img)
    if padding_mode == "constant":
        color = tuple(fill) if isinstance(fill, Sequence) else fill
        if isinstance(color, (int, float)) and len(img.getbands()) > 1:
            color = (int(color),) * len(img.getbands())
        canvas_size = (img.width + left + right, img.height + top + bottom)
        canvas = pillow.require("pad").new(img.mode, canvas_size, color)
        canvas.paste(img, (left, top))
        return canvas
    pixels = np.asarray(img)
    sides = [(top, bottom), (left, right)] + [(0, 0)] * (pixels.ndim - 2)
    return pillow.require("pad").fromarray(np.pad(pixels, sides, padding_mode))  # type: ignore[call-overload]


def _four_sides(padding: int | Sequence[int]) -> tuple[int, int, int, int]:
    sides = [padding] if isinstance(padding, int) else list(padding)
    if len(sides) not in (1, 2, 4):
        raise ValueError(f"Padding must be an int or a 1, 2, or 4 element tuple, not a {len(sides)} element tuple")
    left, top, right, bottom = sides * (4 // len(sides))
    return left, top, right, bottom


def resize(
    img: Image,
    size: int | Sequence[int],
    interpolation: InterpolationMode = InterpolationMode.BILINEAR,
    max_size: int | None = None,
    antialias: bool | None = True,
) -> Image:
    """The image of another size: (height, width), or one number for its shorter side.

    With one number `max_size` bounds the longer side. Pillow always smooths when it shrinks an image, so
    antialias=False raises ValueError, except for nearest pixels."""
    if antialias is False and interpolation is not InterpolationMode.NEAREST:
        raise ValueError("antialias=False is not supported: Pillow smooths where it shrinks")
    width, height = get_image_size(img)
    new_height, new_width = _new_size(height, width, size, max_size)
    if (new_height, new_width) == (height, width):
        return img
    return _through_pillow(img, lambda each: each.resize((new_width, new_height), _filter(interpolation)))


def _new_size(height: int, width: int, size: int | Sequence[int], max_size: int | None) -> tuple[int, int]:
    if not isinstance(size, int) and len(size) == 2:
        if max_size is not None:
            raise ValueError("max_size should only be passed if size specifies one side only")
        return pair(size)
    short = size if isinstance(size, int) else size[0]
    long = int(short * max(height, width) / min(height, width))
    if max_size is not None:
        if max_size <= short:
            raise ValueError(f"max_size = {max_size} must be larger than the shorter side {short}")
        if long > max_size:
            short, long = int(max_size * short / long), max_size
    return (long, short) if width <= height else (short, long)


def rotate(
    img: Image,
    angle: float,
    interpolation: InterpolationMode = InterpolationMode.NEAREST,
    expand: bool = False,
    center: Sequence[float] | None = None,
    fill: int | tuple[int, ...] | None = None,
) -> Image:
    """The image rotated counterclockwise by `angle` degrees; `expand` makes room for its corners.

    center: (x, y) in pixels from the upper left, by default the middle."""
    get_image_size(img)
    where = None if center is None else (center[0], center[1])
    return _through_pillow(
        img, lambda each: each.rotate(angle, _filter(interpolation), expand, where, None, _color(each, fill))
    )


def affine(
    img: Image,
    angle: float,
    translate: Sequence[float],
    scale: float,
    shear: float | Sequence[float],
    interpolation: InterpolationMode = InterpolationMode.NEAREST,
    fill: int | None = None,
    center: Sequence[float] | None = None,
) -> Image:
    """Rotated clockwise by `angle` degrees, sheared, scaled about the center, then moved."""
    if scale <= 0.0:
        raise ValueError(f"Argument scale should be positive, got {scale}")
    width, height = get_image_size(img)
    middle = (width * 0.5, height * 0.5) if center is None else (center[0], center[1])
    shears = (shear, 0.0) if isinstance(shear, (int, float)) else (shear[0], shear[-1])
    matrix = _inverse_affine(middle, angle, translate, scale, shears)
    method = pillow.require("affine").Transform.AFFINE
    return _through_pillow(
        img,
        lambda each: each.transform(each.size, method, matrix, _filter(interpolation), fillcolor=_color(each, fill)),
    )


def _inverse_affine(
    center: tuple[float, float], angle: float, translate: Sequence[float], scale: float, shear: tuple[float, float]
) -> list[float]:
    """[a, b, c, d, e, f]: output pixel (x, y) comes from input (ax + by + c, dx + ey + f).

    The map is T C R Sy Sx s C^-1: translation, center, rotation, shears, scale."""
    turn, shear_x, shear_y = (math.radians(degrees) for degrees in (angle, *shear))
    cosine, sine = math.cos(turn - shear_y) / math.cos(shear_y), math.sin(turn - shear_y) / math.cos(shear_y)
    forward = np.array(
        [[cosine, -cosine * math.tan(shear_x) - math.sin(turn)], [sine, -sine * math.tan(shear_x) + math.cos(turn)]]
    )
    # the forward matrix has determinant 1 before it is scaled
    (a, b), (c, d) = forward
    inverse = np.array([[d, -b], [-c, a]]) / scale
    offset = np.array(center) - inverse @ (np.array(center) + np.array(translate[:2]))
    return [*inverse[0], offset[0], *inverse[1], offset[1]]


def _filter(interpolation: InterpolationMode | int) -> Any:
    """Pillow's filter for an interpolation mode, or for Pillow's own number of it."""
    filters = pillow.require("interpolation").Resampling
    if isinstance(interpolation, InterpolationMode):
        return filters[interpolation.name]
    return filters(interpolation)


def _color(image: Image, fill: Any) -> Image:
    """A fill for each band of a PIL image."""
    bands = len(image.getbands())
    if fill is None or isinstance(fill, (int, float)):
        return fill if bands == 1 or fill is None else (int(fill),) * bands
    return tuple(fill) if len(fill) == bands else fill[0]


def _through_pillow(img: Image, change: Callable[[Image], Image]) -> Image:
    """change(img). For a tensor (..., H, W), change of each plane as a 32-bit floating PIL image."""
    if not isinstance(img, Tensor):
        return change(img)
    image = pillow.require("this transform")
    array = img.detach().cpu().numpy()
    planes = array.reshape(-1, *array.shape[-2:]).astype(np.float32)  # (N, H, W)
    changed = np.stack([np.asarray(change(image.fromarray(plane))) for plane in planes])
    if array.dtype.kind != "f":
        limits = np.iinfo(array.dtype)
        changed = np.clip(np.rint(changed), limits.min, limits.max)
    return wrap(changed.astype(array.dtype).reshape(*array.shape[:-2], *changed.shape[-2:]))
