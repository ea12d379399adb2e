"""Size and sign of each number, the larger of two, clamping."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..autograd.base import TensorBase, wrap
from ..autograd.function import Function, printed_as
from ..backend import array_module
from ..dtypes import result_type
from .masking import WhereNonzero, where
from .plumbing.entry import check_numbers, check_tensors
from .plumbing.out import into
from .plumbing.promotion import (
    binary,
    floating,
    is_floating,
    module_of,
    promote,
    promote_to_float,
    refuse_bool,
    tensor_only,
    value,
)

if TYPE_CHECKING:
    from ..tensor import Tensor


class Abs(Function):
    """y = |x|;  dL/dx = dL/dy sign(x), so 0 at 0"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(array_module(x).abs(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gy * x.sign()


class Maximum(Function):
    """z = the larger of x and y;  dL/dx = dL/dz where x > y, dL/dy where y > x, half each where x = y"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, y: Tensor) -> Tensor:
        ctx.save_for_backward(x, y)
        return wrap(module_of(x, y).maximum(value(x), value(y)))

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor, Tensor]:
        x, y = ctx.saved_tensors
        return _share(gz, x < y, x <= y), _share(gz, y < x, y <= x)


class Minimum(Function):
    """z = the smaller of x and y;  dL/dx = dL/dz where x < y, dL/dy where y < x, half each where x = y"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, y: Tensor) -> Tensor:
        ctx.save_for_backward(x, y)
        return wrap(module_of(x, y).minimum(value(x), value(y)))

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor, Tensor]:
        x, y = ctx.saved_tensors
        return _share(gz, x > y, x >= y), _share(gz, y > x, y >= x)


class Clamp(Function):
    """y = min(max(x, low), high) for numbers low and high;  dL/dx = dL/dy where low <= x <= high, else 0"""

    pytorch_name = "ClampBackward1"

    @staticmethod
    def forward(ctx: Function, x: Tensor, low: float | None, high: float | None) -> Tensor:
        ctx.save_for_backward(x)
        ctx.bounds = low, high
        return wrap(x.array.clip(low, high))  # type: ignore[arg-type]

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None]:
        (x,) = ctx.saved_tensors
        low, high = ctx.bounds
        inside = wrap(array_module(x).ones_like(x.array, dtype=bool)) if low is None else x >= low
        return WhereNonzero.apply(gy, inside if high is None else inside & (x <= high)), None, None


def _share(gz: Tensor, loses: Tensor, loses_or_ties: Tensor) -> Tensor:
    """dL/dz where this side wins, half of it at ties, else 0. nan never loses."""
    return gz * (1 - (loses.to(gz.dtype) + loses_or_ties) / 2)


