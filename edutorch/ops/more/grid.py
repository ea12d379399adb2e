"""Sampling images at arbitrary places: grid_sample, and affine_grid, which makes such places.

Jaderberg et al.: Spatial Transformer Networks, 2015.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from ...autograd.base import wrap
from ...autograd.function import printed_as
from ...backend import array_module
from ..joining import stack
from ..masking import where
from ..plumbing.entry import check_tensors
from ..ranges import linspace

if TYPE_CHECKING:
    from ...tensor import Tensor

PADDING_MODES = ("zeros", "border", "reflection")


def affine_grid(theta: Tensor, size: list[int], align_corners: bool | None = None) -> Tensor:
    """Where each place of an output of `size` lies in the input, under the affine maps theta.

    theta (N, 2, 3) with size (N, C, H, W): (N, H, W, 2); theta (N, 3, 4) with size (N, C, D, H, W): (N, D, H, W, 3).
    Places go from -1 to 1, x first. Raises ValueError for other shapes. Source: torch.nn.functional.affine_grid."""
    check_tensors("affine_grid", theta=theta)
    axes = len(size) - 2
    if axes not in (2, 3) or theta.array.shape != (size[0], axes, axes + 1):
        raise ValueError(
            f"Expected a batch of {axes}D affine matrices of shape Nx{axes}x{axes + 1} for size"
            f" {list(size)}. Got {list(theta.array.shape)}."
        )
    lines = []
    for n in size[2:]:
        edge = 0.0 if n == 1 else 1.0 if align_corners else 1 - 1 / n
        lines.append(linspace(-edge, edge, n, dtype=theta.dtype, device=theta.device))
    full = [line.reshape([-1 if d == axis else 1 for d in range(axes)]) for axis, line in enumerate(lines)]
    expanded = [each.expand(*size[2:]) for each in reversed(full)]
    base = stack([*expanded, expanded[0] * 0 + 1], -1).reshape(-1, axes + 1)  # (places, axes + 1)
    return (base @ theta.mT).reshape(size[0], *size[2:], axes)


def grid_sample(
    input: Tensor, grid: Tensor, mode: str = "bilinear", padding_mode: str = "zeros", align_corners: bool | None = None
) -> Tensor:
    """The input (N, C, H, W) at the places of a grid (N, H', W', 2), each (x, y) from -1 to 1: (N, C, H', W'); likewise
    (N, C, D, H, W) at (N, D', H', W', 3).

    mode: 'bilinear' or 'nearest'. padding_mode, for places outside: 'zeros', 'border' (the nearest edge),
    'reflection'. align_corners: whether -1 and 1 are the centers of the corner elements, or their outer edges.
    Raises RuntimeError for shapes, ValueError for modes that do not fit. Source: torch.nn.functional.grid_sample."""
    check_tensors("grid_sample", input=input, grid=grid)
    axes = input.array.ndim - 2
    if mode not in ("bilinear", "nearest"):
        raise ValueError(f"nn.functional.grid_sample(): expected mode to be 'bilinear' or 'nearest', but got: '{mode}'")
    if padding_mode not in PADDING_MODES:
        raise ValueError(
            f"nn.functional.grid_sample(): expected padding_mode to be one of {PADDING_MODES}, but got:"
            f" '{padding_mode}'"
        )
    if axes not in (2, 3) or grid.array.ndim != axes + 2 or grid.array.shape[-1] != axes or len(grid) != len(input):
        raise RuntimeError(
            "grid_sampler(): expected an input (N, C, H, W) with a grid (N, H', W', 2), or"
            " (N, C, D, H, W) with (N, D', H', W', 3), but got"
            f" {list(input.array.shape)} and {list(grid.array.shape)}"
        )
    size = input.array.shape[2:]
    places = [_place(grid[..., axes - 1 - d], n, padding_mode, bool(align_corners)) for d, n in enumerate(size)]
    if mode == "nearest":
        nearest = _read(input, [wrap(array_module(p).rint(p.array)) for p in places]).contiguous()
        return printed_as(f"GridSampler{len(places)}DBackward0", nearest)
    lower = [wrap(array_module(p).floor(p.array)) for p in places]
    total: Any = 0
    for corner in itertools.product((0, 1), repeat=axes):
        weight: Any = 1
        for place, low, upper in zip(places, lower, corner, strict=True):
            weight = weight * (place - low if upper else 1 - (place - low))
        neighbors = [low + upper for low, upper in zip(lower, corner, strict=True)]
        total = total + _read(input, neighbors) * weight.unsqueeze(1)
    return printed_as(f"GridSampler{len(places)}DBackward0", total.contiguous())  # channels were last in memory


def _place(x: Tensor, n: int, padding_mode: str, align_corners: bool) -> Tensor:
    """From -1 to 1 to the axis's own 0 to n - 1."""
    place = (x + 1) / 2 * (n - 1) if align_corners else ((x + 1) * n - 1) / 2
    if padding_mode == "reflection":
        low, high = (0.0, n - 1.0) if align_corners else (-0.5, n - 0.5)
        place = _reflect(place, low, high) if high > low else place * 0
    if padding_mode == "zeros":
        return place
    return place.masked_fill(place != place, 0).clamp(0, n - 1)  # as in PyTorch, nan counts as the edge


def _reflect(place: Tensor, low: float, high: float) -> Tensor:
    """Mirrors the place at both ends until it lies between them."""
    span = high - low
    offset = (place - low).abs()
    turns = wrap(array_module(place).floor(offset.array / span))
    rest = offset - turns * span
    return where(turns % 2 == 0, rest + low, high - rest)


def _read(input: Tensor, places: list[Tensor]) -> Tensor:
    """The input (N, C, *size) at whole places (N, *out) for each axis, 0 outside: (N, C, *out)"""
    module = array_module(input)
    size = input.array.shape[2:]
    inside: Any = True
    index = []
    for place, n in zip(places, size, strict=True):
        inside = inside & (place.array >= 0) & (place.array < n)
        there = module.where((place.array >= 0) & (place.array < n), place.array, 0)  # nan is outside
        index.append(wrap(there.astype(module.int64)))
    n = len(input)
    images = wrap(module.arange(n).reshape(n, *[1] * len(size)))
    read = input.movedim(1, -1)[(images, *index)].movedim(-1, 1)  # (N, *size, C) -> (N, *out, C)
    return read * wrap(inside.astype(input.array.dtype)[:, None])
