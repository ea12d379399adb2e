"""weight_norm as it was before parametrizations: parameters <name>_g and <name>_v.

Source: torch.nn.utils.weight_norm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from ..module import Module
from ..parameter import Parameter
from .parametrizations import norm_except

if TYPE_CHECKING:
    from ...tensor import Tensor

Wrapped = TypeVar("Wrapped", bound=Module)


class WeightNorm:
    """The hook that computes the weight before each forward: weight = g v / |v|."""

    def __init__(self, name: str, dim: int | None) -> None:
        self.name = name
        self.dim = None if dim == -1 else dim

    def compute_weight(self, module: Module) -> Tensor:
        """The weight from its length and direction."""
        g, v = getattr(module, self.name + "_g"), getattr(module, self.name + "_v")
        return v * (g / norm_except(v, self.dim))

    def __call__(self, module: Module, args: tuple[Tensor]) -> None:
        setattr(module, self.name, self.compute_weight(module))


def weight_norm(module: Wrapped, name: str = "weight", dim: int | None = 0) -> Wrapped:
    """Makes the weight's length and direction separate parameters, <name>_g and <name>_v; returns the module.

    dim: the axis along which each slice has its own length; with None the whole weight has one. Raises RuntimeError if
    the weight already has a weight norm. Salimans and Kingma 2016. Source: torch.nn.utils.weight_norm."""
    if _find(module, name) is not None:
        raise RuntimeError(f"Cannot register two weight_norm hooks on the same parameter {name}")
    hook = WeightNorm(name, dim)
    weight = getattr(module, name)
    delattr(module, name)
    module.register_parameter(name + "_g", Parameter(norm_except(weight.detach(), hook.dim)))
    module.register_parameter(name + "_v", Parameter(weight.detach()))
    setattr(module, name, hook.compute_weight(module))
    module.register_forward_pre_hook(hook)
    return module


def remove_weight_norm(module: Any, name: str = "weight") -> Module:
    """Makes the weight one parameter again; returns the module. Raises ValueError if there was no weight norm."""
    key = _find(module, name)
    if key is None:
        raise ValueError(f"weight_norm of '{name}' not found in {module}")
    hook = module._hooks.forward_pre.pop(key)
    weight = hook.compute_weight(module).detach()
    for each in (name, name + "_g", name + "_v"):
        delattr(module, each)
    module.register_parameter(name, Parameter(weight))
    return module


def _find(module: Module, name: str) -> int | None:
    """The key of the hook that computes this weight."""
    hooks = {} if module._hooks is None else module._hooks.forward_pre
    found = (k for k, hook in hooks.items() if isinstance(hook, WeightNorm) and hook.name == name)
    return next(found, None)
