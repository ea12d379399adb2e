"""AccumulateGrad: the end of the graph at a leaf, where gradients are added up."""

from __future__ import annotations

import sys
from threading import RLock
from typing import TYPE_CHECKING

from .grad_mode import thread

if TYPE_CHECKING:
    from ..tensor import Tensor


class AccumulateGrad:
    """The end of the graph at a leaf, as `next_functions` shows it. `variable` is the leaf."""

    next_functions = ()

    def __init__(self, variable: Tensor) -> None:
        self.variable = variable

    def name(self) -> str:
        """Its name in PyTorch, 'torch::autograd::AccumulateGrad'."""
        return "torch::autograd::AccumulateGrad"

    def __repr__(self) -> str:
        return f"<AccumulateGrad object at {id(self.variable):#x}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AccumulateGrad) and other.variable is self.variable

    def __hash__(self) -> int:
        return id(self.variable)


def accumulate(tensor: Tensor, gradient: Tensor) -> None:
    """Adds a gradient to the leaf's `.grad`, then calls the hooks that were registered for that."""
    if not tensor._requires_grad:  # frozen since forward, by requires_grad_(False)
        return
    with _adding:
        if tensor._grad is not None:
            # in place unless it is recorded, so that a program that holds p.grad sees the sum
            tensor._grad = tensor._grad + gradient if thread.mode.recording else tensor._grad.add_(gradient)
        else:
            # the owner of p.grad may change it in place, so nobody else may hold the same memory
            tensor._grad = gradient if not thread.mode.recording and _is_unshared(gradient) else gradient.clone()
    if tensor._post_accumulate_grad_hooks:
        for hook in list(tensor._post_accumulate_grad_hooks.values()):
            if thread.mode.for_user(hook, tensor) is not None:
                raise TypeError("Tensor post accumulate grad hooks should return None: change tensor.grad in place")


hooked: list[bool] = []  # not empty once any tensor of the program has had such a hook

_adding = RLock()  # two threads may walk back to one leaf


# From Python 3.14 on references may be borrowed without being counted.
_COUNTS_ARE_KNOWN = sys.implementation.name == "cpython" and sys.version_info < (3, 14)


def _is_unshared(tensor: Tensor) -> bool:
    """Whether only the walk holds the tensor and its memory. False where Python can't tell."""
    # four references: in hand_over, in accumulate, in this function, and in the call of getrefcount
    return (
        _COUNTS_ARE_KNOWN
        and sys.getrefcount(tensor) <= 4
        and tensor._view is None
        and tensor.array.base is None
        and sys.getrefcount(tensor.array) <= 2
    )
