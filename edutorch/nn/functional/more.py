"""Rarely used functions of torch.nn.functional, which load on first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...autograd.base import wrap
from ...ops.creation import empty_like, zeros
from ...ops.masking import where
from ...ops.norms import vector_norm
from ...ops.plumbing.entry import check_tensors
from ...ops.plumbing.inplace import in_place
from ...ops.plumbing.reduce_loss import former_reduction, reduced
from ...ops.ranges import triu_indices
from ...random.fill import uniform_

if TYPE_CHECKING:
    from ...tensor import Tensor


def rrelu(
    input: Tensor, lower: float = 1.0 / 8, upper: float = 1.0 / 3, training: bool = False, inplace: bool = False
) -> Tensor:
    """Randomized leaky ReLU: x where it is positive, else x times a slope, which is drawn for each element from
    [lower, upper) in training, and the middle of it otherwise. Source: torch.nn.functional.rrelu."""
    check_tensors("rrelu", input=input)
    if inplace:
        return rrelu_(input, lower, upper, training)
    if not training:
        return where(input > 0, input, input * ((lower + upper) / 2))
    at = wrap(input.array) <= 0
    slopes = where(at, uniform_(empty_like(input), lower, upper), 1.0) if lower != upper else where(at, lower, 1.0)
    return input * slopes.to(input.dtype)


rrelu_ = in_place(rrelu)


def pdist(input: Tensor, p: float = 2.0) -> Tensor:
    """The distances between each two rows, (n, m) -> (n (n - 1) / 2,), in the order of the upper triangle.

    Source: torch.nn.functional.pdist."""
    check_tensors("pdist", input=input)
    if input.dim() != 2:
        raise RuntimeError(f"pdist only supports 2D tensors, got: {input.dim()}D")
    if p < 0:
        raise RuntimeError("pdist only supports non-negative p values")
    first, second = triu_indices(input.size(0), input.size(0), 1, device=input.device)
    return vector_norm(input[first] - input[second], p, 1)


@former_reduction
def multilabel_margin_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """Hinge loss of several right classes: the sum over right classes y and wrong ones i of max(0, 1 - x[y] + x[i]),
    divided by the number of classes. (N, C) or (C,), int64 target of the same shape: the right classes, then -1.

    Source: torch.nn.functional.multilabel_margin_loss."""
    check_tensors("multilabel_margin_loss", input=input, target=target)
    if input.shape != target.shape or input.dim() not in (1, 2):
        raise RuntimeError(
            f"inconsistent target size: {list(target.shape)} for input of size: {list(input.shape)}; both are (N, C) or"
            " (C,)"
        )
    x = input.reshape(-1, input.shape[-1])  # (N, C)
    y = target.reshape(x.shape)
    listed = (y < 0).long().cumsum(1) == 0  # before the first -1
    classes = where(listed, y, 0)
    right = zeros(x.shape, dtype=input.dtype, device=input.device).scatter_add(1, classes, listed.to(input.dtype)) > 0
    margins = 1 - x.gather(1, classes).unsqueeze(2) + x.unsqueeze(1)  # (N, listed, C)
    counted = listed.unsqueeze(2) & ~right.unsqueeze(1)
    loss = where(counted, margins.clamp(min=0), 0.0).sum((1, 2)) / x.size(1)
    return reduced(loss.reshape(input.shape[:-1]), reduction)
