"""The backward walk: from the outputs to the leaves, each node once, when all its gradients are in.

Why the order is right: nodes are numbered as they are made, and a node that uses another one's output is made
after it. So the waiting node with the highest number can get no further gradient, and is next. (PyTorch's
engine does the same with its sequence numbers.) The walk keeps a queue of its own, so that a chain of
100,000 operations needs no recursion.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextvars import copy_context
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from ..backend import array_module
from . import anomaly
from .accumulate_grad import accumulate, hooked
from .base import TensorBase, wrap
from .function import Function
from .grad_mode import thread
from .gradients import as_input, as_inputs, one_for_each_input
from .hooks import after_backward, at_outputs, before_backward, call_hooks
from .views import refresh_view

if TYPE_CHECKING:
    from ..tensor import Tensor
    from .gradients import Gradients


def backward(
    tensors: Tensor | Sequence[Tensor],
    grad_tensors: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Tensor | Sequence[Tensor] | None = None,
) -> None:
    """Adds to each leaf's `.grad` the gradient of the sum of `tensors`.

    grad_tensors: dL/d(tensor) for each one, of its shape; may be left out for tensors of one element.
    retain_graph: keep what the graph has saved, for another backward; by default as create_graph.
    create_graph: record the walk itself, so that the gradients can be differentiated.
    inputs: the only tensors whose `.grad` is to change. Source: torch.autograd.backward.
    """
    wanted = None if inputs is None else _as_tuple(inputs)
    if wanted == ():
        raise RuntimeError("'inputs' argument to backward() cannot be empty.")
    for tensor in wanted or ():
        tensor.retain_grad()  # does nothing for a leaf
    walk = _Walk(_as_tuple(tensors), _as_tuple(grad_tensors), retain_graph, create_graph, wanted)
    walk.run(accumulate)


def grad(
    outputs: Tensor | Sequence[Tensor],
    inputs: Tensor | Sequence[Tensor],
    grad_outputs: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    only_inputs: bool = True,
    allow_unused: bool | None = None,
    is_grads_batched: bool = False,
    materialize_grads: bool = False,
) -> Gradients:
    """The gradients of the sum of `outputs` with respect to `inputs`, as a tuple; no `.grad` changes.

    An input that was not used raises RuntimeError, or gives None with allow_unused=True, or zeros with
    materialize_grads=True. Source: torch.autograd.grad."""
    if is_grads_batched:
        raise NotImplementedError("is_grads_batched is not supported: call grad() once for each of them")
    if materialize_grads and allow_unused is False:
        raise ValueError(
            "Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False."
        )
    wanted = _as_tuple(inputs)
    if not wanted:
        raise RuntimeError("`inputs` argument to `grad()` cannot be empty.")
    for tensor in wanted:
        if not tensor.requires_grad:
            raise RuntimeError("One of the differentiated Tensors does not require grad")
    walk = _Walk(_as_tuple(outputs), _as_tuple(grad_outputs), retain_graph, create_graph, wanted)
    found: dict[Tensor, Tensor] = {}
    walk.run(found.__setitem__)
    found.update(walk.captured)
    results = tuple(found.get(tensor) for tensor in wanted)
    if materialize_grads:
        pairs = zip(wanted, results, strict=True)
        return tuple(wrap(array_module(t).zeros_like(t.array)) if g is None else g for t, g in pairs)
    if not allow_unused and any(g is None for g in results):
        raise RuntimeError(
            "One of the differentiated Tensors appears to not have been used in the graph."
            " Set allow_unused=True if this is the desired behavior."
        )
    return results


class _Walk:
    """One walk back from `outputs`. `wanted`: the only tensors asked for; None means every leaf."""

    def __init__(
        self,
        outputs: tuple[Tensor, ...],
        gradients: Gradients,
        retain_graph: bool | None,
        create_graph: bool,
        wanted: tuple[Tensor, ...] | None,
    ) -> None:
        self.create_graph = create_graph
        self.retain = create_graph if retain_graph is None else retain_graph
        self.checks_nan = anomaly.mode.enabled and anomaly.mode.check_nan
        self.pending: dict[Function, Any] = {}  # node -> its output's gradient, or a list of several
        self.queue: list[tuple[int, Function]] = []
        self.leaves: dict[Tensor, Tensor] = {}  # leaf -> the sum of its gradients
        self.summed: set[Tensor] = set()  # leaves whose sum this walk computed: nobody else holds it
        self.captured: dict[Tensor, Tensor] = {}  # wanted tensor that is not a leaf -> its gradient
        self.wanted = wanted
        for output in outputs:
            refresh_view(output)
        self.needed = None if wanted is None else _nodes_towards(outputs, wanted)
        self.uses: Counter[Tensor] = Counter()  # of leaves whose hooks shall not wait for the end of the walk
        self.complete: list[tuple[Tensor, Tensor]] = []  # such leaves, and the sums of all their gradients
        self.watches = self.needed is not None or self.checks_nan  # whether to look at every node, even without hooks
        self.outputs = outputs
        self.gradients = gradients

    def run(self, receive: Callable[[Tensor, Tensor], None]) -> None:
        """Walks. Calls receive(leaf, gradient) for each leaf that is reached and asked for."""
        mode = thread.mode
        before, mode.recording, mode.outside = (mode.recording, mode.outside), self.create_graph, copy_context()
        try:
            mode.quietly(self.walk, receive)
        finally:
            mode.recording, mode.outside = before

    def walk(self, receive: Callable[[Tensor, Tensor], None]) -> None:
        """From the outputs to the leaves, each node once."""
        if hooked and self.wanted is None:
            self.uses = _uses_of_hooked_leaves(self.outputs)
        self.start()
        while self.queue:
            self.visit(heappop(self.queue)[1])
            if self.complete:
                self.hand_over(self.complete, receive)
        self.hand_over(self.last_leaves(), receive)

    def start(self) -> None:
        """Starts the walk with the gradients of the outputs."""
        first = _first_gradients(self.outputs, self.gradients)
        for output, gradient in zip(self.outputs, first, strict=True):
            if output._edge is None:
                self.add_to_leaf(output, gradient)
            else:
                self.send(output._edge[0], output._edge[1], gradient)

    def last_leaves(self) -> list[tuple[Tensor, Tensor]]:
        """The leaves that wait for the end of the walk, with their gradients; what was complete first stands last."""
        complete = list(self.leaves.items())[::-1]
        self.leaves.clear()
        return complete

    def hand_over(self, complete: list[tuple[Tensor, Tensor]], receive: Callable[[Tensor, Tensor], None]) -> None:
        """Hands leaves their gradients, from the last one on, and takes them off the list, so that the receiver may be
        the only holder."""
        while complete:
            leaf, gradient = complete.pop()
            if self.wanted is None or any(leaf is each for each in self.wanted):
                if leaf._backward_hooks:
                    gradient = call_hooks(leaf._backward_hooks, gradient)
                receive(leaf, gradient)

    def add_to_leaf(self, leaf: Tensor, gradient: Tensor) -> None:
        """Adds a gradient to those that have arrived at a leaf so far."""
        total = self.leaves.pop(leaf, None)  # put back at the end, since the order is that of completion
        if total is None:
            self.leaves[leaf] = gradient
        elif leaf in self.summed and not self.create_graph:
            total.array += gradient.array
            self.leaves[leaf] = total
        else:
            self.leaves[leaf] = self.plus(total, gradient)
            self.summed.add(leaf)

    def send(self, node: Function, output_nr: int, gradient: Tensor) -> None:
        """Adds a gradient to those that have arrived at a node's output so far."""
        if self.needed is not None and node not in self.needed:
            return
        waiting = self.pending.get(node)
        if waiting is None:
            heappush(self.queue, (-node._number, node))
        if node._outputs is None:
            self.pending[node] = gradient if waiting is None else self.plus(waiting, gradient)
        else:
            slots = self.pending.setdefault(node, [None] * len(node._outputs))
            slots[output_nr] = gradient if slots[output_nr] is None else self.plus(slots[output_nr], gradient)

    def plus(self, total: Tensor, gradient: Tensor) -> Tensor:
        """total + gradient, by the recorded operation only if the walk itself is recorded."""
        return total + gradient if self.create_graph else wrap(total.array + gradient.array)

    def visit(self, node: Function) -> None:
        """Runs one node's backward and sends the gradients of its inputs on along its edges."""
        arrived = self.pending.pop(node)
        watched = node._hooks is not None or self.watches
        gradients = self.watched_backward(node, arrived) if watched else _backward_of(node, arrived)
        if gradients is None:
            return
        if node._saved and not self.retain:
            node._saved = node._kept = None
        index = -1
        for edge in node._edges:
            index += 1  # enumerate would take as long as the rest of this loop
            gradient = gradients[index]
            if edge is None or gradient is None:
                continue
            target, output_nr, shape, dtype = edge
            if (
                not isinstance(gradient, TensorBase)
                or gradient.array.shape != shape
                or gradient.array.dtype is not dtype
            ):
                gradient = as_input(gradient, shape, dtype, node, index)
            if output_nr is None:
                self.add_to_leaf(target, gradient)
                if self.uses and target in self.uses:
                    self.use(target)
            else:
                self.send(target, output_nr, gradient)

    def use(self, leaf: Tensor) -> None:
        """Counts a gradient of a leaf with hooks. After the last one it gets the sum, and the hooks are called, while
        the walk goes on: DistributedDataParallel sends gradients meanwhile."""
        self.uses[leaf] -= 1
        if not self.uses[leaf]:
            self.complete.append((leaf, self.leaves.pop(leaf)))

    def watched_backward(self, node: Function, arrived: Any) -> Gradients | None:
        """_backward_of with the node's hooks, with the gradients that are wanted of its outputs, and with the search
        for nan. None where no wanted tensor lies beyond the node."""
        if node._hooks is not None:
            arrived = at_outputs(node, arrived)
        if self.needed is not None:
            self.capture(node, arrived)
            if not self.needed[node]:
                return None
        if node._hooks is not None:
            arrived = before_backward(node, arrived)
        gradients = _backward_of(node, arrived)
        if node._hooks is not None:
            gradients = after_backward(node, as_inputs(gradients, node), arrived)
        if self.checks_nan:
            _check_nan(node, gradients)
        return gradients

    def capture(self, node: Function, arrived: Any) -> None:
        """Keeps the gradients of wanted tensors that this node made."""
        for tensor in self.wanted or ():
            if tensor._edge is not None and tensor._edge[0] is node:
                gradient = arrived if node._outputs is None else arrived[tensor._edge[1]]
                if gradient is not None:
                    self.captured[tensor] = gradient


