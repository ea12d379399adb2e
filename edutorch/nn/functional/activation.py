"""Activations with other arguments than the operation of the same name: inplace=, dim=None."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from ...ops import activation
from ...ops.plumbing.entry import check_tensors
from ...ops.plumbing.inplace import in_place

if TYPE_CHECKING:
    from ...dtypes import dtype as dtype_
    from ...tensor import Tensor

relu_ = in_place(activation.relu)


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """max(input, 0), elementwise; inplace: whether to overwrite the input. Source: torch.nn.functional.relu."""
    return relu_(input) if inplace else activation.relu(input)


def softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: dtype_ | None = None) -> Tensor:
    """e^x normalized to sum 1 along `dim`. Source: torch.nn.functional.softmax."""
    return activation.softmax(input, _axis("softmax", input, dim), dtype)


def softmin(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: dtype_ | None = None) -> Tensor:
    """softmax of -input. Source: torch.nn.functional.softmin."""
    check_tensors("softmin", input=input)
    return activation.softmax(-input, _axis("softmin", input, dim), dtype)


def log_softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: dtype_ | None = None) -> Tensor:
    """The logarithm of softmax. Source: torch.nn.functional.log_softmax."""
    return activation.log_softmax(input, _axis("log_softmax", input, dim), dtype)


def _axis(name: str, input: Tensor, dim: int | None) -> int:
    """`dim`, or if it is None the axis that PyTorch takes, with a warning: 0 for 0, 1 or 3 axes, else 1."""
    if dim is not None:
        return dim
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.",
        stacklevel=3,
    )
    return 0 if input.array.ndim in (0, 1, 3) else 1
