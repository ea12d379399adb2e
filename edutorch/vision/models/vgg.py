"""VGG: nothing but 3 x 3 convolutions, and more of them."""

from __future__ import annotations

from collections.abc import Sequence

from ... import nn
from ...tensor import Tensor
from .registry import registered
from .weights import WeightsEnum, WeightsLike, built, imagenet

# The channels of each convolution; "M" halves the size by a maximum.
cfgs: dict[str, list[int | str]] = {
    "A": [64, "M", 128, "M", *[256] * 2, "M", *[512] * 2, "M", *[512] * 2, "M"],
    "B": [*[64] * 2, "M", *[128] * 2, "M", *[256] * 2, "M", *[512] * 2, "M", *[512] * 2, "M"],
    "D": [*[64] * 2, "M", *[128] * 2, "M", *[256] * 3, "M", *[512] * 3, "M", *[512] * 3, "M"],
    "E": [*[64] * 2, "M", *[128] * 2, "M", *[256] * 4, "M", *[512] * 4, "M", *[512] * 4, "M"],
}


def make_layers(cfg: Sequence[int | str], batch_norm: bool = False) -> nn.Sequential:
    """The convolutions: (N, 3, H, W) to (N, 512, H / 32, W / 32). cfg: one of `cfgs`."""
    layers: list[nn.Module] = []
    channels = 3
    for each in cfg:
        if isinstance(each, str):
            layers.append(nn.MaxPool2d(2, stride=2))
            continue
        layers.append(nn.Conv2d(channels, each, 3, padding=1))
        if batch_norm:
            layers.append(nn.BatchNorm2d(each))
        layers.append(nn.ReLU(inplace=True))
        channels = each
    return nn.Sequential(*layers)


class VGG(nn.Module):
    """Convolutions, then three fully connected layers with dropout.

    features: what `make_layers` gives. init_weights: False keeps the layers' own initial weights. Input (N, 3, H, W)
    with H, W of at least 32, for ImageNet 224; output (N, num_classes), unnormalized.
    Source: torchvision.models.VGG; Simonyan, Zisserman 2014."""

    def __init__(
        self, features: nn.Module, num_classes: int = 1000, init_weights: bool = True, dropout: float = 0.5
    ) -> None:
        super().__init__()
        self.features = features
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096),
            nn.ReLU(True),
            nn.Dropout(dropout),
            nn.Linear(4096, 4096),
            nn.ReLU(True),
            nn.Dropout(dropout),
            nn.Linear(4096, num_classes),
        )
        if init_weights:
            self._initialize()

    def _initialize(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, 0, 0.01)
            if isinstance(module, (nn.Conv2d, nn.Linear)) and module.bias is not None:
                nn.init.zeros_(module.bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.avgpool(self.features(x)).flatten(1))


class VGG11_Weights(WeightsEnum):
    """Weights of vgg11."""

    IMAGENET1K_V1 = imagenet("vgg11-8a719046", 132_863_336, min_size=32)
    DEFAULT = IMAGENET1K_V1


class VGG11_BN_Weights(WeightsEnum):
    """Weights of vgg11_bn."""

    IMAGENET1K_V1 = imagenet("vgg11_bn-6002323d", 132_868_840, min_size=32)
    DEFAULT = IMAGENET1K_V1


class VGG13_Weights(WeightsEnum):
    """Weights of vgg13."""

    IMAGENET1K_V1 = imagenet("vgg13-19584684", 133_047_848, min_size=32)
    DEFAULT = IMAGENET1K_V1


class VGG13_BN_Weights(WeightsEnum):
    """Weights of vgg13_bn."""

    IMAGENET1K_V1 = imagenet("vgg13_bn-abd245e5", 133_053_736, min_size=32)
    DEFAULT = IMAGENET1K_V1


class VGG16_Weights(WeightsEnum):
    """Weights of vgg16; those of IMAGENET1K_FEATURES have no classifier: theirs is not a number."""

    IMAGENET1K_V1 = imagenet("vgg16-397923af", 138_357_544, min_size=32)
    IMAGENET1K_FEATURES = imagenet(
        "vgg16_features-amdegroot-88682ab5",
        138_357_544,
        min_size=32,
        mean=(0.48235, 0.45882, 0.40784),
        std=(1 / 255, 1 / 255, 1 / 255),
    )
    DEFAULT = IMAGENET1K_V1


class VGG16_BN_Weights(WeightsEnum):
    """Weights of vgg16_bn."""

    IMAGENET1K_V1 = imagenet("vgg16_bn-6c64b313", 138_365_992, min_size=32)
    DEFAULT = IMAGENET1K_V1


class VGG19_Weights(WeightsEnum):
    """Weights of vgg19."""

    IMAGENET1K_V1 = imagenet("vgg19-dcbb9e9d", 143_667_240, min_size=32)
    DEFAULT = IMAGENET1K_V1


class VGG19_BN_Weights(WeightsEnum):
    """Weights of vgg19_bn."""

    IMAGENET1K_V1 = imagenet("vgg19_bn-c79401a0", 143_678_248, min_size=32)
    DEFAULT = IMAGENET1K_V1


def _vgg(cfg: str, batch_norm: bool, known: type[WeightsEnum], weights: WeightsLike, options: dict[str, object]) -> VGG:
    def make(**options: object) -> VGG:
        return VGG(make_layers(cfgs[cfg], batch_norm), **options)  # type: ignore[arg-type]

    return built(make, known, weights, options)


@registered(VGG11_Weights)
def vgg11(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> VGG:
    """VGG of 11 layers. weights: None, one of VGG11_Weights, or a file. Source: torchvision.models.vgg11."""
    return _vgg("A", False, VGG11_Weights, weights, kwargs)


@registered(VGG11_BN_Weights)
def vgg11_bn(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> VGG:
    """vgg11 with batch normalization. Source: torchvision.models.vgg11_bn."""
    return _vgg("A", True, VGG11_BN_Weights, weights, kwargs)


@registered(VGG13_Weights)
def vgg13(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> VGG:
    """VGG of 13 layers. Source: torchvision.models.vgg13."""
    return _vgg("B", False, VGG13_Weights, weights, kwargs)


@registered(VGG13_BN_Weights)
def vgg13_bn(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> VGG:
    """vgg13 with batch normalization. Source: torchvision.models.vgg13_bn."""
    return _vgg("B", True, VGG13_BN_Weights, weights, kwargs)


@registered(VGG16_Weights)
def vgg16(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> VGG:
    """VGG of 16 layers. Source: torchvision.models.vgg16."""
    return _vgg("D", False, VGG16_Weights, weights, kwargs)


@registered(VGG16_BN_Weights)
def vgg16_bn(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> VGG:
    """vgg16 with batch normalization. Source: torchvision.models.vgg16_bn."""
    return _vgg("D", True, VGG16_BN_Weights, weights, kwargs)


@registered(VGG19_Weights)
def vgg19(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> VGG:
    """VGG of 19 layers. Source: torchvision.models.vgg19."""
    return _vgg("E", False, VGG19_Weights, weights, kwargs)


@registered(VGG19_BN_Weights)
def vgg19_bn(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> VGG:
    """vgg19 with batch normalization. Source: torchvision.models.vgg19_bn."""
    return _vgg("E", True, VGG19_BN_Weights, weights, kwargs)
