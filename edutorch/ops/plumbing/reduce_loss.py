"""What all losses share: how the losses of the elements become one number, and checks of sizes."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...tensor import Tensor


def reduced(loss: Tensor, reduction: str) -> Tensor:
    """The mean, the sum, or the losses themselves ("none"). Raises ValueError for another word."""
    if reduction == "mean":
        return loss.mean()
    if reduction == "sum":
        return loss.sum()
    if reduction == "none":
        return loss
    raise ValueError(f"{reduction} is not a valid value for reduction: expected 'none', 'mean' or 'sum'")


def reduction_from(size_average: bool | None, reduce: bool | None, reduction: str) -> str:
    """The reduction that the arguments of before PyTorch 0.4.1 meant; `reduction` where both are None."""
    if size_average is None and reduce is None:
        return reduction
    meant = "none" if reduce is False else "sum" if size_average is False else "mean"
    warnings.warn(
        f"size_average and reduce args will be deprecated, please use reduction='{meant}' instead.", stacklevel=3
    )
    return meant


def warn_of_broadcast(input: Any, target: Any) -> None:
    """As PyTorch: sizes that differ are a mistake more often than they are meant."""
    if input.array.shape != target.array.shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape})."
            " This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
            stacklevel=3,
        )


def require_same_size(name: str, input: Any, target: Any) -> None:
    """Raises ValueError where the sizes differ."""
    if input.array.shape != target.array.shape:
        raise ValueError(
            f"{name}: Using a target size ({target.shape}) that is different to the input size ({input.shape}) is"
            " deprecated. Please ensure they have the same size: target.view_as(input), or target.unsqueeze(1)."
        )
