"""Random images, for trying out a program."""

from __future__ import annotations

import numpy as np

from ...autograd.base import wrap
from ...random import Generator, draws
from .. import pillow
from ..pillow import Image
from ..transforms.functional import to_pil_image
from .vision import Sample, Transform, VisionDataset


class FakeData(VisionDataset):
    """`size` images of normal noise and random classes, always the same ones for an index.

    image_size: (C, H, W). An item is (image, class): a PIL image through `transform` (a NumPy array
    (H, W, C) uint8 without Pillow), an int. Raises IndexError past the end.
    Source: torchvision.datasets.FakeData."""

    def __init__(
        self,
        size: int = 1000,
        image_size: tuple[int, ...] = (3, 224, 224),
        num_classes: int = 10,
        transform: Transform | None = None,
        target_transform: Transform | None = None,
        random_offset: int = 0,
    ) -> None:
        super().__init__(None, transform=transform, target_transform=target_transform)
        self.size = size
        self.num_classes = num_classes
        self.image_size = image_size
        self.random_offset = random_offset

    def __getitem__(self, index: int) -> Sample:
        if index >= len(self):
            raise IndexError(f"{type(self).__name__} index out of range: {index} of {len(self)}")
        generator = Generator().manual_seed(index + self.random_offset)
        noise = draws.normal(generator, int(np.prod(self.image_size)), np.float32)
        target = int(draws.integers(generator, 1, np.int64, 0, self.num_classes)[0])
        return self.transformed(self._picture(noise.reshape(self.image_size)), target)

    def _picture(self, noise: np.ndarray) -> Image:
        if pillow.found is not None:
            return to_pil_image(wrap(noise))
        return (noise * 255).astype(np.uint8).transpose(1, 2, 0)

    def __len__(self) -> int:
        return self.size
