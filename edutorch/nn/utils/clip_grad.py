"""Keeping gradients small. Source: torch.nn.utils.clip_grad.

Pascanu, Mikolov, Bengio: On the difficulty of training recurrent neural networks, 2013.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from ...autograd.base import TensorBase
from ...autograd.grad_mode import no_grad
from ...ops.from_data import tensor
from ...ops.joining import stack
from ...ops.norms import vector_norm
from ...tensor import Tensor


def _gradients(parameters: Tensor | Iterable[Tensor]) -> list[Tensor]:
    listed = [parameters] if isinstance(parameters, TensorBase) else list(parameters)
    return [each.grad for each in listed if each.grad is not None]


@no_grad()
def get_total_norm(
    tensors: Tensor | Iterable[Tensor],
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """The norm of all tensors as one vector, a 0-d tensor. Raises RuntimeError if it is nan or infinite, and
    error_if_nonfinite is True. Source: torch.nn.utils.get_total_norm."""
    listed: list[Tensor] = [tensors] if isinstance(tensors, TensorBase) else list(tensors)
    norm_type = float(norm_type)  # "inf", too
    if not listed:
        return tensor(0.0)
    norms = [vector_norm(each, norm_type) for each in listed]
    total = vector_norm(stack([each.to(norms[0].device) for each in norms]), norm_type)
    if error_if_nonfinite and not math.isfinite(float(total)):
        raise RuntimeError(
            f"The total norm of order {norm_type} for gradients from `parameters` is non-finite, so it cannot be"
            " clipped. To disable this error and scale the gradients by the non-finite norm anyway, set"
            " `error_if_nonfinite=False`"
        )
    return total


@no_grad()
def clip_grads_with_norm_(
    parameters: Tensor | Iterable[Tensor], max_norm: float, total_norm: Tensor, foreach: bool | None = None
) -> None:
    """Scales the gradients by max_norm / total_norm, in place, if that is less than 1.
    Source: torch.nn.utils.clip_grads_with_norm_."""
    factor = (float(max_norm) / (total_norm + 1e-6)).clamp_max(1.0)
    for gradient in _gradients(parameters):
        gradient.mul_(factor.to(gradient.device))


def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Scales the gradients down, in place, until the norm of all of them as one vector is at most max_norm; returns the
    norm before that. Source: torch.nn.utils.clip_grad_norm_."""
    listed = [parameters] if isinstance(parameters, TensorBase) else list(parameters)
    total = get_total_norm(_gradients(listed), norm_type, error_if_nonfinite)
    clip_grads_with_norm_(listed, max_norm, total)
    return total


@no_grad()
def clip_grad_value_(parameters: Tensor | Iterable[Tensor], clip_value: float, foreach: bool | None = None) -> None:
    """Clamps every element of the gradients to [-clip_value, clip_value], in place.
    Source: torch.nn.utils.clip_grad_value_."""
    for gradient in _gradients(parameters):
        gradient.clamp_(-float(clip_value), float(clip_value))
