"""Optimizer: what every optimizer shares: parameter groups, state, zero_grad, state_dict.

Source: torch.optim.Optimizer.
"""

from __future__ import annotations

import functools
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from itertools import chain
from types import ModuleType
from typing import Any, TypeVar

import numpy as np

from ..autograd.base import wrap
from ..autograd.grad_mode import enable_grad, no_grad, quiet
from ..autograd.handle import RemovableHandle
from ..autograd.versions import version_counter
from ..backend import Array, array_module, module_of_array
from ..fusion import fused
from ..tensor import Tensor

Result = TypeVar("Result")


def between_hooks(step: Callable[..., Result]) -> Callable[..., Result]:
    """A method step() with its hooks called before and after it, and counted. Inside another step() it is a part of
    that one."""

    @functools.wraps(step)
    def hooked(self: Optimizer, *args: object, **kwargs: object) -> Result:
        if self._in_step:
            return step(self, *args, **kwargs)
        called: tuple[object, ...] = (self, *args)
        for hook in list(self._step_hooks["before"].values()):
            replaced = hook(self, called, kwargs)
            if replaced is not None:
                called, kwargs = _checked(replaced)
        self._in_step = True
        try:
            result = step(*called, **kwargs)
        finally:
            self._in_step = False
        self.steps_taken += 1
        for hook in list(self._step_hooks["after"].values()):
            hook(self, called, kwargs)
        return result

    return hooked


def _checked(replaced: Any) -> tuple[tuple[object, ...], dict[str, object]]:
    """What a hook before the step returned. Raises RuntimeError if it is not (args, kwargs)."""
    if not isinstance(replaced, tuple) or len(replaced) != 2:
        raise RuntimeError(
            f"a hook before step() must return None or a tuple of (new_args, new_kwargs), but got {replaced}."
        )
    return replaced


Group = dict[str, Any]  # "params", a list of tensors, and the options that they share
State = dict[str, Any]  # what an optimizer keeps of one parameter from step to step
Params = Iterable[Tensor | tuple[str, Tensor] | Group]  # what an optimizer is given to optimize
Closure = Callable[[], Tensor | float]  # computes the loss again and calls backward
StepHook = Callable[["Optimizer", tuple[object, ...], dict[str, object]], object]  # (optimizer, args, kwargs)


StateHook = Callable[..., Any]  # (optimizer), or (optimizer, state_dict)


