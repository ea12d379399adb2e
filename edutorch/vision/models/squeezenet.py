"""SqueezeNet: as good as AlexNet with a fiftieth of its parameters."""

from __future__ import annotations

from functools import partial

from ... import nn
from ...ops.joining import cat
from ...tensor import Tensor
from .registry import registered
from .weights import WeightsEnum, WeightsLike, built, imagenet


class Fire(nn.Module):
    """A 1 x 1 convolution to few channels, then 1 x 1 and 3 x 3 ones to many, side by side.

    (N, inplanes, H, W) to (N, expand1x1_planes + expand3x3_planes, H, W)."""

    def __init__(self, inplanes: int, squeeze_planes: int, expand1x1_planes: int, expand3x3_planes: int) -> None:
        super().__init__()
        self.inplanes = inplanes
        self.squeeze = nn.Conv2d(inplanes, squeeze_planes, 1)
        self.squeeze_activation = nn.ReLU(inplace=True)
        self.expand1x1 = nn.Conv2d(squeeze_planes, expand1x1_planes, 1)
        self.expand1x1_activation = nn.ReLU(inplace=True)
        self.expand3x3 = nn.Conv2d(squeeze_planes, expand3x3_planes, 3, padding=1)
        self.expand3x3_activation = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        x = self.squeeze_activation(self.squeeze(x))
        return cat([self.expand1x1_activation(self.expand1x1(x)), self.expand3x3_activation(self.expand3x3(x))], 1)


def _halved() -> nn.MaxPool2d:
    return nn.MaxPool2d(3, stride=2, ceil_mode=True)


class SqueezeNet(nn.Module):
    """Eight Fire modules, and a convolution to the classes in the place of fully connected layers.

    version: "1_0", or "1_1", which computes less. Input (N, 3, H, W) with H, W of at least 21, for ImageNet 224; output
    (N, num_classes), unnormalized and not negative. Raises ValueError for another version.
    Source: torchvision.models.SqueezeNet; Iandola et al. 2016."""

    def __init__(self, version: str = "1_0", num_classes: int = 1000, dropout: float = 0.5) -> None:
        super().__init__()
        self.num_classes = num_classes
        small = [Fire(256, 48, 192, 192), Fire(384, 48, 192, 192), Fire(384, 64, 256, 256)]
        if version == "1_0":
            layers = [
                nn.Conv2d(3, 96, 7, stride=2),
                nn.ReLU(inplace=True),
                _halved(),
                Fire(96, 16, 64, 64),
                Fire(128, 16, 64, 64),
                Fire(128, 32, 128, 128),
                _halved(),
                Fire(256, 32, 128, 128),
                *small,
                _halved(),
                Fire(512, 64, 256, 256),
            ]
        elif version == "1_1":
            layers = [
                nn.Conv2d(3, 64, 3, stride=2),
                nn.ReLU(inplace=True),
                _halved(),
                Fire(64, 16, 64, 64),
                Fire(128, 16, 64, 64),
                _halved(),
                Fire(128, 32, 128, 128),
                Fire(256, 32, 128, 128),
                _halved(),
                *small,
                Fire(512, 64, 256, 256),
            ]
        else:
            raise ValueError(f"Unsupported SqueezeNet version {version}: 1_0 or 1_1 expected")
        self.features = nn.Sequential(*layers)
        last = nn.Conv2d(512, num_classes, 1)
        self.classifier = nn.Sequential(nn.Dropout(dropout), last, nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d((1, 1)))
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                if module is last:
                    nn.init.normal_(module.weight, std=0.01)
                else:
                    nn.init.kaiming_uniform_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.features(x)).flatten(1)


class SqueezeNet1_0_Weights(WeightsEnum):
    """Weights of squeezenet1_0."""

    IMAGENET1K_V1 = imagenet("squeezenet1_0-b66bff10", 1_248_424, min_size=21)
    DEFAULT = IMAGENET1K_V1


class SqueezeNet1_1_Weights(WeightsEnum):
    """Weights of squeezenet1_1."""

    IMAGENET1K_V1 = imagenet("squeezenet1_1-b8a52dc0", 1_235_496, min_size=17)
    DEFAULT = IMAGENET1K_V1


@registered(SqueezeNet1_0_Weights)
def squeezenet1_0(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> SqueezeNet:
    """SqueezeNet 1.0. weights: None, one of SqueezeNet1_0_Weights, or a file.

    Source: torchvision.models.squeezenet1_0."""
    return built(partial(SqueezeNet, "1_0"), SqueezeNet1_0_Weights, weights, kwargs)


@registered(SqueezeNet1_1_Weights)
def squeezenet1_1(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> SqueezeNet:
    """SqueezeNet 1.1. Source: torchvision.models.squeezenet1_1."""
    return built(partial(SqueezeNet, "1_1"), SqueezeNet1_1_Weights, weights, kwargs)
