"""Random changes out of many, so that one need not choose: TrivialAugment and RandAugment, of PIL images.

Each has a table of changes: the magnitudes from which one is taken, and whether it may be negative."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...ops.ranges import arange, linspace
from ..pillow import Image
from . import draw
from . import functional as F
from .functional import InterpolationMode

Space = dict[str, tuple[list[float], bool]]


def _space(
    bins: int, shear: float, width: float, height: float, degrees: float, strength: float, fewest_bits: int
) -> Space:
    """The table, in torchvision's order. Each range goes from 0 to what is given, in `bins` steps."""

    def up_to(most: float) -> tuple[list[float], bool]:
        return linspace(0.0, most, bins).tolist(), True

    bits = 8 - (arange(bins) / ((bins - 1) / (8 - fewest_bits))).round()
    return {
        "Identity": ([], False),
        "ShearX": up_to(shear),
        "ShearY": up_to(shear),
        "TranslateX": up_to(width),
        "TranslateY": up_to(height),
        "Rotate": up_to(degrees),
        **dict.fromkeys(("Brightness", "Color", "Contrast", "Sharpness"), up_to(strength)),
        "Posterize": (bits.tolist(), False),
        "Solarize": (linspace(255.0, 0.0, bins).tolist(), False),
        "AutoContrast": ([], False),
        "Equalize": ([], False),
    }


class TrivialAugmentWide:
    """One change of an image, of random kind and strength. Source: torchvision; Müller, Hutter 2021."""

    def __init__(
        self,
        num_magnitude_bins: int = 31,
        interpolation: InterpolationMode = InterpolationMode.NEAREST,
        fill: int | None = None,
    ) -> None:
        self.num_magnitude_bins = num_magnitude_bins
        self.interpolation = interpolation
        self.fill = fill

    def __call__(self, img: Image) -> Image:
        space = _space(self.num_magnitude_bins, 0.99, 32.0, 32.0, 135.0, 0.99, fewest_bits=2)
        name = list(space)[draw.below(len(space))]
        magnitudes, signed = space[name]
        magnitude = magnitudes[draw.below(len(magnitudes))] if magnitudes else 0.0
        if signed and draw.below(2):
            magnitude = -magnitude
        return _changed(img, name, magnitude, self.interpolation, self.fill)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(num_magnitude_bins={self.num_magnitude_bins},"
            f" interpolation={self.interpolation}, fill={self.fill})"
        )


class RandAugment:
    """num_ops changes of an image, of random kinds, all of strength `magnitude` out of num_magnitude_bins.

    Source: torchvision.transforms.RandAugment; Cubuk et al. 2019."""

    def __init__(
        self,
        num_ops: int = 2,
        magnitude: int = 9,
        num_magnitude_bins: int = 31,
        interpolation: InterpolationMode = InterpolationMode.NEAREST,
        fill: int | None = None,
    ) -> None:
        self.num_ops = num_ops
        self.magnitude = magnitude
        self.num_magnitude_bins = num_magnitude_bins
        self.interpolation = interpolation
        self.fill = fill

    def __call__(self, img: Image) -> Image:
        width, height = (150.0 / 331.0 * size for size in F.get_image_size(img))
        space = _space(self.num_magnitude_bins, 0.3, width, height, 30.0, 0.9, fewest_bits=4)
        for _ in range(self.num_ops):
            name = list(space)[draw.below(len(space))]
            magnitudes, signed = space[name]
            magnitude = magnitudes[self.magnitude] if magnitudes else 0.0
            if signed and draw.below(2):
                magnitude = -magnitude
            img = _changed(img, name, magnitude, self.interpolation, self.fill)
        return img

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(num_ops={self.num_ops}, magnitude={self.magnitude},"
            f" num_magnitude_bins={self.num_magnitude_bins}, interpolation={self.interpolation}, fill={self.fill})"
        )


def _changed(img: Image, name: str, magnitude: float, interpolation: InterpolationMode, fill: int | None) -> Image:
    """The image after the change of this name."""

    def moved(translate: tuple[int, int], shear: tuple[float, float], center: Sequence[float] | None) -> Image:
        return F.affine(img, 0.0, translate, 1.0, shear, interpolation, fill, center)

    angle = math.degrees(math.atan(magnitude))
    changes = {
        "Identity": lambda: img,
        "ShearX": lambda: moved((0, 0), (angle, 0.0), [0, 0]),
        "ShearY": lambda: moved((0, 0), (0.0, angle), [0, 0]),
        "TranslateX": lambda: moved((int(magnitude), 0), (0.0, 0.0), None),
        "TranslateY": lambda: moved((0, int(magnitude)), (0.0, 0.0), None),
        "Rotate": lambda: F.rotate(img, magnitude, interpolation, fill=fill),
        "Brightness": lambda: F.adjust_brightness(img, 1.0 + magnitude),
        "Color": lambda: F.adjust_saturation(img, 1.0 + magnitude),
        "Contrast": lambda: F.adjust_contrast(img, 1.0 + magnitude),
        "Sharpness": lambda: F.adjust_sharpness(img, 1.0 + magnitude),
        "Posterize": lambda: F.posterize(img, int(magnitude)),
        "Solarize": lambda: F.solarize(img, magnitude),
        "AutoContrast": lambda: F.autocontrast(img),
        "Equalize": lambda: F.equalize(img),
    }
    return changes[name]()
