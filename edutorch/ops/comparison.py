"""Questions with a bool for an answer; none of them has a gradient."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..autograd.base import wrap
from .promotion import promote, size_mismatch, value

if TYPE_CHECKING:
    from ..tensor import Tensor


def _compare(question: Callable[[Any, Any], Any], input: Any, other: Any) -> Tensor:
    a, b = promote(question.__name__, input, other)
    try:
        return wrap(question(value(a), value(b)))
    except ValueError as error:
        raise size_mismatch(a, b, error) from None


def eq(input: Tensor, other: Tensor | float) -> Tensor:
    """input == other, elementwise. Source: torch.eq."""
    return _compare(operator.eq, input, other)


def ne(input: Tensor, other: Tensor | float) -> Tensor:
    """input != other, elementwise. Source: torch.ne."""
    return _compare(operator.ne, input, other)


def lt(input: Tensor, other: Tensor | float) -> Tensor:
    """input < other, elementwise. Source: torch.lt."""
    return _compare(operator.lt, input, other)


def le(input: Tensor, other: Tensor | float) -> Tensor:
    """input <= other, elementwise. Source: torch.le."""
    return _compare(operator.le, input, other)


def gt(input: Tensor, other: Tensor | float) -> Tensor:
    """input > other, elementwise. Source: torch.gt."""
    return _compare(operator.gt, input, other)


def ge(input: Tensor, other: Tensor | float) -> Tensor:
    """input >= other, elementwise. Source: torch.ge."""
    return _compare(operator.ge, input, other)
