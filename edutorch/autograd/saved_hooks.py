"""What hooks on saved tensors make of them: see graph.saved_tensors_hooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .base import TensorBase, wrap
from .grad_mode import thread
from .versions import alias, version_of

if TYPE_CHECKING:
    from ..tensor import Tensor
    from .edges import Edge, LeafEdge
    from .function import Function

    Hooks = tuple[Callable[[Tensor], object], Callable[[object], Tensor]]


class PackedTensor:
    """One saved tensor: what the hook made of it, and its place in the graph."""

    def __init__(self, node: Function, tensor: TensorBase, hook: Callable[[Tensor], object]) -> None:
        self.own = (node._own or {}).get(id(tensor))  # the number of the node's output that it is
        self.requires_grad = tensor._requires_grad or self.own is not None
        self.edge: Edge | LeafEdge = tensor._edge or (tensor, None, tensor.array.shape, tensor.array.dtype)
        given = alias(tensor)
        given._requires_grad = self.requires_grad
        version = version_of(given)
        self.packed = thread.mode.for_user(hook, given)
        if version_of(given) != version:
            raise RuntimeError(
                "A saved tensor pack hook is modifying its input in place. Tensors provided as input to pack hook"
                " cannot be modified by in-place operations: change a clone(), and return that."
            )

    def restore(self, node: Function, hook: Callable[[object], Tensor]) -> Tensor:
        """What the other hook makes of it, at its place in the graph."""
        tensor = thread.mode.for_user(hook, self.packed)
        if not isinstance(tensor, TensorBase):
            found = type(tensor).__name__
            raise TypeError(
                f"Output of saved tensor unpack_hook expected to be a Tensor but got result of type {found}"
            )
        if not self.requires_grad:
            return tensor
        result, edge = wrap(tensor.array), self.edge
        result._requires_grad = True
        if self.own is not None:
            edge = (node, self.own, tensor.array.shape, tensor.array.dtype)
        if edge[1] is not None or thread.mode.recording:  # a leaf's edge serves a recorded backward alone
            result._edge = edge  # type: ignore[assignment]
        return result


class Packed:
    """All that a node has saved, packed."""

    def __init__(self, node: Function, saved: tuple[object, ...], hooks: Hooks) -> None:
        pack, self.hook = hooks
        mode = thread.mode
        recording, mode.recording = mode.recording, False
        try:
            self.saved = [PackedTensor(node, each, pack) if isinstance(each, TensorBase) else each for each in saved]
        finally:
            mode.recording = recording

    def unpack(self, node: Function) -> tuple[object, ...]:
        """The tensors that were saved."""
        return tuple([each.restore(node, self.hook) if isinstance(each, PackedTensor) else each for each in self.saved])
