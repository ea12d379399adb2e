"""edutorch.vision.models: networks that textbooks use."""

from .lenet import LeNet
from .resnet import BasicBlock, ResNet, resnet18

__all__ = ["BasicBlock", "LeNet", "ResNet", "resnet18"]
