"""Pooling as layers. Source: torch.nn.modules.pooling."""

from __future__ import annotations

from typing import Any

from ..tensor import Tensor
from . import functional as F
from .module import Module


class _MaxPool(Module):
    """kernel_size, stride (kernel_size by default), padding, dilation: an int, or one for each axis."""

    def __init__(
        self, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1, return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode

    def _arguments(self, input: Tensor) -> tuple[Any, ...]:
        return (input, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode,
                self.return_indices)  # fmt: skip

    def extra_repr(self) -> str:
        return (f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding},"
                f" dilation={self.dilation}, ceil_mode={self.ceil_mode}")  # fmt: skip


class MaxPool1d(_MaxPool):
    """The largest element of each window: (N, C, L) -> (N, C, L'). Source: torch.nn.MaxPool1d."""

    def forward(self, input: Tensor) -> Any:
        """(N, C, L) -> (N, C, L')"""
        return F.max_pool1d(*self._arguments(input))


class MaxPool2d(_MaxPool):
    """The largest element of each window: (N, C, H, W) -> (N, C, H', W'). Source: torch.nn.MaxPool2d."""

    def forward(self, input: Tensor) -> Any:
        """(N, C, H, W) -> (N, C, H', W')"""
        return F.max_pool2d(*self._arguments(input))


class MaxPool3d(_MaxPool):
    """The largest element of each window: (N, C, D, H, W) -> (N, C, D', H', W'). Source: torch.nn.MaxPool3d."""

    def forward(self, input: Tensor) -> Any:
        """(N, C, D, H, W) -> (N, C, D', H', W')"""
        return F.max_pool3d(*self._arguments(input))
