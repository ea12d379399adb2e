"""A loss for classes of which one is rare."""

from __future__ import annotations

from ...nn import functional as F
from ...tensor import Tensor


def sigmoid_focal_loss(
    inputs: Tensor, targets: Tensor, alpha: float = 0.25, gamma: float = 2, reduction: str = "none"
) -> Tensor:
    """Binary cross entropy of logits, in which samples that are classified well count less: times (1 - p_t)^gamma.

    inputs, targets (0 or 1, floating): any shape. alpha: the weight of the ones, 1 - alpha that of the zeros; -1 for no
    weights. reduction: "none" (same shape), "mean" or "sum". Raises ValueError for other values of these.
    Source: torchvision.ops.sigmoid_focal_loss; Lin et al. 2017."""
    if not (0 <= alpha <= 1) and alpha != -1:
        raise ValueError(f"Invalid alpha value: {alpha}. alpha must be in the range [0,1] or -1 for ignore.")
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"Invalid value for arg 'reduction': '{reduction}': use 'none', 'mean' or 'sum'")
    p = inputs.sigmoid()
    p_true = p * targets + (1 - p) * (1 - targets)
    loss = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none") * (1 - p_true) ** gamma
    if alpha >= 0:
        loss = (alpha * targets + (1 - alpha) * (1 - targets)) * loss
    if reduction == "none":
        return loss
    return loss.mean() if reduction == "mean" else loss.sum()