class Optimizer:
    """Base class of the optimizers.

    params: tensors, (name, tensor) pairs, or dicts with "params" and options of their own (parameter groups).
    defaults: the options of a group that does not name them.

    A subclass writes `update(self, parameter, gradient, state, group)`, which changes the parameter's array
    in place; `state` is that parameter's dictionary. Or it writes the whole `step(self, closure=None)`, which gets the
    hooks, too. Raises TypeError for anything but a tensor, ValueError for an empty list, a tensor that is not a leaf,
    or one in two groups."""

    _step_hooks: Mapping[str, dict[int, StepHook]] = {"before": {}, "after": {}}
    _state_hooks: Mapping[str, dict[int, StateHook]] = {}
    _in_step = False
    steps_taken = 0

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "step" in vars(cls):
            cls.step = between_hooks(cls.step)  # type: ignore[method-assign]

    def __init__(self, params: Params, defaults: dict[str, Any]) -> None:
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, but got"
                " torch.Tensor: write [tensor]"
            )
        if hasattr(params, "parameters"):
            raise TypeError(
                f"{type(params).__name__!r} object is not iterable: give the optimizer its parameters,"
                f" {type(self).__name__}(model.parameters(), ...)"
            )
        self.defaults = defaults
        self.state: dict[Tensor, State] = defaultdict(dict)
        self.param_groups: list[Group] = []
        self._step_hooks = {"before": {}, "after": {}}
        groups: list[Any] = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def add_param_group(self, param_group: Group) -> None:
        """Adds a group of parameters with its own options, such as a newly unfrozen layer."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        params = param_group["params"]
        if isinstance(params, set):
            raise TypeError("optimizer parameters need to be organized in ordered collections, a set has no order")
        params = [params] if isinstance(params, Tensor) else list(params)
        named = [p for p in params if isinstance(p, tuple)]
        group: Group = {**param_group, "params": [p[1] if isinstance(p, tuple) else p for p in params]}
        if named:
            group["param_names"] = [p[0] for p in named]
        with_names = {"param_names" in each for each in [*self.param_groups, group]}
        if len(with_names) == 2 or 0 < len(named) < len(params):
            raise ValueError(
                "all optimizer params and param groups should be with/without names: give (name, parameter) pairs"
                " for all or for none"
            )
        known = {id(p) for each in self.param_groups for p in each["params"]}
        for p in group["params"]:
            if not isinstance(p, Tensor):
                raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {type(p).__name__}")
            if not p.is_leaf:
                raise ValueError("can't optimize a non-leaf Tensor: give the parameter it was computed from")
            if id(p) in known:
                raise ValueError("some parameters appear in more than one parameter group")
        if len({id(p) for p in group["params"]}) < len(group["params"]):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; in future, this will cause an"
                " error: each step changes such a parameter twice",
                stacklevel=3,
            )
        for name, default in self.defaults.items():
            group.setdefault(name, default)
        self.param_groups.append(group)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Drops the gradients: `.grad` becomes None, or zeros with set_to_none=False."""
        for group in self.param_groups:
            for p in group["params"]:
                if set_to_none:
                    p._grad = None
                elif p._grad is not None:
                    p._grad = p._grad.detach().zero_()

    @between_hooks
    def step(self, closure: Closure | None = None) -> Tensor | float | None:
        """One update of every parameter that has a gradient; returns what `closure` (which computes the loss and calls
        backward) returned, or None."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        with no_grad():
            self._update_all()
        return loss

    @quiet
    def _update_all(self) -> None:
        for group in self.param_groups:
            for p in group["params"]:
                if p._grad is not None:
                    gradient = p._grad.array
                    self.update(p, -gradient if group.get("maximize") else gradient, self.state[p], group)
                    changed_in_place(p)

    def update(self, parameter: Tensor, gradient: Array, state: State, group: Group) -> None:
        """Changes parameter.array in place by one step along the array `gradient`."""
        raise NotImplementedError(f"{type(self).__name__} must implement update() or step()")

    def state_dict(self) -> dict[str, Any]:
        """The state and the groups, with parameters replaced by their numbers."""
        self._call_state_hooks("save_pre")
        numbers = {id(p): i for i, p in enumerate(chain(*(g["params"] for g in self.param_groups)))}
        packed = {
            "state": {numbers[id(p)]: dict(s) for p, s in self.state.items() if s},
            "param_groups": [
                {**{k: v for k, v in g.items() if k != "params"}, "params": [numbers[id(p)] for p in g["params"]]}
                for g in self.param_groups
            ],
        }
        return self._call_state_hooks("save_post", packed)

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Loads the state_dict() of an optimizer over the same parameters.

        Raises ValueError if the groups do not fit."""
        state_dict = self._call_state_hooks("load_pre", dict(state_dict))
        saved = state_dict["param_groups"]
        if len(saved) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        for mine, other in zip(self.param_groups, saved, strict=True):
            if len(mine["params"]) != len(other["params"]):
                raise ValueError(
                    "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
                )
        numbers = chain(*(g["params"] for g in saved))
        by_number = dict(zip(numbers, chain(*(g["params"] for g in self.param_groups)), strict=True))
        self.state = defaultdict(dict)
        for number, state in state_dict["state"].items():
            self.state[by_number[int(number)]] = {
                k: _like_parameter(v, by_number[int(number)]) for k, v in state.items()
            }
        for mine, other in zip(self.param_groups, saved, strict=True):
            mine.update({k: deepcopy(v) for k, v in other.items() if k != "params"})
        self._call_state_hooks("load_post")

    def register_step_pre_hook(self, hook: StepHook) -> RemovableHandle:
        """Calls hook(optimizer, args, kwargs) before each step; the first of args is the optimizer. If it returns
        (args, kwargs), these replace the old ones."""
        return RemovableHandle(self._step_hooks["before"], hook)

    def register_step_post_hook(self, hook: StepHook) -> RemovableHandle:
        """Calls hook(optimizer, args, kwargs) after each step."""
        return RemovableHandle(self._step_hooks["after"], hook)

    def register_state_dict_pre_hook(self, hook: StateHook, prepend: bool = False) -> RemovableHandle:
        """Calls hook(optimizer) before state_dict collects."""
        return self._add_state_hook("save_pre", hook, prepend)

    def register_state_dict_post_hook(self, hook: StateHook, prepend: bool = False) -> RemovableHandle:
        """Calls hook(optimizer, state_dict) after; a dict that it returns replaces the state_dict."""
        return self._add_state_hook("save_post", hook, prepend)

    def register_load_state_dict_pre_hook(self, hook: StateHook, prepend: bool = False) -> RemovableHandle:
        """Calls hook(optimizer, state_dict) before load_state_dict; a dict that it returns is loaded instead."""
        return self._add_state_hook("load_pre", hook, prepend)

    def register_load_state_dict_post_hook(self, hook: StateHook, prepend: bool = False) -> RemovableHandle:
        """Calls hook(optimizer) after load_state_dict."""
        return self._add_state_hook("load_post", hook, prepend)

    def _add_state_hook(self, kind: str, hook: StateHook, prepend: bool) -> RemovableHandle:
        if not self._state_hooks:
            self._state_hooks = {each: {} for each in ("save_pre", "save_post", "load_pre", "load_post")}
        hooks = self._state_hooks[kind]
        before = dict(hooks) if prepend else {}
        handle = RemovableHandle(hooks, hook)
        for key, each in before.items():  # those that were there follow
            del hooks[key]
            hooks[key] = each
        return handle

    def _call_state_hooks(self, kind: str, *args: Any) -> Any:
        """Calls the hooks; what one returns takes the last argument's place."""
        for hook in list(self._state_hooks.get(kind, {}).values()):
            returned = hook(self, *args)
            args = (returned,) if args and returned is not None else args
        return args[0] if args else None

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for i, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {i}")
            lines += [f"    {key}: {group[key]}" for key in sorted(group) if key != "params"]
        return "\n".join([*lines, ")"])

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_step_hooks": {"before": {}, "after": {}}, "_state_hooks": {}}


