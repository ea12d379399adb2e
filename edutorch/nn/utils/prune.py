"""Pruning: some elements of a parameter are held at 0 by a mask.

Of a pruned parameter `weight` the values are kept in the parameter `weight_orig`, the zeros and ones in the buffer
`weight_mask`, and `weight` is their product, made anew before each forward by a hook. A gradient reaches `weight_orig`
where the mask is 1. `remove` makes the product the parameter. Source: torch.nn.utils.prune.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeVar

from ...ops.creation import ones_like
from ..module import Module
from .convert_parameters import parameters_to_vector
from .prune_methods import (
    BasePruningMethod,
    CustomFromMask,
    Identity,
    L1Unstructured,
    LnStructured,
    PruningContainer,
    RandomStructured,
    RandomUnstructured,
    pop_method,
)

if TYPE_CHECKING:
    from ...tensor import Tensor

Pruned = TypeVar("Pruned", bound=Module)

__all__ = [
    "BasePruningMethod",
    "CustomFromMask",
    "Identity",
    "L1Unstructured",
    "LnStructured",
    "PruningContainer",
    "RandomStructured",
    "RandomUnstructured",
    "custom_from_mask",
    "global_unstructured",
    "identity",
    "is_pruned",
    "l1_unstructured",
    "ln_structured",
    "random_structured",
    "random_unstructured",
    "remove",
]


def identity(module: Pruned, name: str) -> Pruned:
    """Gives a parameter a mask of ones, and returns the module."""
    Identity.apply(module, name)
    return module


def random_unstructured(module: Pruned, name: str, amount: float) -> Pruned:
    """Prunes elements of module's parameter at random, and returns the module. amount: an int says how many, a float
    which part of those that are left."""
    RandomUnstructured.apply(module, name, amount)
    return module


def l1_unstructured(module: Pruned, name: str, amount: float, importance_scores: Tensor | None = None) -> Pruned:
    """Prunes the elements of module's parameter that have the smallest absolute value (or importance score), and
    returns the module. amount: an int says how many, a float which part of those that are left."""
    L1Unstructured.apply(module, name, amount, importance_scores=importance_scores)
    return module


def random_structured(module: Pruned, name: str, amount: float, dim: int) -> Pruned:
    """Prunes slices of module's parameter across the axis dim at random, and returns the module."""
    RandomStructured.apply(module, name, amount, dim)
    return module


def ln_structured(
    module: Pruned, name: str, amount: float, n: float | str, dim: int, importance_scores: Tensor | None = None
) -> Pruned:
    """Prunes the slices of module's parameter across the axis dim that have the smallest n-norm, and returns the
    module."""
    LnStructured.apply(module, name, amount, n, dim, importance_scores=importance_scores)
    return module


def custom_from_mask(module: Pruned, name: str, mask: Tensor) -> Pruned:
    """Prunes module's parameter by a mask of its shape, and returns the module."""
    CustomFromMask.apply(module, name, mask)
    return module


def global_unstructured(
    parameters: Iterable[tuple[Module, str]],
    pruning_method: Callable[..., BasePruningMethod],
    importance_scores: dict[tuple[Module, str], Tensor] | None = None,
    **kwargs: float,
) -> None:
    """Prunes several parameters, pairs of module and name, as if they were one: by an "unstructured" method, such as
    L1Unstructured with amount=0.2.

    Raises TypeError for another method, and where the arguments are not of these types."""
    if not isinstance(parameters, Iterable):
        raise TypeError("global_unstructured(): parameters is not an Iterable")
    if not isinstance(importance_scores, dict | None):
        raise TypeError("global_unstructured(): importance_scores must be of type dict")
    method, pairs, given = pruning_method(**kwargs), list(parameters), importance_scores or {}
    if method.PRUNING_TYPE != "unstructured":
        raise TypeError(
            'Only "unstructured" PRUNING_TYPE supported for the `pruning_method`. Found method'
            f" {pruning_method} of type {method.PRUNING_TYPE}"
        )
    whole = [getattr(module, name) for module, name in pairs]
    scores = parameters_to_vector([given.get(pair, each) for pair, each in zip(pairs, whole, strict=True)])
    masks = [getattr(m, f"{n}_mask", ones_like(each)) for (m, n), each in zip(pairs, whole, strict=True)]
    mask = PruningContainer(method).compute_mask(scores, parameters_to_vector(masks))
    parts = mask.split([each.numel() for each in whole])
    for (module, name), each, part in zip(pairs, whole, parts, strict=True):
        custom_from_mask(module, name, part.view_as(each))


def remove(module: Pruned, name: str) -> Pruned:
    """Makes the pruned values of a parameter its values, for good, and returns the module.

    Raises ValueError if it is not pruned."""
    method = pop_method(module, name)
    if method is None:
        raise ValueError(f"Parameter '{name}' of module {module} has to be pruned before pruning can be removed")
    method.remove(module)
    return module


def is_pruned(module: Module) -> bool:
    """Whether a parameter of the module, or of one below it, is pruned."""
    return any(
        isinstance(hook, BasePruningMethod) for each in module.modules() for hook in each._forward_pre_hooks.values()
    )
