"""The error function, the gamma function, and their relatives."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ... import backend
from ...autograd.base import wrap
from ...autograd.function import Function
from ...backend import array_module
from ..plumbing.out import into
from ..plumbing.promotion import floating

if TYPE_CHECKING:
    from ...tensor import Tensor

_SLOPE_AT_0 = 2 / math.sqrt(math.pi)


class Erf(Function):
    """y = 2/sqrt(pi) integral of e^(-t^2) from 0 to x;  dL/dx = dL/dy 2/sqrt(pi) e^(-x^2)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(backend.erf(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gy * ((-x * x).exp() * _SLOPE_AT_0)


class Erfc(Function):
    """y = 1 - erf x;  dL/dx = -dL/dy 2/sqrt(pi) e^(-x^2)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(backend.erfc(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return -gy * ((-x * x).exp() * _SLOPE_AT_0)


class Erfinv(Function):
    """erf y = x;  dL/dx = dL/dy sqrt(pi)/2 e^(y^2)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(backend.erfinv(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        y = Erfinv.apply(*ctx.saved_tensors)
        return gy * ((y * y).exp() / _SLOPE_AT_0)


class Entr(Function):
    """y = -x ln x, 0 at 0 and -inf below;  dL/dx = -dL/dy (ln x + 1)"""

    pytorch_name = "SpecialEntrBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        a = x.array
        xp = array_module(x)
        y = -a * xp.log(xp.where(a > 0, a, 1))
        return wrap(xp.where(a < 0, -xp.inf, y).astype(a.dtype, copy=False))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gy * (-1 - x.log())


def erf(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The error function of each element. Source: torch.erf."""
    return into(out, Erf.apply(floating("erf", input)), "erf")


def erfc(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """1 - erf of each element, exact even where erf is nearly 1. Source: torch.erfc."""
    return into(out, Erfc.apply(floating("erfc", input)), "erfc")


def erfinv(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The inverse of erf: inf at 1, nan outside [-1, 1]. Source: torch.erfinv."""
    return into(out, Erfinv.apply(floating("erfinv", input)), "erfinv")


def entr(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """-x ln x of each element, its contribution to an entropy: 0 at 0, -inf below. Source: torch.special.entr."""
    return into(out, Entr.apply(floating("entr", input)), "entr")


def ndtr(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The probability that a standard normal number is at most x. Source: torch.special.ndtr."""
    return into(out, erfc(floating("ndtr", input) * -math.sqrt(0.5)) / 2, "ndtr")


class LGamma(Function):
    """y = ln |Γ(x)|;  dL/dx = dL/dy ψ(x)"""

    pytorch_name = "LgammaBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(backend.gammaln(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gy * digamma(x)


class Digamma(Function):
    """y = ψ(x), the derivative of ln Γ(x);  dL/dx = dL/dy ψ'(x)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(backend.digamma(x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return gy * polygamma(1, x)


class Polygamma(Function):
    """y = the n-th derivative of ψ at x;  dL/dx = dL/dy times the next one"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, n: int) -> Tensor:
        ctx.n = n
        ctx.save_for_backward(x)
        return wrap(backend.polygamma(n, x.array))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None]:
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
