"""How a layer becomes one of another kind, with all its settings."""

from __future__ import annotations

from typing import TypeVar

from ..nn.module import Module

Kind = TypeVar("Kind", bound=Module)


def sharing_attributes(kind: type[Kind], layer: Module) -> Kind:
    """A module of a kind on the settings, parameters and buffers of a layer, without its hooks and its constructor."""
    made = kind.__new__(kind)
    for name, value in vars(layer).items():
        if name != "_hooks":
            made.__dict__[name] = value.copy() if isinstance(value, (dict, set)) else value
    return made
