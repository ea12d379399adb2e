"""Convolutions as layers. Source: torch.nn.modules.conv."""

from __future__ import annotations

from typing import Any

from ..dtypes import dtype as dtype_
from ..ops.creation import empty
from ..tensor import Tensor
from . import functional as F
from . import init
from .module import Module
from .parameter import Parameter

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


def tuple_for(value: Any, n: int) -> tuple[int, ...]:
    """One number for each of n axes."""
    return (value,) * n if isinstance(value, int) else tuple(value)


class _Conv(Module):
    """What all convolutions are made with. axes: how many the kernel has; transposed: which way the
    channels of the weight go."""

    axes = 0
    transposed = False
    bias: Any

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: Any, stride: Any, padding: Any, dilation: Any,
        output_padding: Any, groups: int, bias: bool, padding_mode: str, device: Any, dtype: dtype_ | None,
    ) -> None:  # fmt: skip
        super().__init__()
        _check(in_channels, out_channels, stride, padding, groups, padding_mode)
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = tuple_for(kernel_size, self.axes)
        self.stride = tuple_for(stride, self.axes)
        self.padding = padding if isinstance(padding, str) else tuple_for(padding, self.axes)
        self.dilation = tuple_for(dilation, self.axes)
        self.output_padding = tuple_for(output_padding, self.axes)
        self.padding_mode = padding_mode
        channels = (in_channels, out_channels) if self.transposed else (out_channels, in_channels)
        shape = (channels[0], channels[1] // groups, *self.kernel_size)
        self.weight = Parameter(empty(shape, dtype=dtype, device=device))
        self.register_parameter("bias", Parameter(empty(out_channels, dtype=dtype, device=device)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draws new initial values."""
        init.uniform_like_pytorch(self.weight, self.bias)

    def extra_repr(self) -> str:
        parts = [f"{self.in_channels}, {self.out_channels}", f"kernel_size={self.kernel_size}", f"stride={self.stride}"]
        if self.padding != (0,) * self.axes:
            parts.append(f"padding={self.padding}")
        if self.dilation != (1,) * self.axes:
            parts.append(f"dilation={self.dilation}")
        if self.output_padding != (0,) * self.axes:
            parts.append(f"output_padding={self.output_padding}")
        if self.groups != 1:
            parts.append(f"groups={self.groups}")
        if self.bias is None:
            parts.append("bias=False")
        if self.padding_mode != "zeros":
            parts.append(f"padding_mode={self.padding_mode}")
        return ", ".join(parts)


def _check(in_channels: int, out_channels: int, stride: Any, padding: Any, groups: int, padding_mode: str) -> None:
    if groups <= 0:
        raise ValueError("groups must be a positive integer")
    if in_channels % groups:
        raise ValueError(f"in_channels must be divisible by groups: {in_channels} and {groups} are not")
    if out_channels % groups:
        raise ValueError(f"out_channels must be divisible by groups: {out_channels} and {groups} are not")
    if isinstance(padding, str) and padding not in ("valid", "same"):
        raise ValueError(f"Invalid padding string '{padding}', should be one of 'valid' and 'same'")
    if padding == "same" and any(s != 1 for s in tuple_for(stride, 1)):
        raise ValueError("padding='same' is not supported for strided convolutions")
    if padding_mode not in PADDING_MODES:
        raise ValueError(f"padding_mode must be one of {PADDING_MODES}, but got padding_mode='{padding_mode}'")


class _Straight(_Conv):
    """A convolution that is not transposed."""

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size: Any, stride: Any = 1, padding: Any = 0,
        dilation: Any = 1, groups: int = 1, bias: bool = True, padding_mode: str = "zeros", device: Any = None,
        dtype: dtype_ | None = None,
    ) -> None:  # fmt: skip
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, dilation, 0, groups, bias,
                         padding_mode, device, dtype)  # fmt: skip

    def _arguments(self, input: Tensor) -> tuple[Any, ...]:
        return input, self.weight, self.bias, self.stride, self.padding, self.dilation, self.groups


class Conv1d(_Straight):
    """Convolution over signals: (N, C, L) -> (N, O, L'). Arguments as Conv2d. Source: torch.nn.Conv1d."""

    axes = 1

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, L) -> (N, O, L')"""
        return F.conv1d(*self._arguments(input))


class Conv2d(_Straight):
    """Convolution over images: (N, in_channels, H, W) -> (N, out_channels, H', W').

    kernel_size, stride, padding (or 'same', 'valid') and dilation: an int or a pair; groups splits the channels;
    padding_mode: 'zeros', 'reflect', 'replicate' or 'circular'. weight (out_channels, in_channels / groups,
    *kernel_size) and bias (out_channels,) are uniform within 1 / sqrt(fan_in) at first.
    Raises ValueError for arguments that do not fit. Source: torch.nn.Conv2d."""

    axes = 2

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, O, H', W')"""
        return F.conv2d(*self._arguments(input))


class Conv3d(_Straight):
    """Convolution over volumes: (N, C, D, H, W) -> (N, O, D', H', W'). Arguments as Conv2d.
    Source: torch.nn.Conv3d."""

    axes = 3

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, D, H, W) -> (N, O, D', H', W')"""
        return F.conv3d(*self._arguments(input))
