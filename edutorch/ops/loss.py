"""Losses of regression and of yes-or-no answers: one loss for each element, then reduced."""

from __future__ import annotations

import math
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from ..autograd.base import wrap
from ..autograd.function import Function, printed_as
from ..backend import Array, add_up, array_module, cast
from ..fusion import fused
from ..pending import check_later
from .exponential import xlogy
from .masking import where
from .plumbing.entry import check_optional_tensors, check_tensors
from .plumbing.reduce_loss import former_reduction, reduced, require_same_size, warn_of_broadcast
from .smooth import softplus

if TYPE_CHECKING:
    from ..tensor import Tensor


class BinaryCrossEntropy(Function):
    """l = -t ln p - (1 - t) ln(1 - p), logarithms not below -100;
    dL/dp = dL/dl (p - t) / (p (1 - p)), dL/dt = dL/dl (ln(1 - p) - ln p)"""

    @staticmethod
    def forward(ctx: Function, p: Tensor, t: Tensor) -> Tensor:
        ctx.save_for_backward(p, t)
        xp = array_module(p)
        log_p = xp.maximum(xp.log(p.array), -100)
        log_q = xp.maximum(xp.log1p(-p.array), -100)
        return wrap((t.array - 1) * log_q - t.array * log_p)

    @staticmethod
    def backward(ctx: Function, gl: Tensor) -> tuple[Tensor, Tensor | None]:
        p, t = ctx.saved_tensors
        gp = gl * (p - t) / (p * (1 - p)).clamp(min=1e-12)
        gt = gl * ((-p).log1p() - p.log()) if ctx.needs_input_grad[1] else None
        return gp, gt


class SquaredError(Function):
    """l = sum of (x - t)^2 / n;  dL/dx = 2 dL/dl (x - t) / n, dL/dt = -dL/dx"""

    pytorch_name = "MseLossBackward0"
    on_arrays = True

    @staticmethod
    def forward(ctx: Function, x: Tensor, t: Tensor, n: int) -> Tensor:
        ctx.save_for_backward(x, t, n)
        d = x.array - t.array
        total = add_up(d * d)
        return wrap(cast(total / total.dtype.type(n), d.dtype))

    @staticmethod
    def backward(ctx: Function, gl: Tensor) -> tuple[Tensor, Tensor | None, None]:
        x, t, n = ctx.saved_tensors
        gx = (x - t) * (gl * (2 / max(n, 1)))  # without elements there is no gradient either
        return gx, -gx if ctx.needs_input_grad[1] else None, None


