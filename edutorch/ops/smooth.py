"""Smooth activations: relatives of the sigmoid, and of relu without its kink."""

from __future__ import annotations

import math
from types import ModuleType
from typing import TYPE_CHECKING

from ..autograd.base import wrap
from ..autograd.function import Function, printed_as
from ..backend import Array, array_module, erf
from ..fusion import fused
from .activation import sigmoid, tanh
from .masking import where
from .plumbing.entry import check_numbers, check_tensors
from .plumbing.inplace import in_place
from .plumbing.promotion import floating_only
from .shape import wrap_dim

if TYPE_CHECKING:
    from ..tensor import Tensor


class GELU(Function):
    """y = x F(x);  dL/dx = dL/dy (F(x) + x f(x)),  F and f the normal distribution and its density"""

    pytorch_name = "GeluBackward0"
    on_arrays = True

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        distribution = wrap(_normal_distribution(array_module(x), x.array))
        ctx.save_for_backward(x, distribution)
        return wrap(x.array * distribution.array)

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        x, distribution = ctx.saved_tensors
        return GELUSlope.apply(gy, x, distribution)


class GELUSlope(Function):
    """z = g (F(x) + x f(x)), the gradient of y = x F(x);  dL/dg = dL/dz (F(x) + x f(x)),
    dL/dx = dL/dz g f(x) (2 - x^2)

    distribution: F(x), which GELU has computed; its slope is part of dL/dx."""

    on_arrays = True

    @staticmethod
    def forward(ctx: Function, g: Tensor, x: Tensor, distribution: Tensor) -> Tensor:
        ctx.save_for_backward(g, x, distribution)
        return wrap(_gelu_slope(array_module(x), g.array, x.array, distribution.array))

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor, Tensor, None]:
        g, x, distribution = ctx.saved_tensors
        density = (x * x * -0.5).exp() * (1 / math.sqrt(2 * math.pi))
        return GELUSlope.apply(gz, x, distribution), gz * g * density * (2 - x * x), None


class SiLU(Function):
    """y = x s(x);  dL/dx = dL/dy s (1 + x (1 - s)),  s the sigmoid of x"""

    pytorch_name = "SiluBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(x.array * (array_module(x).tanh(x.array * 0.5) * 0.5 + 0.5))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        s = x.sigmoid()
        return gy * (s * (1 + x * (1 - s)))


class Softplus(Function):
    """y = ln(1 + e^(b x)) / b, and x where b x > limit;  dL/dx = dL/dy sigmoid(b x), and dL/dy there"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, b: float, limit: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.b, ctx.limit = b, limit
        bx = x.array * b
        xp = array_module(x)
        return wrap(xp.where(bx > limit, x.array, xp.logaddexp(bx, 0.0) / b))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None]:
        (x,) = ctx.saved_tensors
        bx = x * ctx.b
        return where(bx > ctx.limit, gy, gy * bx.sigmoid()), None, None


@fused
def _normal_distribution(xp: ModuleType, x: Array) -> Array:
    half = erf(x * math.sqrt(0.5))
    half += 1
    half *= 0.5
    return half


@fused
def _gelu_slope(xp: ModuleType, g: Array, x: Array, distribution: Array) -> Array:
    slope = xp.exp(x * x * -0.5)  # times 1 / sqrt(2 pi): the density
    slope *= x
    slope *= 1 / math.sqrt(2 * math.pi)
    slope += distribution
    slope *= g
    return slope


def gelu(input: Tensor, approximate: str = "none") -> Tensor:
    """x times the normal distribution function of x; approximate="tanh" takes
    (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2 for it.

    Source: torch.nn.functional.gelu; Hendrycks and Gimpel 2016."""
    if approximate not in ("none", "tanh"):
        raise RuntimeError("approximate argument must be either none or tanh.")
    x = floating_only("gelu", input)
    if approximate == "none":
        return GELU.apply(x)
    return x * (tanh((x + 0.044715 * x * x * x) * math.sqrt(2 / math.pi)) * 0.5 + 0.5)


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """x sigmoid(x), also called swish. Source: torch.nn.functional.silu."""
    if inplace:
        return silu_(input)
    return SiLU.apply(floating_only("silu", input))


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """x tanh(softplus(x)). Source: torch.nn.functional.mish; Misra 2019."""
    if inplace:
        return mish_(input)
    return printed_as("MishBackward0", input * tanh(softplus(input)))


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """ln(1 + e^(beta x)) / beta, and x itself where beta x > threshold. Source: torch.nn.functional.softplus."""
    check_numbers("softplus", beta=beta, threshold=threshold)
    return Softplus.apply(floating_only("softplus", input), float(beta), float(threshold))


def logsigmoid(input: Tensor) -> Tensor:
    """ln sigmoid(x), without underflow. Source: torch.nn.functional.logsigmoid."""
    check_tensors("logsigmoid", input=input)
    return printed_as("LogSigmoidBackward0", -softplus(-input, 1.0, math.inf))


def softsign(input: Tensor) -> Tensor:
    """x / (1 + |x|). Source: torch.nn.functional.softsign."""
    check_tensors("softsign", input=input)
    return input / (input.abs() + 1)


def tanhshrink(input: Tensor) -> Tensor:
    """x - tanh(x). Source: torch.nn.functional.tanhshrink."""
    return input - tanh(input)


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """a sigmoid(b), where a and b are the halves of input along `dim`. Raises RuntimeError for an odd size.

    Source: torch.nn.functional.glu; Dauphin et al. 2016."""
    check_tensors("glu", input=input)
    if input.array.ndim == 0:
        raise RuntimeError("glu does not support 0-dimensional tensors")
    size = input.array.shape[wrap_dim(dim, input.array.ndim)]
    if size % 2:
        raise RuntimeError(f"Halving dimension must be even, but dimension {dim} is size {size}")
    a, b = input.narrow(dim, 0, size // 2), input.narrow(dim, size // 2, size // 2)
    return printed_as("GluBackward0", a * sigmoid(b))


silu_ = in_place(silu)
mish_ = in_place(mish)
