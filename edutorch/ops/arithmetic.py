"""The four operations, powers, and their relatives. x and y may be tensors or numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..autograd.base import TensorBase, wrap
from ..autograd.function import Function, printed_as
from ..backend import is_on_gpu
from ..dtypes import bool as bool_
from ..dtypes import float64, int64
from .division import floor_divide, trunc_divide
from .masking import where
from .plumbing.entry import check_numbers, check_tensors
from .plumbing.out import into
from .plumbing.promotion import (
    binary,
    dtype_of,
    floating,
    is_floating,
    promote_to_float,
    refuse_bool,
    tensor_only,
    value,
)
from .rounding import no_slope

if TYPE_CHECKING:
    from ..tensor import Tensor


class Add(Function):
    """z = x + y;  dL/dx = dL/dz, dL/dy = dL/dz"""

    on_arrays = wraps_numbers = True

    @staticmethod
    def forward(ctx: Function, x: Tensor, y: Tensor | float) -> Tensor:
        return wrap(value(x) + value(y))

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor, Tensor]:
        return gz, gz


class Sub(Function):
    """z = x - y;  dL/dx = dL/dz, dL/dy = -dL/dz"""

    on_arrays = wraps_numbers = True

    @staticmethod
    def forward(ctx: Function, x: Tensor, y: Tensor | float) -> Tensor:
        return wrap(value(x) - value(y))

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor | None, Tensor | None]:
        return gz, -gz if ctx.needs_input_grad[1] else None


class Mul(Function):
    """z = x y;  dL/dx = dL/dz y, dL/dy = dL/dz x"""

    on_arrays = wraps_numbers = True

    @staticmethod
    def forward(ctx: Function, x: Tensor, y: Tensor | float) -> Tensor:
        wants_x, wants_y = ctx.needs_input_grad
        ctx.save_for_backward(x if wants_y else None, y if wants_x else None)
        return wrap(value(x) * value(y))

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor | None, Tensor | None]:
        x, y = ctx.saved_tensors  # each was saved only if the other one wants a gradient
        return None if y is None else gz * y, None if x is None else gz * x


class Div(Function):
    """z = x / y;  dL/dx = dL/dz / y, dL/dy = -dL/dz x / y^2"""

    on_arrays = wraps_numbers = True

    @staticmethod
    def forward(ctx: Function, x: Tensor | float, y: Tensor | float) -> Tensor:
        ctx.save_for_backward(x if ctx.needs_input_grad[1] else None, y)
        return wrap(value(x) / value(y))

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor | None, Tensor | None]:
        x, y = ctx.saved_tensors
        gx = gz / y
        return gx, None if x is None else -gx * (x / y)


class Neg(Function):
    """y = -x;  dL/dx = -dL/dy"""

    on_arrays = True

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        return wrap(-x.array)

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        return -gy


class Pow(Function):
    """z = x^y;  dL/dx = dL/dz y x^(y-1), dL/dy = dL/dz z ln x  (both 0 where the factor y or x is 0)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor | float, y: Tensor | float) -> Tensor:
        ctx.save_for_backward(x, y)
        return wrap(value(x) ** value(y))

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor | None, Tensor | None]:
        x, y = ctx.saved_tensors
        wants_x, wants_y = ctx.needs_input_grad
        gx = gz * _power_slope(x, y) if wants_x else None
        gy = None
        if wants_y:
            log_x = x.log() if dtype_of(x) is dtype_of(y) and hasattr(x, "log") else (y * 0 + x).log()
            gy = gz * (x**y * log_x).masked_fill((y >= 0) * (log_x == float("-inf")), 0)
        return gx, gy


def _power_slope(x: Any, y: Any) -> Tensor:
    if not hasattr(y, "array"):
        return no_slope(x) if y == 0 else y * x ** (y - 1)  # even for nan
    return (y * x ** (y - 1)).masked_fill(y == 0, 0)


class Square(Function):
    """y = x^2;  dL/dx = 2 dL/dy x"""

    pytorch_name = "PowBackward0"
    on_arrays = True

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(x.array * x.array)

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gy * 2 * x


class Reciprocal(Function):
    """y = 1 / x;  dL/dx = -dL/dy y^2"""

    on_arrays = True

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        y = wrap(1 / x.array)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (y,) = ctx.saved_tensors
        return -gy * y * y


