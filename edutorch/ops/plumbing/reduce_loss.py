"""What all losses share: reducing the losses of the elements to one number, and checking sizes."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from ...autograd.base import TensorBase

if TYPE_CHECKING:
    from ...tensor import Tensor

P = ParamSpec("P")
R = TypeVar("R")


def reduced(loss: Tensor, reduction: str) -> Tensor:
    """The mean, the sum, or the losses themselves ("none"). Raises ValueError for any other word."""
    if reduction == "mean":
        return loss.mean()
    if reduction == "sum":
        return loss.sum()
    if reduction == "none":
        return loss
    raise ValueError(f"{reduction} is not a valid value for reduction: expected 'none', 'mean' or 'sum'")


def former_reduction(loss: Callable[P, R]) -> Callable[P, R]:
    """Gives a loss the signature of PyTorch, where `size_average` and `reduce`, the former names of `reduction`, stand
    among the arguments: the first where the keyword-only ones begin, the second before `reduction`. All of them may be
    given by position, too. A former name causes a warning, and the loss gets the reduction that it meant."""
    signature = _with_former_names(inspect.signature(loss))
    before = list(signature.parameters).index("size_average")

    @functools.wraps(loss)
    def with_former_names(*args: P.args, **kwargs: P.kwargs) -> R:
        if len(args) <= before and "size_average" not in kwargs and "reduce" not in kwargs:
            return loss(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        given: dict[str, Any] = bound.arguments
        _refuse_tensors(loss, given)
        given["reduction"] = _reduction_from(given.pop("size_average"), given.pop("reduce"), given["reduction"])
        call: Callable[..., R] = loss
        return call(**given)

    with_former_names.__signature__ = signature  # type: ignore[attr-defined]
    return with_former_names


def _refuse_tensors(loss: Callable[..., object], given: dict[str, object]) -> None:
    """Raises RuntimeError for a tensor where a flag should be: mostly `nn.MSELoss(output, target)`."""
    if any(isinstance(given[name], TensorBase) for name in ("size_average", "reduce", "reduction")):
        if "self" in given:
            name = type(given["self"]).__name__
            raise RuntimeError(f"nn.{name}(...) makes a layer and computes no loss: nn.{name}()(input, target)")
        raise RuntimeError(f"{loss.__name__}(): a tensor was given where size_average, reduce or reduction stands")


def _with_former_names(signature: inspect.Signature) -> inspect.Signature:
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    names: list[inspect.Parameter] = []
    for each in signature.parameters.values():
        if each.kind is inspect.Parameter.KEYWORD_ONLY and all(p.name != "size_average" for p in names):
            names.append(inspect.Parameter("size_average", kind, default=None, annotation="bool | None"))
        if each.name == "reduction":
            names.append(inspect.Parameter("reduce", kind, default=None, annotation="bool | None"))
        names.append(each.replace(kind=kind))
    return signature.replace(parameters=names)


def _reduction_from(size_average: bool | None, reduce: bool | None, reduction: str) -> str:
    """The reduction that the arguments from before PyTorch 0.4.1 meant; `reduction` where both are None."""
    if size_average is None and reduce is None:
        return reduction
    meant = "none" if reduce is False else "sum" if size_average is False else "mean"
    warnings.warn(
        f"size_average and reduce args will be deprecated, please use reduction='{meant}' instead.", stacklevel=3
    )
    return meant


def warn_of_broadcast(input: Tensor, target: Tensor, stacklevel: int = 4) -> None:
    """As in PyTorch: warns of sizes that differ, which are more often a mistake than intended.

    stacklevel: how far up the caller's line is, past the loss and its `former_reduction`."""
    if input.array.shape != target.array.shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape})."
            " This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
            stacklevel=stacklevel,
        )


def require_same_size(name: str, input: Tensor, target: Tensor) -> None:
    """Raises ValueError if the sizes differ."""
    if input.array.shape != target.array.shape:
        raise ValueError(
            f"{name}: Using a target size ({target.shape}) that is different to the input size ({input.shape}) is"
            " deprecated. Please ensure they have the same size: target.view_as(input), or target.unsqueeze(1)."
        )
