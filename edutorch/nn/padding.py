"""Padding as layers. padding: an int for all sides, or (before, after) of the last axis, then of the one before, ...

Source: torch.nn.modules.padding.
"""

from __future__ import annotations

from ..ops.plumbing.per_axis import Ints, per_axis
from ..tensor import Tensor
from . import functional as F
from .module import Module


class _Pad(Module):
    """axes: how many are padded; mode: what with."""

    axes = 0
    mode = "constant"
    value: float | None = None

    def __init__(self, padding: Ints) -> None:
        super().__init__()
        self.padding = per_axis(padding, 2 * self.axes)  # two sides of each axis

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, *size) or (C, *size), with the last axes longer"""
        return F.pad(input, self.padding, self.mode, self.value)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class _ConstantPad(_Pad):
    """value: the value of the new elements."""

    def __init__(self, padding: int, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class ConstantPad1d(_ConstantPad):
    """A constant around (N, C, L). Source: torch.nn.ConstantPad1d."""

    axes = 1


class ConstantPad2d(_ConstantPad):
    """A constant around (N, C, H, W). Source: torch.nn.ConstantPad2d."""

    axes = 2


class ConstantPad3d(_ConstantPad):
    """A constant around (N, C, D, H, W). Source: torch.nn.ConstantPad3d."""

    axes = 3


class _ZeroPad(_Pad):
    """Zeros."""

    value = 0.0


class ZeroPad1d(_ZeroPad):
    """Zeros around (N, C, L). Source: torch.nn.ZeroPad1d."""

    axes = 1


class ZeroPad2d(_ZeroPad):
    """Zeros around (N, C, H, W). Source: torch.nn.ZeroPad2d."""

    axes = 2


class ZeroPad3d(_ZeroPad):
    """Zeros around (N, C, D, H, W). Source: torch.nn.ZeroPad3d."""

    axes = 3


class ReflectionPad1d(_Pad):
    """(N, C, L) mirrored at its ends. Source: torch.nn.ReflectionPad1d."""

    axes, mode = 1, "reflect"


class ReflectionPad2d(_Pad):
    """(N, C, H, W) mirrored at its edges. Source: torch.nn.ReflectionPad2d."""

    axes, mode = 2, "reflect"


class ReflectionPad3d(_Pad):
    """(N, C, D, H, W) mirrored at its faces. Source: torch.nn.ReflectionPad3d."""

    axes, mode = 3, "reflect"


class ReplicationPad1d(_Pad):
    """(N, C, L) with its ends repeated. Source: torch.nn.ReplicationPad1d."""

    axes, mode = 1, "replicate"


class ReplicationPad2d(_Pad):
    """(N, C, H, W) with its edges repeated. Source: torch.nn.ReplicationPad2d."""

    axes, mode = 2, "replicate"


class ReplicationPad3d(_Pad):
    """(N, C, D, H, W) with its faces repeated. Source: torch.nn.ReplicationPad3d."""

    axes, mode = 3, "replicate"


class CircularPad1d(_Pad):
    """(N, C, L) padded from the other end. Source: torch.nn.CircularPad1d."""

    axes, mode = 1, "circular"


class CircularPad2d(_Pad):
    """(N, C, H, W) padded from the other side. Source: torch.nn.CircularPad2d."""

    axes, mode = 2, "circular"


class CircularPad3d(_Pad):
    """(N, C, D, H, W) padded from the other side. Source: torch.nn.CircularPad3d."""

    axes, mode = 3, "circular"