class BinaryCrossEntropyWithLogits(Function):
    """l = max(x, 0) - x t + ln(1 + e^-|x|);  dL/dx = dL/dl (sigmoid(x) - t), dL/dt = -dL/dl x"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, t: Tensor) -> Tensor:
        ctx.save_for_backward(x, t)
        xp = array_module(x)
        log_term = xp.log1p(xp.exp(-xp.abs(x.array)))
        return wrap(xp.maximum(x.array, 0) - x.array * t.array + log_term)

    @staticmethod
    def backward(ctx: Function, gl: Tensor) -> tuple[Tensor, Tensor | None]:
        x, t = ctx.saved_tensors
        return gl * (x.sigmoid() - t), -gl * x if ctx.needs_input_grad[1] else None


@former_reduction
def mse_loss(input: Tensor, target: Tensor, *, reduction: str = "mean", weight: Tensor | None = None) -> Tensor:
    """(input - target)^2; with weight (of input's shape) the mean is weighted too.

    Source: torch.nn.functional.mse_loss."""
    check_tensors("mse_loss", input=input, target=target)
    warn_of_broadcast(input, target)
    x, t = input.array, target.array
    alike = x.shape == t.shape and x.dtype == t.dtype and x.dtype.kind == "f" and type(x) is type(t)
    if alike and weight is None and reduction in ("mean", "sum"):
        return SquaredError.apply(input, target, x.size if reduction == "mean" else 1)
    loss = (input - target).square()
    if weight is None:
        return printed_as("MseLossBackward0", reduced(loss, reduction))
    return _weighted("mse_loss", loss, weight, input, reduction)


def _weighted(name: str, loss: Tensor, weight: Tensor, input: Tensor, reduction: str) -> Tensor:
    _check_weight(name, weight, input)
    loss = loss * weight
    return loss.sum() / weight.sum() if reduction == "mean" else reduced(loss, reduction)


def _check_weight(name: str, weight: Tensor, input: Tensor) -> None:
    if weight.array.shape != input.array.shape:
        raise ValueError(
            f"{name}: weights and input must have the same size, got {list(weight.array.shape)} and"
            f" {list(input.array.shape)}: weight.expand_as(input)"
        )


@former_reduction
def l1_loss(input: Tensor, target: Tensor, *, reduction: str = "mean", weight: Tensor | None = None) -> Tensor:
    """|input - target|; with weight (of input's shape) the mean is weighted too.

    Source: torch.nn.functional.l1_loss."""
    check_tensors("l1_loss", input=input, target=target)
    warn_of_broadcast(input, target)
    loss = (input - target).abs()
    if weight is None:
        return reduced(loss, reduction)
    return _weighted("l1_loss", loss, weight, input, reduction)


@former_reduction
def smooth_l1_loss(input: Tensor, target: Tensor, *, reduction: str = "mean", beta: float = 1.0) -> Tensor:
    """d^2 / (2 beta) where d = |input - target| < beta, else d - beta / 2.

    Source: torch.nn.functional.smooth_l1_loss; Girshick 2015."""
    check_tensors("smooth_l1_loss", input=input, target=target)
    if beta < 0:
        raise RuntimeError(f"smooth_l1_loss does not support negative values for beta, got {beta}")
    warn_of_broadcast(input, target)
    d = (input - target).abs()
    small = d.clamp(max=beta)  # this way inf gets the slope of large values
    loss = d if beta == 0 else small / beta * (d - small / 2)
    return printed_as("SmoothL1LossBackward0", reduced(loss, reduction))


def huber_loss(
    input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0, weight: Tensor | None = None
) -> Tensor:
    """d^2 / 2 where d = |input - target| <= delta, else delta (d - delta / 2), times the weight of each; the mean
    is over their number, not over the weights (those of mse_loss and l1_loss are). Raises ValueError for a weight
    of another shape than input.

    Source: torch.nn.functional.huber_loss; Huber 1964."""
    check_tensors("huber_loss", input=input, target=target)
    if delta <= 0:
        raise RuntimeError(f"huber_loss does not support non-positive values for delta, got {delta}")
    warn_of_broadcast(input, target, stacklevel=3)
    d = (input - target).abs()
    small = d.clamp(max=delta)  # this way inf gets the slope of large values
    loss = small * (d - small / 2)
    if weight is None:
        return printed_as("HuberLossBackward0", reduced(loss, reduction))
    _check_weight("huber_loss", weight, input)
    return reduced(loss * weight, reduction)


@former_reduction
def binary_cross_entropy(
    input: Tensor, target: Tensor, weight: Tensor | None = None, *, reduction: str = "mean"
) -> Tensor:
    """-target ln(input) - (1 - target) ln(1 - input), for probabilities in [0, 1].

    Raises ValueError for sizes that differ, RuntimeError for an input outside [0, 1]: take the sigmoid
    first, or use binary_cross_entropy_with_logits. Source: torch.nn.functional.binary_cross_entropy."""
    check_tensors("binary_cross_entropy", input=input, target=target)
    require_same_size("binary_cross_entropy", input, target)
    if input.array.size:
        check_later(_outside(array_module(input), input.array), 1, _no_probability)
    if input.array.dtype != target.array.dtype:
        raise RuntimeError(f"Found dtype {target.dtype} but expected {input.dtype}: use target.to(input.dtype)")
    loss = BinaryCrossEntropy.apply(input, target)
    return printed_as("BinaryCrossEntropyBackward0", reduced(loss if weight is None else loss * weight, reduction))


@fused
def _outside(xp: ModuleType, p: Array) -> Array:
    return xp.max((~((p >= 0) & (p <= 1))).astype(np.uint8))  # nan counts as outside


def _no_probability(_: int) -> RuntimeError:
    return RuntimeError(
        "all elements of input should be between 0 and 1: binary_cross_entropy takes probabilities,"
        " binary_cross_entropy_with_logits takes what comes before the sigmoid"
    )


@former_reduction
def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """binary_cross_entropy of sigmoid(input), without overflow: (1 - t) x + w ln(1 + e^-x), where
    w = 1 + (pos_weight - 1) t. Raises ValueError for sizes that differ.

    Source: torch.nn.functional.binary_cross_entropy_with_logits."""
    check_tensors("binary_cross_entropy_with_logits", input=input, target=target)
    check_optional_tensors("binary_cross_entropy_with_logits", weight=weight, pos_weight=pos_weight)
    if input.array.shape != target.array.shape:
        raise ValueError(f"Target size ({target.shape}) must be the same as input size ({input.shape})")
    if target.array.dtype.kind != "f":
        raise RuntimeError(f"result type Float can't be cast to the desired output type {target.dtype}: target.float()")
    if pos_weight is None:
        loss = BinaryCrossEntropyWithLogits.apply(input, target)
    else:
        log_term = softplus(-input, 1.0, math.inf)
        loss = (1 - target) * input + log_term * (1 + (pos_weight - 1) * target)
    loss = reduced(loss if weight is None else loss * weight, reduction)
    return printed_as("BinaryCrossEntropyWithLogitsBackward0", loss)


@former_reduction
def kl_div(input: Tensor, target: Tensor, *, reduction: str = "mean", log_target: bool = False) -> Tensor:
    """target (ln target - input), input being log-probabilities; "batchmean" divides the sum by the first size.

    Source: torch.nn.functional.kl_div; Kullback and Leibler 1951."""
    check_tensors("kl_div", input=input, target=target)
    if log_target:
        loss = target.exp() * (target - input)
    else:
        loss = xlogy(target, target) - target * input  # 0 ln 0 = 0
    if reduction == "batchmean":
        return loss.sum() / input.array.shape[0] if input.array.ndim else loss
    return reduced(loss, reduction)


@former_reduction
def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    *,
    eps: float = 1e-8,
    reduction: str = "mean",
) -> Tensor:
    """e^input - target input, or input - target ln(input + eps) where log_input is False; full=True adds
    Stirling's approximation of ln target! where target > 1. Source: torch.nn.functional.poisson_nll_loss."""
    check_tensors("poisson_nll_loss", input=input, target=target)
    loss = input.exp() - target * input if log_input else input - target * (input + eps).log()
    if full:
        safe = where(target > 1, target, 1.0)
        stirling = safe * safe.log() - safe + 0.5 * (safe * (2 * math.pi)).log()
        loss = loss + where(target > 1, stirling, target * 0)
    return reduced(loss, reduction)


def gaussian_nll_loss(
    input: Tensor, target: Tensor, var: Tensor | float, full: bool = False, eps: float = 1e-6, reduction: str = "mean"
) -> Tensor:
    """(ln var + (input - target)^2 / var) / 2; var is clamped to at least eps, which its gradient ignores.

    var: input's shape, or one value for each row. full=True adds ln(2 pi) / 2. Raises ValueError for a
    negative variance. Source: torch.nn.functional.gaussian_nll_loss; Nix and Weigend 1994."""
    check_tensors("gaussian_nll_loss", input=input, target=target)
    if isinstance(var, float):
        if var < 0:
            raise ValueError("var has negative entry/entries")
        var = input * 0 + var
    check_tensors("gaussian_nll_loss", var=var)
    if bool((var.array < 0).any()):
        raise ValueError("var has negative entry/entries")
    if var.array.shape != input.array.shape and var.array.shape == input.array.shape[:-1]:
        var = var.unsqueeze(-1)
    elif var.array.ndim != input.array.ndim or any(
        v not in (1, n) for v, n in zip(var.array.shape, input.array.shape, strict=True)
    ):
        raise ValueError(f"var is of incorrect size: {list(var.array.shape)} for input {list(input.array.shape)}")
    held = var + (var.detach().clamp(min=eps) - var.detach())  # the value of clamp, the gradient of var
    loss = 0.5 * (held.log() + (input - target).square() / held)
    return reduced(loss + 0.5 * math.log(2 * math.pi) if full else loss, reduction)
