"""Residual branches that are left out at random."""

from __future__ import annotations

from ... import nn
from ...nn.functional.dropout import kept
from ...tensor import Tensor


def stochastic_depth(input: Tensor, p: float, mode: str, training: bool = True) -> Tensor:
    """In training each sample (mode "row") or the whole batch (mode "batch") is zero with probability p, and the rest
    divided by 1 - p.

    input: (N, ...); same shape. Raises ValueError for a p outside [0, 1] and for another mode.
    Source: torchvision.ops.stochastic_depth; Huang et al. 2016."""
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"drop probability has to be between 0 and 1, but got {p}")
    if mode not in ("batch", "row"):
        raise ValueError(f"mode has to be either 'batch' or 'row', but got {mode}")
    if not training or p == 0.0:
        return input
    survives = 1.0 - p
    rows = input.shape[0] if mode == "row" else 1
    noise = kept(input, (rows, *[1] * (input.dim() - 1)), p)
    return input * (noise / survives if survives > 0.0 else noise)


class StochasticDepth(nn.Module):
    """`stochastic_depth` as a layer. Source: torchvision.ops.StochasticDepth."""

    def __init__(self, p: float, mode: str) -> None:
        super().__init__()
        self.p = p
        self.mode = mode

    def forward(self, input: Tensor) -> Tensor:
        return stochastic_depth(input, self.p, self.mode, self.training)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(p={self.p}, mode={self.mode})"
