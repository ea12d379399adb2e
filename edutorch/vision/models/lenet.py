"""LeNet-5, the first convolutional network that read checks."""

from __future__ import annotations

from ... import nn
from ...nn import functional as F
from ...tensor import Tensor


class LeNet(nn.Module):
    """Two convolutions, each followed by averaging, and three fully connected layers.

    Input (N, 1, 28, 28), output (N, num_classes), unnormalized. 61,706 parameters for ten classes.
    Source: LeCun, Bottou, Bengio, Haffner, Gradient-based learning applied to document recognition,
    1998; as usual today, every map of the second convolution sees all maps of the first."""

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = F.avg_pool2d(F.tanh(self.conv1(x)), 2)  # (N, 6, 14, 14)
        x = F.avg_pool2d(F.tanh(self.conv2(x)), 2)  # (N, 16, 5, 5)
        x = F.tanh(self.fc1(x.flatten(1)))  # (N, 120)
        return self.fc3(F.tanh(self.fc2(x)))
