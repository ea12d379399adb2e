"""Node: what an operation leaves in the graph, as `grad_fn` shows it: where its inputs came from, its name, its hooks.

Source: torch.autograd.graph.Node.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .accumulate_grad import AccumulateGrad
from .handle import RemovableHandle

if TYPE_CHECKING:
    from .gradients import Gradients


class Node:
    """A place in the graph: `next_functions`, `name()`, `metadata`, `register_hook`, `register_prehook`."""

    pytorch_name = ""  # what PyTorch calls the node, where that is not the class's own name; see `printed_as`
    wraps_numbers = False  # whether next_functions has an entry for a number, such as the 1 of x + 1
    _built_in = True
    _edges: Sequence[Any] = ()  # an Edge or LeafEdge for each input, None where no gradient goes
    _constants: Sequence[int] = ()  # which inputs are tensors without a gradient (indices and masks not counted)
    _number = -1  # nodes are numbered as they are made: a node's consumers have higher numbers
    _hooks: dict[str, dict[int, Any]] | None = None

    def name(self) -> str:
        """The node's name, `ExpBackward0` for the built-in Exp, `ExpBackward` for a user's."""
        return self.node_name()

    def node_name(self) -> str:
        """The same, even if a forward has set a ctx.name of its own."""
        return self.pytorch_name or type(self).__name__ + ("Backward0" if self._built_in else "Backward")

    def __repr__(self) -> str:
        return f"<{self.node_name()} object at {id(self):#x}>"

    @property
    def next_functions(self) -> tuple[tuple[Node | AccumulateGrad | None, int], ...]:
        """For each input that is a tensor, the node that made it and which of that node's outputs it is; (None, 0) if
        it requires no gradient."""
        return tuple(
            (None, 0)
            if edge is None
            else (edge[0], edge[1])
            if isinstance(edge[0], Node)
            else (AccumulateGrad(edge[0]), 0)
            for place, edge in enumerate(self._edges)
            if edge is not None or place in self._constants or self.wraps_numbers
        )

    @functools.cached_property
    def metadata(self) -> dict[Any, Any]:
        """A dictionary for the user's own notes on this node."""
        return {}

    def register_hook(self, hook: Callable[[Gradients, Gradients], Gradients | None]) -> RemovableHandle:
        """Calls hook(grad_inputs, grad_outputs) after this node's backward; a tuple it returns
        replaces grad_inputs."""
        return self._register("after", hook)

    def register_prehook(self, hook: Callable[[Gradients], Gradients | None]) -> RemovableHandle:
        """Calls hook(grad_outputs) before this node's backward; a tuple it returns replaces them."""
        return self._register("before", hook)

    def _register(self, when: str, hook: Callable[..., object]) -> RemovableHandle:
        if self._hooks is None:
            self._hooks = {}
        return RemovableHandle(self._hooks.setdefault(when, {}), hook)
