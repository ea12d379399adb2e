"""Hooks of a Module: functions that are called before or after its forward and its backward.

Source: the register_..._hook methods of torch.nn.Module.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..autograd.base import TensorBase
from ..autograd.function import Function
from ..autograd.handle import RemovableHandle

if TYPE_CHECKING:
    from ..autograd.gradients import Gradients
    from ..tensor import Tensor
    from .module import Module

    Hook = Callable[..., Any]


class Hooks:
    """Hooks by kind, each a function under the number of its handle, in the order in which they are called."""

    def __init__(self) -> None:
        self.forward_pre: dict[int, Hook] = {}
        self.forward: dict[int, Hook] = {}
        self.backward_pre: dict[int, Hook] = {}
        self.backward: dict[int, Hook] = {}
        self.with_kwargs: set[int] = set()
        self.always_call: set[int] = set()

    def add(
        self,
        kind: str,
        hook: Hook,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Adds a hook; with `prepend` it comes before the others."""
        if not callable(hook):
            raise TypeError(f"a hook must be callable, not {type(hook).__name__}")
        hooks = getattr(self, kind)
        handle = RemovableHandle(hooks, hook)
        if prepend:
            others = {key: hooks.pop(key) for key in list(hooks) if key != handle.id}
            hooks.update(others)
        if with_kwargs:
            self.with_kwargs.add(handle.id)
        if always_call:
            self.always_call.add(handle.id)
        return handle

    def followed_by(self, others: Hooks) -> Hooks:
        """These hooks and, after them, others."""
        both = Hooks()
        for kind, own in vars(self).items():
            setattr(both, kind, own | getattr(others, kind))
        return both


OF_ALL_MODULES = Hooks()  # see global_hooks.py


def hooks_under(kind: str) -> property:
    """The attribute of a module where programs look for its hooks of a kind, and may replace them."""
    return property(
        lambda module: getattr(module._own_hooks(), kind),
        lambda module, hooks: setattr(module._own_hooks(), kind, hooks),
    )


def call_with_hooks(module: Module, hooks: Hooks, args: tuple[object, ...], kwargs: dict[str, object]) -> object:
    """module.forward between its hooks, those of all modules first."""
    if hooks is not OF_ALL_MODULES and any(vars(OF_ALL_MODULES).values()):
        hooks = OF_ALL_MODULES.followed_by(hooks)
    called: set[int] = set()
    try:
        return _call(module, hooks, args, kwargs, called)
    except Exception:
        for key, hook in hooks.forward.items():  # the hooks that must be called in any case
            if key in hooks.always_call and key not in called:
                _call_forward_hook(module, hook, key in hooks.with_kwargs, args, kwargs, None)
        raise


def _call(
    module: Module, hooks: Hooks, args: tuple[object, ...], kwargs: dict[str, object], called: set[int]
) -> object:
    for key, hook in list(hooks.forward_pre.items()):
        args, kwargs = _call_pre_hook(module, hook, key in hooks.with_kwargs, args, kwargs)
    backward_hooks = BackwardHooks(module, hooks) if hooks.backward or hooks.backward_pre else None
    if backward_hooks is not None:
        args = backward_hooks.inputs(args)
    result = module.forward(*args, **kwargs)
    for key, hook in list(hooks.forward.items()):
        called.add(key)
        replaced = _call_forward_hook(module, hook, key in hooks.with_kwargs, args, kwargs, result)
        result = result if replaced is None else replaced
    return result if backward_hooks is None else backward_hooks.outputs(result)