def changed_in_place(parameter: Tensor) -> None:
    """Tells autograd that the parameter's array has new values."""
    version_counter(parameter).bump()


def zeros_like(parameter: Tensor) -> Tensor:
    """A tensor of zeros for the state of a parameter."""
    return wrap(array_module(parameter).zeros_like(parameter.array))


def common_options(maximize: bool, options: dict[str, object]) -> dict[str, object]:
    """The options that every optimizer of PyTorch takes, for a group's defaults.

    foreach, fused and capturable choose between PyTorch's implementations; here there is only one, and they are stored
    just for state_dict. Raises NotImplementedError for differentiable=True, RuntimeError for foreach and fused at once,
    TypeError for others."""
    known = {"foreach": None, "fused": None, "capturable": False, "differentiable": False}
    for name in options:
        if name not in known:
            raise TypeError(f"optimizer got an unexpected keyword argument '{name}'")
    if options.get("differentiable"):
        raise NotImplementedError(
            "differentiable=True is not supported: steps change parameters in place, unrecorded. Write the update"
            " with tensor operations: p_new = p - lr * g."
        )
    if options.get("foreach") and options.get("fused"):
        raise RuntimeError("`fused` and `foreach` cannot be `True` together.")
    return {"maximize": maximize, **known, **options}


def weight_decayed(parameter: Array, gradient: Array, group: Group) -> Array:
    """gradient + weight_decay * parameter: the gradient of the loss with an L2 penalty."""
    if not group["weight_decay"]:
        return gradient
    return _plus_part(module_of_array(parameter), gradient, float(group["weight_decay"]), parameter)


@fused
def _plus_part(xp: ModuleType, x: Array, part: float, y: Array) -> Array:
    return x + part * y


def check_option(name: str, value: object, good: bool) -> None:
    """Raises ValueError, in PyTorch's words, for an option out of range."""
    if not good:
        raise ValueError(f"Invalid {name}: {value}")


def check_rate(lr: Tensor | float) -> None:
    """Raises TypeError for a learning rate that is not a number, ValueError for a negative one."""
    if not isinstance(lr, (int, float, np.number, Tensor)):
        raise TypeError(f"the learning rate must be a number, not {type(lr).__name__}: lr={lr!r}")
    check_option("learning rate", lr, float(lr) >= 0)


def _like_parameter(value: Tensor | float | list[Tensor], parameter: Tensor) -> Tensor | float | list[Tensor]:
    """A copy of a saved value; a tensor of the parameter's shape gets its dtype and device."""
    if isinstance(value, Tensor) and value.shape == parameter.shape and value.is_floating_point():
        return value.detach().to(parameter.device, parameter.dtype).clone()
    return deepcopy(value)
