"""Dropout: while training, random elements or channels become 0, and the others grow to make up for it.

The masks come from the default generator, as in PyTorch on a CPU that is not Intel's; on a GPU from its own engine, so
that nothing crosses to it.
Hinton et al.: Improving neural networks by preventing co-adaptation of feature detectors, 2012.
"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING

from ...autograd.base import wrap
from ...backend import is_on_gpu
from ...ops.creation import empty
from ...ops.plumbing.entry import check_tensors
from ...random import philox
from ...random.fill import bernoulli_

if TYPE_CHECKING:
    from ...tensor import Tensor

ALPHA = -1.7580993408473766  # SELU's value at -infinity: what alpha dropout sets elements to


def kept(input: Tensor, shape: tuple[int, ...], p: float) -> Tensor:
    """1 with probability 1 - p, else 0: a tensor of input's dtype and device."""
    if is_on_gpu(input.array):
        return wrap(philox.kept(input.array, shape, 1 - p))
    return bernoulli_(empty(shape, dtype=input.dtype, device=input.device), 1 - p)


def check_probability(p: float) -> None:
    """Raises ValueError for anything but a probability."""
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")


def _dropout(input: Tensor, shape: tuple[int, ...], p: float, training: bool, inplace: bool) -> Tensor:
    check_probability(p)
    if not training or p == 0:
        return input
    mask = kept(input, shape, p)
    if p < 1:
        mask.div_(1 - p)
    return input.mul_(mask) if inplace else input * mask


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Each element becomes 0 with probability p, else it is multiplied by 1 / (1 - p). With training=False nothing
    happens.

    Raises ValueError for p outside of [0, 1]. Source: torch.nn.functional.dropout."""
    check_tensors("dropout", input=input)
    return _dropout(input, input.array.shape, p, training, inplace)


def _channels(name: str, n: int, input: Tensor) -> tuple[int, ...]:
    """One number for each channel: (N, C, 1, ...), or (C, 1, ...) without a batch."""
    check_tensors(name, input=input)
    shape = input.array.shape
    if len(shape) < 2:
        raise RuntimeError("Feature dropout requires at least 2 dimensions in the input")
    if len(shape) not in (n + 1, n + 2):
        warnings.warn(
            f"{name}: Received a {len(shape)}-D input to {name}, which is deprecated: expected a {n + 1}-D or"
            f" {n + 2}-D input",
            stacklevel=4,
        )
    channels = 1 if len(shape) == n + 1 and n != 2 else 2
    return (*shape[:channels], *[1] * (len(shape) - channels))


def dropout1d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Whole channels become 0: input (N, C, L) or (C, L). Source: torch.nn.functional.dropout1d."""
    return _dropout(input, _channels("dropout1d", 1, input), p, training, inplace)


def dropout2d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Whole channels become 0: input (N, C, H, W). As in PyTorch, (C, H, W) is taken for (N, C, L).

    Tompson et al.: Efficient Object Localization Using Convolutional Networks, 2015.
    Source: torch.nn.functional.dropout2d."""
    return _dropout(input, _channels("dropout2d", 2, input), p, training, inplace)


def dropout3d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Whole channels become 0: input (N, C, D, H, W) or (C, D, H, W). Source: torch.nn.functional.dropout3d."""
    return _dropout(input, _channels("dropout3d", 3, input), p, training, inplace)


def feature(input: Tensor, p: float, training: bool, inplace: bool = False) -> Tensor:
    """Whole channels become 0: input (N, C, *), of any number of axes."""
    return _dropout(input, _all_channels("feature_dropout", input), p, training, inplace)


def _all_channels(name: str, input: Tensor) -> tuple[int, ...]:
    """One number for each channel: (N, C, 1, ...)."""
    check_tensors(name, input=input)
    shape = input.array.shape
    if len(shape) < 2:
        raise RuntimeError("Feature dropout requires at least 2 dimensions in the input")
    return (*shape[:2], *[1] * (len(shape) - 2))


def _alpha_dropout(input: Tensor, shape: tuple[int, ...], p: float, training: bool, inplace: bool) -> Tensor:
    check_probability(p)
    if not training or p == 0:
        return input
    mask = kept(input, shape, p)
    # a and b give the result the mean and variance of the input, for inputs of mean 0 and variance 1
    a = 0 if p == 1 else 1 / math.sqrt((1 - p) * (1 + p * ALPHA**2))
    result = (input * mask + (1 - mask) * ALPHA) * a + (-a * ALPHA * p)
    return input.copy_(result) if inplace else result


def alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """Dropout for SELU networks: it keeps mean 0 and variance 1.

    Klambauer et al.: Self-Normalizing Neural Networks, 2017. Source: torch.nn.functional.alpha_dropout."""
    check_tensors("alpha_dropout", input=input)
    return _alpha_dropout(input, input.array.shape, p, training, inplace)


def feature_alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """alpha_dropout of whole channels: input (N, C, *). Source: torch.nn.functional.feature_alpha_dropout."""
    return _alpha_dropout(input, _all_channels("feature_alpha_dropout", input), p, training, inplace)
