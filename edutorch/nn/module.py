"""Module: a function with parameters, built of other modules. Source: torch.nn.Module."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from ..autograd.base import TensorBase
from ..autograd.handle import RemovableHandle
from .conversion import Convertible
from .hooks import OF_ALL_MODULES, Hooks, call_with_hooks, hooks_under
from .parameter import Buffer, Parameter, typename
from .state_dict import Stateful
from .summary import summarize

if TYPE_CHECKING:
    from ..tensor import Tensor


Member = TypeVar("Member")


class Module(Stateful, Convertible):
    """Subclass it, call super().__init__() first, assign parameters and other modules as attributes, and
    write `forward`. Calling the module calls forward between its hooks.

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = nn.Linear(4, 8)
            self.scale = nn.Parameter(torch.ones(8))

        def forward(self, x):
            return self.hidden(x).relu() * self.scale
    """

    training = True
    _hooks: Hooks | None = None

    def __init__(self) -> None:
        self.__dict__["training"] = True
        self.__dict__["_parameters"] = {}
        self.__dict__["_buffers"] = {}
        self.__dict__["_modules"] = {}
        self.__dict__["_non_persistent_buffers_set"] = set()

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes. Every subclass writes its own."""
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    def __call__(self, *args: object, **kwargs: object) -> Any:
        if self._hooks is None:
            return self.forward(*args, **kwargs)
        return call_with_hooks(self, self._hooks, args, kwargs)

    # ---- attributes: parameters, buffers and modules are kept apart from the rest

    def __setattr__(self, name: str, value: Any) -> None:
        for kind, table, what, article in KINDS:
            entries = self.__dict__.get(table)
            if isinstance(value, kind):
                if entries is None:
                    raise AttributeError(f"cannot assign {what} before Module.__init__() call")
                self._forget(name, but=entries)  # where it keeps its place
            elif entries is None or name not in entries:
                continue
            elif value is not None and not (table == "_buffers" and isinstance(value, TensorBase)):
                raise TypeError(
                    f"cannot assign '{typename(value)}' as {article} '{name}' (torch.{NAMES[table]} or None expected)"
                )
            return self._enter(table, name, value)
        object.__setattr__(self, name, value)

    def _enter(self, table: str, name: str, value: Any) -> None:
        """Puts an attribute into its table, by the method that a subclass may override."""
        if table == "_parameters":
            self.register_parameter(name, value)
        elif table == "_modules":
            self._modules[name] = value
        elif value.persistent if isinstance(value, Buffer) else name not in self._non_persistent_buffers_set:
            self.register_buffer(name, value)
        else:
            self.register_buffer(name, value, persistent=False)

    def __getattr__(self, name: str) -> Any:
        for table in ("_parameters", "_buffers", "_modules"):
            entries = self.__dict__.get(table)
            if entries is not None and name in entries:
                return entries[name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __delattr__(self, name: str) -> None:
        if not self._forget(name):
            object.__delattr__(self, name)

    def _forget(self, name: str, but: Mapping[str, object] | None = None) -> bool:
        """Removes a name from all tables but one. Returns whether it was in any."""
        if but is not self._buffers:
            self._non_persistent_buffers_set.discard(name)
        holding = [t for t in (self.__dict__, self._parameters, self._buffers, self._modules) if name in t]
        for table in holding:
            if table is not but:
                del table[name]
        return bool(holding)

    def __dir__(self) -> list[str]:
        own = [*self._parameters, *self._buffers, *self._modules]
        return sorted({*super().__dir__(), *(name for name in own if not name[0].isdigit())})

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Adds a parameter (or None, for one that is absent) under a name.

        Raises KeyError for a name that is taken or invalid, TypeError for anything but a Parameter."""
        self._check_name(name, "parameter", self._parameters)
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(
                f"cannot assign '{typename(param)}' object to parameter '{name}' (torch.nn.Parameter or None required)"
            )
        self._parameters[name] = param

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Adds a tensor that belongs to the module and is not trained; one that is not persistent stays
        out of the state_dict. Raises KeyError and TypeError like register_parameter."""
        self._check_name(name, "buffer", self._buffers)
        if tensor is not None and not isinstance(tensor, TensorBase):
            raise TypeError(
                f"cannot assign '{typename(tensor)}' object to buffer '{name}' (torch Tensor or None required)"
            )
        self._buffers[name] = tensor
        if persistent:
            self._non_persistent_buffers_set.discard(name)
        else:
            self._non_persistent_buffers_set.add(name)

    def add_module(self, name: str, module: Module | None) -> None:
        """Adds a child under a name. Raises KeyError for the name, TypeError for anything but a Module."""
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{typename(module)} is not a Module subclass")
        self._check_name(name, "module", self._modules)
        self._modules[name] = module

    def register_module(self, name: str, module: Module | None) -> None:
        """add_module."""
        self.add_module(name, module)

    def _check_name(self, name: str, what: str, table: Mapping[str, object]) -> None:
        if "_parameters" not in self.__dict__:
            raise AttributeError(f"cannot assign {what} before Module.__init__() call")
        if not isinstance(name, str):
            raise TypeError(f"{what} name should be a string. Got {typename(name)}")
        if "." in name:
            raise KeyError(f'{what} name can\'t contain ".", got: {name}')
        if name == "":
            raise KeyError(f'{what} name can\'t be empty string ""')
        if hasattr(self, name) and name not in table:
            raise KeyError(f"attribute '{name}' already exists")

    # ---- what is in it

    def children(self) -> Iterator[Module]:
        """The modules directly below this one."""
        return (child for _, child in self.named_children())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules directly below this one, each once, with their names."""
        seen: set[Module] = set()
        for name, child in self._modules.items():
            if child is not None and child not in seen:
                seen.add(child)
                yield name, child

    def modules(self) -> Iterator[Module]:
        """The module and all below it, each once."""
        return (module for _, module in self.named_modules())

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """The module and all below it, with their names relative to this one: '' for itself, 'net.0' for a
        grandchild."""
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, child in self._modules.items():
            if child is not None:
                yield from child.named_modules(memo, f"{prefix}.{name}" if prefix else name, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """The parameters of the module and (with recurse) of all below it, each once."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """The parameters with their names relative to this module."""
        return self._named_members(lambda module: module._parameters.items(), prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """The buffers of the module and (with recurse) of all below it, each once."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """The buffers with their names relative to this module."""
        return self._named_members(lambda module: module._buffers.items(), prefix, recurse, remove_duplicate)

    def _named_members(
        self,
        get_members_fn: Callable[[Module], Iterable[tuple[str, Member | None]]],
        prefix: str = "",
        recurse: bool = True,
        remove_duplicate: bool = True,
    ) -> Iterator[tuple[str, Member]]:
        seen: set[int] = set()
        below = self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate) if recurse else [(prefix, self)]
        for path, module in below:
            for name, tensor in get_members_fn(module):
                if tensor is None or id(tensor) in seen:
                    continue
                if remove_duplicate:
                    seen.add(id(tensor))
                yield f"{path}.{name}" if path else name, tensor

    def get_submodule(self, target: str) -> Module:
        """The module with a name such as 'net.0.conv', relative to this one. Raises AttributeError if there is none."""
        module: Module = self
        for name in target.split(".") if target else ():
            if not hasattr(module, name):
                raise AttributeError(f"{type(module).__name__} has no attribute `{name}`")
            module = getattr(module, name)
            if not isinstance(module, Module):
                raise AttributeError(f"`{name}` is not an nn.Module")
        return module

    def get_parameter(self, target: str) -> Parameter:
        """The parameter with a name such as 'net.0.weight', relative to this module. Raises AttributeError if there is
        none."""
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        found = getattr(module, name, None)
        if not isinstance(found, Parameter):
            raise AttributeError(f"{type(module).__name__} has no parameter `{name}`")
        return found

    def get_buffer(self, target: str) -> Tensor:
        """The buffer with this name, relative to this module. Raises AttributeError if there is none."""
        path, _, name = target.rpartition(".")
        module = self.get_submodule(path)
        if name not in module._buffers:
            raise AttributeError(f"{type(module).__name__} has no buffer `{name}`")
        return getattr(module, name)

    # ---- changing all of it

    def apply(self, fn: Callable[[Module], None]) -> Self:
        """Calls fn(module) for all modules below and then for this one, for example to initialize them. Returns the
        module."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def train(self, mode: bool = True) -> Self:
        """Switches training mode on or off, here and in all modules below: dropout needs to know."""
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for child in self.children():
            child.train(mode)
        return self

    def eval(self) -> Self:
        """train(False)."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Whether gradients are wanted for the parameters: False freezes them."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Drops the gradients of all parameters, or sets them to zeros."""
        for parameter in self.parameters():
            if set_to_none or parameter.grad is None:
                parameter.grad = None
            else:
                parameter.grad = parameter.grad.detach().zero_()

    # ---- hooks

    def _own_hooks(self) -> Hooks:
        if self._hooks is None or self._hooks is OF_ALL_MODULES:
            self._hooks = Hooks()
        return self._hooks

    _forward_pre_hooks, _forward_hooks = hooks_under("forward_pre"), hooks_under("forward")
    _backward_pre_hooks, _backward_hooks = hooks_under("backward_pre"), hooks_under("backward")

    def register_forward_pre_hook(
        self, hook: Callable[..., object], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Calls hook(module, args) before forward. If it returns something, that replaces args."""
        return self._own_hooks().add("forward_pre", hook, prepend, with_kwargs)

    def register_forward_hook(
        self,
        hook: Callable[..., object],
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Calls hook(module, args, output) after forward. If it returns something, that replaces the output."""
        return self._own_hooks().add("forward", hook, prepend, with_kwargs, always_call)

    def register_full_backward_pre_hook(self, hook: Callable[..., object], prepend: bool = False) -> RemovableHandle:
        """Calls hook(module, grad_output) before the module's backward. If it returns something, that replaces
        grad_output."""
        return self._own_hooks().add("backward_pre", hook, prepend)

    def register_full_backward_hook(self, hook: Callable[..., object], prepend: bool = False) -> RemovableHandle:
        """Calls hook(module, grad_input, grad_output) after the module's backward. If it returns something, that
        replaces grad_input."""
        return self._own_hooks().add("backward", hook, prepend)

    register_backward_hook = register_full_backward_hook  # the historical name

    # ---- how it prints

    summary = summarize

    def extra_repr(self) -> str:
        """The text between the parentheses of its line."""
        return ""

    def _get_name(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        extra = self.extra_repr().splitlines()
        children = {name: repr(child).replace("\n", "\n  ") for name, child in self._modules.items()}
        lines = [f"({name}): {text}" for name, text in children.items()]
        if not lines and len(extra) <= 1:
            return f"{self._get_name()}({''.join(extra)})"
        return "\n  ".join([f"{self._get_name()}(", *extra, *lines]) + "\n)"


KINDS: tuple[tuple[type, str, str, str], ...] = (
    (Parameter, "_parameters", "parameters", "parameter"),
    (Module, "_modules", "module", "child module"),
    (Buffer, "_buffers", "buffers", "buffer"),
)
NAMES = {"_parameters": "nn.Parameter", "_modules": "nn.Module", "_buffers": "Tensor"}