def _backward_of(node: Function, arrived: Any) -> Gradients:
    """What the node's backward makes of the gradients of its outputs: a gradient for each input, None where there is
    none."""
    if node._built_in and type(arrived) is not list:
        gradients = node.backward(node, arrived)
    else:
        gradients = _call_backward(node, arrived if isinstance(arrived, list) else [arrived])
    if type(gradients) is not tuple:
        gradients = tuple(gradients) if isinstance(gradients, list) else (gradients,)
    return gradients if len(gradients) == len(node._edges) else one_for_each_input(gradients, node)


def _call_backward(node: Function, arrived: list[Any]) -> Any:
    """Calls a backward that gets several gradients, or one that a user wrote. Outputs that nobody used get zeros."""
    if node._materialize and node._outputs is not None:
        arrived = [
            wrap(array_module(recipe[2]).zeros(recipe[0], recipe[1])) if g is None and recipe is not None else g
            for g, recipe in zip(arrived, node._outputs, strict=True)
        ]
    return node.backward(node, *arrived) if node._built_in else thread.mode.for_user(node.backward, node, *arrived)


def _first_gradients(outputs: tuple[Tensor, ...], gradients: Gradients) -> list[Tensor]:
    """dL/d(output) for each output: what was given, or 1 for an output of one element."""
    if len(gradients) > len(outputs) or (gradients and len(gradients) != len(outputs)):
        raise RuntimeError(f"got {len(outputs)} tensors and {len(gradients)} gradients")
    first = []
    for i, output in enumerate(outputs):
        gradient = gradients[i] if gradients else None
        if not output._requires_grad:
            raise RuntimeError(
                f"element {i} of tensors does not require grad and does not have a grad_fn: was it computed"
                " under no_grad, from detach()ed tensors, or from tensors without requires_grad=True?"
            )
        if gradient is None:
            if output.array.size != 1:
                raise RuntimeError(
                    f"grad can be implicitly created only for scalar outputs, and this one has shape"
                    f" {list(output.array.shape)}: reduce it (.sum() or .mean()) or give backward(gradient=...)"
                )
            gradient = wrap(array_module(output).ones(output.array.shape, output.array.dtype))
        elif not isinstance(gradient, TensorBase):
            raise TypeError(
                f"gradients can be either Tensors or None, but grad_output[{i}] is a {type(gradient).__name__}"
            )
        elif gradient.array.shape != output.array.shape:
            raise RuntimeError(
                f"Mismatch in shape: grad_output[{i}] has a shape of {list(gradient.array.shape)} and"
                f" output[{i}] has a shape of {list(output.array.shape)}."
            )
        first.append(gradient)
    return first


