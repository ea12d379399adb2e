"""Models by name."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import TypeVar

from ... import nn
from .weights import WeightsEnum

B = TypeVar("B", bound=Callable[..., nn.Module])
_BUILDERS: dict[str, Callable[..., nn.Module]] = {}
_WEIGHTS: dict[str, type[WeightsEnum]] = {}


def registered(weights: type[WeightsEnum]) -> Callable[[B], B]:
    """Decorator for the function that builds a model with such weights: get_model and list_models find it."""

    def register(build: B) -> B:
        _BUILDERS[build.__name__], _WEIGHTS[build.__name__] = build, weights
        return build

    return register


def list_models(
    module: ModuleType | None = None,
    include: str | Iterable[str] | None = None,
    exclude: str | Iterable[str] | None = None,
) -> list[str]:
    """The names of the models there are, in order.

    module: of this module alone. include, exclude: patterns such as "resnet*", or several of them.
    Source: torchvision.models.list_models."""
    package = __name__.rpartition(".")[0]
    found = [
        name for name, build in _BUILDERS.items() if module is None or module.__name__ in (package, build.__module__)
    ]
    wanted = _patterns(include) or ["*"]
    unwanted = _patterns(exclude)
    return sorted(name for name in found if _fits(name, wanted) and not _fits(name, unwanted))


def get_model_builder(name: str) -> Callable[..., nn.Module]:
    """The function that builds a model: models.resnet18 for "resnet18". Raises ValueError for an unknown name.

    Source: torchvision.models.get_model_builder."""
    try:
        return _BUILDERS[name.lower()]
    except KeyError:
        raise ValueError(f"Unknown model {name}: edutorch has {', '.join(list_models())}") from None


def get_model(name: str, **config: object) -> nn.Module:
    """The model of this name, by its function: get_model("resnet18", num_classes=10). Raises ValueError.

    Source: torchvision.models.get_model."""
    return get_model_builder(name)(**config)


def get_model_weights(name: str | Callable[..., nn.Module]) -> type[WeightsEnum]:
    """The enum of a model's weights. Raises ValueError for an unknown model.

    Source: torchvision.models.get_model_weights."""
    return _WEIGHTS[(name if callable(name) else get_model_builder(name)).__name__]


def get_weight(name: str) -> WeightsEnum:
    """Weights by their whole name, "ResNet50_Weights.IMAGENET1K_V2". Raises ValueError for an unknown one.

    Source: torchvision.models.get_weight."""
    enum, _, member = name.partition(".")
    for known in _WEIGHTS.values():
        if known.__name__ == enum and member in known.__members__:
            return known[member]
    raise ValueError(f"Invalid weight name provided: '{name}'; such a name is ResNet18_Weights.DEFAULT")


def _patterns(given: str | Iterable[str] | None) -> list[str]:
    return [given] if isinstance(given, str) else list(given or [])


def _fits(name: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)
