"""edutorch.vision.transforms.v2: the newer names for the same transforms.

A tensor image is a plain tensor here: there are no special classes for images, boxes or masks.
Source: torchvision.transforms.v2."""

from __future__ import annotations

import numpy as np

from ... import dtypes
from ...autograd.base import wrap
from ...tensor import Tensor
from ..left_out import missing as _missing
from ..pillow import Image
from . import functional
from .chance import (
    ColorJitter,
    RandomAffine,
    RandomCrop,
    RandomGrayscale,
    RandomHorizontalFlip,
    RandomResizedCrop,
    RandomRotation,
    RandomVerticalFlip,
)
from .containers import Compose, Lambda, RandomApply, RandomChoice, RandomOrder
from .deterministic import (
    CenterCrop,
    ConvertImageDtype,
    Grayscale,
    Normalize,
    Pad,
    PILToTensor,
    Resize,
    ToPILImage,
    ToTensor,
)
from .functional import InterpolationMode
from .more_chance import (
    FiveCrop,
    GaussianBlur,
    RandomAdjustSharpness,
    RandomAutocontrast,
    RandomEqualize,
    RandomErasing,
    RandomInvert,
    RandomPerspective,
    RandomPosterize,
    RandomSolarize,
    TenCrop,
)


class ToImage:
    """A PIL image or an array (H, W) or (H, W, C) as a tensor (C, H, W) of the same numbers.

    A tensor stays as it is. Source: torchvision.transforms.v2.ToImage."""

    def __call__(self, inpt: Image) -> Tensor:
        if isinstance(inpt, Tensor):
            return inpt
        if isinstance(inpt, np.ndarray):
            array = inpt[..., None] if inpt.ndim == 2 else inpt
            return wrap(np.ascontiguousarray(array.transpose(2, 0, 1)))
        return functional.pil_to_tensor(inpt)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class ToDtype:
    """Another dtype; with `scale` the values are scaled, 0 to 255 becoming 0 to 1.

    Source: torchvision.transforms.v2.ToDtype."""

    def __init__(self, dtype: dtypes.dtype, scale: bool = False) -> None:
        self.dtype = dtype
        self.scale = scale

    def __call__(self, inpt: Image) -> Image:
        if not isinstance(inpt, Tensor):
            return inpt
        if self.scale:
            return functional.convert_image_dtype(inpt, self.dtype)
        return inpt.to(self.dtype)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(scale={self.scale})"


__all__ = [
    "CenterCrop",
    "ColorJitter",
    "Compose",
    "ConvertImageDtype",
    "FiveCrop",
    "GaussianBlur",
    "Grayscale",
    "InterpolationMode",
    "Lambda",
    "Normalize",
    "PILToTensor",
    "Pad",
    "RandomAdjustSharpness",
    "RandomAffine",
    "RandomApply",
    "RandomAutocontrast",
    "RandomChoice",
    "RandomCrop",
    "RandomEqualize",
    "RandomErasing",
    "RandomGrayscale",
    "RandomHorizontalFlip",
    "RandomInvert",
    "RandomOrder",
    "RandomPerspective",
    "RandomPosterize",
    "RandomResizedCrop",
    "RandomRotation",
    "RandomSolarize",
    "RandomVerticalFlip",
    "Resize",
    "TenCrop",
    "ToDtype",
    "ToImage",
    "ToPILImage",
    "ToTensor",
    "functional",
]

__path__: list[str] = []  # as of a package, of which Python asks finders for names: what is left out says so


def __getattr__(name: str) -> object:
    """For what torchvision has and edutorch has not, an error that says so."""
    raise _missing(__name__, name)
