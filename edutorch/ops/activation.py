"""Activation functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..autograd.base import wrap
from ..autograd.function import Function
from ..backend import xp
from .promotion import floating
from .shape import wrap_dim

if TYPE_CHECKING:
    from ..dtypes import dtype as dtype_
    from ..tensor import Tensor


class ReLU(Function):
    """y = max(x, 0);  dL/dx = dL/dy where y > 0, else 0"""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = wrap(xp(x).maximum(x.array, 0))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        (y,) = ctx.saved_tensors
        return gy * (y > 0)


class Sigmoid(Function):
    """y = 1 / (1 + e^-x);  dL/dx = dL/dy y (1 - y)"""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        # tanh never overflows, whatever the sign of x
        y = wrap(xp(x).tanh(x.array * 0.5) * 0.5 + 0.5)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        (y,) = ctx.saved_tensors
        return gy * (y * (1 - y))


class Tanh(Function):
    """y = tanh x;  dL/dx = dL/dy (1 - y^2)"""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        y = wrap(xp(x).tanh(x.array))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        (y,) = ctx.saved_tensors
        return gy * (1 - y * y)


class Softmax(Function):
    """y_i = e^x_i / sum_j e^x_j;  dL/dx = y (dL/dy - sum_j dL/dy_j y_j)"""

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int) -> Any:
        e = xp(x).exp(x.array - x.array.max(dim, keepdims=True))  # the largest exponent is 0
        y = wrap(e / e.sum(dim, keepdims=True))
        ctx.dim = dim
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        (y,) = ctx.saved_tensors
        return y * (gy - (gy * y).sum(ctx.dim, keepdim=True)), None


class LogSoftmax(Function):
    """y_i = x_i - ln sum_j e^x_j;  dL/dx = dL/dy - e^y sum_j dL/dy_j"""

    @staticmethod
    def forward(ctx: Any, x: Any, dim: int) -> Any:
        shifted = x.array - x.array.max(dim, keepdims=True)
        y = wrap(shifted - xp(x).log(xp(x).exp(shifted).sum(dim, keepdims=True)))
        ctx.dim = dim
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, gy: Any) -> Any:
        (y,) = ctx.saved_tensors
        return gy - y.exp() * gy.sum(ctx.dim, keepdim=True), None


def relu(input: Tensor) -> Tensor:
    """max(input, 0), elementwise; the gradient at 0 is 0. Source: torch.relu."""
    return ReLU.apply(input)


def sigmoid(input: Tensor) -> Tensor:
    """1 / (1 + e^-x), elementwise. Source: torch.sigmoid."""
    return Sigmoid.apply(floating("sigmoid", input))


def tanh(input: Tensor) -> Tensor:
    """Hyperbolic tangent, elementwise. Source: torch.tanh."""
    return Tanh.apply(floating("tanh", input))


def softmax(input: Tensor, dim: int, dtype: dtype_ | None = None) -> Tensor:
    """e^x normalised to sum 1 along `dim`. Source: torch.softmax."""
    x = input if dtype is None else input.to(dtype)
    return Softmax.apply(x, wrap_dim(dim, x.array.ndim))


def log_softmax(input: Tensor, dim: int, dtype: dtype_ | None = None) -> Tensor:
    """The logarithm of softmax, computed without under- or overflow. Source: torch.log_softmax."""
    x = input if dtype is None else input.to(dtype)
    return LogSoftmax.apply(x, wrap_dim(dim, x.array.ndim))
