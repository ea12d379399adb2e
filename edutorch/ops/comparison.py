"""Comparisons and tests, whose results are bools; none of them has a gradient."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..autograd.base import TensorBase, wrap
from ..autograd.grad_mode import quiet
from ..backend import Array, array_module
from .plumbing.entry import check_tensors
from .plumbing.out import into
from .plumbing.promotion import is_float_and_number, promote, size_mismatch, tensor_only, value

if TYPE_CHECKING:
    from ..tensor import Tensor


@quiet
def _compare(
    question: Callable[[Any, Any], Any], input: Tensor, other: Tensor | Array | float, out: Tensor | None
) -> Tensor:
    if not isinstance(input, TensorBase):
        check_tensors(question.__name__, input=input)
    a, b = (input, other) if is_float_and_number(input, other) else promote(question.__name__, input, other)
    try:
        answer = wrap(question(value(a), value(b)))
    except ValueError as error:
        raise size_mismatch(a, b, error) from None
    return answer if out is None else into(out, answer, question.__name__)


def eq(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """input == other, elementwise. Source: torch.eq."""
    return _compare(operator.eq, input, other, out)


def ne(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """input != other, elementwise. Source: torch.ne."""
    return _compare(operator.ne, input, other, out)


def _is_operand(other: object) -> bool:
    return isinstance(other, (TensorBase, bool, int, float, np.generic, np.ndarray))


def is_equal(input: Tensor, other: Any) -> Any:
    """The operator ==: like eq. For anything but a tensor or a number, Python returns False."""
    return eq(input, other) if _is_operand(other) else NotImplemented


def is_different(input: Tensor, other: Any) -> Any:
    """The operator !=: like ne. For anything but a tensor or a number, Python returns True."""
    return ne(input, other) if _is_operand(other) else NotImplemented


def lt(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """input < other, elementwise. Source: torch.lt."""
    return _compare(operator.lt, input, other, out)


def le(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """input <= other, elementwise. Source: torch.le."""
    return _compare(operator.le, input, other, out)


def gt(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """input > other, elementwise. Source: torch.gt."""
    return _compare(operator.gt, input, other, out)


def ge(input: Tensor, other: Tensor | float, *, out: Tensor | None = None) -> Tensor:
    """input >= other, elementwise. Source: torch.ge."""
    return _compare(operator.ge, input, other, out)


def isnan(input: Tensor) -> Tensor:
    """Where an element is nan. Source: torch.isnan."""
    return wrap(array_module(tensor_only("isnan", input)).isnan(input.array))


def isinf(input: Tensor) -> Tensor:
    """Where an element is inf or -inf. Source: torch.isinf."""
    return wrap(array_module(tensor_only("isinf", input)).isinf(input.array))


def isposinf(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Where an element is inf. Source: torch.isposinf."""
    return into(out, input == float("inf"), "isposinf")


def isneginf(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Where an element is -inf. Source: torch.isneginf."""
    return into(out, input == float("-inf"), "isneginf")


def isfinite(input: Tensor) -> Tensor:
    """Where an element is neither inf nor nan. Source: torch.isfinite."""
    return wrap(array_module(tensor_only("isfinite", input)).isfinite(input.array))


def isclose(input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Tensor:
    """|input - other| <= atol + rtol |other|, elementwise. Raises RuntimeError for two dtypes.

    Source: torch.isclose."""
    check_tensors("isclose", input=input, other=other)
    if tensor_only("isclose", input).array.dtype != other.array.dtype:
        raise RuntimeError(f"{input.dtype} did not match {other.dtype}: isclose compares tensors of one dtype")
    if rtol < 0 or atol < 0:
        raise RuntimeError(f"rtol and atol must be greater than or equal to zero, but got {rtol} and {atol}")
    a, b = input.detach(), other.detach()
    close = a == b
    if equal_nan:
        close = close | ((a != a) & (b != b))
    if (atol or rtol) and a.array.dtype != bool:
        near = (a - b).abs() <= atol + (b * rtol).abs()
        close = close | (near & isfinite(a) & isfinite(b))
    return close


def allclose(input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> bool:
    """Whether isclose holds everywhere. Source: torch.allclose."""
    check_tensors("allclose", input=input, other=other)
    return bool(isclose(input, other, rtol, atol, equal_nan).array.all())


def equal(input: Tensor, other: Tensor) -> bool:
    """Whether two tensors have the same shape and elements. Source: torch.equal."""
    check_tensors("equal", input=input, other=other)
    if not isinstance(other, TensorBase):
        raise TypeError(f"equal(): argument 'other' (position 2) must be Tensor, not {type(other).__name__}")
    return input.array.shape == other.array.shape and bool(eq(input, other).array.all())
