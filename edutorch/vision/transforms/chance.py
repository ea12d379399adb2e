"""Random transforms: for the same seed, the same pictures as torchvision's.

Each draws from the default generator (`manual_seed`), in torchvision's order."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..pillow import Image
from . import draw
from . import functional as F
from .functional import InterpolationMode
from .geometry import pair


class _WithProbability:
    """A change that happens with probability p; a subclass writes `change`."""

    def __init__(self, p: float = 0.5) -> None:
        self.p = p

    def __call__(self, img: Image) -> Image:
        return self.change(img) if draw.happens(self.p) else img

    def change(self, img: Image) -> Image:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p={self.p})"


class RandomHorizontalFlip(_WithProbability):
    """Left and right exchanged with probability p. Source: torchvision."""

    def change(self, img: Image) -> Image:
        return F.hflip(img)


class RandomVerticalFlip(_WithProbability):
    """Top and bottom exchanged with probability p. Source: torchvision."""

    def change(self, img: Image) -> Image:
        return F.vflip(img)


class RandomGrayscale(_WithProbability):
    """Gray with probability p, in as many channels as the image has. Source: torchvision."""

    def __init__(self, p: float = 0.1) -> None:
        super().__init__(p)

    def change(self, img: Image) -> Image:
        channels = len(img.getbands()) if hasattr(img, "getbands") else img.shape[-3]
        return F.rgb_to_grayscale(img, channels)


class RandomCrop:
    """A part of this size, at a random place of the image, which may be padded first.

    Raises ValueError for an image that is smaller, unless `pad_if_needed`. Source: torchvision."""

    def __init__(
        self,
        size: int | Sequence[int],
        padding: int | Sequence[int] | None = None,
        pad_if_needed: bool = False,
        fill: int = 0,
        padding_mode: str = "constant",
    ) -> None:
        self.size = pair(size)
        self.padding = padding
        self.pad_if_needed = pad_if_needed
        self.fill = fill
        self.padding_mode = padding_mode

    @staticmethod
    def get_params(img: Image, output_size: tuple[int, int]) -> tuple[int, int, int, int]:
        """(top, left, height, width), drawn at random; nothing is drawn if the size is the image's."""
        width, height = F.get_image_size(img)
        wanted_height, wanted_width = output_size
        if height < wanted_height or width < wanted_width:
            raise ValueError(
                f"Required crop size {(wanted_height, wanted_width)} is larger than input image "
                f"size {(height, width)}: give padding, or pad_if_needed=True"
            )
        if (height, width) == (wanted_height, wanted_width):
            return 0, 0, height, width
        top = draw.below(height - wanted_height + 1)
        left = draw.below(width - wanted_width + 1)
        return top, left, wanted_height, wanted_width

    def __call__(self, img: Image) -> Image:
        if self.padding is not None:
            img = F.pad(img, self.padding, self.fill, self.padding_mode)
        width, height = F.get_image_size(img)
        if self.pad_if_needed and width < self.size[1]:
            img = F.pad(img, [self.size[1] - width, 0], self.fill, self.padding_mode)
        if self.pad_if_needed and height < self.size[0]:
            img = F.pad(img, [0, self.size[0] - height], self.fill, self.padding_mode)
        return F.crop(img, *self.get_params(img, self.size))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(size={self.size}, padding={self.padding})"


class RandomResizedCrop:
    """A part of random area and shape, resized. scale: its area as a fraction of the image's, from and to; ratio: width
    / height, from and to. Source: torchvision; Szegedy et al. 2015 (Inception)."""

    def __init__(
        self,
        size: int | Sequence[int],
        scale: tuple[float, float] = (0.08, 1.0),
        ratio: tuple[float, float] = (3.0 / 4.0, 4.0 / 3.0),
        interpolation: InterpolationMode = InterpolationMode.BILINEAR,
        antialias: bool | None = True,
    ) -> None:
        self.size = pair(size)
        self.scale = scale
        self.ratio = ratio
        self.interpolation = interpolation
        self.antialias = antialias

    @staticmethod
    def get_params(img: Image, scale: Sequence[float], ratio: Sequence[float]) -> tuple[int, int, int, int]:
        """(top, left, height, width): ten tries, then the largest part in the middle that fits."""
        width, height = F.get_image_size(img)
        for _ in range(10):
            area = width * height * draw.uniform(scale[0], scale[1])
            log_ratio = draw.uniform(math.log(ratio[0]), math.log(ratio[1]))
            shape = float(np.exp(np.float32(log_ratio)))
            w, h = round(math.sqrt(area * shape)), round(math.sqrt(area / shape))
            if 0 < w <= width and 0 < h <= height:
                return draw.below(height - h + 1), draw.below(width - w + 1), h, w
        shape = min(max(width / height, min(ratio)), max(ratio))
        w = min(width, round(height * shape))
        h = min(height, round(width / shape))
        return (height - h) // 2, (width - w) // 2, h, w

    def __call__(self, img: Image) -> Image:
        part = self.get_params(img, self.scale, self.ratio)
        return F.resized_crop(img, *part, self.size, self.interpolation)

    def __repr__(self) -> str:
        scale, ratio = (tuple(round(v, 4) for v in vs) for vs in (self.scale, self.ratio))
        return (
            f"{type(self).__name__}(size={self.size}, scale={scale}, ratio={ratio}, "
            f"interpolation={self.interpolation.value}, antialias={self.antialias})"
        )