def _nodes_towards(outputs: tuple[Tensor, ...], wanted: tuple[Tensor, ...]) -> dict[Function, bool]:
    """The nodes on the paths from `outputs` to `wanted`, and for each whether the walk goes on beyond it."""
    ends = {t if t._grad_fn is None else t._grad_fn for t in wanted}
    seen: set[Function] = set()
    stack = [t._grad_fn for t in outputs if t._grad_fn is not None]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack += [e[0] for e in node._edges if e is not None and not isinstance(e[0], TensorBase)]
    towards: dict[Function, bool] = {}
    for node in sorted(seen, key=lambda node: node._number):  # each comes after those that it was made from
        beyond = any(e is not None and (e[0] in ends or e[0] in towards) for e in node._edges)
        if beyond or node in ends:
            towards[node] = beyond
    return towards


def _uses_of_hooked_leaves(outputs: tuple[Tensor, ...]) -> Counter[Tensor]:
    """How many edges of the graph end at each leaf that has post-accumulate hooks."""
    uses: Counter[Tensor] = Counter()
    stack = [t._grad_fn for t in outputs if t._grad_fn is not None]
    seen: set[Function] = set(stack)
    while stack:
        for edge in stack.pop()._edges:
            if edge is None:
                continue
            if edge[1] is None:  # it ends at a leaf
                if edge[0]._post_accumulate_grad_hooks:
                    uses[edge[0]] += 1
            elif edge[0] not in seen:
                seen.add(edge[0])
                stack.append(edge[0])
    return uses


def _check_nan(node: Function, results: Gradients) -> None:
    for i, (gradient, edge) in enumerate(zip(results, node._edges, strict=True)):
        if edge is not None and gradient is not None and bool(array_module(gradient).isnan(gradient.array).any()):
            made = f" Its forward was called here:\n{node._traceback}" if node._traceback else ""
            raise RuntimeError(f"Function '{node.node_name()}' returned nan values in its {i}th output.{made}")


def _as_tuple(tensors: Tensor | Sequence[Tensor | None] | None) -> tuple[Any, ...]:
    if tensors is None:
        return ()
    return (tensors,) if isinstance(tensors, TensorBase) else tuple(tensors)
