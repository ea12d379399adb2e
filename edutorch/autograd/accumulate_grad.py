"""AccumulateGrad: the end of the graph at a leaf, where gradients are added up."""

from __future__ import annotations

from .base import TensorBase


class AccumulateGrad:
    """The end of the graph at a leaf, as `next_functions` shows it. `variable` is the leaf."""

    next_functions = ()

    def __init__(self, variable: TensorBase) -> None:
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