def add(input: Tensor, other: Tensor | float, *, alpha: float = 1, out: Tensor | None = None) -> Tensor:
    """input + alpha * other, elementwise. Shapes broadcast; dtypes promote. Source: torch.add."""
    z = binary(Add, input, other if alpha == 1 else _scaled("add", input, other, alpha))
    return z if out is None else into(out, z, "add")


def _scaled(name: str, input: Tensor, other: Tensor | float, alpha: float) -> Tensor | float:
    if isinstance(alpha, float) and not (is_floating(input) or is_floating(other) or isinstance(other, float)):
        raise RuntimeError("For integral input tensors, argument alpha must not be a floating point number.")
    if not isinstance(other, (int, float)):
        check_tensors(name, other=other)
    return other * alpha


def sub(input: Tensor, other: Tensor | float, *, alpha: float = 1, out: Tensor | None = None) -> Tensor:
    """input - alpha * other, elementwise. Shapes broadcast; dtypes promote.

    Raises RuntimeError for two bools, as in PyTorch. Source: torch.sub."""
    if not is_floating(input) or not is_floating(other):
        _refuse_bool_in_sub(input, other)
    z = binary(Sub, input, other if alpha == 1 else _scaled("sub", input, other, alpha))
    return z if out is None else into(out, z, "sub")


def _refuse_bool_in_sub(*operands: Tensor | float) -> None:
    if any(isinstance(each, (bool, TensorBase)) and dtype_of(each) is bool_ for each in operands):
        raise RuntimeError(
            "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask,"
            " use the `~` or `logical_not()` operator instead."
        )


def rsub(input: Tensor, other: Tensor | float, *, alpha: float = 1) -> Tensor:
    """other - alpha * input, elementwise. Source: torch.rsub."""
    check_tensors("rsub", input=input)
    return printed_as("RsubBackward1", sub(other, input, alpha=alpha))  # type: ignore[arg-type]


