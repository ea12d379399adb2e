"""In-place changes and the graph: what is refused, and how the graph continues.

After `v.mul_(2)` on a view v of x, the graph of x must lead through the change: x's new node is a
ViewWrite, which sends the gradient of v's part to the change and the rest to x as it was before. From then on v is the
same view of the new x.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import TensorBase, wrap
from .edges import move_edge
from .function import Function
from .versions import alias
from .views import View, check_base, refresh_view

if TYPE_CHECKING:
    from ..tensor import Tensor


class ViewWrite(Function):
    """y = x, but y's part under the view is v;  dL/dx = dL/dy with zeros there, dL/dv = that part

    Recorded for the base of a view that was changed in place. PyTorch calls it CopySlices."""

    pytorch_name = "torch::autograd::CopySlices"

    @staticmethod
    def forward(ctx: Function, x: Tensor, v: Tensor, view: View) -> Tensor:
        ctx.view = (view.function, view.arguments)
        return wrap(x.array)  # x's memory already holds v

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, Tensor, None]:
        function, arguments = ctx.view
        gx = gy.clone()
        function.apply(gx, *arguments).zero_()
        return gx, function.apply(gy, *arguments), None


def check_in_place(tensor: TensorBase, wanted: bool = False) -> None:
    """Raises RuntimeError if PyTorch refuses an in-place change while recording: of a leaf that
    requires a gradient, of a view of one, and, where a gradient is `wanted`, of a view made under no_grad."""
    root, is_view, unrecorded = tensor, False, False
    while root._view is not None and not (root._requires_grad and root._edge is None):
        is_view, unrecorded = True, unrecorded or not root._view.recorded
        check_base(root._view)
        root = root._view.base
    if unrecorded and (wanted or root._requires_grad):
        raise RuntimeError(
            "A view was created in no_grad mode and is being modified inplace with grad mode enabled."
            " Given that this use case is ambiguous and error-prone, it is forbidden: make the view"
            " outside no_grad, or modify it inside. (What a Function returned of its inputs as it came is such a view.)"
        )
    if root._requires_grad and root._edge is None:
        what = "a view of a leaf Variable" if is_view else "a leaf Variable"
        raise RuntimeError(
            f"{what} that requires grad is being used in an in-place operation."
            " Do it inside torch.no_grad(), or on a copy: x = x + 1."
        )


def snapshot(tensor: TensorBase) -> Tensor:
    """The tensor as it is now, in memory of its own and at the same place in the graph."""
    refresh_view(tensor)
    copy = wrap(tensor.array.copy())
    copy._edge, copy._requires_grad = tensor._edge, tensor._requires_grad
    return copy


def rebase(tensor: TensorBase, value: TensorBase) -> None:
    """After `value` was written into the tensor's memory: gives the tensor, and every base of which
    it is a view, the graph that leads to `value`."""
    view = tensor._view
    if view is None:
        move_edge(tensor, value._edge)
        tensor._requires_grad = value._requires_grad
        return
    base_before = alias(view.base)
    base_before._edge, base_before._requires_grad = view.base._edge, view.base._requires_grad
    rebase(view.base, ViewWrite.apply(base_before, value, view))
    view.count = -1  # refreshed from the base when next used
    refresh_view(tensor)
