"""Images in another size, and channels rearranged into places.

Each axis is resized on its own: every new element is a weighted sum of old ones, so a resize is a product with a matrix
(new, old) along each axis, which brings its gradient along.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...autograd.base import wrap
from ...autograd.function import printed_as
from ...backend import array_module
from ..adaptive_pool import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d, along_axis
from ..gathering import index_select
from ..plumbing.entry import check_ints, check_tensors
from ..plumbing.per_axis import Ints, per_axis
from .antialias import KERNELS, smoothing

if TYPE_CHECKING:
    from ...tensor import Tensor

LINEAR = {"linear": 1, "bilinear": 2, "trilinear": 3}
AREA = {1: adaptive_avg_pool1d, 2: adaptive_avg_pool2d, 3: adaptive_avg_pool3d}


def interpolate(
    input: Tensor,
    size: Ints | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """input (N, C, *places) resized to `size`, or by scale_factor (a number, or one for each axis).

    mode: 'nearest', 'nearest-exact', 'linear' (N, C, L), 'bilinear' and 'bicubic' (N, C, H, W), 'trilinear'
    (N, C, D, H, W), 'area'. align_corners: whether the centers of the corner elements stay in place. antialias: whether
    'bilinear' and 'bicubic' smooth where they shrink.
    Raises ValueError for arguments that do not fit, NotImplementedError for a mode that does not fit the shape.
    Source: torch.nn.functional.interpolate."""
    check_tensors("interpolate", input=input)
    n = input.array.ndim - 2
    _check_modes(input, n, mode, align_corners, antialias)
    old = input.array.shape[2:]
    new, factors = _sizes(n, old, size, scale_factor)
    if recompute_scale_factor:
        if size is not None:
            raise ValueError("recompute_scale_factor is not meaningful with an explicit size.")
        factors = None
    if min(new) < 1:
        raise RuntimeError(f"Input and output sizes should be greater than 0, but got input {old} output {new}")
    if mode == "area":
        return AREA[n](input, new)
    y = input
    for axis in range(n):
        step = _step(old[axis], new[axis], None if factors is None else factors[axis], bool(align_corners))
        if mode.startswith("nearest"):
            positions = _nearest(old[axis], new[axis], step, mode == "nearest-exact")
            y = index_select(y, axis + 2, wrap(array_module(input).asarray(positions)))
        elif antialias:
            y = along_axis(y, smoothing(mode, old[axis], new[axis], step), axis - n)
        else:
            matrix = _cubic if mode == "bicubic" else _linear
            y = along_axis(y, matrix(old[axis], new[axis], step, bool(align_corners)), axis - n)
    return printed_as(f"Upsample{mode.title().replace('-', '')}{n}D{'Aa' * antialias}Backward0", y)


def _check_modes(input: Tensor, n: int, mode: str, align_corners: bool | None, antialias: bool) -> None:
    if mode in ("nearest", "area", "nearest-exact") and align_corners is not None:
        raise ValueError(
            "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear"
        )
    if antialias and not (mode in KERNELS and n == 2):
        raise ValueError(
            "Anti-alias option is restricted to bilinear and bicubic modes and requires a 4-D tensor as input"
        )
    fits = n in (1, 2, 3) if mode in ("nearest", "area", "nearest-exact") else (LINEAR | {"bicubic": 2}).get(mode) == n
    if not fits:
        raise NotImplementedError(
            "Input Error: Only 3D, 4D and 5D input Tensors supported (got"
            f" {input.array.ndim}D) for the modes: nearest | linear | bilinear | bicubic | trilinear | area |"
            f" nearest-exact (got {mode})"
        )


def _sizes(
    n: int, old: tuple[int, ...], size: Ints | None, scale_factor: float | Sequence[float] | None
) -> tuple[tuple[int, ...], tuple[float, ...] | None]:
    if (size is None) == (scale_factor is None):
        raise ValueError(
            "either size or scale_factor should be defined"
            if size is None
            else "only one of size or scale_factor should be defined"
        )
    given = scale_factor if size is None else size
    each = per_axis(given, n)
    if len(each) != n:
        what = "scale_factor" if size is None else "size"
        raise ValueError(
            f"Input and output must have the same number of spatial dimensions, but got input with spatial dimensions"
            f" of {list(old)} and {what} of {each}"
        )
    if size is not None:
        check_ints("interpolate", size=each)
        return tuple(int(s) for s in each), None
    return tuple(math.floor(o * f) for o, f in zip(old, each, strict=True)), each


def _step(old: int, new: int, factor: float | None, align_corners: bool) -> float:
    """The distance from one new element to the next, in old elements."""
    if align_corners:
        return (old - 1) / (new - 1) if new > 1 else 0
    return 1 / factor if factor else old / new


def _nearest(old: int, new: int, step: float, exact: bool) -> np.ndarray:
    places = (np.arange(new) + (0.5 if exact else 0)) * np.float32(step)  # PyTorch counts in float32 here
    return np.minimum(np.floor(places.astype(np.float32)).astype(np.int64), old - 1)


def _places(new: int, step: float, align_corners: bool) -> np.ndarray:
    """Where the new elements lie among the old ones."""
    return np.arange(new) * step if align_corners else (np.arange(new) + 0.5) * step - 0.5


def _linear(old: int, new: int, step: float, align_corners: bool) -> np.ndarray:
    """The matrix (new, old) of linear interpolation between the two neighbors."""
    places = np.clip(_places(new, step, align_corners), 0, old - 1)
    left = np.minimum(places.astype(np.int64), old - 1)
    right = np.minimum(left + 1, old - 1)
    matrix = np.zeros((new, old))
    rows = np.arange(new)
    np.add.at(matrix, (rows, left), 1 - (places - left))
    np.add.at(matrix, (rows, right), places - left)
    return matrix


def _cubic(old: int, new: int, step: float, align_corners: bool) -> np.ndarray:
    """The matrix (new, old) of cubic convolution over four neighbors; beyond the edge the edge is repeated.

    Keys: Cubic convolution interpolation for digital image processing, 1981, with a = -3/4."""
    places = _places(new, step, align_corners)
    left = np.floor(places).astype(np.int64)
    matrix = np.zeros((new, old))
    for offset in (-1, 0, 1, 2):
        distance = np.abs(places - (left + offset))
        near = (1.25 * distance - 2.25) * distance**2 + 1
        far = ((-0.75 * distance + 3.75) * distance - 6) * distance + 3
        weights = np.where(distance <= 1, near, far)
        np.add.at(matrix, (np.arange(new), np.clip(left + offset, 0, old - 1)), weights)
    return matrix


def upsample(
    input: Tensor,
    size: Ints | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor:
    """interpolate, under its former name. Source: torch.nn.functional.upsample."""
    warnings.warn("`nn.functional.upsample` is deprecated. Use `nn.functional.interpolate` instead.", stacklevel=2)
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(
    input: Tensor, size: Ints | None = None, scale_factor: float | Sequence[float] | None = None
) -> Tensor:
    """interpolate(mode='nearest'). Source: torch.nn.functional.upsample_nearest."""
    return interpolate(input, size, scale_factor, "nearest")


def upsample_bilinear(
    input: Tensor, size: Ints | None = None, scale_factor: float | Sequence[float] | None = None
) -> Tensor:
    """interpolate(mode='bilinear', align_corners=True). Source: torch.nn.functional.upsample_bilinear."""
    return interpolate(input, size, scale_factor, "bilinear", True)


def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """(*, C r^2, H, W) -> (*, C, H r, W r): channels become places. Raises RuntimeError if they do not
    split. Shi et al. 2016. Source: torch.nn.functional.pixel_shuffle."""
    check_tensors("pixel_shuffle", input=input)
    check_ints("pixel_shuffle", upscale_factor=upscale_factor)
    r = upscale_factor
    *batch, channels, height, width = _image("pixel_shuffle", input, r)
    if channels % (r * r):
        raise RuntimeError(
            "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor,"
            f" but input.size(-3)={channels} is not divisible by {r * r}"
        )
    b = len(batch)
    x = input.reshape(*batch, channels // (r * r), r, r, height, width)
    x = x.permute(*range(b + 1), b + 3, b + 1, b + 4, b + 2)
    return printed_as("PixelShuffleBackward0", x.reshape(*batch, channels // (r * r), height * r, width * r))


def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """(*, C, H r, W r) -> (*, C r^2, H, W): the inverse of pixel_shuffle. Raises RuntimeError if the sizes do
    not split. Source: torch.nn.functional.pixel_unshuffle."""
    check_tensors("pixel_unshuffle", input=input)
    check_ints("pixel_unshuffle", downscale_factor=downscale_factor)
    r = downscale_factor
    *batch, channels, height, width = _image("pixel_unshuffle", input, r)
    if height % r or width % r:
        raise RuntimeError(
            f"pixel_unshuffle expects height and width to be divisible by downscale_factor, but {height} x {width}"
            f" is not divisible by {r}"
        )
    b = len(batch)
    x = input.reshape(*batch, channels, height // r, r, width // r, r)
    x = x.permute(*range(b + 1), b + 2, b + 4, b + 1, b + 3)
    return x.reshape(*batch, channels * r * r, height // r, width // r)


def channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """(N, C, *): rearranges the channels, taking one from each group in turn. Zhang et al. 2018.
    Source: torch.nn.functional.channel_shuffle."""
    check_tensors("channel_shuffle", input=input)
    check_ints("channel_shuffle", groups=groups)
    n, channels, *rest = input.array.shape
    if groups < 1 or channels % groups:
        raise RuntimeError(
            f"Number of channels must be divisible by groups. Got {channels} channels and {groups} groups."
        )
    return input.reshape(n, groups, channels // groups, *rest).transpose(1, 2).reshape(n, channels, *rest)


def _image(name: str, input: Tensor, factor: int) -> tuple[int, ...]:
    if input.array.ndim < 3:
        raise RuntimeError(
            f"{name} expects input to have at least 3 dimensions, but got input with {input.array.ndim} dimension(s)"
        )
    if factor < 1:
        raise RuntimeError(f"{name} expects a positive factor, but got {factor}")
    return tuple(input.array.shape)
