"""MobileNetV2: little to compute, for small machines."""

from __future__ import annotations

from collections.abc import Sequence

from ... import nn
from ...nn import functional as F
from ...tensor import Tensor
from ..ops.layers import Conv2dNormActivation, Layer
from .registry import registered
from .weights import WeightsEnum, WeightsLike, built, imagenet

# expansion, channels, blocks, stride of the first block
_SETTING = [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
]


def _make_divisible(v: float, divisor: int, min_value: int | None = None) -> int:
    """The multiple of divisor nearest to v, but not less than nine tenths of it."""
    nearest = max(min_value or divisor, int(v + divisor / 2) // divisor * divisor)
    return nearest + divisor if nearest < 0.9 * v else nearest


class InvertedResidual(nn.Module):
    """A 1 x 1 convolution to many channels, a 3 x 3 one of each channel by itself, a 1 x 1 one back to few.

    (N, inp, H, W) to (N, oup, H / stride, W / stride); the input is added where its shape fits. Raises ValueError for a
    stride that is not 1 or 2."""

    def __init__(self, inp: int, oup: int, stride: int, expand_ratio: int, norm_layer: Layer | None = None) -> None:
        super().__init__()
        if stride not in (1, 2):
            raise ValueError(f"stride should be 1 or 2 instead of {stride}")
        self.stride = stride
        norm_layer = norm_layer or nn.BatchNorm2d
        hidden = round(inp * expand_ratio)
        self.use_res_connect = stride == 1 and inp == oup
        layers: list[nn.Module] = []
        if expand_ratio != 1:
            layers.append(Conv2dNormActivation(inp, hidden, 1, norm_layer=norm_layer, activation_layer=nn.ReLU6))
        layers += [
            Conv2dNormActivation(
                hidden, hidden, stride=stride, groups=hidden, norm_layer=norm_layer, activation_layer=nn.ReLU6
            ),
            nn.Conv2d(hidden, oup, 1, bias=False),
            norm_layer(oup),
        ]
        self.conv = nn.Sequential(*layers)
        self.out_channels = oup

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv(x) if self.use_res_connect else self.conv(x)


class MobileNetV2(nn.Module):
    """A convolution, inverted residuals, a 1 x 1 convolution, an average.

    width_mult: a factor for all channels, which are rounded to multiples of round_nearest. inverted_residual_setting:
    rows of expansion, channels, blocks and stride. Input (N, 3, H, W), for ImageNet 224 x 224; output (N, num_classes),
    unnormalized. Source: torchvision.models.MobileNetV2; Sandler et al. 2018."""

    def __init__(
        self,
        num_classes: int = 1000,
        width_mult: float = 1.0,
        inverted_residual_setting: Sequence[Sequence[int]] | None = None,
        round_nearest: int = 8,
        block: Layer | None = None,
        norm_layer: Layer | None = None,
        dropout: float = 0.2,
    ) -> None:
        super().__init__()
        block = block or InvertedResidual
        norm_layer = norm_layer or nn.BatchNorm2d
        setting = _SETTING if inverted_residual_setting is None else inverted_residual_setting
        if not setting or len(setting[0]) != 4:
            raise ValueError(f"inverted_residual_setting should be non-empty or a 4-element list, got {setting}")
        channels = _make_divisible(32 * width_mult, round_nearest)
        self.last_channel = _make_divisible(1280 * max(1.0, width_mult), round_nearest)
        features: list[nn.Module] = [
            Conv2dNormActivation(3, channels, stride=2, norm_layer=norm_layer, activation_layer=nn.ReLU6)
        ]
        for expansion, wanted, blocks, stride in setting:
            output = _make_divisible(wanted * width_mult, round_nearest)
            for i in range(blocks):
                features.append(
                    block(channels, output, stride if i == 0 else 1, expand_ratio=expansion, norm_layer=norm_layer)
                )
                channels = output
        features.append(
            Conv2dNormActivation(channels, self.last_channel, 1, norm_layer=norm_layer, activation_layer=nn.ReLU6)
        )
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(self.last_channel, num_classes))
        self._initialize()

    def _initialize(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out")
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
            elif isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, 0, 0.01)
                nn.init.zeros_(module.bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(F.adaptive_avg_pool2d(self.features(x), (1, 1)).flatten(1))


class MobileNet_V2_Weights(WeightsEnum):
    """Weights of mobilenet_v2."""

    IMAGENET1K_V1 = imagenet("mobilenet_v2-b0353104", 3_504_872)
    IMAGENET1K_V2 = imagenet("mobilenet_v2-7ebf99e0", 3_504_872, resize_size=232)
    DEFAULT = IMAGENET1K_V2


@registered(MobileNet_V2_Weights)
def mobilenet_v2(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> MobileNetV2:
    """MobileNetV2. weights: None, one of MobileNet_V2_Weights, or a file. Source: torchvision.models.mobilenet_v2."""
    return built(MobileNetV2, MobileNet_V2_Weights, weights, kwargs)
