"""Densely connected networks: every layer sees the outputs of all layers before it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import partial

from ... import nn
from ...nn import functional as F
from ...ops.joining import cat
from ...tensor import Tensor
from .registry import registered
from .weights import WeightsEnum, WeightsLike, built, imagenet

# Files of weights have names of an older form: norm.1 for norm1.
_OLD_KEYS = [(r"(denselayer\d+\.(?:norm|relu|conv))\.([12])\.", r"\1\2.")]


class _DenseLayer(nn.Module):
    """growth_rate new channels out of all that are there, by a 1 x 1 and a 3 x 3 convolution."""

    def __init__(self, num_input_features: int, growth_rate: int, bn_size: int, drop_rate: float) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(num_input_features)
        self.relu1 = nn.ReLU(inplace=True)
        self.conv1 = nn.Conv2d(num_input_features, bn_size * growth_rate, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(bn_size * growth_rate)
        self.relu2 = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(bn_size * growth_rate, growth_rate, 3, padding=1, bias=False)
        self.drop_rate = float(drop_rate)

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        x = self.conv1(self.relu1(self.norm1(cat(features, 1))))
        x = self.conv2(self.relu2(self.norm2(x)))
        return F.dropout(x, self.drop_rate, self.training) if self.drop_rate > 0 else x


class _DenseBlock(nn.ModuleDict):
    """num_layers layers; gives their outputs and its input, one beside the other."""

    def __init__(
        self, num_layers: int, num_input_features: int, bn_size: int, growth_rate: int, drop_rate: float
    ) -> None:
        super().__init__()
        for i in range(num_layers):
            layer = _DenseLayer(num_input_features + i * growth_rate, growth_rate, bn_size, drop_rate)
            self.add_module(f"denselayer{i + 1}", layer)

    def forward(self, x: Tensor) -> Tensor:
        features = [x]
        for layer in self.values():
            features.append(layer(features))
        return cat(features, 1)


class _Transition(nn.Sequential):
    """Fewer channels, half the size."""

    def __init__(self, num_input_features: int, num_output_features: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(num_input_features)
        self.relu = nn.ReLU(inplace=True)
        self.conv = nn.Conv2d(num_input_features, num_output_features, 1, bias=False)
        self.pool = nn.AvgPool2d(2)


class DenseNet(nn.Module):
    """A convolution, blocks of dense layers with transitions between them, an average.

    growth_rate: channels that a layer adds. block_config: layers of each block. bn_size: channels between a layer's two
    convolutions, in growth rates. drop_rate: dropout after each layer. Input (N, 3, H, W) with H, W of at least 29, for
    ImageNet 224; output (N, num_classes), unnormalized. memory_efficient would compute outputs again in the backward
    pass, and raises NotImplementedError. Source: torchvision.models.DenseNet; Huang et al. 2016."""

    def __init__(
        self,
        growth_rate: int = 32,
        block_config: Sequence[int] = (6, 12, 24, 16),
        num_init_features: int = 64,
        bn_size: int = 4,
        drop_rate: float = 0,
        num_classes: int = 1000,
        memory_efficient: bool = False,
    ) -> None:
        if memory_efficient:
            raise NotImplementedError("DenseNet: edutorch leaves memory_efficient=True out; it gives the same numbers")
        super().__init__()
        first = OrderedDict(
            conv0=nn.Conv2d(3, num_init_features, 7, stride=2, padding=3, bias=False),
            norm0=nn.BatchNorm2d(num_init_features),
            relu0=nn.ReLU(inplace=True),
            pool0=nn.MaxPool2d(3, stride=2, padding=1),
        )
        self.features = nn.Sequential(first)
        channels = num_init_features
        for i, layers in enumerate(block_config):
            block = _DenseBlock(layers, channels, bn_size, growth_rate, drop_rate)
            self.features.add_module(f"denseblock{i + 1}", block)
            channels += layers * growth_rate
            if i < len(block_config) - 1:
                self.features.add_module(f"transition{i + 1}", _Transition(channels, channels // 2))
                channels //= 2
        self.features.add_module("norm5", nn.BatchNorm2d(channels))
        self.classifier = nn.Linear(channels, num_classes)
        self._initialize()

    def _initialize(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)
            elif isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.features(x), inplace=True)
        return self.classifier(F.adaptive_avg_pool2d(x, (1, 1)).flatten(1))


class DenseNet121_Weights(WeightsEnum):
    """Weights of densenet121."""

    IMAGENET1K_V1 = imagenet("densenet121-a639ec97", 7_978_856, min_size=29)
    DEFAULT = IMAGENET1K_V1


class DenseNet161_Weights(WeightsEnum):
    """Weights of densenet161."""

    IMAGENET1K_V1 = imagenet("densenet161-8d451a50", 28_681_000, min_size=29)
    DEFAULT = IMAGENET1K_V1


class DenseNet169_Weights(WeightsEnum):
    """Weights of densenet169."""

    IMAGENET1K_V1 = imagenet("densenet169-b2777c0a", 14_149_480, min_size=29)
    DEFAULT = IMAGENET1K_V1


class DenseNet201_Weights(WeightsEnum):
    """Weights of densenet201."""

    IMAGENET1K_V1 = imagenet("densenet201-c1103571", 20_013_928, min_size=29)
    DEFAULT = IMAGENET1K_V1


@registered(DenseNet121_Weights)
def densenet121(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> DenseNet:
    """DenseNet of 121 layers. weights: None, one of DenseNet121_Weights, or a file.

    Source: torchvision.models.densenet121."""
    return built(partial(DenseNet, 32, (6, 12, 24, 16), 64), DenseNet121_Weights, weights, kwargs, _OLD_KEYS)


@registered(DenseNet161_Weights)
def densenet161(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> DenseNet:
    """DenseNet of 161 layers. Source: torchvision.models.densenet161."""
    return built(partial(DenseNet, 48, (6, 12, 36, 24), 96), DenseNet161_Weights, weights, kwargs, _OLD_KEYS)


@registered(DenseNet169_Weights)
def densenet169(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> DenseNet:
    """DenseNet of 169 layers. Source: torchvision.models.densenet169."""
    return built(partial(DenseNet, 32, (6, 12, 32, 32), 64), DenseNet169_Weights, weights, kwargs, _OLD_KEYS)


@registered(DenseNet201_Weights)
def densenet201(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> DenseNet:
    """DenseNet of 201 layers. Source: torchvision.models.densenet201."""
    return built(partial(DenseNet, 32, (6, 12, 48, 32), 64), DenseNet201_Weights, weights, kwargs, _OLD_KEYS)
