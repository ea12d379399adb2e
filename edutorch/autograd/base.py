"""TensorBase: what autograd must know of a tensor, and nothing that can be computed with it.

Class Tensor, with its hundreds of methods, stands on a higher floor and registers itself here, as
torch.Tensor stands on torch._C.TensorBase. So an op can make tensors without importing Tensor.
"""

from __future__ import annotations

import itertools
from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ..backend import Array
    from ..tensor import Tensor
    from .function import Function

    # Where a gradient goes: (Function, number of its output, shape, dtype), or (leaf, None, shape, dtype)
    Edge = tuple[Function, int, tuple[int, ...], np.dtype[Any]]
    LeafEdge = tuple["TensorBase", None, tuple[int, ...], np.dtype[Any]]

# Nodes of the graph and in-place changes are numbered by one clock, so that each knows what came first.
tick = itertools.count().__next__


class VersionCounter:
    """Counts the in-place changes of one piece of memory; views share their base's counter."""

    count = 0
    times: deque[int] | None = None  # when the last few changes were made

    def bump(self) -> None:
        """One more change, now."""
        self.count += 1
        self.note()

    def note(self) -> None:
        """Whoever saved the memory until now must not use it. (Alone: for a change of shape in place, after which
        the views of the memory are as they were.)"""
        self.watch().append(tick())

    def watch(self) -> deque[int]:
        """Has backward look closer at the memory from now on. The times of its last changes."""
        if self.times is None:
            self.times = deque(maxlen=8)
        return self.times

    def changes_since(self, time: int) -> int:
        """How many of the last few changes were made after `time`."""
        if not self.times or self.times[-1] < time:
            return 0
        return sum(each > time for each in self.times)


class View:
    """How a tensor was made as a view: `function.apply(base, *arguments)` makes it again.

    `count` is the version at which the view's grad_fn was right. `recorded` is False for a view made
    under no_grad: it never takes part in the graph of its base. `array` is the base's as it was."""

    __slots__ = ("arguments", "array", "base", "count", "function", "recorded")

    def __init__(
        self, base: TensorBase, function: type[Function], arguments: tuple[Any, ...], recorded: bool, count: int
    ) -> None:
        self.base = base
        self.array = base.array
        self.function = function
        self.arguments = arguments
        self.count = count
        self.recorded = recorded

    def replay(self, base: Any) -> Any:
        """The same view of another tensor of the base's shape."""
        return self.function.apply(base, *self.arguments)


class TensorBase:
    """An array and its place in the graph. Made by `wrap`, never by itself.

    array: numpy.ndarray or cupy.ndarray.
    _requires_grad: whether a gradient is wanted for it or for something it was computed from.
    _grad: the accumulated gradient of a leaf, a tensor, or None.
    _edge: (the Function that computed it, which of its outputs it is, shape, dtype); None for a leaf.
    _version: the VersionCounter of its memory; None until somebody changes or shares that memory.
    _view: how it was made as a view, or None.
    """

    __slots__ = ("_edge", "_grad", "_requires_grad", "_version", "_view", "array")

    _detached_at = -1  # when detach_() was last called

    array: Array
    _requires_grad: bool
    _grad: Tensor | None
    _edge: Edge | None
    _version: VersionCounter | None
    _view: View | None

    @property
    def _grad_fn(self) -> Any:
        return None if self._edge is None else self._edge[0]

    if TYPE_CHECKING:  # written in tensor.py

        def to(self, *args: Any, **kwargs: Any) -> Tensor:
            """See ops/conversion.py."""
            ...


_tensor_class: Any = TensorBase
_new = object.__new__
_ndarray = np.ndarray


def register_tensor_class(cls: type) -> None:
    """Names the class that `wrap` makes. Called once, by tensor.py."""
    global _tensor_class
    _tensor_class = cls


def wrap(array: Array) -> Tensor:
    """A new leaf tensor around an array, without a copy."""
    if type(array) is not _ndarray and isinstance(array, np.generic):  # NumPy answers scalars where it reduces to 0-d
        array = np.asarray(array)
    tensor: Any = _new(_tensor_class)
    tensor.array = array
    tensor._requires_grad = False
    tensor._grad = None
    tensor._edge = None
    tensor._version = None
    tensor._view = None
    return tensor


def version_counter(tensor: TensorBase) -> VersionCounter:
    """The counter of the tensor's memory, made on first use."""
    if tensor._version is None:
        tensor._version = VersionCounter()
    return tensor._version


def version_of(tensor: TensorBase) -> int:
    """How often the tensor's memory was changed in place."""
    return 0 if tensor._version is None else tensor._version.count


def alias(tensor: TensorBase) -> Tensor:
    """A leaf tensor on the same memory, with the same version counter: `detach`."""
    result = wrap(tensor.array)
    result._version = version_counter(tensor)
    return result
