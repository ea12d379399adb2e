"""Parametrizations: a parameter computed from others whenever it is read. Source: torch.nn.utils.parametrize.

The module gets its own class, with a property for the tensor; what the tensor is computed from moves into
`module.parametrizations.<name>`, as "original" (or "original0", "original1", ...).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ...autograd.base import TensorBase
from ..container import ModuleDict, ModuleList
from ..module import Module
from ..parameter import Parameter

if TYPE_CHECKING:
    from ...tensor import Tensor


_cache: dict[tuple[int, str], Any] | None = None


@contextmanager
def cached() -> Iterator[None]:
    """Inside, each parametrized tensor is computed only once."""
    global _cache
    before, _cache = _cache, {} if _cache is None else _cache
    try:
        yield
    finally:
        _cache = before


class ParametrizationList(ModuleList):
    """The parametrizations of one tensor, in order, and what the first one starts from."""

    def __init__(self, modules: list[Module], original: Tensor, unsafe: bool = False) -> None:
        super().__init__(modules)
        inverted = original.detach().clone() if isinstance(original, Parameter) else original
        for module in reversed(modules):
            if hasattr(module, "right_inverse"):
                inverted = module.right_inverse(inverted)
        self.is_tensor = isinstance(inverted, TensorBase)
        parts = {"original": inverted} if self.is_tensor else {f"original{i}": x for i, x in enumerate(inverted)}
        self.names = list(parts)
        for name, part in parts.items():
            if isinstance(original, Parameter):
                setattr(self, name, Parameter(part, original.requires_grad))
            else:
                self.register_buffer(name, part)

    def forward(self) -> Tensor:
        """Computes the tensor."""
        first, *rest = self
        x = first(*(getattr(self, name) for name in self.names))
        for module in rest:
            x = module(x)
        return x


def _parametrized_property(name: str) -> property:
    def get(module: Module) -> Tensor:
        key = (id(module), name)
        if _cache is None:
            return module.parametrizations[name]()
        if key not in _cache:
            _cache[key] = module.parametrizations[name]()
        return _cache[key]

    def put(module: Module, value: Tensor) -> None:
        parametrization = module.parametrizations[name]
        for each in reversed(list(parametrization)):
            if not hasattr(each, "right_inverse"):
                raise RuntimeError(f"{type(each).__name__} has no right_inverse: '{name}' cannot be assigned")
            value = each.right_inverse(value)
        values = (value,) if isinstance(value, TensorBase) else value
        for part, new in zip(parametrization.names, values, strict=True):
            getattr(parametrization, part).data = new.data

    return property(get, put)


def register_parametrization(
    module: Module, tensor_name: str, parametrization: Module, *, unsafe: bool = False
) -> Module:
    """From now on module.<tensor_name> is parametrization(original), computed whenever it is read. If the
    parametrization has a right_inverse, one can assign to the tensor. Several are applied one after the other.

    Raises ValueError if the module has no such tensor, or if shape or dtype would change (unless unsafe)."""
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        listed: Any = module.parametrizations[tensor_name]
        if not unsafe:
            _check(module, tensor_name, getattr(module, tensor_name), parametrization(getattr(module, tensor_name)))
        listed.append(parametrization)
        return module
    if tensor_name not in module._parameters and tensor_name not in module._buffers:
        raise ValueError(
            f"Module '{module}' does not have a parameter, a buffer, or a parametrized element with name"
            f" '{tensor_name}'"
        )
    original = getattr(module, tensor_name)
    listed = ParametrizationList([parametrization], original, unsafe)
    if not unsafe:
        _check(module, tensor_name, original, listed())
    if not is_parametrized(module):
        kind: Any = type(module)
        own = type(f"Parametrized{kind.__name__}", (kind,), {"__deepcopy__": _copy_with_class})
        object.__setattr__(module, "__class__", own)
        module.parametrizations = ModuleDict()
    delattr(module, tensor_name)
    setattr(type(module), tensor_name, _parametrized_property(tensor_name))
    module.parametrizations[tensor_name] = listed
    return module


def _copy_with_class(self: Any, memo: dict[int, Any]) -> Module:
    """A copy that has its own class, too, so that removing a parametrization from one does not affect the other."""
    old: Any = type(self)
    own: Any = type(old.__name__, (old.__bases__[0],), dict(old.__dict__))
    made = own.__new__(own)
    memo[id(self)] = made
    made.__dict__.update(copy.deepcopy(self.__dict__, memo))
    return made


def _check(module: Module, name: str, before: Tensor, after: Tensor) -> None:
    if before.array.shape != after.array.shape or before.array.dtype != after.array.dtype:
        raise ValueError(
            f"Registering a parametrization may not change the shape or dtype of the tensor '{name}':"
            f" {tuple(before.array.shape)} {before.dtype} became {tuple(after.array.shape)} {after.dtype}"
            " (unsafe=True allows it)"
        )


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Whether the module has any parametrization, or one of that tensor."""
    tables = module.__dict__.get("_modules", {}).get("parametrizations")
    if tables is None or not isinstance(tables, ModuleDict):
        return False
    return len(tables) > 0 if tensor_name is None else tensor_name in tables


def remove_parametrizations(module: Module, tensor_name: str, leave_parametrized: bool = True) -> Module:
    """Removes all parametrizations of a tensor. It keeps the computed value, or with leave_parametrized=False the
    original one. Raises ValueError if there is none."""
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"Module {module} does not have a parametrization on {tensor_name}")
    listed: Any = module.parametrizations[tensor_name]
    if not leave_parametrized and not listed.is_tensor:
        raise ValueError(
            "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in"
            " terms of a sequence of tensors."
        )
    value = listed() if leave_parametrized else listed.original
    kept = getattr(listed, listed.names[0])
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    if isinstance(kept, Parameter):
        module.register_parameter(tensor_name, Parameter(value.detach(), kept.requires_grad))
    else:
        module.register_buffer(tensor_name, value.detach())
    if len(module.parametrizations) == 0:
        delattr(module, "parametrizations")
        object.__setattr__(module, "__class__", type(module).__bases__[0])
    return module