class RandomRotation:
    """Rotated by an angle drawn from (-degrees, degrees) or (degrees[0], degrees[1]).

    Source: torchvision.transforms.RandomRotation."""

    def __init__(
        self,
        degrees: float | Sequence[float],
        interpolation: InterpolationMode = InterpolationMode.NEAREST,
        expand: bool = False,
        center: Sequence[float] | None = None,
        fill: int | tuple[int, ...] = 0,
    ) -> None:
        self.degrees = _around_zero(degrees, "degrees")
        self.interpolation = interpolation
        self.expand = expand
        self.center = center
        self.fill = fill

    def __call__(self, img: Image) -> Image:
        angle = draw.uniform(*self.degrees)
        return F.rotate(img, angle, self.interpolation, self.expand, self.center, self.fill)

    def __repr__(self) -> str:
        center = "" if self.center is None else f", center={self.center}"
        fill = "" if self.fill is None else f", fill={self.fill}"
        return (
            f"{type(self).__name__}(degrees={list(self.degrees)}, "
            f"interpolation={self.interpolation.value}, expand={self.expand}{center}{fill})"
        )


class RandomAffine:
    """Rotated, moved, scaled and sheared at once. translate: the largest shift as a fraction of width and height;
    scale: factors from and to; shear: degrees. Source: torchvision."""

    def __init__(
        self,
        degrees: float | Sequence[float],
        translate: Sequence[float] | None = None,
        scale: Sequence[float] | None = None,
        shear: float | Sequence[float] | None = None,
        interpolation: InterpolationMode = InterpolationMode.NEAREST,
        fill: int = 0,
        center: Sequence[float] | None = None,
    ) -> None:
        self.degrees = _around_zero(degrees, "degrees")
        if translate is not None and not all(0.0 <= part <= 1.0 for part in translate):
            raise ValueError(f"translation values should be between 0 and 1, got {translate}")
        if scale is not None and not all(factor > 0 for factor in scale):
            raise ValueError(f"scale values should be positive, got {scale}")
        self.translate = translate
        self.scale = scale
        if isinstance(shear, Sequence) and len(shear) == 4:
            self.shear: list[float] | None = [float(each) for each in shear]
        else:
            self.shear = None if shear is None else list(_around_zero(shear, "shear"))
        self.interpolation = interpolation
        self.fill = fill
        self.center = center

    def __call__(self, img: Image) -> Image:
        width, height = F.get_image_size(img)
        angle = draw.uniform(*self.degrees)
        move = (0, 0)
        if self.translate is not None:
            dx, dy = self.translate[0] * width, self.translate[1] * height
            move = (round(draw.uniform(-dx, dx)), round(draw.uniform(-dy, dy)))
        scale = 1.0 if self.scale is None else draw.uniform(self.scale[0], self.scale[1])
        shears = [0.0, 0.0]
        if self.shear is not None:
            shears[0] = draw.uniform(self.shear[0], self.shear[1])
            if len(self.shear) == 4:
                shears[1] = draw.uniform(self.shear[2], self.shear[3])
        return F.affine(img, angle, move, scale, shears, self.interpolation, self.fill, self.center)

    def __repr__(self) -> str:
        parts = [f"degrees={list(self.degrees)}"]
        for name in ("translate", "scale", "shear"):
            if getattr(self, name) is not None:
                parts.append(f"{name}={getattr(self, name)}")
        if self.interpolation is not InterpolationMode.NEAREST:
            parts.append(f"interpolation={self.interpolation.value}")
        parts += [f"{name}={v}" for name, v in [("fill", self.fill), ("center", self.center)] if v]
        return f"{type(self).__name__}({', '.join(parts)})"


class ColorJitter:
    """Brightness, contrast, saturation and hue changed at random, in random order.

    A number b means factors from max(0, 1 - b) to 1 + b, or for the hue shifts from -b to b; or give (from, to).
    Source: torchvision.transforms.ColorJitter."""

    def __init__(
        self,
        brightness: float = 0,
        contrast: int | tuple[float, int] = 0,
        saturation: float = 0,
        hue: float | tuple[float, float] = 0,
    ) -> None:
        self.brightness = _factors(brightness, "brightness")
        self.contrast = _factors(contrast, "contrast")
        self.saturation = _factors(saturation, "saturation")
        self.hue = _factors(hue, "hue", center=0.0, lowest=-0.5, highest=0.5)

    def __call__(self, img: Image) -> Image:
        order = draw.order(4)
        ranges = [self.brightness, self.contrast, self.saturation, self.hue]
        factors = [None if each is None else draw.uniform(*each) for each in ranges]
        changes = [F.adjust_brightness, F.adjust_contrast, F.adjust_saturation, F.adjust_hue]
        for i in order:
            factor = factors[i]
            if factor is not None:
                img = changes[i](img, factor)
        return img

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(brightness={self.brightness}, contrast={self.contrast}, "
            f"saturation={self.saturation}, hue={self.hue})"
        )


def _around_zero(value: float | Sequence[float], name: str) -> tuple[float, float]:
    """(from, to) of a range that is given as one number, meaning both sides of zero, or as two."""
    if isinstance(value, (int, float)):
        if value < 0:
            raise ValueError(f"If {name} is a single number, it must be positive, got {value}")
        return -float(value), float(value)
    if len(value) != 2:
        raise ValueError(f"{name} should be a sequence of length 2, got {value}")
    return float(value[0]), float(value[1])


def _factors(
    value: float | tuple[float, float], name: str, center: float = 1.0, lowest: float = 0.0, highest: float = math.inf
) -> tuple[float, float] | None:
    """(from, to) of a range of factors; None if nothing would change."""
    if isinstance(value, (int, float)):
        if value < 0:
            raise ValueError(f"If {name} is a single number, it must be non negative, got {value}")
        low, high = center - float(value), center + float(value)
        low = max(low, 0.0) if lowest == 0.0 else low
    else:
        low, high = value
    if not lowest <= low <= high <= highest:
        raise ValueError(f"{name} values should be between {lowest} and {highest}, got {value}")
    return None if low == high == center else (float(low), float(high))
