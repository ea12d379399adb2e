"""Small compositions: bilinear forms, unit vectors, samples from categories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...ops.activation import softmax
from ...ops.creation import empty, zeros_like
from ...ops.gathering import scatter
from ...ops.norms import vector_norm
from ...ops.plumbing.entry import check_tensors
from ...random.fill import exponential_

if TYPE_CHECKING:
    from ...tensor import Tensor


def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """y_k = sum over i and j of x1_i W_kij x2_j, plus b_k.  input1 (*, in1), input2 (*, in2), weight (out, in1, in2),
    bias (out,): (*, out). Raises RuntimeError for sizes that do not fit. Source: torch.nn.functional.bilinear."""
    check_tensors("bilinear", input1=input1, input2=input2, weight=weight)
    outputs, size1, size2 = weight.array.shape
    batch = input1.array.shape[:-1]
    if input2.array.shape[:-1] != batch:
        raise RuntimeError(
            f"bilinear(): input batch dimensions do not match: got {list(batch)} and {list(input2.array.shape[:-1])}"
        )
    for name, input, size in (("input1", input1, size1), ("input2", input2, size2)):
        if input.array.shape[-1] != size:
            raise RuntimeError(
                f"bilinear(): {name} size does not match weight size: got {input.array.shape[-1]} but expected {size}"
            )
    x1, x2 = input1.reshape(-1, size1), input2.reshape(-1, size2)
    half = (x1 @ weight.permute(1, 0, 2).reshape(size1, outputs * size2)).reshape(-1, outputs, size2)
    y = (half @ x2.unsqueeze(2)).squeeze(2)  # (N, out, in2) @ (N, in2, 1)
    return (y if bias is None else y + bias).reshape(*batch, outputs)


def normalize(input: Tensor, p: float = 2.0, dim: int = 1, eps: float = 1e-12, out: Tensor | None = None) -> Tensor:
    """input / max(its p-norm along dim, eps). Source: torch.nn.functional.normalize."""
    result = input / vector_norm(input, p, dim, keepdim=True).clamp_min(eps)
    return result if out is None else out.copy_(result)


def gumbel_softmax(logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1) -> Tensor:
    """Samples from the categories with these scores, softened by the temperature tau so that gradients flow. hard:
    gives one-hot vectors, with the gradients of the soft ones.

    Jang, Gu, Poole 2017; Maddison, Mnih, Teh 2017. Source: torch.nn.functional.gumbel_softmax."""
    drawn = exponential_(empty(logits.array.shape, dtype=logits.dtype, device=logits.device))
    soft = softmax((logits - drawn.log()) / tau, dim)
    if not hard:
        return soft
    chosen = soft.max(dim, keepdim=True).indices
    one_hot = scatter(zeros_like(logits), dim, chosen, 1.0)
    return one_hot - soft.detach() + soft
