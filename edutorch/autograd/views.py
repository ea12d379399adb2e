"""Views: tensors on the memory of another one, and how their place in the graph follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .base import TensorBase, View, version_counter, version_of
from .grad_mode import thread
from .hooks import move

if TYPE_CHECKING:
    from .function import Function


def mark_view(cls: type[Function], recording: bool, inputs: tuple[Any, ...], output: Any) -> None:
    """Notes on an output that it is a view of the first input, and how to make it again."""
    base = inputs[0]
    if output is base or not isinstance(output, TensorBase):
        return
    output._version = counter = version_counter(base)
    output._view = View(base, cls, inputs[1:], recording, counter.count)


def refresh_view(tensor: TensorBase) -> None:
    """Gives a view whose base was changed in place the grad_fn that fits the base of today."""
    stale = []
    view = tensor._view
    while view is not None and view.recorded and view.count != version_of(tensor):
        stale.append((tensor, view))
        tensor = view.base
        view = tensor._view
    for tensor, view in reversed(stale):  # the base before its views
        if view.base._requires_grad and tensor.array.dtype.kind == "f":
            check_base(view)
            _replay(tensor, view)
        view.count = version_of(tensor)


def _replay(tensor: TensorBase, view: View) -> None:
    mode = thread.mode
    before, mode.recording = mode.recording, True
    try:
        again = view.replay(view.base)
    finally:
        mode.recording = before
    move(tensor, again._edge)
    tensor._requires_grad = True


def check_base(view: View) -> None:
    """Raises RuntimeError where the base got another array (by `x.t_()`, `x.data = y`): making the view
    again would give another one."""
    if view.base.array is not view.array:
        raise RuntimeError(
            "a view is used after its base was changed in place, but the shape or memory of the tensor it is a view of"
            f" was changed too, from {list(view.array.shape)} to {list(view.base.array.shape)}: make the view again"
        )
