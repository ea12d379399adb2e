"""Pooling as layers. Source: torch.nn.modules.pooling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..ops.plumbing.per_axis import Ints, per_axis
from ..tensor import Tensor
from . import functional as F
from .module import Module


class _MaxPool(Module):
    """kernel_size, stride (kernel_size by default), padding, dilation: an int, or one for each axis."""

    def __init__(
        self,
        kernel_size: Ints,
        stride: int | None = None,
        padding: int = 0,
        dilation: int = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode

    def _arguments(self, input: Tensor) -> tuple[Any, ...]:
        return (input, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices)

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding},"
            f" dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(_MaxPool):
    """The largest element of each window: (N, C, L) -> (N, C, L'). Source: torch.nn.MaxPool1d."""

    def forward(self, input: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """(N, C, L) -> (N, C, L')"""
        return F.max_pool1d(*self._arguments(input))


class MaxPool2d(_MaxPool):
    """The largest element of each window: (N, C, H, W) -> (N, C, H', W'). Source: torch.nn.MaxPool2d."""

    def forward(self, input: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """(N, C, H, W) -> (N, C, H', W')"""
        return F.max_pool2d(*self._arguments(input))


class MaxPool3d(_MaxPool):
    """The largest element of each window: (N, C, D, H, W) -> (N, C, D', H', W'). Source: torch.nn.MaxPool3d."""

    def forward(self, input: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """(N, C, D, H, W) -> (N, C, D', H', W')"""
        return F.max_pool3d(*self._arguments(input))


class _AvgPool(Module):
    """kernel_size, stride (kernel_size by default), padding: an int, or one for each axis."""

    def __init__(
        self,
        kernel_size: Ints,
        stride: tuple[int, ...] | None = None,
        padding: Ints = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override

    def _arguments(self, input: Tensor) -> tuple[Any, ...]:
        return (
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool1d(_AvgPool):
    """The mean of each window: (N, C, L) -> (N, C, L'). Source: torch.nn.AvgPool1d."""

    def __init__(
        self,
        kernel_size: int,
        stride: int | None = None,
        padding: int = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        size, step = per_axis(kernel_size, 1), per_axis(kernel_size if stride is None else stride, 1)
        super().__init__(size, step, per_axis(padding, 1), ceil_mode, count_include_pad)

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, L) -> (N, C, L')"""
        return F.avg_pool1d(*self._arguments(input)[:-1])


class AvgPool2d(_AvgPool):
    """The mean of each window: (N, C, H, W) -> (N, C, H', W'). Source: torch.nn.AvgPool2d."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H', W')"""
        return F.avg_pool2d(*self._arguments(input))


class AvgPool3d(_AvgPool):
    """The mean of each window: (N, C, D, H, W) -> (N, C, D', H', W'). Source: torch.nn.AvgPool3d."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, D, H, W) -> (N, C, D', H', W')"""
        return F.avg_pool3d(*self._arguments(input))


class _LPPool(Module):
    """norm_type: the power p."""

    def __init__(
        self, norm_type: float, kernel_size: Ints, stride: Ints | None = None, ceil_mode: bool = False
    ) -> None:
        super().__init__()
        self.norm_type, self.kernel_size, self.stride, self.ceil_mode = norm_type, kernel_size, stride, ceil_mode

    def extra_repr(self) -> str:
        return (
            f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride},"
            f" ceil_mode={self.ceil_mode}"
        )


class LPPool1d(_LPPool):
    """The p-norm of each window, of positive inputs: (N, C, L) -> (N, C, L'). Source: torch.nn.LPPool1d."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, L) -> (N, C, L')"""
        return F.lp_pool1d(input, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode)


class LPPool2d(_LPPool):
    """The p-norm of each window, of positive inputs: (N, C, H, W) -> (N, C, H', W'). Source: torch.nn.LPPool2d."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, H', W')"""
        return F.lp_pool2d(input, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode)


class _AdaptiveAvgPool(Module):
    """output_size: an int, or one for each axis; None keeps an axis."""

    def __init__(self, output_size: int | Sequence[int | None]) -> None:
        super().__init__()
        self.output_size = output_size

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """The mean of each of output_size windows: (N, C, L). Source: torch.nn.AdaptiveAvgPool1d."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, L) -> (N, C, output_size)"""
        return F.adaptive_avg_pool1d(input, self.output_size)


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """The mean of each of output_size windows: (N, C, H, W). Source: torch.nn.AdaptiveAvgPool2d."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, *output_size)"""
        return F.adaptive_avg_pool2d(input, self.output_size)


class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """The mean of each of output_size windows: (N, C, D, H, W). Source: torch.nn.AdaptiveAvgPool3d."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, D, H, W) -> (N, C, *output_size)"""
        return F.adaptive_avg_pool3d(input, self.output_size)


class _AdaptiveMaxPool(_AdaptiveAvgPool):
    """return_indices: whether to return the positions of the maxima, too."""

    def __init__(self, output_size: int | Sequence[int | None], return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """The largest element of each of output_size windows: (N, C, L). Source: torch.nn.AdaptiveMaxPool1d."""

    def forward(self, input: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """(N, C, L) -> (N, C, output_size)"""
        return F.adaptive_max_pool1d(input, self.output_size, self.return_indices)


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """The largest element of each of output_size windows: (N, C, H, W). Source: torch.nn.AdaptiveMaxPool2d."""

    def forward(self, input: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """(N, C, H, W) -> (N, C, *output_size)"""
        return F.adaptive_max_pool2d(input, self.output_size, self.return_indices)


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """The largest element of each of output_size windows: (N, C, D, H, W). Source: torch.nn.AdaptiveMaxPool3d."""

    def forward(self, input: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """(N, C, D, H, W) -> (N, C, *output_size)"""
        return F.adaptive_max_pool3d(input, self.output_size, self.return_indices)


class LPPool3d(_LPPool):
    """The p-norm of each window, of positive inputs: (N, C, D, H, W). Source: torch.nn.LPPool3d."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, D, H, W) -> (N, C, D', H', W')"""
        return F.lp_pool3d(input, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode)
