"""What happens before two operands meet: one dtype, one device, and a clear error for sizes that differ."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from ...autograd.base import TensorBase, wrap
from ...autograd.grad_mode import quiet
from ...backend import CPU, Array, array_module, device_of
from ...dtypes import bool as bool_
from ...dtypes import from_numpy_dtype, get_default_dtype, promote_types, result_type
from .entry import check_devices, check_numbers, check_width

if TYPE_CHECKING:
    from ...autograd.function import Function
    from ...dtypes import dtype
    from ...tensor import Tensor


def value(operand: object) -> Any:
    """The array of a tensor; a number or a slice as it is. NumPy and CuPy take all of them."""
    return operand.array if isinstance(operand, TensorBase) else operand


def binary(function: type[Function], input: Tensor | float, other: Tensor | float) -> Tensor:
    """function.apply on two tensors, or a tensor and a number, in their common dtype.

    Raises RuntimeError for sizes that do not broadcast and for tensors on two devices, TypeError for
    operands that are neither tensors nor numbers."""
    if isinstance(input, TensorBase):
        array = input.array
        if isinstance(other, TensorBase):
            alike = array.dtype is other.array.dtype and type(array) is type(other.array)
        else:
            alike = is_short(other) and array.dtype.kind == "f"
    else:
        alike = isinstance(other, TensorBase) and other.array.dtype.kind == "f" and is_short(input)
    if not alike:
        input, other = promote(function.__name__.lower(), input, other)
    try:
        return function.apply(input, other)
    except ValueError as error:
        raise size_mismatch(input, other, error) from None
    except OverflowError as error:
        raise RuntimeError(f"value cannot be converted without overflow: {error}; use a wider dtype") from None


def is_float_and_number(input: Tensor, other: Tensor | Array | float) -> bool:
    """Whether they are a floating tensor and a Python number: then there is nothing to promote."""
    return isinstance(input, TensorBase) and input.array.dtype.kind == "f" and is_short(other)


def is_short(number: object) -> bool:
    """Whether it is a Python float, or an int of at most 64 bits."""
    return type(number) is float or (type(number) is int and -(2**63) <= number < 2**64)


def promote(name: str, *operands: object) -> tuple[Any, ...]:
    """The operands in their common dtype and on one device; Python numbers stay numbers."""
    operands = tuple(_checked(name, i, each) for i, each in enumerate(operands))
    return cast_all(same_device(name, operands), result_type(operands))


def promote_to_float(name: str, *operands: object) -> tuple[Any, ...]:
    """Like promote, but integers and bools become the default floating dtype."""
    operands = tuple(_checked(name, i, each) for i, each in enumerate(operands))
    common = result_type(operands)
    if not common.is_floating_point:
        common = promote_types(common, result_type((1.0,)))
    return cast_all(same_device(name, operands), common)


def floating(name: str, input: Tensor) -> Tensor:
    """A floating tensor as it is; integers and bools in the default floating dtype."""
    if isinstance(input, TensorBase) and input.array.dtype.kind == "f":
        return input
    if not isinstance(input, TensorBase):
        raise TypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
    return input.to(get_default_dtype())


def cast_all(operands: tuple[object, ...], to: dtype) -> tuple[Any, ...]:
    """The tensors among the operands in that dtype."""
    return tuple(
        each.to(to) if isinstance(each, TensorBase) and each.array.dtype != to.numpy else each for each in operands
    )


def same_device(name: str, operands: tuple[object, ...]) -> tuple[Any, ...]:
    """Raises RuntimeError for tensors on two devices; a 0-d tensor on the CPU follows the others."""
    devices = {device_of(each.array) for each in operands if isinstance(each, TensorBase)}
    if len(devices) <= 1:
        return operands
    check_devices(name, *operands)
    (where,) = devices - {CPU}
    return tuple(t.to(where) if isinstance(t, TensorBase) and device_of(t.array) != where else t for t in operands)


def size_mismatch(input: Tensor | Array | float, other: Tensor | Array | float, error: Exception) -> Exception:
    """The error for two operands whose sizes do not broadcast; `error` itself where that is not it."""
    a, b = np.shape(value(input)), np.shape(value(other))
    for dim in range(-1, -1 - min(len(a), len(b)), -1):
        if a[dim] != b[dim] and 1 not in (a[dim], b[dim]):
            place = max(len(a), len(b)) + dim
            return RuntimeError(
                f"The size of tensor a ({a[dim]}) must match the size of tensor b ({b[dim]}) at"
                f" non-singleton dimension {place}: shapes {list(a)} and {list(b)} do not broadcast"
            )
    return error


def is_floating(operand: object) -> bool:
    """Whether it is a tensor of floating dtype."""
    return isinstance(operand, TensorBase) and operand.array.dtype.kind == "f"


def dtype_of(operand: Tensor | float) -> dtype:
    """The dtype of a tensor or a number."""
    return from_numpy_dtype(operand.array.dtype) if isinstance(operand, TensorBase) else result_type((operand,))


def _checked(name: str, position: int, operand: object) -> Any:
    if isinstance(operand, np.generic):  # checked first, since NumPy's float64 is also a Python float
        return operand.item()
    if isinstance(operand, int):
        check_width(name, "input" if position == 0 else "other", operand)
    if isinstance(operand, (TensorBase, int, float)):
        return operand
    if isinstance(operand, np.ndarray):  # x * array, in the array's dtype
        from_numpy_dtype(operand.dtype)
        return wrap(operand.view(np.ndarray))
    if isinstance(operand, complex):
        return result_type((operand,))  # raises
    argument = "input" if position == 0 else "other"
    raise TypeError(
        f"{name}(): argument '{argument}' (position {position + 1}) must be Tensor or a number, not"
        f" {type(operand).__name__}: make it one with torch.tensor(...)"
    )


def tensor_only(name: str, input: Tensor) -> Tensor:
    """The tensor. Raises TypeError for anything else."""
    if not isinstance(input, TensorBase):
        raise TypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
    return input


def refuse_bool(name: str, *operands: Tensor | float) -> None:
    """Raises RuntimeError if all operands are bools."""
    if all(dtype_of(each) is bool_ for each in operands):
        raise RuntimeError(f"\"{name}\" not implemented for 'Bool': use .int() or .float() first")


@quiet
def number_for(x: Tensor, number: float, function: str) -> Array:
    """A number as an array of x's dtype. Raises RuntimeError if that can't hold it, TypeError, naming the function,
    for anything but a number."""
    check_numbers(function, value=number)
    try:
        return array_module(x).asarray(number, x.array.dtype)
    except (OverflowError, ValueError) as error:
        raise RuntimeError(f"value cannot be converted to type {x.dtype} without overflow: {error}") from None


def floating_only(name: str, input: Tensor) -> Tensor:
    """The tensor. Raises NotImplementedError if it holds integers or bools."""
    if tensor_only(name, input).array.dtype.kind != "f":
        raise NotImplementedError(f'"{name}" not implemented for {input.dtype}: use x.float()')
    return input


def module_of(*operands: object) -> ModuleType:
    """The array module of the first tensor among the operands. Raises TypeError if all are numbers."""
    for each in operands:
        if isinstance(each, TensorBase):
            return array_module(each)
    raise TypeError(f"one of the operands must be Tensor, not {' and '.join(type(each).__name__ for each in operands)}")