def mul(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """input * other, elementwise. Shapes broadcast; dtypes promote. Source: torch.mul."""
    z = binary(Mul, input, other)
    return z if out is None else into(out, z, "mul")


def rmul(input: Tensor, other: Tensor | float) -> Tensor:
    """other * input, elementwise: the reflected product. A sequence is left to Python: [0] * x repeats it."""
    return NotImplemented if isinstance(other, (list, tuple, str)) else mul(input, other)


def div(input: Tensor, other: Tensor | float, *, rounding_mode: str | None = None, out: Tensor | None = None) -> Tensor:
    """input / other, elementwise; integers give floats. rounding_mode "floor" and "trunc" round the quotient,
    and integers stay integers. Source: torch.div."""
    if rounding_mode is not None:
        return into(out, _rounded_division(input, other, rounding_mode), "div")
    if not (is_floating(input) or is_floating(other)):
        input, other = promote_to_float("div", input, other)
    z = binary(Div, input, other)
    return z if out is None else into(out, z, "div")


def _rounded_division(input: Tensor, other: Tensor | float, rounding_mode: str) -> Tensor:
    if rounding_mode == "floor":
        return floor_divide(input, other)
    if rounding_mode == "trunc":
        return trunc_divide(input, other)
    raise RuntimeError(f"div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '{rounding_mode}'")


def true_divide(input: Tensor, other: Tensor | float) -> Tensor:
    """input / other, elementwise; integers give floats. Source: torch.true_divide."""
    return div(input, other)


def rdiv(input: Tensor, other: Tensor | float) -> Tensor:
    """other / input, elementwise: the reflected division. For a number, as in PyTorch, other times 1 / input."""
    if isinstance(other, TensorBase):
        return div(other, input)
    return reciprocal(input) * other


def neg(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """-input, elementwise. Raises RuntimeError for bools. Source: torch.neg."""
    if tensor_only("neg", input).array.dtype.kind == "b":
        raise RuntimeError(
            "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use"
            " the `~` or `logical_not()` operator instead."
        )
    y = Neg.apply(input)
    return y if out is None else into(out, y, "neg")


def positive(input: Tensor) -> Tensor:
    """The tensor itself: +x. Raises RuntimeError for bools. Source: torch.positive."""
    if tensor_only("positive", input).array.dtype.kind == "b":
        raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
    return input


def pow(input: Tensor | float, exponent: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """input ** exponent, elementwise; either may be a number. Shapes broadcast; dtypes promote.

    Raises RuntimeError for integers to a negative power. Source: torch.pow."""
    if isinstance(exponent, int) and exponent < 0 and not is_floating(input):
        raise RuntimeError("Integers to negative integer powers are not allowed: use x.float() ** -1")
    if not (is_floating(input) or is_floating(exponent)):
        refuse_bool("pow", input, exponent)
    z = _power(input, exponent)
    return z if out is None else into(out, z, "pow")


def _power(base: Tensor | float, exponent: Any) -> Tensor:
    """base ** exponent. An integer to a negative power is the whole part of 1 / x^n: 0 except for x = 1 and -1."""
    if not _has_negative_whole_powers(base, exponent):
        return binary(Pow, base, exponent)
    power = binary(Pow, base, exponent.abs())
    return power * ((exponent >= 0) | (abs(base) == 1))


def _has_negative_whole_powers(base: Tensor | float, exponent: Tensor | float) -> bool:
    """Whether an integer base meets negative integers, which NumPy refuses as powers. (CuPy takes them.)"""
    if is_floating(base) or isinstance(base, float) or not isinstance(exponent, TensorBase):
        return False
    if is_on_gpu(exponent.array):  # which need not be waited for
        return False
    return exponent.array.dtype.kind == "i" and bool((exponent.array < 0).any())


def rpow(input: Tensor, other: Tensor | float) -> Tensor:
    """other ** input, elementwise: the reflected power."""
    return _power(other, input)


def float_power(input: Tensor | float, exponent: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """input ** exponent in float64. Source: torch.float_power."""
    base = input.to(float64) if isinstance(input, TensorBase) else input
    return into(out, pow(base, exponent.to(float64) if isinstance(exponent, TensorBase) else exponent), "float_power")


def ldexp(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """input * 2^other, elementwise, as C's ldexp. Source: torch.ldexp."""
    check_tensors("ldexp", input=input, other=other)
    return into(out, printed_as("LdexpBackward0", input * 2.0**other), "ldexp")


def square(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """input * input; bools give int64. Source: torch.square."""
    x = tensor_only("square", input)
    return into(out, Square.apply(x if x.array.dtype.kind != "b" else x.to(int64)), "square")


def reciprocal(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """1 / input, elementwise; integers give floats. Source: torch.reciprocal."""
    return into(out, Reciprocal.apply(floating("reciprocal", input)), "reciprocal")


def lerp(input: Tensor, end: Tensor, weight: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """input + weight * (end - input), the point at the fraction `weight` of the way; floating dtypes only. In the
    second half it is computed from the end, so that weight 1 gives exactly `end`. Source: torch.lerp."""
    check_tensors("lerp", input=input, end=end)
    if not is_floating(input):
        raise NotImplementedError(f'"lerp" not implemented for {input.dtype}: use x.float()')
    way = end - input
    if not isinstance(weight, TensorBase):
        check_numbers("lerp", weight=weight)
        y = input + way * weight if abs(weight) < 0.5 else end - way * (1 - weight)
    else:
        y = where(weight.abs() < 0.5, input + way * weight, end - way * (1 - weight))
    return into(out, printed_as("LerpBackward0", y), "lerp")


def addcmul(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1, out: Tensor | None = None) -> Tensor:
    """input + value * tensor1 * tensor2, elementwise. Source: torch.addcmul."""
    check_tensors("addcmul", input=input, tensor1=tensor1, tensor2=tensor2)
    return into(out, printed_as("AddcmulBackward0", add(input, tensor1 * tensor2, alpha=value)), "addcmul")


def addcdiv(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1, out: Tensor | None = None) -> Tensor:
    """input + value * tensor1 / tensor2, elementwise; not for integers. Source: torch.addcdiv."""
    check_tensors("addcdiv", input=input, tensor1=tensor1, tensor2=tensor2)
    if not (is_floating(tensor1) or is_floating(tensor2)):
        raise RuntimeError("Integer division with addcdiv is no longer supported: use floating tensors")
    return into(out, printed_as("AddcdivBackward0", add(input, tensor1 / tensor2, alpha=value)), "addcdiv")
