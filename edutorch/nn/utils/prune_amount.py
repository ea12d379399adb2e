"""How much is pruned: a number of elements, or a part of them."""

from __future__ import annotations

from numbers import Integral, Real
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...tensor import Tensor


def check_amount(amount: float) -> float:
    """The amount. Raises TypeError for what is no number, ValueError below 0 and for a part above 1."""
    if not isinstance(amount, Real):
        raise TypeError(f"Invalid type for amount: {amount}. Must be int or float.")
    if amount < 0 or (amount > 1 and not isinstance(amount, Integral)):
        raise ValueError(f"amount={amount} should either be a float in the range [0, 1] or a non-negative integer")
    return amount


def how_many(amount: float, size: int) -> int:
    """The amount as a number of `size` elements. Raises ValueError if there are not so many."""
    n = int(amount) if isinstance(amount, Integral) else round(amount * size)
    if n > size:
        raise ValueError(f"amount={n} should be smaller than the number of parameters to prune={size}")
    return n


def check_several_axes(t: Tensor, dim: int) -> None:
    """Raises ValueError for a vector, which has no slices, IndexError for an axis that there is not."""
    if t.ndim <= 1:
        raise ValueError(
            "Structured pruning can only be applied to multidimensional tensors. Found tensor of shape"
            f" {t.shape} with {t.ndim} dims"
        )
    if dim >= t.ndim:
        raise IndexError(f"Invalid index {dim} for tensor of size {t.shape}")
