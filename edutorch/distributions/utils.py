"""What distributions share: parameters of one shape, probabilities and their logits, properties computed once.

Source: torch.distributions.utils."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar, overload

import numpy as np

from ..autograd.base import TensorBase
from ..autograd.grad_mode import enable_grad
from ..dtypes import finfo, get_default_dtype
from ..ops.activation import sigmoid, softmax
from ..ops.broadcasting import broadcast_tensors
from ..ops.creation import empty
from ..ops.from_data import tensor
from ..ops.ranges import arange
from ..random.fill import normal_

if TYPE_CHECKING:
    from ..backend import DeviceLike
    from ..tensor import Tensor

__all__ = [
    "broadcast_all",
    "clamp_probs",
    "lazy_property",
    "logits_to_probs",
    "probs_to_logits",
    "tril_matrix_to_vec",
    "vec_to_tril_matrix",
]

euler_constant = 0.57721566490153286060  # Euler Mascheroni constant
NUMBERS = (int, float, np.number)  # bools among them


def is_number(value: object) -> bool:
    """Whether it is a number of Python's or NumPy's."""
    return isinstance(value, NUMBERS)


def broadcast_all(*values: Tensor | float) -> tuple[Tensor, ...]:
    """Tensors and numbers as tensors of one shape. Numbers get the dtype and device of the first tensor, the default
    dtype if there is none.

    Raises ValueError for anything else. Source: torch.distributions.utils.broadcast_all."""
    wrong = [each for each in values if not (isinstance(each, TensorBase) or is_number(each))]
    if wrong:
        raise ValueError(
            "Input arguments must all be instances of Number, torch.Tensor or objects implementing"
            f" __torch_function__, got {type(wrong[0]).__name__}: make it a tensor with torch.tensor(...)"
        )
    first = next((each for each in values if isinstance(each, TensorBase)), None)
    dtype, device = (get_default_dtype(), None) if first is None else (first.dtype, first.device)
    return tuple(
        broadcast_tensors(
            *(each if isinstance(each, TensorBase) else tensor(each, dtype=dtype, device=device) for each in values)
        )
    )


def standard_normal(shape: Sequence[int], like: Tensor) -> Tensor:
    """Standard normal numbers of the dtype and on the device of `like`."""
    return normal_(empty(tuple(shape), dtype=like.dtype, device=like.device))


def sum_rightmost(value: Tensor, dims: int) -> Tensor:
    """The sum over the last `dims` dimensions."""
    return value.reshape(*value.shape[:-dims], -1).sum(-1) if dims else value


def logits_to_probs(logits: Tensor, is_binary: bool = False) -> Tensor:
    """Probabilities: by the sigmoid of each number where is_binary, else by the softmax of the last dimension.

    Source: torch.distributions.utils.logits_to_probs."""
    return sigmoid(logits) if is_binary else softmax(logits, -1)


def clamp_probs(probs: Tensor) -> Tensor:
    """Probabilities at least a rounding error away from 0 and 1. Source: torch.distributions.utils.clamp_probs."""
    eps = finfo(probs.dtype).eps
    return probs.clamp(eps, 1 - eps)


def probs_to_logits(probs: Tensor, is_binary: bool = False) -> Tensor:
    """Log odds where is_binary, else logarithms of probabilities; neither is infinite.

    Source: torch.distributions.utils.probs_to_logits."""
    inside = clamp_probs(probs)
    return inside.log() - (-inside).log1p() if is_binary else inside.log()


Owner = TypeVar("Owner")
Value = TypeVar("Value")


class lazy_property(Generic[Owner, Value]):
    """A property that is computed when it is first asked for, and kept then. Source: torch.distributions.utils."""

    def __init__(self, wrapped: Callable[[Owner], Value]) -> None:
        self.wrapped, self.__doc__ = wrapped, wrapped.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> lazy_property[Owner, Value]: ...

    @overload
    def __get__(self, instance: Owner, owner: type) -> Value: ...

    def __get__(self, instance: Owner | None, owner: type) -> Value | lazy_property[Owner, Value]:
        if instance is None:
            return self
        with enable_grad():
            value = self.wrapped(instance)
        setattr(instance, self.wrapped.__name__, value)
        return value


def tril_matrix_to_vec(mat: Tensor, diag: int = 0) -> Tensor:
    """The elements of the lower triangle up to a diagonal, row by row: (*, n, n) -> (*, elements).

    Source: torch.distributions.utils.tril_matrix_to_vec."""
    n = mat.shape[-1]
    if not -n <= diag < n:
        raise ValueError(f"diag ({diag}) provided is outside [{-n}, {n - 1}].")
    return mat[..., _triangle(n, diag, mat.device)]


def vec_to_tril_matrix(vec: Tensor, diag: int = 0) -> Tensor:
    """The inverse of tril_matrix_to_vec: zeros stand above the diagonal.

    Raises ValueError for a vector that is no triangle. Source: torch.distributions.utils.vec_to_tril_matrix."""
    count = vec.shape[-1]
    n = (-(1 + 2 * diag) + ((1 + 2 * diag) ** 2 + 8 * count + 4 * abs(diag) * (diag + 1)) ** 0.5) / 2
    if round(n) - n > finfo(vec.dtype).eps:
        raise ValueError(
            f"The size of last dimension is {count} which cannot be expressed as the lower triangular part of a square"
            " D x D matrix."
        )
    mat = vec.new_zeros((*vec.shape[:-1], round(n), round(n)))
    mat[..., _triangle(round(n), diag, vec.device)] = vec
    return mat


def _triangle(n: int, diag: int, device: DeviceLike) -> Tensor:
    """True up to that diagonal. (n, n)"""
    column = arange(n, device=device)
    return column < column.view(-1, 1) + (diag + 1)


def number_as_tensor(value: object, like: Tensor) -> Tensor:
    """A tensor as it is but for its dtype and device, which are those of `like`; a number as a tensor."""
    if isinstance(value, TensorBase):
        return value.to(like.device, like.dtype)
    return tensor(value, dtype=like.dtype, device=like.device)
