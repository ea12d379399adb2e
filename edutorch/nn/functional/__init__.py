"""Layers as plain functions: the operations of `ops` by PyTorch's names, and what is composed of them.

Source: torch.nn.functional.
"""

from ...ops.activation import log_softmax, relu, sigmoid, softmax, tanh
from ...ops.conv import conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d, conv_transpose3d
from ...ops.matmul import linear
from ...ops.max_pool import max_pool1d, max_pool2d, max_pool3d
from .dropout import alpha_dropout, dropout, dropout1d, dropout2d, dropout3d, feature_alpha_dropout

__all__ = [
    "alpha_dropout",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "feature_alpha_dropout",
    "linear",
    "log_softmax",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "relu",
    "sigmoid",
    "softmax",
    "tanh",
]