def abs(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The absolute value of each element; the gradient at 0 is 0. Source: torch.abs."""
    x = tensor_only("abs", input)
    if x.array.dtype.kind == "b":
        refuse_bool("abs", x)
    y = Abs.apply(x)
    return y if out is None else into(out, y, "abs")


def maximum(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The larger of two elements; nan where one is nan; ties share the gradient. Source: torch.maximum."""
    check_tensors("maximum", input=input, other=other)
    return into(out, binary(Maximum, input, other), "maximum")


def minimum(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The smaller of two elements; nan where one is nan; ties share the gradient. Source: torch.minimum."""
    check_tensors("minimum", input=input, other=other)
    return into(out, binary(Minimum, input, other), "minimum")


def clamp(
    input: Tensor,
    min: Tensor | float | None = None,
    max: Tensor | float | None = None,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """Each element clamped to [min, max]; either bound may be None, a number or a tensor.

    Raises RuntimeError if there is no bound. Source: torch.clamp."""
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    if isinstance(min, TensorBase) or isinstance(max, TensorBase):
        return into(out, printed_as("ClampBackward0", _clamp_to_tensors(input, min, max)), "clamp")
    x = tensor_only("clamp", input)
    for name, bound in (("min", min), ("max", max)):
        if bound is not None:
            check_numbers("clamp", **{name: bound})
    min, max = (each.item() if isinstance(each, np.generic) else each for each in (min, max))
    if x.array.dtype.kind != "f":  # integers with a floating bound give floats
        refuse_bool("clamp", x, *(b for b in (min, max) if b is not None))
        x = x.to(result_type((x, *(b for b in (min, max) if b is not None))))
    return into(out, Clamp.apply(x, min, max), "clamp")


def _clamp_to_tensors(input: Tensor, min: Tensor | float | None, max: Tensor | float | None) -> Tensor:
    if min is not None:
        x, low = promote("clamp", input, min)
        input = where((x >= low) | (x != x), x, low)
    if max is not None:
        x, high = promote("clamp", input, max)
        input = where((x <= high) | (x != x), x, high)
    return input


def clamp_min(input: Tensor, min: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """Each element, or min where it is larger. Source: torch.clamp_min."""
    return into(out, printed_as("ClampMinBackward0", clamp(input, min=min)), "clamp_min")


def clamp_max(input: Tensor, max: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """Each element, or max where it is smaller. Source: torch.clamp_max."""
    return into(out, printed_as("ClampMaxBackward0", clamp(input, max=max)), "clamp_max")


def nan_to_num(
    input: Tensor,
    nan: float | None = 0.0,
    posinf: float | None = None,
    neginf: float | None = None,
    *,
    out: Tensor | None = None,
) -> Tensor:
    """nan replaced by a number, inf and -inf by the largest and smallest of the dtype. Source: torch.nan_to_num."""
    if tensor_only("nan_to_num", input).array.dtype.kind != "f":
        return into(out, input.clone(), "nan_to_num")
    info = np.finfo(input.array.dtype)
    x = input.masked_fill(input != input, 0.0 if nan is None else nan)
    x = x.masked_fill(x == float("inf"), float(info.max) if posinf is None else posinf)
    x = x.masked_fill(x == float("-inf"), float(info.min) if neginf is None else neginf)
    return into(out, printed_as("NanToNumBackward0", x), "nan_to_num")


def fmax(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The larger of two elements; where one is nan, the other; at ties input gets the gradient. Source: torch.fmax."""
    check_tensors("fmax", input=input, other=other)
    return into(out, printed_as("FmaxBackward0", where((input >= other) | (other != other), input, other)), "fmax")


def fmin(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The smaller of two elements; where one is nan, the other; at ties input gets the gradient. Source: torch.fmin."""
    check_tensors("fmin", input=input, other=other)
    return into(out, printed_as("FminBackward0", where((input <= other) | (other != other), input, other)), "fmin")


def signbit(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Whether the sign is minus, also for -0.0. Source: torch.signbit."""
    check_tensors("signbit", input=input)
    result = wrap(array_module(tensor_only("signbit", input)).signbit(input.array)) if is_floating(input) else input < 0
    return into(out, result, "signbit")


def copysign(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """|input| with the sign of other; integers give floats. Source: torch.copysign."""
    check_tensors("copysign", input=input)
    other = other.item() if isinstance(other, np.generic) else other
    if isinstance(other, (int, float)):
        x = floating("copysign", input)
        y = -x.abs() if math.copysign(1, other) < 0 else x.abs()
        return into(out, printed_as("CopysignBackward1", y), "copysign")
    x, sign = promote_to_float("copysign", input, other)
    y = x.abs() * where(signbit(sign), -1.0, 1.0).to(x.dtype)
    return into(out, printed_as("CopysignBackward0", y), "copysign")


def heaviside(input: Tensor, values: Tensor, *, out: Tensor | None = None) -> Tensor:
    """0 below 0, 1 above, `values` at 0. Source: torch.heaviside."""
    check_tensors("heaviside", input=input, values=values)
    return into(out, where(input == 0, values, (input > 0).to(input.dtype)), "heaviside")
