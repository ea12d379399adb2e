"""One number for all axes, or one for each: the sizes, strides and paddings of windows, images and layers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Ints = int | Sequence[int]  # one for all axes, or one for each


def per_axis(value: Any, n: int) -> tuple[Any, ...]:
    """One value for each of n axes, from one for all; several values stay as many as they are. Values are not
    checked."""
    several = isinstance(value, Iterable) and getattr(value, "ndim", 1) > 0  # a 0-d tensor is one number
    return tuple(value) if several else (value,) * n


def ints_per_axis(value: Any, n: int) -> tuple[int, ...]:
    """One int for each of n axes, from one int for all, or from a tuple or list of one or of n.

    Raises TypeError for anything but an int and ValueError for another length, both without a message: the caller knows
    which argument it was, and what PyTorch says about it."""
    if hasattr(value, "__index__"):
        return (int(value),) * n
    if not isinstance(value, (tuple, list)) or not all(hasattr(each, "__index__") for each in value):
        raise TypeError
    if len(value) not in (1, n):
        raise ValueError
    return per_axis(int(value[0]), n) if len(value) == 1 else tuple(int(each) for each in value)


def same_padding(kernel: Sequence[int], dilation: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """(before, after) for each axis, so that with stride 1 there are as many windows as elements."""
    totals = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
    return tuple((total // 2, total - total // 2) for total in totals)
