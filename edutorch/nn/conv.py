"""Convolutions as layers. Source: torch.nn.modules.conv."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..dtypes import dtype as dtype_
from ..ops.creation import empty
from ..ops.plumbing.entry import check_ints
from ..ops.plumbing.per_axis import Ints, per_axis, same_padding
from ..tensor import Tensor
from . import functional as F
from . import init
from .module import Module
from .parameter import Parameter

if TYPE_CHECKING:
    from ..backend import DeviceLike


PADDING_MODES = ("zeros", "reflect", "replicate", "circular")


class _Conv(Module):
    """What all convolutions share. axes: how many the kernel has; transposed: whether the weight's first axis is that
    of the inputs."""

    axes = 0
    transposed = False
    bias: Tensor | None

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Ints,
        stride: int,
        padding: Ints | str,
        dilation: int,
        output_padding: int,
        groups: int,
        bias: bool,
        padding_mode: str,
        device: DeviceLike,
        dtype: dtype_ | None,
    ) -> None:
        super().__init__()
        check_ints(type(self).__name__, in_channels=in_channels, out_channels=out_channels, groups=groups)
        check_ints(type(self).__name__, kernel_size=kernel_size, stride=stride, dilation=dilation)
        if not isinstance(padding, str):
            check_ints(type(self).__name__, padding=padding, output_padding=output_padding)
        _check(in_channels, out_channels, stride, padding, groups, padding_mode)
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = per_axis(kernel_size, self.axes)
        self.stride = per_axis(stride, self.axes)
        self.padding: Any = padding if isinstance(padding, str) else per_axis(padding, self.axes)
        self.dilation = per_axis(dilation, self.axes)
        self.output_padding = per_axis(output_padding, self.axes)
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


def _check(
    in_channels: int,
    out_channels: int,
    stride: int,
    padding: Ints | str,
    groups: int,
    padding_mode: str,
) -> None:
    if groups <= 0:
        raise ValueError("groups must be a positive integer")
    if in_channels % groups:
        raise ValueError(f"in_channels must be divisible by groups: {in_channels} and {groups} are not")
    if out_channels % groups:
        raise ValueError(f"out_channels must be divisible by groups: {out_channels} and {groups} are not")
    if isinstance(padding, str) and padding not in ("valid", "same"):
        raise ValueError(f"Invalid padding string '{padding}', should be one of 'valid' and 'same'")
    if padding == "same" and any(s != 1 for s in per_axis(stride, 1)):
        raise ValueError("padding='same' is not supported for strided convolutions")
    if padding_mode not in PADDING_MODES:
        raise ValueError(f"padding_mode must be one of {PADDING_MODES}, but got padding_mode='{padding_mode}'")


class _Straight(_Conv):
    """A convolution that is not transposed."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Ints,
        stride: int = 1,
        padding: Ints | str = 0,
        dilation: int = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: DeviceLike = None,
        dtype: dtype_ | None = None,
    ) -> None:
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            0,
            groups,
            bias,
            padding_mode,
            device,
            dtype,
        )

    def _arguments(self, input: Tensor) -> tuple[Any, ...]:
        padding: Any = self.padding
        if self.padding_mode != "zeros":
            input, padding = F.pad(input, self._sides(), self.padding_mode), 0
        return input, self.weight, self.bias, self.stride, padding, self.dilation, self.groups

    def _sides(self) -> list[int]:
        """The padding in the form of F.pad: (before, after) of the last axis first."""
        if self.padding == "valid":
            return [0, 0] * self.axes
        if self.padding == "same":
            pairs = same_padding(self.kernel_size, self.dilation)
        else:
            pairs = tuple((p, p) for p in self.padding)
        return [side for pair in reversed(pairs) for side in pair]


class Conv1d(_Straight):
    """Convolution over signals: (N, C, L) -> (N, O, L'). Arguments as for Conv2d. Source: torch.nn.Conv1d."""

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
    """Convolution over volumes: (N, C, D, H, W) -> (N, O, D', H', W'). Arguments as for Conv2d. Source:
    torch.nn.Conv3d."""

    axes = 3

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, D, H, W) -> (N, O, D', H', W')"""
        return F.conv3d(*self._arguments(input))


class _Transposed(_Conv):
    """The transpose of a convolution: its output grows with the stride."""

    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        padding: int = 0,
        output_padding: int = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: int = 1,
        padding_mode: str = "zeros",
        device: DeviceLike = None,
        dtype: dtype_ | None = None,
    ) -> None:
        if padding_mode != "zeros":
            raise ValueError(f'Only "zeros" padding mode is supported for {type(self).__name__}')
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            output_padding,
            groups,
            bias,
            padding_mode,
            device,
            dtype,
        )

    def _arguments(self, input: Tensor, output_size: Sequence[int] | None) -> tuple[Any, ...]:
        return (
            input,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            self._output_padding(input, output_size),
            self.groups,
            self.dilation,
        )

    def _output_padding(self, input: Tensor, output_size: Sequence[int] | None) -> tuple[int, ...]:
        """The output padding that results in output_size. Raises ValueError if none does."""
        if output_size is None:
            return self.output_padding
        if len(output_size) not in (self.axes, input.dim()):
            raise ValueError(
                f"{type(self).__name__}: for {input.dim()}D input, output_size must have {self.axes} or"
                f" {input.dim()} elements (got {len(output_size)})"
            )
        extra = []
        for axis, want in enumerate(tuple(output_size)[-self.axes :]):
            reach = self.dilation[axis] * (self.kernel_size[axis] - 1) + 1
            least = (input.size(axis - self.axes) - 1) * self.stride[axis] - 2 * int(self.padding[axis]) + reach
            if not least <= want < least + self.stride[axis]:
                raise ValueError(
                    f"requested an output size of {list(output_size)}, but valid sizes range from {least} to"
                    f" {least + self.stride[axis] - 1} in axis {axis} (for an input of {list(input.shape)})"
                )
            extra.append(want - least)
        return tuple(extra)


class ConvTranspose1d(_Transposed):
    """Transposed convolution over signals: (N, C, L) -> (N, O, L'). Source: torch.nn.ConvTranspose1d."""

    axes = 1

    def forward(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """(N, C, L) -> (N, O, L')"""
        return F.conv_transpose1d(*self._arguments(input, output_size))


class ConvTranspose2d(_Transposed):
    """Transposed convolution over images: (N, C, H, W) -> (N, O, H', W'). Source: torch.nn.ConvTranspose2d."""

    axes = 2

    def forward(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """(N, C, H, W) -> (N, O, H', W')"""
        return F.conv_transpose2d(*self._arguments(input, output_size))


class ConvTranspose3d(_Transposed):
    """Transposed convolution over volumes: (N, C, D, H, W) -> (N, O, D', H', W'). Source: torch.nn.ConvTranspose3d."""

    axes = 3

    def forward(self, input: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """(N, C, D, H, W) -> (N, O, D', H', W')"""
        return F.conv_transpose3d(*self._arguments(input, output_size))
