"""Views: tensors on the memory of another one, and how their place in the graph follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .base import TensorBase
from .edges import move_edge
from .grad_mode import thread
from .versions import version_counter, version_of

if TYPE_CHECKING:
    from ..tensor import Tensor
    from .function import Function


class View:
    """How a tensor was made as a view: `function.apply(base, *arguments)` makes it again.

    count: the version of the memory for which the view's grad_fn is right.
    recorded: False for a view made under no_grad, which never takes part in the graph of its base.
    array: the base's array when the view was made."""

    __slots__ = ("arguments", "array", "base", "count", "function", "recorded")

    def __init__(
        self, base: TensorBase, function: type[Function], arguments: tuple[object, ...], recorded: bool, count: int
    ) -> None:
        self.base = base
        self.array = base.array
        self.function = function
        self.arguments = arguments
        self.count = count
        self.recorded = recorded

    def replay(self, base: TensorBase) -> Tensor:
        """The same view of another tensor of the base's shape."""
        return self.function.apply(base, *self.arguments)


def mark_view(function: type[Function], recorded: bool, inputs: tuple[Any, ...], output: object) -> None:
    """Remembers on an output that it is a view of the first input, and how to make it again."""
    base = inputs[0]
    if output is base or not isinstance(output, TensorBase):
        return
    output._counter = counter = version_counter(base)
    output._view = View(base, function, inputs[1:], recorded, counter.count)


def is_stale(tensor: TensorBase) -> bool:
    """Whether the tensor is a view of memory that was changed in place since its grad_fn was right."""
    return tensor._view is not None and tensor._view.count != version_of(tensor)


def refresh_view(tensor: TensorBase) -> None:
    """After a change of its base in place, gives a view the grad_fn that fits the base as it is now."""
    stale = []
    view = tensor._view
    while view is not None and view.recorded and view.count != version_of(tensor):
        stale.append((tensor, view))
        tensor = view.base
        view = tensor._view
    for tensor, view in reversed(stale):  # the base before its views
        if view.base._requires_grad and tensor.array.dtype.kind == "f":
            check_base(view)
            _record_again(tensor, view)
        view.count = version_of(tensor)


def _record_again(tensor: TensorBase, view: View) -> None:
    mode = thread.mode
    before, mode.recording = mode.recording, True
    try:
        again = view.replay(view.base)
    finally:
        mode.recording = before
    move_edge(tensor, again._edge)
    tensor._requires_grad = True


def check_base(view: View) -> None:
    """Raises RuntimeError if the base has a different array by now (after `x.t_()` or `x.data = y`), because the same
    steps would make a different view."""
    if view.base.array is not view.array:
        raise RuntimeError(
            "a view is used after its base was changed in place, but the shape or memory of the tensor it is a view of"
            f" was changed too, from {list(view.array.shape)} to {list(view.base.array.shape)}: make the view again"
        )
