"""A Module's state as a dictionary, and back. Source: torch.nn.Module.state_dict, load_state_dict."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ..autograd.grad_mode import no_grad
from ..autograd.handle import RemovableHandle
from ..tensor import Tensor
from .parameter import Parameter, Uninitialized

EXTRA = "_extra_state"


class IncompatibleKeys(NamedTuple):
    """What load_state_dict returns: the names that were missing, and those that were unexpected."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


class Stateful:
    """Saving and loading a Module's state: as a dictionary, back from one, and the hooks for both."""

    _parameters: dict[str, Parameter | None]
    _buffers: dict[str, Tensor | None]
    _modules: dict[str, Any]
    _non_persistent_buffers_set: set[str]
    _version = 1  # of what the state_dict holds; load_state_dict's hooks get that of the file
    _state_hooks: dict[str, dict[int, Callable[..., object]]] | None = None

    def state_dict(
        self, *, destination: OrderedDict[str, Any] | None = None, prefix: str = "", keep_vars: bool = False
    ) -> OrderedDict[str, Any]:
        """All parameters and persistent buffers by name, as tensors on the same memory."""
        if destination is None:
            destination = OrderedDict()
            vars(destination)["_metadata"] = OrderedDict()
        local_metadata = {"version": self._version}
        if hasattr(destination, "_metadata"):
            destination._metadata[prefix[:-1]] = local_metadata
        self._call_state_hooks("save_pre", prefix, keep_vars)
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, child in self._modules.items():
            if child is not None:
                child.state_dict(destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
        self._call_state_hooks("save_post", destination, prefix, local_metadata)
        return destination

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> IncompatibleKeys:
        """Copies the values of a state_dict() back. With strict=False names may be missing or unexpected; with
        assign=True the tensors themselves become the module's. Raises TypeError for anything but a dictionary;
        RuntimeError, naming all that does not fit, after copying all that does."""
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        found = IncompatibleKeys([], [])
        errors: list[str] = []
        metadata = getattr(state_dict, "_metadata", None) or {}
        self._load(OrderedDict(state_dict), "", assign, metadata, found, errors)
        if strict and found.unexpected_keys:
            errors.insert(0, f"Unexpected key(s) in state_dict: {_quoted(found.unexpected_keys)}. ")
        if strict and found.missing_keys:
            errors.insert(0, f"Missing key(s) in state_dict: {_quoted(found.missing_keys)}. ")
        if errors:
            lines = "\n\t".join(errors)
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}:\n\t{lines}")
        return found

    def get_extra_state(self) -> Any:
        """Anything else for the state_dict, under the name _extra_state: override it together with set_extra_state."""
        raise RuntimeError(f"{type(self).__name__} has a set_extra_state, and needs a get_extra_state too")

    def set_extra_state(self, state: Any) -> None:
        """Restores what get_extra_state returned."""
        raise RuntimeError(f"{type(self).__name__} has a get_extra_state, and needs a set_extra_state too")

    # ---- the module's own part, without the modules below: for overriding

    def _save_to_state_dict(self, destination: dict[str, Any], prefix: str, keep_vars: bool) -> None:
        for name, tensor in self._persistent():
            as_it_is = keep_vars or isinstance(tensor, Uninitialized)
            destination[prefix + name] = tensor if as_it_is else tensor.detach()
        if type(self).get_extra_state is not Stateful.get_extra_state:
            destination[prefix + EXTRA] = self.get_extra_state()

    def _load_from_state_dict(
        self,
        state_dict: dict[str, Any],
        prefix: str,
        local_metadata: dict[str, Any],
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        self._call_state_hooks(
            "load_pre", state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs
        )
        own = dict(self._persistent())
        for name, tensor in own.items():
            key = prefix + name
            if key in state_dict:
                assign = local_metadata.get("assign_to_params_buffers", False)
                problem = _copy(self, name, key, tensor, state_dict[key], assign)
                error_msgs.extend([problem] if problem else [])
            else:
                missing_keys.append(key)
        wants_extra = type(self).set_extra_state is not Stateful.set_extra_state
        if wants_extra and prefix + EXTRA in state_dict:
            self.set_extra_state(state_dict[prefix + EXTRA])
        elif wants_extra:
            missing_keys.append(prefix + EXTRA)
        known = {*own, *([EXTRA] if wants_extra else [])}
        for key in state_dict:
            first, dot, _ = key[len(prefix) :].partition(".")
            if key.startswith(prefix) and first not in (self._modules if dot else known):
                unexpected_keys.append(key)

    def _persistent(self) -> Iterator[tuple[str, Tensor]]:
        """The module's own parameters and persistent buffers, except for those that are None."""
        for name, tensor in [*self._parameters.items(), *self._buffers.items()]:
            if tensor is not None and name not in self._non_persistent_buffers_set:
                yield name, tensor

    def _load(
        self,
        state: dict[str, Any],
        prefix: str,
        assign: bool,
        metadata: Mapping[str, dict[str, Any]],
        found: IncompatibleKeys,
        errors: list[str],
    ) -> None:
        local_metadata = {**metadata.get(prefix[:-1], {}), "assign_to_params_buffers": assign}
        self._load_from_state_dict(
            state, prefix, local_metadata, True, found.missing_keys, found.unexpected_keys, errors
        )
        for name, child in self._modules.items():
            if child is not None:
                below = f"{prefix}{name}."
                its = OrderedDict((key, value) for key, value in state.items() if key.startswith(below))
                child._load(its, below, assign, metadata, found, errors)
        self._call_state_hooks("load_post", found)

    # ---- hooks

    def register_state_dict_pre_hook(self, hook: Callable[..., object]) -> RemovableHandle:
        """Calls hook(module, prefix, keep_vars) before state_dict collects."""
        return self._add_state_hook("save_pre", hook)

    def register_state_dict_post_hook(self, hook: Callable[..., object]) -> RemovableHandle:
        """Calls hook(module, state_dict, prefix, local_metadata) after; it may change the state_dict."""
        return self._add_state_hook("save_post", hook)

    def register_load_state_dict_pre_hook(self, hook: Callable[..., object]) -> RemovableHandle:
        """Calls hook(module, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)
        before the module's own part is loaded; it may change the state_dict, for example rename keys."""
        return self._add_state_hook("load_pre", hook)

    def register_load_state_dict_post_hook(self, hook: Callable[..., object]) -> RemovableHandle:
        """Calls hook(module, incompatible_keys) after loading; it may change both lists of keys."""
        return self._add_state_hook("load_post", hook)

    def _add_state_hook(self, kind: str, hook: Callable[..., object]) -> RemovableHandle:
        if self._state_hooks is None:
            self._state_hooks = {}
        return RemovableHandle(self._state_hooks.setdefault(kind, {}), hook)

    def _call_state_hooks(self, kind: str, *args: object) -> None:
        for hook in list((self._state_hooks or {}).get(kind, {}).values()):
            hook(self, *args)


def _copy(module: Stateful, name: str, key: str, tensor: Tensor, value: object, assign: bool) -> str | None:
    """Copies one tensor. If that fails, adds the reason to the error messages."""
    if not isinstance(value, Tensor):
        return (
            f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object from checkpoint'
            f" but received {type(value)}"
        )
    if isinstance(value, Uninitialized):
        return None if isinstance(tensor, Uninitialized) else f'"{key}" is uninitialized in the checkpoint: {value!r}'
    if isinstance(tensor, Uninitialized):
        tensor.materialize(value.array.shape)
    have, want = tuple(value.array.shape), tuple(tensor.array.shape)
    if want == () and len(have) == 1:  # a number was once saved as a list of one
        value, have = value[0], ()
    if have != want:
        return (
            f"size mismatch for {key}: copying a param with shape torch.Size({list(have)}) from checkpoint, the shape"
            f" in current model is torch.Size({list(want)})."
        )
    with no_grad():
        if not assign:
            tensor.copy_(value)
        elif not isinstance(tensor, Parameter):
            setattr(module, name, value)
        elif isinstance(value, Parameter):
            setattr(module, name, value.requires_grad_(tensor.requires_grad))
        else:
            setattr(module, name, Parameter(value, tensor.requires_grad))
    return None


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