def _call_pre_hook(
    module: Module, hook: Hook, with_kwargs: bool, args: tuple[object, ...], kwargs: dict[str, object]
) -> tuple[tuple[object, ...], dict[str, object]]:
    if not with_kwargs:
        replaced = hook(module, args)
        if replaced is None:
            return args, kwargs
        return replaced if isinstance(replaced, tuple) else (replaced,), kwargs
    replaced = hook(module, args, kwargs)
    if replaced is None:
        return args, kwargs
    if isinstance(replaced, tuple) and len(replaced) == 2:
        return replaced
    raise RuntimeError(f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got {replaced}.")


def _call_forward_hook(
    module: Module,
    hook: Hook,
    with_kwargs: bool,
    args: tuple[object, ...],
    kwargs: dict[str, object],
    result: object,
) -> object:
    return hook(module, args, kwargs, result) if with_kwargs else hook(module, args, result)


class Boundary(Function):
    """y_i = x_i;  dL/dx_i = dL/dy_i: a place in the graph that a module's gradients pass through"""

    _gives_back = True

    @staticmethod
    def forward(ctx: Function, *tensors: Tensor) -> tuple[Tensor, ...]:
        return tensors

    @staticmethod
    def backward(ctx: Function, *gradients: Tensor | None) -> tuple[Tensor | None, ...]:
        return gradients


class BackwardHooks:
    """Calls the backward hooks of one call of a module: there is a Boundary before it and one after it."""

    def __init__(self, module: Module, hooks: Hooks) -> None:
        self.module = module
        self.hooks = hooks
        self.grad_output: Gradients | None = None
        self.places_in: list[int] | None = None  # which inputs are tensors, if any of them gets a gradient
        self.inputs_count = self.outputs_count = 0

    def inputs(self, args: tuple[object, ...]) -> tuple[object, ...]:
        """The arguments, with their gradients watched."""
        args, node, places = _through_boundary(args)
        self.inputs_count = len(args)
        if node is not None:
            self.places_in = places
            node.register_hook(self.at_inputs)
        return args

    def outputs(self, result: Any) -> object:
        """The result, with its gradients watched."""
        several = isinstance(result, (tuple, list))
        results, node, self.places_out = _through_boundary(tuple(result) if several else (result,))
        self.outputs_count = len(results)
        if node is not None:
            node.register_prehook(self.at_outputs)
        if not several:
            return results[0]
        return type(result)._make(results) if hasattr(result, "_make") else type(result)(results)

    def at_outputs(self, gradients: Gradients) -> Gradients:
        """Before the module's backward: the pre-hooks may replace the outputs' gradients."""
        grad_outputs = _spread(gradients, self.places_out, self.outputs_count)
        for hook in list(self.hooks.backward_pre.values()):
            grad_outputs = _replaced("grad_output", hook(self.module, grad_outputs), grad_outputs)
        self.grad_output = grad_outputs
        if self.places_in is None:  # no input gets a gradient, so this is the last call
            self.at_inputs((), ())
        return tuple(grad_outputs[i] for i in self.places_out)

    def at_inputs(self, gradients: Gradients, _: Gradients) -> Gradients:
        """After the module's backward: the hooks may replace the inputs' gradients. They are not called for gradients
        that did not pass through the outputs. If the outputs are in a dictionary, for example, no Boundary sees
        them."""
        if self.grad_output is None:
            return gradients
        grad_outputs, self.grad_output = self.grad_output, None
        places = self.places_in or []
        grad_inputs = _spread(gradients, places, self.inputs_count)
        for hook in list(self.hooks.backward.values()):
            grad_inputs = _replaced("grad_input", hook(self.module, grad_inputs, grad_outputs), grad_inputs)
        return tuple(grad_inputs[i] for i in places)


def _spread(gradients: Gradients, places: list[int], count: int) -> Gradients:
    """The gradients of the tensors among `count` values, None for all others."""
    at = dict(zip(places, gradients, strict=True)) if gradients else {}
    return tuple(at.get(i) for i in range(count))


def _replaced(what: str, returned: object, before: Gradients) -> Gradients:
    """The gradients after a hook. Raises RuntimeError if it returned a different number of them."""
    if returned is None:
        return before
    after = returned if isinstance(returned, tuple) else (returned,)
    if len(after) != len(before):
        raise RuntimeError(
            f"Backward hook returned an invalid number of {what}, got {len(after)}, but expected {len(before)}"
        )
    return after


def _through_boundary(values: tuple[Any, ...]) -> tuple[tuple[object, ...], Function | None, list[int]]:
    """The tensors among the values behind a Boundary, its node (None where nothing is recorded) and their places."""
    places = [i for i, value in enumerate(values) if isinstance(value, TensorBase)]
    if not any(values[i].requires_grad for i in places):
        return values, None, places
    behind = Boundary.apply(*(values[i] for i in places))
    node = next((each.grad_fn for each in behind if each.grad_fn is not None), None)
    if node is None:
        return values, None, places
    replaced = dict(zip(places, behind, strict=True))
    return tuple(replaced.get(i, value) for i, value in enumerate(values)), node, places
