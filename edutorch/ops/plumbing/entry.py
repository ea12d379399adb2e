"""Checks at the entry of an operation: that a tensor is a tensor, a number a number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ...autograd.base import TensorBase
from ...backend import device_of

if TYPE_CHECKING:
    from ...tensor import Tensor


def check_tensors(function: str, **arguments: object) -> None:
    """Raises TypeError, naming function and argument, for one that is not a tensor, and RuntimeError for tensors on two
    devices."""
    on_gpu = False
    for name, value in arguments.items():
        if not isinstance(value, TensorBase):
            raise _not_a_tensor(function, name, value)
        on_gpu = on_gpu or type(value.array) is not np.ndarray
    if on_gpu:
        check_devices(function, *arguments.values())


def check_optional_tensors(function: str, **arguments: object) -> None:
    """Like check_tensors, for arguments that may be None."""
    check_tensors(function, **{name: value for name, value in arguments.items() if value is not None})


def check_devices(function: str, *tensors: object) -> None:
    """Raises RuntimeError, naming both, for tensors on two devices. One of no axes on the CPU goes with all, as does
    what is no tensor."""
    arrays = [each.array for each in tensors if isinstance(each, TensorBase)]
    devices = {device_of(array) for array in arrays if array.ndim or type(array) is not np.ndarray}
    if len(devices) > 1:
        found = " and ".join(sorted(map(str, devices)))
        raise RuntimeError(
            f"Expected all tensors to be on the same device, but {function} found at least two devices, {found}!"
            " Move one with .to(device)."
        )


def check_ints(function: str, **arguments: Any) -> None:
    """Raises TypeError, naming function and argument, for one that is neither an int (a bool does not count) nor a
    tuple or list of ints."""
    for name, value in arguments.items():
        several = isinstance(value, (tuple, list))
        for each in value if several else (value,):
            if not _is_int(each) or (isinstance(each, bool) and not several):
                wanted = "a tuple of ints, but holds a" if several else "int, not"
                raise TypeError(f"{function}(): argument '{name}' must be {wanted} {type(each).__name__}: {each!r}")


def _is_int(value: object) -> bool:
    whole = not isinstance(value, TensorBase) or value.array.dtype.kind != "f"  # every tensor has an __index__
    return whole and hasattr(value, "__index__")


def check_numbers(function: str, **arguments: object) -> None:
    """Raises TypeError, naming function and argument, for one that is not a number, OverflowError for an int of more
    than 64 bits."""
    for name, value in arguments.items():
        if not isinstance(value, (int, float, complex, np.number, np.bool_)):  # what takes no complex says so itself
            raise TypeError(f"{function}(): argument '{name}' must be Number, not {type(value).__name__}")
        if isinstance(value, int):
            check_width(function, name, value)


def check_width(function: str, name: str, value: int) -> None:
    """Raises OverflowError for an int of more than 64 bits."""
    if not -(2**63) <= value < 2**64:
        raise OverflowError(f"{function}(): argument '{name}' is too large an int: {value}; write a float")


def listed_tensors(function: str, tensors: Iterable[Tensor]) -> list[Tensor]:
    """Several tensors as a list. Raises TypeError for anything but a tensor among them."""
    tensors = list(tensors)
    for i, each in enumerate(tensors):
        if not isinstance(each, TensorBase):
            raise TypeError(
                f"{function}(): expected Tensor as element {i} in argument 0, but got"
                f" {type(each).__name__}{_advice(each)}"
            )
    return tensors


def _not_a_tensor(function: str, argument: str, value: object) -> TypeError:
    kind = type(value).__name__
    return TypeError(f"{function}(): argument '{argument}' must be Tensor, not {kind}{_advice(value)}")


def _advice(value: object) -> str:
    if value is None:
        return ": did a function forget to return it?"
    if isinstance(value, (list, tuple, int, float)) or hasattr(value, "__array__"):
        return ": make it one with torch.tensor(...)"
    return ""
