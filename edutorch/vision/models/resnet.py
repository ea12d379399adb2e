"""Residual networks: a block learns what to add to its input.

The layers have torchvision's names, so that its weights fit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from ... import nn
from ...tensor import Tensor
from .registry import registered
from .weights import WeightsEnum, WeightsLike, built, imagenet

Norm = Callable[[int], nn.Module]


def conv3x3(in_planes: int, out_planes: int, stride: int = 1, groups: int = 1, dilation: int = 1) -> nn.Conv2d:
    """A 3 x 3 convolution without bias that keeps the size, with stride 1."""
    return nn.Conv2d(in_planes, out_planes, 3, stride, dilation, dilation, groups, bias=False)


def conv1x1(in_planes: int, out_planes: int, stride: int = 1) -> nn.Conv2d:
    """A 1 x 1 convolution without bias."""
    return nn.Conv2d(in_planes, out_planes, 1, stride, bias=False)


class BasicBlock(nn.Module):
    """y = relu(x + bn(conv(relu(bn(conv(x)))))), two 3 x 3 convolutions.

    (N, inplanes, H, W) to (N, planes, H / stride, W / stride). If the shapes differ, `downsample` gives x the shape of
    the sum. Source: torchvision.models.resnet.BasicBlock."""

    expansion = 1

    def __init__(
        self,
        inplanes: int,
        planes: int,
        stride: int = 1,
        downsample: nn.Module | None = None,
        groups: int = 1,
        base_width: int = 64,
        dilation: int = 1,
        norm_layer: Norm | None = None,
    ) -> None:
        super().__init__()
        norm_layer = norm_layer or nn.BatchNorm2d
        if groups != 1 or base_width != 64:
            raise ValueError("BasicBlock only supports groups=1 and base_width=64: use Bottleneck")
        if dilation > 1:
            raise NotImplementedError("Dilation > 1 not supported in BasicBlock: use Bottleneck")
        self.conv1 = conv3x3(inplanes, planes, stride)
        self.bn1 = norm_layer(planes)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = conv3x3(planes, planes)
        self.bn2 = norm_layer(planes)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        shortcut = x if self.downsample is None else self.downsample(x)
        return self.relu(out + shortcut)


class Bottleneck(nn.Module):
    """As BasicBlock, with a 3 x 3 convolution of few channels between two 1 x 1 ones.

    (N, inplanes, H, W) to (N, 4 planes, H / stride, W / stride); the stride is that of the 3 x 3 convolution.
    groups, base_width: of the 3 x 3 convolution, which has planes * base_width / 64 * groups channels (ResNeXt, Wide
    ResNet). Source: torchvision.models.resnet.Bottleneck."""

    expansion = 4

    def __init__(
        self,
        inplanes: int,
        planes: int,
        stride: int = 1,
        downsample: nn.Module | None = None,
        groups: int = 1,
        base_width: int = 64,
        dilation: int = 1,
        norm_layer: Norm | None = None,
    ) -> None:
        super().__init__()
        norm_layer = norm_layer or nn.BatchNorm2d
        width = int(planes * (base_width / 64.0)) * groups
        self.conv1 = conv1x1(inplanes, width)
        self.bn1 = norm_layer(width)
        self.conv2 = conv3x3(width, width, stride, groups, dilation)
        self.bn2 = norm_layer(width)
        self.conv3 = conv1x1(width, planes * self.expansion)
        self.bn3 = norm_layer(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.relu(self.bn2(self.conv2(out)))
        out = self.bn3(self.conv3(out))
        shortcut = x if self.downsample is None else self.downsample(x)
        return self.relu(out + shortcut)


class ResNet(nn.Module):
    """A convolution, four groups of blocks that halve the size and double the maps, an average.

    block: BasicBlock or Bottleneck. layers: how many of them each group has. Input (N, 3, H, W), for ImageNet
    224 x 224, output (N, num_classes), unnormalized. zero_init_residual: each block begins as the identity.
    replace_stride_with_dilation: for each of the last three groups, whether it keeps the size and dilates its
    convolutions. Source: torchvision.models.ResNet; He, Zhang, Ren, Sun 2015."""

    def __init__(
        self,
        block: type[BasicBlock | Bottleneck],
        layers: Sequence[int],
        num_classes: int = 1000,
        zero_init_residual: bool = False,
        groups: int = 1,
        width_per_group: int = 64,
        replace_stride_with_dilation: Sequence[bool] | None = None,
        norm_layer: Norm | None = None,
    ) -> None:
        super().__init__()
        dilate = replace_stride_with_dilation or (False, False, False)
        if len(dilate) != 3:
            raise ValueError(f"replace_stride_with_dilation should be None or a 3-element tuple, got {dilate}")
        self.inplanes = 64
        self.dilation = 1
        self.groups = groups
        self.base_width = width_per_group
        self._norm_layer = norm_layer or nn.BatchNorm2d
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = self._norm_layer(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0])
        self.layer2 = self._make_layer(block, 128, layers[1], stride=2, dilate=dilate[0])
        self.layer3 = self._make_layer(block, 256, layers[2], stride=2, dilate=dilate[1])
        self.layer4 = self._make_layer(block, 512, layers[3], stride=2, dilate=dilate[2])
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        self._initialize(zero_init_residual)

    def _make_layer(
        self, block: type[BasicBlock | Bottleneck], planes: int, blocks: int, stride: int = 1, dilate: bool = False
    ) -> nn.Sequential:
        first_dilation = self.dilation
        if dilate:
            self.dilation *= stride
            stride = 1
        outplanes = planes * block.expansion
        downsample = None
        if stride != 1 or self.inplanes != outplanes:
            downsample = nn.Sequential(conv1x1(self.inplanes, outplanes, stride), self._norm_layer(outplanes))
        make = partial(block, groups=self.groups, base_width=self.base_width, norm_layer=self._norm_layer)
        first = make(self.inplanes, planes, stride, downsample, dilation=first_dilation)
        self.inplanes = outplanes
        return nn.Sequential(first, *(make(outplanes, planes, dilation=self.dilation) for _ in range(1, blocks)))

    def _initialize(self, zero_init_residual: bool) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        for module in self.modules():
            if zero_init_residual and isinstance(module, (BasicBlock, Bottleneck)):
                last = module.bn2 if isinstance(module, BasicBlock) else module.bn3
                nn.init.zeros_(last.weight)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))  # (N, 64, H/4, W/4)
        x = self.layer1(x)  # (N, 64 expansion, H/4, W/4)
        x = self.layer2(x)  # (N, 128 expansion, H/8, W/8)
        x = self.layer3(x)  # (N, 256 expansion, H/16, W/16)
        x = self.layer4(x)  # (N, 512 expansion, H/32, W/32)
        return self.fc(self.avgpool(x).flatten(1))


class ResNet18_Weights(WeightsEnum):
    """Weights of resnet18."""

    IMAGENET1K_V1 = imagenet("resnet18-f37072fd", 11_689_512)
    DEFAULT = IMAGENET1K_V1


class ResNet34_Weights(WeightsEnum):
    """Weights of resnet34."""

    IMAGENET1K_V1 = imagenet("resnet34-b627a593", 21_797_672)
    DEFAULT = IMAGENET1K_V1


class ResNet50_Weights(WeightsEnum):
    """Weights of resnet50."""

    IMAGENET1K_V1 = imagenet("resnet50-0676ba61", 25_557_032)
    IMAGENET1K_V2 = imagenet("resnet50-11ad3fa6", 25_557_032, resize_size=232)
    DEFAULT = IMAGENET1K_V2


class ResNet101_Weights(WeightsEnum):
    """Weights of resnet101."""

    IMAGENET1K_V1 = imagenet("resnet101-63fe2227", 44_549_160)
    IMAGENET1K_V2 = imagenet("resnet101-cd907fc2", 44_549_160, resize_size=232)
    DEFAULT = IMAGENET1K_V2


class ResNet152_Weights(WeightsEnum):
    """Weights of resnet152."""

    IMAGENET1K_V1 = imagenet("resnet152-394f9c45", 60_192_808)
    IMAGENET1K_V2 = imagenet("resnet152-f82ba261", 60_192_808, resize_size=232)
    DEFAULT = IMAGENET1K_V2


class ResNeXt50_32X4D_Weights(WeightsEnum):
    """Weights of resnext50_32x4d."""

    IMAGENET1K_V1 = imagenet("resnext50_32x4d-7cdf4587", 25_028_904)
    IMAGENET1K_V2 = imagenet("resnext50_32x4d-1a0047aa", 25_028_904, resize_size=232)
    DEFAULT = IMAGENET1K_V2


class Wide_ResNet50_2_Weights(WeightsEnum):
    """Weights of wide_resnet50_2."""

    IMAGENET1K_V1 = imagenet("wide_resnet50_2-95faca4d", 68_883_240)
    IMAGENET1K_V2 = imagenet("wide_resnet50_2-9ba9bcbe", 68_883_240, resize_size=232)
    DEFAULT = IMAGENET1K_V2


@registered(ResNet18_Weights)
def resnet18(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> ResNet:
    """ResNet of 18 layers: 11,689,512 parameters for 1,000 classes.

    weights: None, one of ResNet18_Weights, or a file. Source: torchvision.models.resnet18."""
    return built(partial(ResNet, BasicBlock, [2, 2, 2, 2]), ResNet18_Weights, weights, kwargs)


@registered(ResNet34_Weights)
def resnet34(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> ResNet:
    """ResNet of 34 layers. Source: torchvision.models.resnet34."""
    return built(partial(ResNet, BasicBlock, [3, 4, 6, 3]), ResNet34_Weights, weights, kwargs)


@registered(ResNet50_Weights)
def resnet50(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> ResNet:
    """ResNet of 50 layers, of Bottlenecks. Source: torchvision.models.resnet50."""
    return built(partial(ResNet, Bottleneck, [3, 4, 6, 3]), ResNet50_Weights, weights, kwargs)


@registered(ResNet101_Weights)
def resnet101(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> ResNet:
    """ResNet of 101 layers. Source: torchvision.models.resnet101."""
    return built(partial(ResNet, Bottleneck, [3, 4, 23, 3]), ResNet101_Weights, weights, kwargs)


@registered(ResNet152_Weights)
def resnet152(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> ResNet:
    """ResNet of 152 layers. Source: torchvision.models.resnet152."""
    return built(partial(ResNet, Bottleneck, [3, 8, 36, 3]), ResNet152_Weights, weights, kwargs)


@registered(ResNeXt50_32X4D_Weights)
def resnext50_32x4d(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> ResNet:
    """resnet50 with 32 groups of 4 channels. Source: torchvision.models.resnext50_32x4d; Xie et al. 2016."""
    make = partial(ResNet, Bottleneck, [3, 4, 6, 3], groups=32, width_per_group=4)
    return built(make, ResNeXt50_32X4D_Weights, weights, kwargs)


@registered(Wide_ResNet50_2_Weights)
def wide_resnet50_2(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> ResNet:
    """resnet50 with twice the channels in each block. Source: torchvision.models.wide_resnet50_2; Zagoruyko 2016."""
    make = partial(ResNet, Bottleneck, [3, 4, 6, 3], width_per_group=128)
    return built(make, Wide_ResNet50_2_Weights, weights, kwargs)
