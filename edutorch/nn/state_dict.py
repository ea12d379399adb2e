"""What a Module knows, as a dictionary, and back. Source: torch.nn.Module.state_dict, load_state_dict."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ..autograd.base import TensorBase
from ..autograd.grad_mode import no_grad
from .parameter import Parameter, UninitializedParameter

if TYPE_CHECKING:
    from .module import Module


class IncompatibleKeys(NamedTuple):
    """What load_state_dict returns: the names that were missing, and those that nobody expected."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


def persistent(module: Module) -> Iterator[tuple[str, Any]]:
    """A module's own parameters and persistent buffers, those that are None left out."""
    for name, parameter in module._parameters.items():
        if parameter is not None:
            yield name, parameter
    for name, buffer in module._buffers.items():
        if buffer is not None and name not in module._non_persistent_buffers_set:
            yield name, buffer


def collect(module: Module, destination: Any, prefix: str, keep_vars: bool) -> Any:
    """The tensors of a module and of all below it, by name."""
    destination = OrderedDict() if destination is None else destination
    for name, tensor in persistent(module):
        destination[prefix + name] = tensor if keep_vars else tensor.detach()
    for name, child in module._modules.items():
        if child is not None:
            child.state_dict(destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
    return destination


def load(module: Module, state_dict: Mapping[str, Any], strict: bool, assign: bool) -> IncompatibleKeys:
    """Copies the tensors of a dictionary into a module.

    Raises TypeError for what is no dictionary; RuntimeError, after all that fits is copied, with all that
    does not."""
    if not isinstance(state_dict, Mapping):
        raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
    expected: set[str] = set()
    missing: list[str] = []
    errors: list[str] = []
    _load_below(module, "", state_dict, assign, expected, missing, errors)
    unexpected = [name for name in state_dict if name not in expected]
    if strict and unexpected:
        errors.insert(0, f"Unexpected key(s) in state_dict: {_quoted(unexpected)}. ")
    if strict and missing:
        errors.insert(0, f"Missing key(s) in state_dict: {_quoted(missing)}. ")
    if errors:
        lines = "\n\t".join(errors)
        raise RuntimeError(f"Error(s) in loading state_dict for {type(module).__name__}:\n\t{lines}")
    return IncompatibleKeys(missing, unexpected)


def _load_below(
    module: Module, prefix: str, state_dict: Any, assign: bool, expected: set[str], missing: list[str],
    errors: list[str],
) -> None:  # fmt: skip
    for name, tensor in list(persistent(module)):
        key = prefix + name
        expected.add(key)
        if key not in state_dict:
            missing.append(key)
            continue
        problem = _copy(module, name, key, tensor, state_dict[key], assign)
        if problem:
            errors.append(problem)
    for name, child in module._modules.items():
        if child is not None:
            _load_below(child, f"{prefix}{name}.", state_dict, assign, expected, missing, errors)


def _copy(module: Module, name: str, key: str, tensor: Any, value: Any, assign: bool) -> str | None:
    """Copies one tensor, or says what is wrong with it."""
    if not isinstance(value, TensorBase):
        return (
            f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object from checkpoint'
            f" but received {type(value)}"
        )
    if isinstance(tensor, UninitializedParameter):
        tensor.materialize(value.array.shape)
    have, want = tuple(value.array.shape), tuple(tensor.array.shape)
    if have != want:
        return (
            f"size mismatch for {key}: copying a param with shape torch.Size({list(have)}) from checkpoint, the shape"
            f" in current model is torch.Size({list(want)})."
        )
    with no_grad():
        if not assign:
            tensor.copy_(value)
        elif isinstance(tensor, Parameter) and not isinstance(value, Parameter):
            setattr(module, name, Parameter(value, tensor.requires_grad))
        else:
            setattr(module, name, value)
    return None


def _quoted(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
