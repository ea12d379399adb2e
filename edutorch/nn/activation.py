"""Activation functions as layers. Source: torch.nn.modules.activation."""

from __future__ import annotations

from typing import Any

from ..tensor import Tensor
from . import functional as F
from .module import Module


class ReLU(Module):
    """max(x, 0). Any shape. inplace: in the input's memory. Source: torch.nn.ReLU."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return input.relu_() if self.inplace else F.relu(input)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class Sigmoid(Module):
    """1 / (1 + e^-x). Any shape. Source: torch.nn.Sigmoid."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return input.sigmoid()


class Tanh(Module):
    """Hyperbolic tangent. Any shape. Source: torch.nn.Tanh."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return input.tanh()


class _AlongDim(Module):
    """What is computed along one axis, `dim`."""

    dim: Any

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(_AlongDim):
    """e^x normalised to sum 1 along dim. Any shape. Source: torch.nn.Softmax."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.softmax(input, self.dim)


class LogSoftmax(_AlongDim):
    """The logarithm of Softmax. Any shape. Source: torch.nn.LogSoftmax."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.log_softmax(input, self.dim)
