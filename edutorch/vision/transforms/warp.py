"""Perspective, and several parts of one image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...tensor import Tensor
from .. import pillow
from ..pillow import Image
from .geometry import (
    InterpolationMode,
    _color,
    _filter,
    _through_pillow,
    center_crop,
    crop,
    get_image_size,
    hflip,
    pair,
    vflip,
)

Corners = Sequence[Sequence[int]]


def perspective(
    img: Image,
    startpoints: Corners,
    endpoints: Corners,
    interpolation: InterpolationMode = InterpolationMode.BILINEAR,
    fill: int | Sequence[int] | None = None,
) -> Image:
    """The image seen from elsewhere: four corners (x, y), from the upper left clockwise, come to endpoints."""
    if len(startpoints) != 4 or len(endpoints) != 4:
        raise ValueError(f"Please provide exactly four corners, got {len(startpoints)} and {len(endpoints)}")
    get_image_size(img)
    method = pillow.require("perspective").Transform.PERSPECTIVE
    coefficients = _coefficients(startpoints, endpoints)
    return _through_pillow(
        img,
        lambda each: each.transform(
            each.size, method, coefficients, _filter(interpolation), fillcolor=_color(each, fill)
        ),
    )


def _coefficients(startpoints: Corners, endpoints: Corners) -> list[float]:
    """[a, ..., h]: output pixel (x, y) comes from ((ax + by + c) / (gx + hy + 1), (dx + ey + f) / (gx + hy + 1))."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(endpoints, startpoints, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
    solved = np.linalg.solve(np.array(rows, np.float64), np.array(startpoints, np.float64).reshape(8))
    return [float(each) for each in solved.astype(np.float32)]


def erase(img: Tensor, i: int, j: int, h: int, w: int, v: Tensor, inplace: bool = False) -> Tensor:
    """A tensor (..., C, H, W) with v in the rows i to i + h and the columns j to j + w."""
    if not isinstance(img, Tensor):
        raise TypeError(f"img should be Tensor Image. Got {type(img)}: put ToTensor() before RandomErasing")
    result = img if inplace else img.clone()
    result[..., i : i + h, j : j + w] = v
    return result


def five_crop(img: Image, size: int | Sequence[int]) -> tuple[Image, Image, Image, Image, Image]:
    """The four corners (upper left and right, lower left and right) and the middle, of this (height, width).

    Raises ValueError for a size that is larger than the image."""
    height, width = pair(size)
    w, h = get_image_size(img)
    if width > w or height > h:
        raise ValueError(f"Requested crop size {(height, width)} is bigger than input size {(h, w)}")
    corners = [crop(img, top, left, height, width) for top in (0, h - height) for left in (0, w - width)]
    return corners[0], corners[1], corners[2], corners[3], center_crop(img, (height, width))


def ten_crop(img: Image, size: int | Sequence[int], vertical_flip: bool = False) -> tuple[Image, ...]:
    """five_crop of the image and of its mirror image."""
    return five_crop(img, size) + five_crop(vflip(img) if vertical_flip else hflip(img), size)
