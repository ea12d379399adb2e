"""Dropout as layers: they only do something in training mode. Source: torch.nn.modules.dropout."""

from __future__ import annotations

from ..tensor import Tensor
from . import functional as F
from .functional.dropout import check_probability
from .module import Module


class _Dropout(Module):
    """p: the probability that an element, or a channel, becomes 0; inplace: whether to overwrite the input."""

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        check_probability(p)
        self.p = p
        self.inplace = inplace

    def extra_repr(self) -> str:
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """Elements become 0 with probability p; the others are multiplied by 1 / (1 - p). Any shape.
    Source: torch.nn.Dropout."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.dropout(input, self.p, self.training, self.inplace)


class Dropout1d(_Dropout):
    """Whole channels become 0. (N, C, L) or (C, L). Source: torch.nn.Dropout1d."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, L) or (C, L); the same out."""
        return F.dropout1d(input, self.p, self.training, self.inplace)


class Dropout2d(_Dropout):
    """Whole channels become 0. (N, C, H, W). Source: torch.nn.Dropout2d."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W); the same out."""
        return F.dropout2d(input, self.p, self.training, self.inplace)


class Dropout3d(_Dropout):
    """Whole channels become 0. (N, C, D, H, W) or (C, D, H, W). Source: torch.nn.Dropout3d."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, D, H, W) or (C, D, H, W); the same out."""
        return F.dropout3d(input, self.p, self.training, self.inplace)


class AlphaDropout(_Dropout):
    """Dropout that keeps mean 0 and variance 1, for SELU. Any shape. Source: torch.nn.AlphaDropout."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.alpha_dropout(input, self.p, self.training)


class FeatureAlphaDropout(_Dropout):
    """AlphaDropout of whole channels. (N, C, *). Source: torch.nn.FeatureAlphaDropout."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, *); the same out."""
        return F.feature_alpha_dropout(input, self.p, self.training)
