"""Rarely used layers, which load on first use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..backend import DeviceLike
from ..dtypes import dtype as dtype_
from ..ops.joining import cat
from ..tensor import Tensor
from . import functional as F
from .container import ModuleList, Sequential
from .functional import more
from .linear import Linear
from .loss import _Loss
from .module import Module


class RReLU(Module):
    """Randomized leaky ReLU, with a slope from [lower, upper) for each negative element in training.

    Source: torch.nn.RReLU."""

    def __init__(self, lower: float = 1.0 / 8, upper: float = 1.0 / 3, inplace: bool = False) -> None:
        super().__init__()
        self.lower, self.upper, self.inplace = lower, upper, inplace

    def forward(self, input: Tensor) -> Tensor:
        """any shape -> the same"""
        return more.rrelu(input, self.lower, self.upper, self.training, self.inplace)

    def extra_repr(self) -> str:
        """The bounds."""
        return f"lower={self.lower}, upper={self.upper}{', inplace=True' if self.inplace else ''}"


class MultiLabelMarginLoss(_Loss):
    """Hinge loss of several right classes. Source: torch.nn.MultiLabelMarginLoss."""

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """(N, C) or (C,), target int64 of the same shape: right classes, then -1"""
        return more.multilabel_margin_loss(input, target, reduction=self.reduction)


class ASMOutput(NamedTuple):
    """The log-probabilities of the targets, and the loss."""

    output: Tensor
    loss: Tensor


class AdaptiveLogSoftmaxWithLoss(Module):
    """Softmax over very many classes: frequent ones in the head, the others in clusters with smaller layers.

    Grave, Joulin, Cissé, Grangier, Jégou 2017. Source: torch.nn.AdaptiveLogSoftmaxWithLoss."""

    def __init__(
        self,
        in_features: int,
        n_classes: int,
        cutoffs: Sequence[int],
        div_value: float = 4.0,
        head_bias: bool = False,
        device: DeviceLike = None,
        dtype: dtype_ | None = None,
    ) -> None:
        super().__init__()
        cutoffs = list(cutoffs)
        if not cutoffs:
            raise ValueError("cutoffs should be a sequence of length larger than 0")
        if cutoffs != sorted({int(c) for c in cutoffs}) or cutoffs[0] <= 0 or cutoffs[-1] > n_classes - 1:
            raise ValueError(
                "cutoffs should be a sequence of unique, positive integers sorted in an increasing order, where each"
                " value is between 1 and n_classes-1"
            )
        self.in_features, self.n_classes, self.div_value, self.head_bias = in_features, n_classes, div_value, head_bias
        self.cutoffs = [*cutoffs, n_classes]
        self.shortlist_size, self.n_clusters = cutoffs[0], len(cutoffs)
        self.head_size = self.shortlist_size + self.n_clusters
        self.head = Linear(in_features, self.head_size, bias=head_bias, device=device, dtype=dtype)
        self.tail = ModuleList()
        for i in range(self.n_clusters):
            hidden, size = int(in_features // div_value ** (i + 1)), self.cutoffs[i + 1] - self.cutoffs[i]
            into = Linear(in_features, hidden, bias=False, device=device, dtype=dtype)
            self.tail.append(Sequential(into, Linear(hidden, size, bias=False, device=device, dtype=dtype)))

    def reset_parameters(self) -> None:
        """Draws new initial values."""
        for layer in self.modules():
            if isinstance(layer, Linear):
                layer.reset_parameters()

    def forward(self, input_: Tensor, target_: Tensor) -> ASMOutput:
        """(N, in_features) and (N,), or (in_features,) and () -> (N,) or (), and a number"""
        if target_.dim() > 1:
            raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
        if target_.dim() == 1 and input_.size(0) != target_.size(0):
            raise RuntimeError("Input and target should have the same size in the batch dimension.")
        if input_.dim() != target_.dim() + 1:
            raise RuntimeError(
                f"{target_.dim()}D target tensor expects {target_.dim() + 1}D input tensors, but found inputs with size"
                f" {input_.size()}"
            )
        input, target = input_.reshape(-1, input_.shape[-1]), target_.reshape(-1)
        if target.numel() and not (0 <= int(target.min()) and int(target.max()) < self.n_classes):
            raise RuntimeError(
                f"Target values should be in [0, {self.n_classes - 1}], but values in range [{target.min().item()},"
                f" {target.max().item()}] were found. "
            )
        chosen = self.log_prob(input).gather(1, target.unsqueeze(1)).squeeze(1)
        return ASMOutput(chosen.reshape(target_.shape), (-chosen).mean())

    def log_prob(self, input: Tensor) -> Tensor:
        """The log-probabilities of all classes, (N, in_features) -> (N, n_classes)"""
        head = F.log_softmax(self.head(input), dim=1)
        parts = [head[:, : self.shortlist_size]]
        for i, cluster in enumerate(self.tail):
            at = self.shortlist_size + i
            parts.append(F.log_softmax(cluster(input), dim=1) + head[:, at : at + 1])
        return cat(parts, 1)

    def predict(self, input: Tensor) -> Tensor:
        """The most probable class, (N, in_features) -> (N,)"""
        return self.log_prob(input).argmax(1)
