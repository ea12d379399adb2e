"""AlexNet, the network with which deep learning took over image recognition."""

from __future__ import annotations

from ... import nn
from ...tensor import Tensor
from .registry import registered
from .weights import WeightsEnum, WeightsLike, built, imagenet


class AlexNet(nn.Module):
    """Five convolutions, three fully connected layers, dropout before the first two of these.

    Input (N, 3, H, W) with H, W of at least 63, for ImageNet 224; output (N, num_classes), unnormalized.
    Source: torchvision.models.AlexNet; Krizhevsky, One weird trick for parallelizing CNNs, 2014."""

    def __init__(self, num_classes: int = 1000, dropout: float = 0.5) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 11, stride=4, padding=2),  # (N, 64, 55, 55)
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, stride=2),  # (N, 64, 27, 27)
            nn.Conv2d(64, 192, 5, padding=2),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, stride=2),  # (N, 192, 13, 13)
            nn.Conv2d(192, 384, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(384, 256, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(256, 256, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, stride=2),  # (N, 256, 6, 6)
        )
        self.avgpool = nn.AdaptiveAvgPool2d((6, 6))
        self.classifier = nn.Sequential(
            nn.Dropout(dropout),
            nn.Linear(256 * 6 * 6, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(dropout),
            nn.Linear(4096, 4096),
            nn.ReLU(inplace=True),
            nn.Linear(4096, num_classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.avgpool(self.features(x)).flatten(1))


class AlexNet_Weights(WeightsEnum):
    """Weights of AlexNet."""

    IMAGENET1K_V1 = imagenet("alexnet-owt-7be5be79", 61_100_840, min_size=63)
    DEFAULT = IMAGENET1K_V1


@registered(AlexNet_Weights)
def alexnet(weights: WeightsLike = None, progress: bool = True, **kwargs: object) -> AlexNet:
    """AlexNet. weights: None, one of AlexNet_Weights, or a file. Source: torchvision.models.alexnet."""
    return built(AlexNet, AlexNet_Weights, weights, kwargs)
