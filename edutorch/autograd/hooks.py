"""Calling the user's hooks during the backward walk, and checking what they return.

A node keeps its hooks by the moment at which they are called: "output 0" holds those of the tensor that is its output
0, "retain 0" that of retain_grad, "before" and "after" the node's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .base import TensorBase
from .grad_mode import thread

if TYPE_CHECKING:
    from ..tensor import Tensor
    from .function import Function
    from .gradients import Gradients

    TensorHook = Callable[[Tensor], Tensor | None]  # what it returns replaces the gradient


def call_hooks(hooks: Mapping[int, TensorHook] | None, gradient: Tensor) -> Tensor:
    """The gradient of a tensor after its hooks.

    Raises TypeError for a hook that returns no tensor, RuntimeError for another shape or dtype."""
    for hook in list((hooks or {}).values()):
        replaced = thread.mode.for_user(hook, gradient)
        if replaced is not None:
            _check_replacement(hook, replaced, gradient)
            gradient = replaced
    return gradient


def at_outputs(node: Function, arrived: Any) -> Any:
    """Calls the hooks on the node's outputs; retain_grad's comes last, so it keeps what the others returned."""
    hooks = node._hooks or {}
    slots = [arrived] if node._outputs is None else list(arrived)
    for output_nr, gradient in enumerate(slots):
        if gradient is not None:
            slots[output_nr] = call_hooks(hooks.get(f"output {output_nr}"), gradient)
            call_hooks(hooks.get(f"retain {output_nr}"), slots[output_nr])
    return slots[0] if node._outputs is None else slots


def before_backward(node: Function, arrived: Any) -> Any:
    """Calls the node's prehooks with the gradients of its outputs, which they may replace."""
    grad_outputs = (arrived,) if node._outputs is None else tuple(arrived)
    for hook in list((node._hooks or {}).get("before", {}).values()):
        grad_outputs = _replaced_tuple(hook, thread.mode.for_user(hook, grad_outputs), grad_outputs)
    return grad_outputs[0] if node._outputs is None else list(grad_outputs)


def after_backward(node: Function, grad_inputs: Gradients, arrived: Any) -> Gradients:
    """Calls the node's hooks with the gradients of its inputs, which they may replace, and of its outputs."""
    grad_outputs = (arrived,) if node._outputs is None else tuple(arrived)
    for hook in list((node._hooks or {}).get("after", {}).values()):
        grad_inputs = _replaced_tuple(hook, thread.mode.for_user(hook, grad_inputs, grad_outputs), grad_inputs)
    return grad_inputs


def _check_replacement(hook: object, replaced: object, gradient: Tensor) -> None:
    name = getattr(hook, "__name__", type(hook).__name__)
    if not isinstance(replaced, TensorBase):
        raise TypeError(f"expected Tensor, but hook '{name}' returned '{type(replaced).__name__}'")
    if replaced.array.shape != gradient.array.shape:
        raise RuntimeError(
            f"hook '{name}' has changed the size of value: {list(replaced.array.shape)} for a gradient of"
            f" {list(gradient.array.shape)}"
        )
    if replaced.array.dtype != gradient.array.dtype:
        raise RuntimeError(
            f"hook '{name}' has changed the type of value (was {gradient.array.dtype} got {replaced.array.dtype})"
        )


def _replaced_tuple(hook: object, replaced: object, gradients: Gradients) -> Gradients:
    if replaced is None:
        return gradients
    name = getattr(hook, "__name__", type(hook).__name__)
    if not isinstance(replaced, (tuple, list)):
        raise TypeError(f"expected tuple, but hook '{name}' returned '{type(replaced).__name__}'")
    if len(replaced) != len(gradients):
        raise RuntimeError(
            f"hook '{name}' has returned an incorrect number of values (got {len(replaced)}, but expected"
            f" {len(gradients)})"
        )
    return tuple(replaced)
