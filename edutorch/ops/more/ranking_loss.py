"""Losses that compare: distances, angles and margins between scores."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from ...autograd.function import printed_as
from ..broadcasting import broadcast_tensors
from ..loss import binary_cross_entropy_with_logits
from ..masking import where
from ..norms import vector_norm
from ..plumbing.entry import check_ints, check_tensors
from ..plumbing.keywords import numpy_names
from ..plumbing.reduce_loss import former_reduction, reduced
from ..ranges import arange
from ..smooth import softplus

if TYPE_CHECKING:
    from ...tensor import Tensor


@numpy_names
def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """x1 . x2 / (max(|x1|, eps) max(|x2|, eps)) along `dim`; shapes broadcast.

    Raises RuntimeError if they do not. Source: torch.nn.functional.cosine_similarity."""
    check_tensors("cosine_similarity", x1=x1, x2=x2)
    check_ints("cosine_similarity", dim=dim)
    a, b = broadcast_tensors(x1, x2)
    return (a / _length(a, dim, eps) * (b / _length(b, dim, eps))).sum(dim)


def _length(x: Tensor, dim: int, eps: float) -> Tensor:
    """The length of the vectors, but at least eps; the gradient is always that of the length."""
    length = vector_norm(x, 2, dim, keepdim=True)
    return length + (length.detach().clamp(min=eps) - length.detach())


def pairwise_distance(x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """The p-norm of x1 - x2 + eps over the last axis. Source: torch.nn.functional.pairwise_distance."""
    check_tensors("pairwise_distance", x1=x1, x2=x2)
    return vector_norm(x1 - x2 + eps, p, -1, keepdim)


@former_reduction
def hinge_embedding_loss(input: Tensor, target: Tensor, margin: float = 1.0, *, reduction: str = "mean") -> Tensor:
    """input where target is 1, max(0, margin - input) where it is -1.

    Source: torch.nn.functional.hinge_embedding_loss."""
    check_tensors("hinge_embedding_loss", input=input, target=target)
    far = where(target != 1, (margin - input).clamp_min(0), 0.0)
    near = where(target != -1, input, 0.0)
    return reduced(far + near, reduction)


@former_reduction
def margin_ranking_loss(
    input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0, *, reduction: str = "mean"
) -> Tensor:
    """max(0, -target (input1 - input2) + margin): target 1 ranks input1 higher, -1 input2.

    Source: torch.nn.functional.margin_ranking_loss."""
    check_tensors("margin_ranking_loss", input1=input1, input2=input2, target=target)
    if input1.array.ndim != target.array.ndim:
        raise RuntimeError(
            "margin_ranking_loss : All input tensors should have same dimension but got sizes:"
            f" input1: {list(input1.array.shape)}, input2: {list(input2.array.shape)},"
            f" target: {list(target.array.shape)}"
        )
    return reduced((-target * (input1 - input2) + margin).clamp_min(0), reduction)


@former_reduction
def soft_margin_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """ln(1 + e^(-target input)), target 1 or -1. Source: torch.nn.functional.soft_margin_loss."""
    check_tensors("soft_margin_loss", input=input, target=target)
    return printed_as("SoftMarginLossBackward0", reduced(softplus(-target * input, 1.0, math.inf), reduction))


@former_reduction
def cosine_embedding_loss(
    input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0, *, reduction: str = "mean"
) -> Tensor:
    """1 - cos(input1, input2) where target is 1, max(0, cos - margin) where it is -1. input (N, D) or (D,).

    Source: torch.nn.functional.cosine_embedding_loss."""
    check_tensors("cosine_embedding_loss", input1=input1, input2=input2, target=target)
    if target.array.ndim + 1 != max(input1.array.ndim, input2.array.ndim):
        raise RuntimeError(
            f"{target.array.ndim}D target tensor expects {target.array.ndim + 1}D input tensors, but found inputs with"
            f" sizes {list(input1.array.shape)} and {list(input2.array.shape)}."
        )
    square = ((input1 * input1).sum(-1) + 1e-12) * ((input2 * input2).sum(-1) + 1e-12)
    cosine = (input1 * input2).sum(-1) / square.sqrt()
    loss = where(target == 1, 1 - cosine, 0.0) + where(target == -1, (cosine - margin).clamp_min(0), 0.0)
    return reduced(loss, reduction)


@former_reduction
def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2,
    eps: float = 1e-6,
    swap: bool = False,
    *,
    reduction: str = "mean",
) -> Tensor:
    """max(0, d(anchor, positive) - d(anchor, negative) + margin), d the pairwise distance; swap takes
    d(positive, negative) where that is smaller.

    Source: torch.nn.functional.triplet_margin_loss; Balntas et al. 2016."""
    near = pairwise_distance(anchor, positive, p, eps)
    far = pairwise_distance(anchor, negative, p, eps)
    if swap:
        far = far.minimum(pairwise_distance(positive, negative, p, eps))
    return reduced((near - far + margin).clamp_min(0), reduction)


@former_reduction
def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    *,
    reduction: str = "mean",
) -> Tensor:
    """sum over the wrong classes j of max(0, margin - input[target] + input[j])^p / C, times weight[target].

    input (N, C) or (C,); target (N,) or 0-d, int64; p 1 or 2. Source: torch.nn.functional.multi_margin_loss."""
    check_tensors("multi_margin_loss", input=input, target=target)
    if p not in (1, 2):
        raise ValueError(f"only p == 1 and p == 2 supported, got {p}")
    single = input.array.ndim < 2
    x, t = (input.reshape(1, -1), target.reshape(1)) if single else (input, target)
    right = x.gather(1, t.unsqueeze(1))  # (N, 1)
    over = (margin - right + x).clamp_min(0) ** p  # (N, C)
    if weight is not None:
        over = over * weight[t].unsqueeze(1)
    is_right = arange(x.array.shape[1], device=x.device) == t.unsqueeze(1)  # (N, C)
    loss = over.masked_fill(is_right, 0).mean(1)
    return printed_as("MultiMarginLossBackward0", reduced(loss.reshape(target.array.shape), reduction))


@former_reduction
def multilabel_soft_margin_loss(
    input: Tensor, target: Tensor, weight: Tensor | None = None, *, reduction: str = "mean"
) -> Tensor:
    """The mean over the classes of -target ln sigmoid(input) - (1 - target) ln sigmoid(-input).

    Source: torch.nn.functional.multilabel_soft_margin_loss."""
    check_tensors("multilabel_soft_margin_loss", input=input, target=target)
    loss = binary_cross_entropy_with_logits(input, target, weight, reduction="none")
    return reduced(loss.mean(-1), reduction)


def triplet_margin_with_distance_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """triplet_margin_loss with any distance. Source: torch.nn.functional.triplet_margin_with_distance_loss."""
    distance = distance_function or pairwise_distance
    far = distance(anchor, negative)
    if swap:
        far = far.minimum(distance(positive, negative))
    return reduced((distance(anchor, positive) - far + margin).clamp_min(0), reduction)
