"""What functions of complex numbers are for real ones: the tensor itself, and no."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...tensor import Tensor


def conj(input: Tensor) -> Tensor:
    """The tensor itself: tensors are real. Source: torch.conj; also conj_physical, real, resolve_conj, resolve_neg."""
    return input


def is_conj(input: Tensor) -> bool:
    """False: tensors are real. Source: torch.is_conj; also is_neg and is_inference."""
    return False
