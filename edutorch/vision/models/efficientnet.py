"""EfficientNet: depth, width and size grown together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ... import nn
from ...tensor import Tensor
from ..ops.layers import Conv2dNormActivation, Layer, SqueezeExcitation
from ..ops.stochastic_depth import StochasticDepth
from ..transforms.functional import InterpolationMode
from .mobilenetv2 import _make_divisible
from .registry import registered
from .weights import WeightsEnum, WeightsLike, built, imagenet


@dataclass
class MBConvConfig:
    """A stage of EfficientNet: num_layers blocks, the first one from input_channels with this stride.

    width_mult, depth_mult: factors for the channels and the number of blocks.
    Source: torchvision.models.efficientnet.MBConvConfig."""

    expand_ratio: float
    kernel: int
    stride: int
    input_channels: int
    out_channels: int
    num_layers: int
    width_mult: float = 1.0
    depth_mult: float = 1.0
    block: Layer | None = None

    def __post_init__(self) -> None:
        self.input_channels = self.adjust_channels(self.input_channels, self.width_mult)
        self.out_channels = self.adjust_channels(self.out_channels, self.width_mult)
        self.num_layers = math.ceil(self.num_layers * self.depth_mult)
        self.block = self.block or MBConv

    @staticmethod
    def adjust_channels(channels: int, width_mult: float, min_value: int | None = None) -> int:
        """Channels times width_mult, as a multiple of 8."""
        return _make_divisible(channels * width_mult, 8, min_value)


class MBConv(nn.Module):
    """As MobileNetV2's block, with SiLU, a factor for each channel, and stochastic depth.

    (N, cnf.input_channels, H, W) to (N, cnf.out_channels, H / stride, W / stride). Raises ValueError for a stride that
    is not 1 or 2."""

    def __init__(
        self,
        cnf: MBConvConfig,
        stochastic_depth_prob: float,
        norm_layer: Layer,
        se_layer: Layer = SqueezeExcitation,
    ) -> None:
        super().__init__()
        if cnf.stride not in (1, 2):
            raise ValueError(f"illegal stride value {cnf.stride}: 1 or 2 expected")
        self.use_res_connect = cnf.stride == 1 and cnf.input_channels == cnf.out_channels
        conv = partial(Conv2dNormActivation, norm_layer=norm_layer, activation_layer=nn.SiLU)
        expanded = cnf.adjust_channels(cnf.input_channels, cnf.expand_ratio)
        layers: list[nn.Module] = []
        if expanded != cnf.input_channels:
            layers.append(conv(cnf.input_channels, expanded, 1))
        layers += [
            conv(expanded, expanded, cnf.kernel, cnf.stride, groups=expanded),
            se_layer(expanded, max(1, cnf.input_channels // 4), activation=partial(nn.SiLU, inplace=True)),
            Conv2dNormActivation(expanded, cnf.out_channels, 1, norm_layer=norm_layer, activation_layer=None),
        ]
        self.block = nn.Sequential(*layers)
        self.stochastic_depth = StochasticDepth(stochastic_depth_prob, "row")
        self.out_channels = cnf.out_channels

    def forward(self, input: Tensor) -> Tensor:
        result = self.block(input)
        return self.stochastic_depth(result) + input if self.use_res_connect else result


class EfficientNet(nn.Module):
    """A convolution, stages of MBConv blocks, a 1 x 1 convolution, an average.

    stochastic_depth_prob: of the last block; it grows from 0 at the first one. last_channel: of the 1 x 1 convolution,
    by default four times what it gets. Input (N, 3, H, W), output (N, num_classes), unnormalized. Raises ValueError for
    no stages. Source: torchvision.models.EfficientNet; Tan, Le 2019."""

    def __init__(
        self,
        inverted_residual_setting: Sequence[MBConvConfig],
        dropout: float,
        stochastic_depth_prob: float = 0.2,
        num_classes: int = 1000,
        norm_layer: Layer | None = None,
        last_channel: int | None = None,
    ) -> None:
        super().__init__()
        if not inverted_residual_setting:
            raise ValueError("The inverted_residual_setting should not be empty")
        norm_layer = norm_layer or nn.BatchNorm2d
        conv = partial(Conv2dNormActivation, norm_layer=norm_layer, activation_layer=nn.SiLU)
        stages: list[nn.Module] = [conv(3, inverted_residual_setting[0].input_channels, stride=2)]
        total = sum(stage.num_layers for stage in inverted_residual_setting)
        done = 0
        for stage in inverted_residual_setting:
            blocks = []
            for i in range(stage.num_layers):
                config = stage if i == 0 else _later(stage)
                blocks.append((stage.block or MBConv)(config, stochastic_depth_prob * done / total, norm_layer))
                done += 1
            stages.append(nn.Sequential(*blocks))
        channels = inverted_residual_setting[-1].out_channels
        last = last_channel or 4 * channels
        stages.append(conv(channels, last, 1))
        self.features = nn.Sequential(*stages)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Dropout(dropout, inplace=True), nn.Linear(last, num_classes))
        self._initialize()

    def _initialize(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out")
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
            elif isinstance(module, nn.Linear):
                bound = 1.0 / math.sqrt(module.out_features)
                nn.init.uniform_(module.weight, -bound, bound)
                nn.init.zeros_(module.bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.avgpool(self.features(x)).flatten(1))


def _later(stage: MBConvConfig) -> MBConvConfig:
    """The configuration of a stage's blocks after the first."""
    return MBConvConfig(
        stage.expand_ratio, stage.kernel, 1, stage.out_channels, stage.out_channels, stage.num_layers, block=stage.block
    )


def _stages(width_mult: float, depth_mult: float) -> list[MBConvConfig]:
    stage = partial(MBConvConfig, width_mult=width_mult, depth_mult=depth_mult)
    return [
        stage(1, 3, 1, 32, 16, 1),
        stage(6, 3, 2, 16, 24, 2),
        stage(6, 5, 2, 24, 40, 2),
        stage(6, 3, 2, 40, 80, 3),
        stage(6, 5, 1, 80, 112, 3),
        stage(6, 5, 2, 112, 192, 4),
        stage(6, 3, 1, 192, 320, 1),
    ]


class EfficientNet_B0_Weights(WeightsEnum):
    """Weights of efficientnet_b0."""

    IMAGENET1K_V1 = imagenet("efficientnet_b0_rwightman-7f5810bc", 5_288_548, interpolation=InterpolationMode.BICUBIC)
    DEFAULT = IMAGENET1K_V1


@registered(EfficientNet_B0_Weights)
def efficientnet_b0(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> EfficientNet:
    """EfficientNet-B0. weights: None, one of EfficientNet_B0_Weights, or a file.

    Source: torchvision.models.efficientnet_b0."""
    options = {"dropout": 0.2} | kwargs
    return built(partial(EfficientNet, _stages(1.0, 1.0)), EfficientNet_B0_Weights, weights, options)
