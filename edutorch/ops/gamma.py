"""The logarithm of the gamma function and its derivatives."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .. import backend
from ..autograd.base import wrap
from ..autograd.function import Function
from .out import into
from .promotion import floating

if TYPE_CHECKING:
    from ..tensor import Tensor


class LGamma(Function):
    """y = ln |Γ(x)|;  dL/dx = dL/dy ψ(x)"""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return wrap(backend.gammaln(x.array))

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        (x,) = ctx.saved_tensors
        return gy * digamma(x)


class Digamma(Function):
    """y = ψ(x), the derivative of ln Γ(x);  dL/dx = dL/dy ψ'(x)"""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return wrap(backend.digamma(x.array))

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        (x,) = ctx.saved_tensors
        return gy * polygamma(1, x)


class Polygamma(Function):
    """y = the n-th derivative of ψ at x;  dL/dx = dL/dy times the next one"""

    @staticmethod
    def forward(ctx: Any, x: Any, n: int) -> Any:
        ctx.n = n
        ctx.save_for_backward(x)
        return wrap(backend.polygamma(n, x.array))

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        (x,) = ctx.saved_tensors
        return gy * polygamma(ctx.n + 1, x), None


def lgamma(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """ln |Γ(x)| of each element, ln (x - 1)! for whole ones; inf at 0, -1, -2, ... Source: torch.lgamma."""
    return into(out, LGamma.apply(floating("lgamma", input)), "lgamma")


def digamma(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The derivative of ln Γ(x), of each element. Source: torch.digamma."""
    return into(out, Digamma.apply(floating("digamma", input)), "digamma")


def polygamma(n: int, input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The n-th derivative of digamma, of each element. Raises RuntimeError for a negative n.

    Source: torch.polygamma."""
    if n < 0:
        raise RuntimeError(f"polygamma(n, x) does not support negative n: {n}")
    return into(out, Polygamma.apply(floating("polygamma", input), n) if n else digamma(input), "polygamma")


def mvlgamma(input: Tensor, p: int, *, out: Tensor | None = None) -> Tensor:
    """ln of the gamma function of p dimensions, of each element: what Wishart's distribution is divided by.

    ln Γ(x) + ln Γ(x - 1/2) + ... + ln Γ(x - (p - 1)/2) + p (p - 1) / 4 ln π. Raises RuntimeError for p < 1.
    Source: torch.mvlgamma."""
    if p < 1:
        raise RuntimeError(f"mvlgamma: p has to be greater than or equal to 1, got {p}")
    x = floating("mvlgamma", input)
    total = lgamma(x)
    for j in range(1, p):
        total = total + lgamma(x - j / 2)
    return into(out, total + p * (p - 1) / 4 * math.log(math.pi), "mvlgamma")
