"""Edges: a tensor's place in the graph, and what moves with it when an in-place change gives it another."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

import numpy as np

from .base import TensorBase

if TYPE_CHECKING:
    from ..tensor import Tensor
    from .function import Function

    # Where a gradient goes: (Function, number of its output, shape, dtype), or (leaf, None, shape, dtype)
    Edge = tuple[Function, int, tuple[int, ...], np.dtype]
    LeafEdge = tuple[TensorBase, None, tuple[int, ...], np.dtype]


class KeepGrad:
    """The hook of retain_grad: stores the gradient on the tensor, to which it holds only a weak reference."""

    def __init__(self, tensor: TensorBase) -> None:
        self.tensor = weakref.ref(tensor)

    def __call__(self, gradient: Tensor) -> None:
        tensor = self.tensor()
        if tensor is not None:
            tensor._grad = gradient.clone() if tensor._grad is None else tensor._grad + gradient


def keep_grad(tensor: TensorBase) -> None:
    """Makes backward store the gradient of a tensor that is not a leaf in its `.grad`."""
    assert tensor._edge is not None
    node, output_nr, _, _ = tensor._edge
    node._register(f"retain {output_nr}", KeepGrad(tensor))


def move_edge(tensor: TensorBase, edge: Edge | None) -> None:
    """Gives a tensor another place in the graph after a change in place. What retain_grad() asked for moves along."""
    before, tensor._edge = tensor._edge, edge
    if before is None or edge is None or before[0]._hooks is None:
        return
    kept = before[0]._hooks.get(f"retain {before[1]}", {})
    for number, hook in list(kept.items()):
        if hook.tensor() is tensor:
            del kept[number]
            keep_grad(tensor)
