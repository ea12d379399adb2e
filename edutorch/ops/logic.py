"""and, or, not: for truth values, and for the bits of integers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..autograd.base import wrap
from .plumbing.entry import check_tensors
from .plumbing.out import into
from .plumbing.promotion import module_of, promote, refuse_bool, same_device, size_mismatch, tensor_only, value

if TYPE_CHECKING:
    from ..tensor import Tensor


def _logical(name: str, input: Tensor, other: Tensor) -> Tensor:
    check_tensors(name, input=input, other=other)
    a, b = same_device(name, (input, other))
    try:
        return wrap(getattr(module_of(a, b), name)(value(a), value(b)))
    except ValueError as error:
        raise size_mismatch(a, b, error) from None


def _bitwise(name: str, input: Tensor | int, other: Tensor | int) -> Tensor:
    a, b = promote(name, input, other)
    for each in (a, b):
        if isinstance(each, float) or (hasattr(each, "array") and each.array.dtype.kind == "f"):
            kind = type(each).__name__ if isinstance(each, float) else each.dtype
            raise NotImplementedError(f'"{name}_cpu" not implemented for {kind}: it takes integers and bools')
    try:
        return wrap(getattr(module_of(a, b), name)(value(a), value(b)))
    except ValueError as error:
        raise size_mismatch(a, b, error) from None


def logical_and(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether both are not 0, elementwise. Source: torch.logical_and."""
    return into(out, _logical("logical_and", input, other), "logical_and")


def logical_or(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether one of the two is not 0, elementwise. Source: torch.logical_or."""
    return into(out, _logical("logical_or", input, other), "logical_or")


def logical_xor(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether exactly one of the two is not 0, elementwise. Source: torch.logical_xor."""
    return into(out, _logical("logical_xor", input, other), "logical_xor")


def logical_not(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether it is 0, elementwise. Source: torch.logical_not."""
    return into(out, wrap(tensor_only("logical_not", input).array == 0), "logical_not")


def bitwise_and(input: Tensor, other: Tensor | int, *, out: Tensor | None = None) -> Tensor:
    """The bits that both have: x & y, for integers and bools. Source: torch.bitwise_and."""
    return into(out, _bitwise("bitwise_and", input, other), "bitwise_and")


def bitwise_or(input: Tensor, other: Tensor | int, *, out: Tensor | None = None) -> Tensor:
    """The bits that one of the two has: x | y. Source: torch.bitwise_or."""
    return into(out, _bitwise("bitwise_or", input, other), "bitwise_or")


def bitwise_xor(input: Tensor, other: Tensor | int, *, out: Tensor | None = None) -> Tensor:
    """The bits that exactly one of the two has: x ^ y. Source: torch.bitwise_xor."""
    return into(out, _bitwise("bitwise_xor", input, other), "bitwise_xor")


def bitwise_not(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Every bit inverted: ~x, for integers and bools. Source: torch.bitwise_not."""
    if tensor_only("bitwise_not", input).array.dtype.kind == "f":
        raise NotImplementedError(f'"bitwise_not_cpu" not implemented for {input.dtype}: it takes integers and bools')
    return into(out, wrap(~input.array), "bitwise_not")


def invert(input: Tensor) -> Tensor:
    """The operator ~: bitwise_not, which raises TypeError for floating dtypes here. Source: torch.Tensor.__invert__."""
    if input.array.dtype.kind == "f":
        raise TypeError(
            f"~ (operator.invert) is only implemented on integer and Boolean-type tensors, not on {input.dtype}"
        )
    return bitwise_not(input)


def bitwise_left_shift(input: Tensor, other: Tensor | int, *, out: Tensor | None = None) -> Tensor:
    """The bits moved up by `other` places: x << y, for integers. Source: torch.bitwise_left_shift."""
    refuse_bool("lshift_cpu", input, other)
    return into(out, _bitwise("left_shift", input, other), "bitwise_left_shift")


def bitwise_right_shift(input: Tensor, other: Tensor | int, *, out: Tensor | None = None) -> Tensor:
    """The bits moved down by `other` places: x >> y, for integers. Source: torch.bitwise_right_shift."""
    refuse_bool("rshift_cpu", input, other)
    return into(out, _bitwise("right_shift", input, other), "bitwise_right_shift")


def rlshift(input: Tensor, other: Tensor | int) -> Tensor:
    """other << input, elementwise: the reflected shift."""
    return bitwise_left_shift(other, input)  # type: ignore[arg-type]


def rrshift(input: Tensor, other: Tensor | int) -> Tensor:
    """other >> input, elementwise: the reflected shift."""
    return bitwise_right_shift(other, input)  # type: ignore[arg-type]
