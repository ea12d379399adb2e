"""What an image goes through before a model that was trained on ImageNet sees it."""

from __future__ import annotations

from collections.abc import Sequence

from ... import dtypes
from ...tensor import Tensor
from ..pillow import Image
from . import functional as F
from .functional import InterpolationMode

MEAN = (0.485, 0.456, 0.406)  # of red, green and blue over ImageNet
STD = (0.229, 0.224, 0.225)


class ImageClassification:
    """Resized, cut to the middle, from 0 to 1, normalized.

    A PIL image or a tensor (..., 3, H, W) to (..., 3, crop_size, crop_size), the default floating dtype.
    Source: torchvision.transforms._presets.ImageClassification."""

    def __init__(
        self,
        *,
        crop_size: int,
        resize_size: int = 256,
        mean: Sequence[float] = MEAN,
        std: Sequence[float] = STD,
        interpolation: InterpolationMode = InterpolationMode.BILINEAR,
        antialias: bool | None = True,
    ) -> None:
        self.crop_size = [crop_size]
        self.resize_size = [resize_size]
        self.mean = list(mean)
        self.std = list(std)
        self.interpolation = interpolation
        self.antialias = antialias

    def __call__(self, img: Image) -> Tensor:
        img = F.resize(img, self.resize_size, self.interpolation, antialias=self.antialias)
        img = F.center_crop(img, self.crop_size)
        if not isinstance(img, Tensor):
            img = F.pil_to_tensor(img)
        return F.normalize(F.convert_image_dtype(img, dtypes.float32), self.mean, self.std)

    def __repr__(self) -> str:
        names = ("crop_size", "resize_size", "mean", "std", "interpolation")
        lines = "".join(f"\n    {name}={getattr(self, name)}" for name in names)
        return f"{type(self).__name__}({lines}\n)"
