"""A network and a batch small enough to count in."""

import edutorch as torch
from edutorch import nn


def small_cnn() -> nn.Sequential:
    torch.manual_seed(0)
    features = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.MaxPool2d(2))
    return nn.Sequential(features, nn.Flatten(), nn.Linear(27, 4))


def image() -> torch.Tensor:
    torch.manual_seed(1)
    return torch.randn(2, 1, 8, 8)
