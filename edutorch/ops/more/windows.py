"""Windows: weights that fade a piece of a signal in and out. Source: torch.hann_window and its relatives.

A periodic window (the default) of n points is the first n of a symmetric one of n + 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ...backend import DeviceLike
from ...dtypes import dtype as dtype_
from ...dtypes import get_default_dtype
from ..from_data import as_tensor

if TYPE_CHECKING:
    from ...tensor import Tensor


def _window(
    name: str,
    length: int,
    periodic: bool,
    shape: Callable[[np.ndarray], np.ndarray],
    dtype: dtype_ | None,
    device: DeviceLike,
    requires_grad: bool,
) -> Tensor:
    """`shape` of the points from 0 to 1, in the dtype. Raises RuntimeError for a length below 0 and for integers."""
    kind = dtype or get_default_dtype()
    if length < 0:
        raise RuntimeError(f"{name} requires non-negative window_length, got window_length={length}")
    if not kind.is_floating_point:
        raise RuntimeError(f"{name} expects floating point dtypes, got: {kind}")
    last = length if periodic else length - 1
    points = np.arange(length) / last if last > 0 and length != 1 else np.full(length, 0.5)
    return as_tensor(shape(points), dtype=kind, device=device).requires_grad_(requires_grad)


def hann_window(
    window_length: int,
    periodic: bool = True,
    *,
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """(1 - cos 2πx) / 2 at window_length points x from 0 to 1."""
    return _cosines("hann_window", window_length, periodic, (0.5, 0.5), dtype, device, requires_grad)


def hamming_window(
    window_length: int,
    periodic: bool = True,
    alpha: float = 0.54,
    beta: float = 0.46,
    *,
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """alpha - beta cos 2πx at window_length points x from 0 to 1."""
    return _cosines("hamming_window", window_length, periodic, (alpha, beta), dtype, device, requires_grad)


def blackman_window(
    window_length: int,
    periodic: bool = True,
    *,
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """0.42 - 0.5 cos 2πx + 0.08 cos 4πx at window_length points x from 0 to 1."""
    return _cosines("blackman_window", window_length, periodic, (0.42, 0.5, 0.08), dtype, device, requires_grad)


def _cosines(
    name: str,
    length: int,
    periodic: bool,
    parts: tuple[float, ...],
    dtype: dtype_ | None,
    device: DeviceLike,
    requires_grad: bool,
) -> Tensor:
    """The alternating sum of cosines; a window of one point is 1."""

    def shape(x: np.ndarray) -> np.ndarray:
        if length == 1:
            return np.ones(1)
        return sum(((-1) ** k * part * np.cos(2 * np.pi * k * x) for k, part in enumerate(parts)), np.zeros(length))

    return _window(name, length, periodic, shape, dtype, device, requires_grad)


def bartlett_window(
    window_length: int,
    periodic: bool = True,
    *,
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """1 - |2x - 1| at window_length points x from 0 to 1: a triangle."""
    return _window(
        "bartlett_window", window_length, periodic, lambda x: 1 - abs(2 * x - 1), dtype, device, requires_grad
    )


def kaiser_window(
    window_length: int,
    periodic: bool = True,
    beta: float = 12.0,
    *,
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """I0(beta √(1 - (2x - 1)²)) / I0(beta), with the Bessel function I0, at window_length points x from 0 to 1."""

    def shape(x: np.ndarray) -> np.ndarray:
        return np.i0(beta * np.sqrt(np.maximum(1 - (2 * x - 1) ** 2, 0))) / np.i0(beta)

    return _window("kaiser_window", window_length, periodic, shape, dtype, device, requires_grad)
