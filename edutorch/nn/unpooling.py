"""Undoing max pooling, as layers. Source: torch.nn.modules.pooling."""

from __future__ import annotations

from collections.abc import Sequence

from ..ops.plumbing.per_axis import Ints, per_axis
from ..tensor import Tensor
from . import functional as F
from .module import Module


class _MaxUnpool(Module):
    """kernel_size, stride, padding: those of the pooling."""

    axes = 0

    def __init__(self, kernel_size: Ints, stride: Ints | None = None, padding: Ints = 0) -> None:
        super().__init__()
        self.kernel_size = per_axis(kernel_size, self.axes)
        self.stride = per_axis(kernel_size if stride is None else stride, self.axes)
        self.padding = per_axis(padding, self.axes)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpool):
    """Values and positions of max pooling (N, C, L) put back, zeros elsewhere. Source: torch.nn.MaxUnpool1d."""

    axes = 1

    def forward(self, input: Tensor, indices: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """(N, C, L), (N, C, L) -> (N, C, L')"""
        return F.max_unpool1d(input, indices, self.kernel_size, self.stride, self.padding, output_size)


class MaxUnpool2d(_MaxUnpool):
    """Values and positions of max pooling (N, C, H, W) put back, zeros elsewhere. Source: torch.nn.MaxUnpool2d."""

    axes = 2

    def forward(self, input: Tensor, indices: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """(N, C, H, W), (N, C, H, W) -> (N, C, H', W')"""
        return F.max_unpool2d(input, indices, self.kernel_size, self.stride, self.padding, output_size)


class MaxUnpool3d(_MaxUnpool):
    """Values and positions of max pooling (N, C, D, H, W) put back, zeros elsewhere. Source: torch.nn.MaxUnpool3d."""

    axes = 3

    def forward(self, input: Tensor, indices: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """(N, C, D, H, W), (N, C, D, H, W) -> (N, C, D', H', W')"""
        return F.max_unpool3d(input, indices, self.kernel_size, self.stride, self.padding, output_size)
