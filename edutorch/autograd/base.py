"""TensorBase: what autograd has to know about a tensor, without any of the operations on it.

Class Tensor, with its hundreds of methods, is on a higher floor and registers itself here, just as torch.Tensor is
based on torch._C.TensorBase. So an operation can make tensors without importing Tensor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ..backend import Array
    from ..tensor import Tensor
    from .edges import Edge
    from .function import Function
    from .versions import VersionCounter
    from .views import View


class TensorBase:
    """An array and its place in the graph. Always made by `wrap`.

    array: numpy.ndarray or cupy.ndarray.
    _requires_grad: whether a gradient is wanted for it or for something it was computed from.
    _grad: the gradient that backward has added up for a leaf, a tensor; None before.
    _edge: (the Function that computed it, which of its outputs it is, shape, dtype); None for a leaf.
    _counter: the VersionCounter of its memory; None until that memory is changed in place or shared.
    _view: how it was made as a view; None for a tensor with memory of its own.
    """

    __slots__ = ("_counter", "_edge", "_grad", "_requires_grad", "_view", "array")

    _detached_at = -1  # when detach_() was last called, by the clock of versions.py

    array: Array
    _requires_grad: bool
    _grad: Tensor | None
    _edge: Edge | None
    _counter: VersionCounter | None
    _view: View | None

    @property
    def _grad_fn(self) -> Function | None:
        return None if self._edge is None else self._edge[0]

    if TYPE_CHECKING:  # written in tensor.py

        def to(self, *args: object, **kwargs: object) -> Tensor:
            """See ops/conversion.py."""
            ...


_tensor_class: Any = TensorBase  # Tensor, once it is registered
_new = object.__new__
_ndarray = np.ndarray


def register_tensor_class(cls: type[Tensor]) -> None:
    """Sets the class of the tensors that `wrap` makes. Called once, by tensor.py."""
    global _tensor_class
    _tensor_class = cls


def wrap(array: Array) -> Tensor:
    """A new leaf tensor around an array, without a copy."""
    if type(array) is not _ndarray and isinstance(array, np.generic):  # NumPy returns scalars for 0-d results
        array = np.asarray(array)
    tensor = _new(_tensor_class)
    tensor.array = array
    tensor._requires_grad = False
    tensor._grad = None
    tensor._edge = None
    tensor._counter = None
    tensor._view = None
    return tensor
