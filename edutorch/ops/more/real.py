"""What functions of complex numbers are for real ones: the tensor itself, and no."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from ...tensor import Tensor


def conj(input: Tensor) -> Tensor:
    """The tensor itself: tensors are real. Source: torch.conj; also conj_physical, real, resolve_conj, resolve_neg."""
    return input


def is_conj(input: Tensor) -> bool:
    """False: tensors are real. Source: torch.is_conj; also is_neg, is_inference, and whether a tensor is in a place or
    of a kind that there is not here: is_shared, is_quantized, is_sparse_csr, is_mps and so on."""
    return False


def imag(input: Tensor) -> NoReturn:
    """Raises RuntimeError, as for every tensor of real numbers. Source: torch.imag."""
    raise RuntimeError("imag is not implemented for tensors with non-complex dtypes: it is 0")
