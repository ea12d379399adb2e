"""In-place variants: `x.add_(y)` is `x.add(y)` written into x's memory, and x's graph continues."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...autograd.base import TensorBase
from ...autograd.grad_mode import thread
from ...autograd.inplace import check_in_place, rebase, snapshot
from ...autograd.versions import version_counter
from ...autograd.views import refresh_view
from ...dtypes import can_cast, from_numpy_dtype

if TYPE_CHECKING:
    from ...backend import Array
    from ...tensor import Tensor


def in_place(operation: Callable[..., Tensor], name: str = "") -> Callable[..., Tensor]:
    """The in-place method of an operation: its result goes into the first operand's memory. It is
    called `name`, by default the operation's name and an underscore.

    Raises RuntimeError if PyTorch does: for a leaf that requires a gradient, a result of another
    shape, a result whose dtype is of a higher category."""

    def method(self: Tensor, *args: object, **kwargs: object) -> Tensor:
        refresh_view(self)
        recording = thread.mode.recording
        recorded = recording and _wants_gradient(self, args, kwargs)
        if recording:
            check_in_place(self, recorded)
        if recorded:
            _refuse_within_overlap(self)
        result = operation(snapshot(self) if recorded else self, *args, **kwargs)
        write(self, result, method.__name__)
        if recorded:
            rebase(self, result.to(self.dtype))
        return self

    method.__name__ = name or operation.__name__ + "_"
    method.__qualname__ = f"Tensor.{method.__name__}"
    method.__doc__ = (
        f"In-place version of {method.__name__[:-1]}: changes this tensor and returns it.\n\n{operation.__doc__}"
    )
    return method


def write(target: TensorBase, result: Tensor, name: str) -> None:
    """Copies a result into the target's memory and counts the change."""
    if result.array.shape != target.array.shape:
        raise RuntimeError(
            f"{name}: output with shape {list(target.array.shape)} doesn't match the broadcast shape"
            f" {list(result.array.shape)}"
        )
    have, want = from_numpy_dtype(target.array.dtype), from_numpy_dtype(result.array.dtype)
    if not can_cast(want, have):
        raise RuntimeError(f"{name}: result type {want} can't be cast to the desired output type {have}")
    overwrite(target, result.array)


def overwrite(target: TensorBase, values: Array) -> None:
    """target.array[...] = values, and one more version. Raises RuntimeError if several elements of the target share one
    place in memory, as in an expanded tensor or in windows that overlap."""
    if _overlaps(target.array):
        raise RuntimeError(OVERLAP)
    target.array[...] = values
    version_counter(target).bump()


OVERLAP = (
    "unsupported operation: more than one element of the written-to tensor refers to a single memory location. Please"
    " clone() the tensor before performing the operation."
)


def _overlaps(array: Array) -> bool:
    """Whether two elements may share one place in memory: some axis steps no further than the finer ones reach."""
    if array.flags.c_contiguous or array.size < 2:
        return False
    reach = array.itemsize
    for stride, n in sorted((s, n) for s, n in zip(array.strides, array.shape, strict=True) if n > 1):
        if stride < reach:
            return True
        reach = stride * (n - 1) + reach
    return False


def _refuse_within_overlap(tensor: TensorBase) -> None:
    """Refuses a part of an expanded tensor: it could be written to, but the graph could not describe the rest."""
    while tensor._view is not None:
        tensor = tensor._view.base
        if tensor._view is not None and _overlaps(tensor.array):
            raise RuntimeError(OVERLAP)


def _wants_gradient(self: TensorBase, args: tuple[object, ...], kwargs: dict[str, object]) -> bool:
    operands: list[object] = [self, *args, *kwargs.values()]
    operands += [e for a in operands if isinstance(a, (tuple, list)) for e in a]
    for each in operands:
        if isinstance(each, TensorBase):
            refresh_view(each)
            if each._requires_grad:
                return True
    return False
