"""Function: one operation that knows its own gradient, and the node it leaves in the graph.

`apply` makes an instance of the Function, runs `forward` with it as `ctx`, and, where a gradient is
wanted, leaves that same instance in the output as `grad_fn`. Its edges say where each input came
from. Built-in ops are Functions exactly as a user would write one. Source: torch.autograd.Function.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any

from . import anomaly
from .attach import attach, attach_all, check_returned, place, without_inputs
from .base import TensorBase, wrap
from .grad_mode import GradMode, no_grad, thread
from .node import Node
from .saved_hooks import Packed
from .versions import alias, tick, version_of
from .views import mark_view, refresh_view

if TYPE_CHECKING:
    from ..tensor import Tensor
    from .attach import ZeroRecipe
    from .edges import Edge, LeafEdge

FREED = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have"
    " already been freed). Saved intermediate values of the graph are freed when you call .backward() or"
    " autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time"
    " or if you need to access saved tensors after calling backward."
)


class Unrecorded:
    """The ctx of an operation on arrays while nothing is recorded: what it saves will never be needed."""

    __slots__ = ()
    needs_input_grad = (False, False)  # the operations that ask for it have two inputs

    def save_for_backward(self, *tensors: object) -> None:
        """Keeps nothing."""


UNRECORDED: Any = Unrecorded()


class Function(Node):
    """Write `forward` and `backward` as static methods, call `YourFunction.apply(...)`.

    class Exp(Function):
        @staticmethod
        def forward(ctx, x):
            y = x.exp()
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx, gy):
            (y,) = ctx.saved_tensors
            return gy * y

    `forward` gets the inputs of `apply` with recording off. `backward` gets a gradient for each
    output and returns one for each input, None where there is none; it may use any tensor operation,
    so that it can itself be differentiated. Instead of taking `ctx`, `forward` may leave it to
    `setup_context(ctx, inputs, output)`.
    """

    is_view = False  # whether the output shares the memory of the first input
    setup_context: Callable[..., None] | None = None
    on_arrays = False  # whether forward computes with arrays alone, calls no other operation, and keeps nothing on ctx
    _gives_back = True  # whether forward may return one of its inputs; the few built-in ones that do say so
    _materialize = True
    _outputs: list[ZeroRecipe | None] | None = None  # of a node with several
    _traceback: str | None = None
    _saved: tuple[object, ...] | Packed | None = ()
    _kept: tuple[Tensor, ...] | None = None
    _own: dict[int, int] | None = None  # id of a saved tensor that is an output of this node -> its number
    _not_differentiable: tuple[Tensor, ...] = ()
    _dirty: tuple[Tensor, ...] = ()

    if TYPE_CHECKING:  # forward may keep anything for backward: ctx.dim = dim

        def __getattr__(self, name: str) -> Any: ...

        def __setattr__(self, name: str, value: Any) -> None: ...

    @staticmethod
    def forward(ctx: Function, *inputs: Any) -> Any:
        raise NotImplementedError(
            "You must implement the forward function for custom autograd.Function: a @staticmethod"
            " forward(ctx, *inputs) that returns tensors"
        )

    @staticmethod
    def backward(ctx: Function, *gradients: Any) -> Any:
        raise NotImplementedError(
            "You must implement the backward function for custom autograd.Function: a @staticmethod"
            " backward(ctx, *gradients) that returns a gradient for each input of forward"
        )

    @classmethod
    def apply(cls, *inputs: Any) -> Any:
        """Runs forward and, where an input requires a gradient, records this node."""
        mode = thread.mode
        if cls.on_arrays and not mode.recording:  # worth a tenth of a small training step
            return mode.run(cls.forward, UNRECORDED, *inputs)
        ctx = cls()
        wanted = ctx._connect(inputs) if mode.recording else ctx._connect_nothing(inputs)
        output = mode.run(cls.forward, ctx, *inputs) if cls.on_arrays else ctx._run(mode, inputs)
        if wanted:
            output = ctx._record(inputs, output)
            if mode.saving and isinstance(ctx._saved, tuple):
                ctx._saved = Packed(ctx, ctx._saved, mode.saving[-1])
            return output
        if cls.is_view:
            mark_view(cls, mode.recording, inputs, output)
        return output if cls._built_in else ctx._unrecorded(inputs, output)

    def _connect(self, inputs: tuple[object, ...]) -> bool:
        """Notes where the gradient of each input goes. Returns whether any of them is wanted."""
        edges: list[Edge | LeafEdge | None] = []
        self._edges = edges
        wanted = others = False
        for x in inputs:
            edge: Edge | LeafEdge | None = None
            if isinstance(x, TensorBase):
                view = x._view
                if view is not None and view.count != x._counter.count:  # type: ignore[union-attr]
                    refresh_view(x)
                if x._requires_grad:
                    wanted = True
                    edge = x._edge or (x, None, x.array.shape, x.array.dtype)  # that of a leaf ends at the leaf itself
                else:
                    others = True
            edges.append(edge)
        if wanted and others:
            self._constants = [i for i, x in enumerate(inputs) if edges[i] is None and self._is_constant(x)]
        return wanted

    def _is_constant(self, x: object) -> bool:
        return isinstance(x, TensorBase) and (x.array.dtype.kind == "f" or not self._built_in)

    def _connect_nothing(self, inputs: tuple[object, ...]) -> bool:
        """Like _connect where nothing is recorded: no gradient is wanted."""
        self._edges = (None,) * len(inputs)
        return False

    def _run(self, mode: GradMode, inputs: tuple[object, ...]) -> object:
        """Calls forward, with recording off: what it computes with has no part in the graph."""
        recording, mode.recording = mode.recording, False
        try:
            return mode.quietly(self.forward, self, *inputs) if self._built_in else self._run_of_user(inputs)
        finally:
            mode.recording = recording

    def _run_of_user(self, inputs: tuple[Any, ...]) -> object:
        """Calls a user's forward, with ctx or followed by setup_context. Warnings of NumPy's reach the user."""
        if self.setup_context is None:
            return self.forward(self, *inputs)
        defaults = self.forward.__defaults__ or ()  # setup_context also gets the arguments that apply was not given
        left_out = self.forward.__code__.co_argcount - len(inputs)
        if 0 < left_out <= len(defaults):
            inputs += defaults[-left_out:]
        output = self.forward(*inputs)
        self.setup_context(self, inputs, output)
        return output

    def _record(self, inputs: tuple[object, ...], output: object) -> object:
        self._number = tick()
        if anomaly.mode.enabled:
            self._traceback = anomaly.where()
        if self.on_arrays:
            return place(self, output, 0)  # type: ignore[arg-type]
        if self._dirty:
            return self._record_dirty(inputs, output)
        if isinstance(output, TensorBase):
            return attach(self, inputs, output, 0)
        return attach_all(self, inputs, output) if isinstance(output, tuple) else output

    def _record_dirty(self, inputs: tuple[object, ...], output: Any) -> object:
        check_returned(self._dirty, output)
        several = isinstance(output, tuple)
        output = attach_all(self, inputs, output) if several else attach(self, inputs, output, 0)
        self._dirty = ()  # else an output and its node would keep each other alive
        return output

    def _unrecorded(self, inputs: tuple[object, ...], output: object) -> object:
        """What a user's forward returned, where nothing is recorded."""
        if self._dirty:
            check_returned(self._dirty, output)
        return without_inputs(self, inputs, output)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._built_in = cls.__module__.startswith("edutorch.")
        cls.on_arrays = cls.__dict__.get("on_arrays", False)  # a subclass has a forward of its own
        cls._gives_back = cls.__dict__.get("_gives_back", not cls._built_in)
        for name in ("forward", "backward"):
            if isinstance(cls.__dict__.get(name), FunctionType):  # as in PyTorch, @staticmethod may be forgotten
                setattr(cls, name, staticmethod(cls.__dict__[name]))

    # ---- what forward and backward call on ctx

    @property
    def needs_input_grad(self) -> tuple[bool, ...]:
        """For each input, whether its gradient is wanted."""
        return tuple([edge is not None for edge in self._edges])

    def save_for_backward(self, *tensors: object) -> None:
        """Keeps tensors (or None, or Python numbers) for backward, which checks that they were not changed in place
        since."""
        self._saved = tensors

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """The tensors given to save_for_backward.

        Raises RuntimeError when they were freed by an earlier backward, or changed in place."""
        saved = self._saved
        if not isinstance(saved, tuple):
            return self._unpacked()
        for tensor in saved:
            if isinstance(tensor, TensorBase):
                version = tensor._counter
                if version is not None and version.times is not None:
                    if tensor._detached_at > self._number:
                        raise RuntimeError(
                            "Trying to use a saved tensor that has been detached in-place, i.e. with .detach_():"
                            f" {self.node_name()} saved it in forward. Use the out-of-place .detach() instead."
                        )
                    changes = version.changes_since(self._number)
                    if changes:
                        raise _changed_in_place(self, tensor, changes)
        if self._own is None or not thread.mode.recording:  # the place of saved outputs in the graph is not needed
            return saved
        return self._restored(saved)

    def _unpacked(self) -> tuple[object, ...]:
        if isinstance(self._saved, Packed):
            return self._saved.unpack(self)
        raise RuntimeError(FREED)

    saved_variables = saved_tensors  # the historical name

    def keep_unless_changed(self, *outputs: Tensor) -> None:
        """Keeps outputs of forward that backward can compute again: `unchanged` gives them, without their place in
        the graph. PyTorch's own backwards compute them again, so that `relu_()` may follow a max pooling."""
        self._kept = tuple([alias(each) for each in outputs])

    @property
    def unchanged(self) -> tuple[Tensor, ...] | None:
        """The outputs given to keep_unless_changed; None once one of them was changed in place."""
        kept = self._kept
        return None if kept is None or any(map(version_of, kept)) else kept

    def in_place_of_input(self, number: int, tensor: Tensor) -> Tensor:
        """The tensor at the place in the graph where an input of forward was. It serves a recorded backward that does
        not need the values of that input, which may have been changed in place since."""
        result = wrap(tensor.array)
        result._edge = self._edges[number]
        result._requires_grad = result._edge is not None
        return result

    def mark_non_differentiable(self, *outputs: Tensor) -> None:
        """These outputs of forward get no gradient."""
        self._not_differentiable = outputs

    def mark_dirty(self, *inputs: Tensor) -> None:
        """These inputs were changed in place by forward."""
        self._dirty = inputs

    def set_materialize_grads(self, value: bool) -> None:
        """Whether backward gets zeros (True, the default) or None for an output nobody used."""
        self._materialize = value

    # ---- saved tensors that are its own outputs

    def _keep_bare(self, output: TensorBase, output_nr: int) -> None:
        """Keeps only memory and version of a saved output: the output itself would hold the node that holds it."""
        assert isinstance(self._saved, tuple)
        bare = alias(output)
        if self._own is None:
            self._own = {}
        self._own[id(bare)] = output_nr
        if len(self._saved) == 1:
            self._saved = (bare,)
        else:
            self._saved = tuple([bare if saved is output else saved for saved in self._saved])

    def _restored(self, saved: tuple[Any, ...]) -> tuple[Any, ...]:
        """The saved tensors, with the node's own outputs back at their place in the graph."""
        assert self._own is not None
        return tuple([self._restore(t) if id(t) in self._own else t for t in saved])

    def _restore(self, bare: TensorBase) -> Tensor:
        assert self._own is not None
        tensor = alias(bare)
        tensor._edge = (self, self._own[id(bare)], tensor.array.shape, tensor.array.dtype)
        tensor._requires_grad = True
        return tensor


