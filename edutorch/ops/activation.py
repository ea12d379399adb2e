"""Activation functions."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from ..autograd.base import wrap
from ..autograd.function import Function
from ..backend import Array, add_up, array_module, largest
from ..fusion import fused
from .masking import WhereNonzero
from .plumbing.entry import check_tensors
from .plumbing.keywords import numpy_names
from .plumbing.out import into
from .plumbing.promotion import floating, tensor_only
from .shape import wrap_dim

if TYPE_CHECKING:
    from ..dtypes import dtype as dtype_
    from ..tensor import Tensor


class ReLU(Function):
    """y = max(x, 0);  dL/dx = dL/dy where y is not 0, else 0"""

    pytorch_name = "ReluBackward0"
    on_arrays = True

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        y = wrap(array_module(x).maximum(x.array, 0))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (y,) = ctx.saved_tensors
        return WhereNonzero.apply(gy, y.detach())


class Sigmoid(Function):
    """y = 1 / (1 + e^-x);  dL/dx = dL/dy y (1 - y)"""

    on_arrays = True

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        y = wrap(_sigmoid(array_module(x), x.array))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (y,) = ctx.saved_tensors
        return gy * (y * (1 - y))


class Tanh(Function):
    """y = tanh x;  dL/dx = dL/dy (1 - y^2)"""

    on_arrays = True

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        y = wrap(array_module(x).tanh(x.array))
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (y,) = ctx.saved_tensors
        return TanhSlope.apply(gy, y)


class TanhSlope(Function):
    """z = g (1 - y^2), the gradient of y = tanh x;  dL/dg = dL/dz (1 - y^2), dL/dy = -2 dL/dz g y"""

    on_arrays = True

    @staticmethod
    def forward(ctx: Function, g: Tensor, y: Tensor) -> Tensor:
        ctx.save_for_backward(g, y)
        return wrap(_tanh_slope(array_module(g), g.array, y.array))

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor, Tensor]:
        g, y = ctx.saved_tensors
        return TanhSlope.apply(gz, y), gz * g * y * -2


class Logit(Function):
    """y = ln(x / (1 - x));  dL/dx = dL/dy / (x (1 - x)), and nan outside of [0, 1]"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return wrap(array_module(x).log(x.array / (1 - x.array)))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        return (gy / (x * (1 - x))).masked_fill((x < 0) | (x > 1), float("nan"))


class Softmax(Function):
    """y_i = e^x_i / sum_j e^x_j;  dL/dx = y (dL/dy - sum_j dL/dy_j y_j)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, dim: int) -> Tensor:
        axis = dim if x.array.ndim else None  # a 0-d tensor: one number, one class
        xp = array_module(x)
        array = xp.asarray(x.array, order="C")
        e = exp_of_difference(xp, array, largest(array, axis))  # the largest exponent is 0
        y = wrap((e / add_up(e, axis, True)).astype(e.dtype, copy=False))
        ctx.dim = dim
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None]:
        (y,) = ctx.saved_tensors
        return y * (gy - (gy * y).sum(ctx.dim, keepdim=True)), None


class LogSoftmax(Function):
    """y_i = x_i - ln sum_j e^x_j;  dL/dx = dL/dy - e^y sum_j dL/dy_j"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, dim: int) -> Tensor:
        axis = dim if x.array.ndim else None
        xp = array_module(x)
        array = xp.asarray(x.array, order="C")
        shifted = array - largest(array, axis)
        y = wrap((shifted - xp.log(add_up(xp.exp(shifted), axis, True))).astype(shifted.dtype, copy=False))
        ctx.dim = dim
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None]:
        (y,) = ctx.saved_tensors
        return gy - y.exp() * gy.sum(ctx.dim, keepdim=True), None


@fused
def _sigmoid(xp: ModuleType, x: Array) -> Array:
    half = xp.tanh(x * 0.5)  # tanh never overflows, whatever the sign of x
    half *= 0.5
    half += 0.5
    return half


@fused
def _tanh_slope(xp: ModuleType, g: Array, y: Array) -> Array:
    return g * (1 - y * y)


@fused
def exp_of_difference(xp: ModuleType, x: Array, y: Array) -> Array:
    """e^(x - y) of two arrays."""
    return xp.exp(x - y)


def relu(input: Tensor) -> Tensor:
    """max(input, 0), elementwise; the gradient at 0 is 0. Source: torch.relu."""
    if tensor_only("relu", input).array.dtype.kind == "b":
        raise RuntimeError("Boolean inputs not supported for relu: use .float() first")
    return ReLU.apply(input)


def sigmoid(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """1 / (1 + e^-x), elementwise. Source: torch.sigmoid."""
    y = Sigmoid.apply(floating("sigmoid", input))
    return y if out is None else into(out, y, "sigmoid")


def tanh(input: Tensor, *, out: Tensor | None = None) -> Tensor:
    """Hyperbolic tangent, elementwise. Source: torch.tanh."""
    y = Tanh.apply(floating("tanh", input))
    return y if out is None else into(out, y, "tanh")


def logit(input: Tensor, eps: float | None = None, *, out: Tensor | None = None) -> Tensor:
    """ln(x / (1 - x)), the inverse of sigmoid; x is first clamped to [eps, 1 - eps] if eps is given. Source:
    torch.logit."""
    x = floating("logit", input)
    if eps is not None and eps == eps:  # nan clamps nothing
        x = x.clamp(eps, 1 - eps)
    return into(out, Logit.apply(x), "logit")


@numpy_names
def softmax(input: Tensor, dim: int, dtype: dtype_ | None = None, *, out: Tensor | None = None) -> Tensor:
    """e^x normalized to sum 1 along `dim`. Source: torch.softmax."""
    check_tensors("softmax", input=input)
    x = _for_softmax("softmax", input, dtype)
    return into(out, Softmax.apply(x, wrap_dim(dim, x.array.ndim)) if x.array.size else x.clone(), "softmax")


@numpy_names
def log_softmax(input: Tensor, dim: int, dtype: dtype_ | None = None, *, out: Tensor | None = None) -> Tensor:
    """The logarithm of softmax, computed without underflow or overflow. Source: torch.log_softmax."""
    x = _for_softmax("log_softmax", input, dtype)
    return into(out, LogSoftmax.apply(x, wrap_dim(dim, x.array.ndim)) if x.array.size else x.clone(), "log_softmax")


def _for_softmax(name: str, input: Tensor, dtype: dtype_ | None) -> Tensor:
    """The tensor in the dtype asked for, which must be a floating one."""
    x = tensor_only(name, input) if dtype is None else input.to(dtype)
    if x.array.dtype.kind != "f":
        raise RuntimeError(f'"{name}_kernel_impl" not implemented for {x.dtype}: use .float() or dtype=torch.float32')
    return x
