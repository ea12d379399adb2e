"""Blurring."""

from __future__ import annotations

from collections.abc import Sequence

from ... import dtypes
from ...nn.functional import conv2d
from ...nn.functional import pad as pad_tensor
from ...ops.ranges import linspace
from ...tensor import Tensor
from ..pillow import Image
from .conversion import pil_to_tensor, to_pil_image
from .geometry import get_image_size, pair


def gaussian_blur(img: Image, kernel_size: int | Sequence[int], sigma: float | Sequence[float] | None = None) -> Image:
    """The image averaged with a Gaussian of kernel_size (x, y) and deviation sigma (x, y), by reflection at its edges.

    img: a PIL image or a tensor (..., C, H, W). sigma: by default 0.15 kernel_size + 0.35. Raises ValueError for sizes
    that are even or not positive and for a sigma that is not positive."""
    sizes = _sizes(kernel_size)
    if sigma is None:
        sigma = [size * 0.15 + 0.35 for size in sizes]
    sigmas = [float(sigma)] * 2 if isinstance(sigma, (int, float)) else [*sigma] * (2 // len(sigma))
    if len(sigmas) != 2 or min(sigmas) <= 0:
        raise ValueError(f"sigma should have one or two positive values. Got {sigma}")
    get_image_size(img)
    if not isinstance(img, Tensor):
        return to_pil_image(_blurred(pil_to_tensor(img), sizes, sigmas), mode=img.mode)
    return _blurred(img, sizes, sigmas)


def _blurred(img: Tensor, sizes: Sequence[int], sigmas: Sequence[float]) -> Tensor:
    dtype = img.dtype if img.is_floating_point() else dtypes.float32
    x, y = (_bell(size, sigma, dtype) for size, sigma in zip(sizes, sigmas, strict=True))
    kernel = (y[:, None] @ x[None, :]).to(img.device)  # (ky, kx)
    planes = img.to(dtype).reshape(-1, 1, *img.shape[-2:])  # (N C, 1, H, W)
    right, below = sizes[0] // 2, sizes[1] // 2
    blurred = conv2d(pad_tensor(planes, [right, right, below, below], mode="reflect"), kernel[None, None])
    blurred = blurred.reshape(img.shape)
    return blurred if img.is_floating_point() else blurred.round().to(img.dtype)


def _bell(size: int, sigma: float, dtype: dtypes.dtype) -> Tensor:
    """(size,) weights of a Gaussian, whose sum is 1."""
    half = (size - 1) * 0.5
    weights = (-0.5 * (linspace(-half, half, size, dtype=dtype) / sigma) ** 2).exp()
    return weights / weights.sum()


def _sizes(kernel_size: int | Sequence[int]) -> tuple[int, int]:
    sizes = pair(kernel_size)
    if any(size <= 0 or size % 2 == 0 for size in sizes):
        raise ValueError(f"Kernel size value should be an odd and positive number. Got {kernel_size}")
    return sizes
