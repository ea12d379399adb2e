"""The gradients that a backward returned, brought into the form of the node's inputs: their number, shape and dtype."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..backend import Array, add_up, cast
from ..dtypes import from_numpy_dtype
from .base import TensorBase, wrap
from .grad_mode import thread

if TYPE_CHECKING:
    import numpy as np

    from ..tensor import Tensor
    from .function import Function

    Gradients = tuple[Tensor | None, ...]  # one for each tensor, None where there is none


def one_for_each_input(gradients: Gradients, node: Function) -> Gradients:
    """The gradients without the Nones that a backward may return too many of, which PyTorch ignores, too."""
    expected = len(node._edges)
    if len(gradients) > expected and all(extra is None for extra in gradients[expected:]):
        return gradients[:expected]
    raise RuntimeError(
        f"function {node.node_name()} returned an incorrect number of gradients (expected {expected}, got"
        f" {len(gradients)}): backward must return one for each input of forward, None where there is none"
    )


def as_input(gradient: Tensor, shape: tuple[int, ...], dtype: np.dtype, node: Function, index: int) -> Tensor:
    """The gradient in the shape and dtype of the input that it is for."""
    if not isinstance(gradient, TensorBase):
        raise TypeError(
            f"{node.node_name()}.backward() returned a {type(gradient).__name__} at index {index}: expected a Tensor"
            " (of the shape of that input) or None"
        )
    if gradient.array.shape != shape:
        gradient = _unbroadcast(gradient, shape, node, index)
    return gradient if gradient.array.dtype == dtype else gradient.to(from_numpy_dtype(dtype))


def as_inputs(gradients: Gradients, node: Function) -> Gradients:
    """The gradients as the node's hooks get them: in the form of the inputs, None where none is wanted."""
    return tuple(
        None if edge is None or gradient is None else as_input(gradient, edge[2], edge[3], node, index)
        for index, (gradient, edge) in enumerate(zip(gradients, node._edges, strict=True))
    )


def _unbroadcast(gradient: Tensor, shape: tuple[int, ...], node: Function, index: int) -> Tensor:
    """Sums a gradient down to the shape of an input that was broadcast.

    What forward copied along an axis gets the sum of the copies' gradients."""
    got = gradient.array.shape
    extra = len(got) - len(shape)
    if extra > 0 and got[extra:] == shape and not thread.mode.recording:  # a bias, mostly
        return wrap(_summed(gradient.array, tuple(range(extra))))
    if extra < 0 or any(n not in (1, m) for n, m in zip(shape, got[extra:], strict=True)):
        raise RuntimeError(
            f"Function {node.node_name()} returned an invalid gradient at index {index} - got {list(got)} but"
            f" expected shape compatible with {list(shape)}"
        )
    stretched = tuple([d for d, m in enumerate(got) if d < extra or shape[d - extra] != m])
    if thread.mode.recording:
        return gradient.sum(stretched, keepdim=True).reshape(shape)
    return wrap(_summed(gradient.array, stretched).reshape(shape))


def _summed(array: Array, axes: tuple[int, ...]) -> Array:
    return cast(add_up(array, axes), array.dtype)
