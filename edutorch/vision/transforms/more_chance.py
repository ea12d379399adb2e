"""More random transforms: blurring, erasing, perspective, and changes of tone.

For the same seed they give torchvision's pictures, as those of chance.py do."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ...ops.from_data import tensor
from ...random.tensors import randn
from ...tensor import Tensor
from ..pillow import Image
from . import draw
from . import functional as F
from .blur import _sizes
from .chance import _WithProbability
from .functional import InterpolationMode
from .geometry import pair


class GaussianBlur:
    """Blurred by a Gaussian whose deviation is drawn from sigma = (from, to), or is the number sigma.

    Raises ValueError for sizes that are even or not positive, and for a sigma that is not positive.
    Source: torchvision.transforms.GaussianBlur."""

    def __init__(self, kernel_size: int | Sequence[int], sigma: float | Sequence[float] = (0.1, 2.0)) -> None:
        self.kernel_size = _sizes(kernel_size)
        low, high = (sigma, sigma) if isinstance(sigma, (int, float)) else sigma
        if not 0.0 < low <= high:
            raise ValueError(f"sigma values should be positive and of the form (min, max). Got {sigma}")
        self.sigma = (low, high)

    @staticmethod
    def get_params(sigma_min: float, sigma_max: float) -> float:
        """The deviation."""
        return draw.uniform(sigma_min, sigma_max)

    def __call__(self, img: Image) -> Image:
        sigma = self.get_params(*self.sigma)
        return F.gaussian_blur(img, self.kernel_size, [sigma, sigma])

    def __repr__(self) -> str:
        return f"{type(self).__name__}(kernel_size={self.kernel_size}, sigma={self.sigma})"


class RandomErasing(_WithProbability):
    """A rectangle of a tensor (..., C, H, W), of random place and shape, is overwritten with probability p.

    scale: its area as a fraction of the image's, from and to; ratio: height / width, from and to; value: a number, one
    for each channel, or "random" for normal numbers.

    Source: torchvision.transforms.RandomErasing; Zhong et al. 2017."""

    def __init__(
        self,
        p: float = 0.5,
        scale: Sequence[float] = (0.02, 0.33),
        ratio: Sequence[float] = (0.3, 3.3),
        value: float | str | Sequence[float] = 0,
        inplace: bool = False,
    ) -> None:
        if isinstance(value, str) and value != "random":
            raise ValueError("If value is str, it should be 'random'")
        if not (0 <= scale[0] <= scale[1] <= 1 and ratio[0] <= ratio[1] and 0 <= p <= 1):
            raise ValueError(f"scale {scale} and p {p} should be between 0 and 1, scale and ratio {ratio} (from, to)")
        super().__init__(p)
        self.scale = scale
        self.ratio = ratio
        self.value = value
        self.inplace = inplace

    @staticmethod
    def get_params(
        img: Tensor, scale: Sequence[float], ratio: Sequence[float], value: Sequence[float] | None = None
    ) -> tuple[int, int, int, int, Tensor]:
        """(top, left, height, width, values): ten tries, then the image itself."""
        channels, height, width = img.shape[-3:]
        low, high = (float(np.log(np.float32(limit))) for limit in ratio)
        for _ in range(10):
            area = height * width * draw.uniform(scale[0], scale[1])
            shape = float(np.exp(np.float32(draw.uniform(low, high))))
            h, w = round(math.sqrt(area * shape)), round(math.sqrt(area / shape))
            if h < height and w < width:
                v = randn(channels, h, w) if value is None else tensor(value)[:, None, None]
                return draw.below(height - h + 1), draw.below(width - w + 1), h, w, v
        return 0, 0, height, width, img

    def change(self, img: Tensor) -> Tensor:
        if not isinstance(img, Tensor):
            raise TypeError(f"img should be Tensor Image. Got {type(img)}: put ToTensor() before RandomErasing")
        value: Sequence[float] | None
        if isinstance(self.value, str):
            value = None
        else:
            value = [float(self.value)] if isinstance(self.value, (int, float)) else [*map(float, self.value)]
            if len(value) not in (1, img.shape[-3]):
                raise ValueError(
                    "If value is a sequence, it should have either a single value or"
                    f" {img.shape[-3]} (number of input channels), got {value}"
                )
        return F.erase(img, *self.get_params(img, self.scale, self.ratio, value), self.inplace)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(p={self.p}, scale={self.scale}, ratio={self.ratio}, value={self.value},"
            f" inplace={self.inplace})"
        )


class RandomPerspective(_WithProbability):
    """The image seen from elsewhere with probability p. distortion_scale: how far its corners move, 0 to 1.

    Source: torchvision.transforms.RandomPerspective."""

    def __init__(
        self,
        distortion_scale: float = 0.5,
        p: float = 0.5,
        interpolation: InterpolationMode = InterpolationMode.BILINEAR,
        fill: int | Sequence[int] = 0,
    ) -> None:
        super().__init__(p)
        self.distortion_scale = distortion_scale
        self.interpolation = interpolation
        self.fill = fill

    @staticmethod
    def get_params(width: int, height: int, distortion_scale: float) -> tuple[list[list[int]], list[list[int]]]:
        """The corners of the image and where they come to: (x, y), from the upper left clockwise."""
        most_x, most_y = int(distortion_scale * (width // 2)), int(distortion_scale * (height // 2))

        def near(most: int) -> int:
            return draw.below(most + 1)

        def far(size: int, most: int) -> int:
            return size - most - 1 + draw.below(most + 1)

        ends = [
            [near(most_x), near(most_y)],
            [far(width, most_x), near(most_y)],
            [far(width, most_x), far(height, most_y)],
            [near(most_x), far(height, most_y)],
        ]
        return [[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]], ends

    def change(self, img: Image) -> Image:
        width, height = F.get_image_size(img)
        starts, ends = self.get_params(width, height, self.distortion_scale)
        return F.perspective(img, starts, ends, self.interpolation, self.fill)


class RandomInvert(_WithProbability):
    """Light for dark with probability p. Source: torchvision."""

    def change(self, img: Image) -> Image:
        return F.invert(img)


class RandomAutocontrast(_WithProbability):
    """The whole range of brightness with probability p. Source: torchvision."""

    def change(self, img: Image) -> Image:
        return F.autocontrast(img)


class RandomEqualize(_WithProbability):
    """Every brightness about as frequent with probability p. Source: torchvision."""

    def change(self, img: Image) -> Image:
        return F.equalize(img)


class RandomPosterize(_WithProbability):
    """Fewer colors, of `bits` bits each, with probability p. Source: torchvision."""

    def __init__(self, bits: int, p: float = 0.5) -> None:
        super().__init__(p)
        self.bits = bits

    def change(self, img: Image) -> Image:
        return F.posterize(img, self.bits)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(bits={self.bits},p={self.p})"


class RandomSolarize(_WithProbability):
    """Colors from `threshold` on inverted with probability p. Source: torchvision."""

    def __init__(self, threshold: float, p: float = 0.5) -> None:
        super().__init__(p)
        self.threshold = threshold

    def change(self, img: Image) -> Image:
        return F.solarize(img, self.threshold)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(threshold={self.threshold},p={self.p})"


class RandomAdjustSharpness(_WithProbability):
    """Sharper or blurred with probability p. Source: torchvision."""

    def __init__(self, sharpness_factor: float, p: float = 0.5) -> None:
        super().__init__(p)
        self.sharpness_factor = sharpness_factor

    def change(self, img: Image) -> Image:
        return F.adjust_sharpness(img, self.sharpness_factor)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(sharpness_factor={self.sharpness_factor},p={self.p})"


class FiveCrop:
    """The four corners and the middle: a tuple of five images. Source: torchvision.transforms.FiveCrop."""

    def __init__(self, size: int | Sequence[int]) -> None:
        self.size = pair(size)

    def __call__(self, img: Image) -> tuple[Image, ...]:
        return F.five_crop(img, self.size)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(size={self.size})"


class TenCrop:
    """FiveCrop of the image and of its mirror image. Source: torchvision.transforms.TenCrop."""

    def __init__(self, size: int | Sequence[int], vertical_flip: bool = False) -> None:
        self.size = pair(size)
        self.vertical_flip = vertical_flip

    def __call__(self, img: Image) -> tuple[Image, ...]:
        return F.ten_crop(img, self.size, self.vertical_flip)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(size={self.size}, vertical_flip={self.vertical_flip})"
