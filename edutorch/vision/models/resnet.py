"""Residual networks: a block learns what to add to its input.

The layers have torchvision's names, so that its weights fit: save them there with safetensors.torch.save_file, and read
them here with `load` and `load_state_dict`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ... import nn
from ...tensor import Tensor


class BasicBlock(nn.Module):
    """y = relu(x + bn(conv(relu(bn(conv(x)))))), two 3 x 3 convolutions.

    (N, inplanes, H, W) to (N, planes, H / stride, W / stride). If the shapes differ, `downsample` gives x the shape of
    the sum. Source: torchvision.models.resnet.BasicBlock."""

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: nn.Module | None = None) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inplanes, planes, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        shortcut = x if self.downsample is None else self.downsample(x)
        return self.relu(out + shortcut)


class ResNet(nn.Module):
    """A convolution, four groups of blocks that halve the size and double the maps, an average.

    layers: how many blocks each group has. Input (N, 3, H, W), for ImageNet 224 x 224, output
    (N, num_classes), unnormalized. zero_init_residual: each block begins as the identity.
    Source: torchvision.models.ResNet; He, Zhang, Ren, Sun 2015."""

    def __init__(self, layers: Sequence[int], num_classes: int = 1000, zero_init_residual: bool = False) -> None:
        super().__init__()
        self.inplanes = 64
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = self._make_layer(64, layers[0])
        self.layer2 = self._make_layer(128, layers[1], stride=2)
        self.layer3 = self._make_layer(256, layers[2], stride=2)
        self.layer4 = self._make_layer(512, layers[3], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512, num_classes)
        self._initialize(zero_init_residual)

    def _make_layer(self, planes: int, blocks: int, stride: int = 1) -> nn.Sequential:
        downsample = None
        if stride != 1 or self.inplanes != planes:
            downsample = nn.Sequential(
                nn.Conv2d(self.inplanes, planes, 1, stride=stride, bias=False), nn.BatchNorm2d(planes)
            )
        first = BasicBlock(self.inplanes, planes, stride, downsample)
        self.inplanes = planes
        return nn.Sequential(first, *(BasicBlock(planes, planes) for _ in range(1, blocks)))

    def _initialize(self, zero_init_residual: bool) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        for module in self.modules():
            if zero_init_residual and isinstance(module, BasicBlock):
                nn.init.constant_(module.bn2.weight, 0)

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))  # (N, 64, H/4, W/4)
        x = self.layer1(x)  # (N, 64, H/4, W/4)
        x = self.layer2(x)  # (N, 128, H/8, W/8)
        x = self.layer3(x)  # (N, 256, H/16, W/16)
        x = self.layer4(x)  # (N, 512, H/32, W/32)
        return self.fc(self.avgpool(x).flatten(1))


def resnet18(*, weights: None = None, **kwargs: Any) -> ResNet:
    """ResNet of 18 layers: 11,689,512 parameters for 1,000 classes.

    weights: None only; raises ValueError for anything else, since no weights are downloaded.
    Source: torchvision.models.resnet18."""
    if weights is not None:
        raise ValueError(
            f"resnet18: no weights are downloaded, got weights={weights!r}. Save them with PyTorch, "
            "safetensors.torch.save_file(model.state_dict(), path), and here model.load_state_dict("
            "edutorch.load(path))"
        )
    return ResNet([2, 2, 2, 2], **kwargs)
