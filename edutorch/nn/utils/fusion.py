"""A batch norm folded into the layer before it, for inference. Source: torch.nn.utils.fusion."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from ...autograd.grad_mode import no_grad
from ..parameter import Parameter

if TYPE_CHECKING:
    from ..module import Module


@no_grad()
def fuse_conv_bn_eval(conv: Module, bn: Module, transpose: bool = False) -> Module:
    """A copy of a convolution that computes bn(conv(x)); both must be in eval mode.

    Raises AssertionError if one is training."""
    return _fuse(conv, bn, 1 if transpose else 0)


@no_grad()
def fuse_linear_bn_eval(linear: Module, bn: Module) -> Module:
    """A copy of a linear layer that computes bn(linear(x)); both must be in eval mode."""
    return _fuse(linear, bn, 0)


def _fuse(layer: Module, bn: Module, axis: int) -> Module:
    if layer.training or bn.training:
        raise AssertionError("Fusion only for eval!")
    fused = copy.deepcopy(layer)
    scale = (bn.running_var + bn.eps) ** -0.5
    scale = scale if bn.weight is None else scale * bn.weight
    shape = [1] * layer.weight.dim()
    shape[axis] = -1
    bias = (0 if layer.bias is None else layer.bias) - bn.running_mean
    fused.weight = Parameter(layer.weight * scale.reshape(shape))
    shifted = bias * scale
    fused.bias = Parameter(shifted if bn.bias is None else shifted + bn.bias)
    return fused
