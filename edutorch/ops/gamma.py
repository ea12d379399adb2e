"""The logarithm of the gamma function and its derivatives."""

from __future__ import annotations

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
