"""Layers for training with the rounding that is to come: their weights pass through a FakeQuantize.

Source: torch.ao.nn.qat, torch.ao.nn.intrinsic.qat; Jacob et al. 2018, section 3.2 for the folding of batch norm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from .. import nn
from ..nn import functional as F
from ..nn.module import Module
from ..tensor import Tensor
from .sharing import sharing_attributes

if TYPE_CHECKING:
    from .fake_quantize import FakeQuantize
    from .qconfig import QConfig


class FakeQuantized(Module):
    """A layer whose weight_fake_quant rounds its weight."""

    weight_fake_quant: FakeQuantize
    qconfig: QConfig
    bn: nn.BatchNorm2d

    @classmethod
    def from_float(cls, mod: Module) -> Self:
        """The layer on the parameters and buffers of a float one, or of the first of fused ones."""
        made = sharing_attributes(cls, mod[0] if isinstance(mod, nn.Sequential) else mod)
        made.qconfig = mod.qconfig
        if isinstance(mod, nn.Sequential) and isinstance(mod[1], nn.BatchNorm2d):
            made.bn = mod[1]
        made.weight_fake_quant = mod.qconfig.weight().to(made.weight.device)
        return made


class Linear(FakeQuantized, nn.Linear):
    """nn.Linear with a rounded weight. Source: torch.ao.nn.qat.Linear."""

    def forward(self, input: Tensor) -> Tensor:
        """(*, in_features) -> (*, out_features)"""
        return F.linear(input, self.weight_fake_quant(self.weight), self.bias)


class LinearReLU(Linear):
    """Linear, then ReLU. Source: torch.ao.nn.intrinsic.qat.LinearReLU."""

    def forward(self, input: Tensor) -> Tensor:
        """(*, in_features) -> (*, out_features)"""
        return super().forward(input).relu()


class Conv2d(FakeQuantized, nn.Conv2d):
    """nn.Conv2d with a rounded weight. Source: torch.ao.nn.qat.Conv2d."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, O, H', W')"""
        input, weight, *others = self._arguments(input)
        return F.conv2d(input, self.weight_fake_quant(weight), *others)


class ConvReLU2d(Conv2d):
    """Conv2d, then ReLU. Source: torch.ao.nn.intrinsic.qat.ConvReLU2d."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, O, H', W')"""
        return super().forward(input).relu()


class ConvBn2d(FakeQuantized, nn.Conv2d):
    """Conv2d and BatchNorm2d, with the weight rounded as it will be once the batch norm is folded into it.

    The folded weight is that of the running statistics, w gamma / sqrt(var + eps); its output is divided by the same
    factor again, and normalized by the batch's. Source: torch.ao.nn.intrinsic.qat.ConvBn2d."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, O, H', W')"""
        input, weight, bias, *others = self._arguments(input)
        factor = self.bn.weight / (self.bn.running_var + self.bn.eps).sqrt()
        rounded = self.weight_fake_quant(weight * factor.reshape(-1, 1, 1, 1))
        y = F.conv2d(input, rounded, None, *others) / factor.reshape(-1, 1, 1)
        if bias is not None:
            y = y + bias.reshape(-1, 1, 1)
        result: Tensor = self.bn(y)
        return result

    def folded(self) -> Module:
        """The convolution with the batch norm in its weight and bias."""
        return nn.utils.fuse_conv_bn_eval(self.eval(), self.bn)


class ConvBnReLU2d(ConvBn2d):
    """Conv2d, BatchNorm2d, then ReLU. Source: torch.ao.nn.intrinsic.qat.ConvBnReLU2d."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, O, H', W')"""
        return super().forward(input).relu()
