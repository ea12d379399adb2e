"""Padding a tensor: with a constant, mirrored, or with its edges repeated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..autograd.base import wrap
from ..autograd.function import Function, printed_as
from ..backend import Array, array_module
from .gathering import index_select
from .indexing import Slice
from .plumbing.entry import check_ints, check_numbers, check_tensors

if TYPE_CHECKING:
    from ..tensor import Tensor


class ConstantPad(Function):
    """y = x in the middle of a constant;  dL/dx = that part of dL/dy"""

    pytorch_name = "ConstantPadNdBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor, padding: tuple[tuple[int, int], ...], value: float) -> Tensor:
        sizes = list(zip(x.array.shape, padding, strict=True))
        ctx.index = tuple(slice(before, before + n) for n, (before, _) in sizes)
        y = array_module(x).full([n + before + after for n, (before, after) in sizes], value, x.array.dtype)
        y[ctx.index] = x.array
        return wrap(y)

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None]:
        return Slice.apply(gy, ctx.index), None, None


def pad(input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:
    """Adds elements around the last axes. pad: (before, after) of the last axis, then of the one before it, ...;
    negative numbers cut off.

    mode: 'constant' (value, 0 by default), 'reflect' (mirrored, the edge not repeated), 'replicate' (the
    edge repeated), 'circular' (from the other end); the last three for the last one, two or three axes.
    Raises RuntimeError for an odd number of sizes, too many, or more than can be mirrored.
    Source: torch.nn.functional.pad."""
    check_tensors("pad", input=input)
    check_ints("pad", pad=tuple(pad))
    sizes = [int(n) for n in pad]
    ndim = input.array.ndim
    if len(sizes) % 2:
        raise RuntimeError(f"Padding length must be divisible by 2, got {len(sizes)} numbers: {sizes}")
    if len(sizes) // 2 > ndim:
        raise RuntimeError(
            f"Padding length should be less than or equal to two times the input dimension but got padding length"
            f" {len(sizes)} and input of dimension {ndim}"
        )
    pairs = [(0, 0)] * (ndim - len(sizes) // 2) + list(zip(sizes[-2::-2], sizes[::-2], strict=True))
    if mode == "constant":
        return _constant(input, pairs, 0 if value is None else value)
    if value is not None and value != 0:
        raise ValueError(f"Padding mode '{mode}' doesn't take in value argument")
    if mode not in POSITIONS:
        raise NotImplementedError(
            f"Unrecognised padding mode {mode}: use 'constant', 'reflect', 'replicate' or 'circular'"
        )
    if len(sizes) // 2 not in (1, 2, 3) or ndim not in (len(sizes) // 2 + 1, len(sizes) // 2 + 2):
        raise NotImplementedError(
            "Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now: got an input of shape"
            f" {list(input.array.shape)} and padding {sizes}"
        )
    y = _from_positions(input, pairs, mode)
    kind = {"reflect": "Reflection", "replicate": "Replication", "circular": ""}[mode]
    return printed_as(f"{kind}Pad{len(sizes) // 2}DBackward0", y) if kind else y


def _constant(input: Tensor, pairs: list[tuple[int, int]], value: float) -> Tensor:
    for axis, (n, (before, after)) in enumerate(zip(input.array.shape, pairs, strict=True)):
        if n + before + after < 0:
            raise RuntimeError(
                f"The input size {n}, plus negative padding {before} and {after}, resulted in a negative output size,"
                f" which is invalid. Check dimension {axis} of your input."
            )
    if any(min(pair) < 0 for pair in pairs):
        sizes = zip(input.array.shape, pairs, strict=True)
        input = input[tuple(slice(max(-b, 0), n - max(-a, 0)) for n, (b, a) in sizes)]
        pairs = [(max(b, 0), max(a, 0)) for b, a in pairs]
    check_numbers("pad", value=value)
    return ConstantPad.apply(input, tuple(pairs), value) if any(map(any, pairs)) else input.clone()


def _from_positions(input: Tensor, pairs: list[tuple[int, int]], mode: str) -> Tensor:
    if mode == "circular":  # an element that is cut off is not copied to the other side
        cut = [(min(before, 0), min(after, 0)) for before, after in pairs]
        input = _constant(input, cut, 0) if any(map(any, cut)) else input
        pairs = [(max(before, 0), max(after, 0)) for before, after in pairs]
    result = input
    for axis, (before, after) in enumerate(pairs):
        if before or after:
            n = input.array.shape[axis]
            places = array_module(input).arange(-before, n + after)
            result = index_select(result, axis, wrap(POSITIONS[mode](places, n, before, after, input, axis)))
    return result.clone() if result is input else result


def _reflected(places: Array, n: int, before: int, after: int, input: Tensor, axis: int) -> Array:
    if max(before, after) >= n:
        raise RuntimeError(
            "Argument #4: Padding size should be less than the corresponding input dimension, but got: padding"
            f" ({before}, {after}) at dimension {axis} of input {list(input.array.shape)}"
        )
    return n - 1 - abs(n - 1 - abs(places))


def _replicated(places: Array, n: int, before: int, after: int, input: Tensor, axis: int) -> Array:
    return places.clip(0, n - 1)


def _circular(places: Array, n: int, before: int, after: int, input: Tensor, axis: int) -> Array:
    if max(before, after) > n:
        raise RuntimeError("Padding value causes wrapping around more than once.")
    return places % n


POSITIONS = {"reflect": _reflected, "replicate": _replicated, "circular": _circular}
