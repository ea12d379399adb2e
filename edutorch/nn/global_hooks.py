"""Hooks of all modules at once: each module calls them before its own.

Source: the register_module_..._hook functions of torch.nn.modules.module.
"""

from __future__ import annotations

from collections.abc import Callable

from ..autograd.handle import RemovableHandle
from .hooks import OF_ALL_MODULES
from .module import Module


def _add(
    kind: str, hook: Callable[..., object], with_kwargs: bool = False, always_call: bool = False
) -> RemovableHandle:
    Module._hooks = OF_ALL_MODULES  # a module without hooks of its own has None there, and calls forward at once
    return OF_ALL_MODULES.add(kind, hook, False, with_kwargs, always_call)


def register_module_forward_pre_hook(hook: Callable[..., object]) -> RemovableHandle:
    """Calls hook(module, args) before the forward of every module. If it returns something, that replaces args."""
    return _add("forward_pre", hook)


def register_module_forward_hook(
    hook: Callable[..., object], *, with_kwargs: bool = False, always_call: bool = False
) -> RemovableHandle:
    """Calls hook(module, args, output) after the forward of every module. If it returns something, that replaces the
    output."""
    return _add("forward", hook, with_kwargs, always_call)


def register_module_full_backward_pre_hook(hook: Callable[..., object]) -> RemovableHandle:
    """Calls hook(module, grad_output) before the backward of every module; what it returns replaces grad_output."""
    return _add("backward_pre", hook)


def register_module_full_backward_hook(hook: Callable[..., object]) -> RemovableHandle:
    """Calls hook(module, grad_input, grad_output) after the backward of every module; what it returns replaces
    grad_input."""
    return _add("backward", hook)


register_module_backward_hook = register_module_full_backward_hook  # the historical name
