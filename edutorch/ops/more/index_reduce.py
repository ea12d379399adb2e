"""index_reduce: positions of one axis combined with those of another tensor. Source: torch.index_reduce."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..gathering import scatter_reduce
from ..plumbing.entry import check_tensors
from ..plumbing.inplace import in_place

if TYPE_CHECKING:
    from ...tensor import Tensor

_REDUCTIONS = ("prod", "mean", "amax", "amin")


def index_reduce(
    input: Tensor, dim: int, index: Tensor, source: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """input with source's positions along `dim` combined at `index`, by "prod", "mean", "amax" or "amin".

    Raises RuntimeError for another reduction and for sizes that do not fit. Source: torch.index_reduce."""
    check_tensors("index_reduce", input=input, index=index, source=source)
    if reduce not in _REDUCTIONS:
        raise RuntimeError(f"index_reduce(): Expected reduce to be one of prod, mean, amax or amin but got {reduce}.")
    if index.dim() > 1 or source.size(dim) != index.numel():
        raise RuntimeError(
            f"index_reduce(): index of shape {list(index.shape)} must be a vector with a place for each of the"
            f" {source.size(dim)} positions of source along dim {dim}"
        )
    shape = [1] * source.dim()
    shape[dim] = index.numel()
    places = index.long().reshape(shape).expand(source.shape)
    return scatter_reduce(input, dim, places, source, reduce, include_self=include_self)


index_reduce_ = in_place(index_reduce)