def _changed_in_place(node: Function, tensor: TensorBase, changes: int) -> RuntimeError:
    own = None if node._own is None else node._own.get(id(tensor))
    edge = tensor._edge if own is None else (node, own)
    made_by = "" if edge is None else f", which is output {edge[1]} of {edge[0].node_name()},"
    version = max(version_of(tensor), changes)
    return RuntimeError(
        "one of the variables needed for gradient computation has been modified by an inplace operation:"
        f" [{tensor.array.dtype} {list(tensor.array.shape)}]{made_by} is at version {version}; expected version"
        f" {version - changes} instead. {node.node_name()} saved it in forward: use the out-of-place form (x = x + y"
        " for x += y) there, or change a clone()."
    )


def printed_as(name: str, output: Tensor) -> Tensor:
    """The output of several steps, whose last node gets the name that PyTorch prints for all of them."""
    edge = output._edge
    if edge is not None:
        edge[0].pytorch_name = name
    return output


# ---- decorators of backward


class NotDifferentiableTwice(Function):
    """y = x; no derivative: stands behind the gradients of a once_differentiable backward"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        return alias(x)

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        raise RuntimeError("trying to differentiate twice a function that was marked with @once_differentiable")


def once_differentiable(backward: Callable[..., object]) -> Callable[..., object]:
    """Marks a backward that can't be differentiated again: create_graph=True then gives gradients
    whose own backward raises RuntimeError. Source: torch.autograd.function.once_differentiable."""

    @functools.wraps(backward)
    def wrapper(ctx: Function, *gradients: Tensor | None) -> object:
        with no_grad():
            results = backward(ctx, *gradients)
        if not thread.mode.recording or not any(g is not None and g._requires_grad for g in gradients):
            return results
        if not isinstance(results, tuple):
            return _refuse_second(results)
        return tuple(_refuse_second(each) for each in results)

    return wrapper


def _refuse_second(gradient: object) -> object:
    if not isinstance(gradient, TensorBase):
        return gradient
    leaf = alias(gradient)
    leaf._requires_grad = True
    return NotDifferentiableTwice.apply(leaf)
