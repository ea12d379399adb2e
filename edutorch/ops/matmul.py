"""Products of matrices and vectors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..autograd.base import TensorBase, wrap
from ..autograd.function import Function, printed_as
from ..browser_numpy import matrix_product
from .plumbing.out import into
from .plumbing.promotion import same_device

if TYPE_CHECKING:
    from ..backend import Array
    from ..tensor import Tensor


class MatMul(Function):
    """z = x y;  dL/dx = dL/dz y^T, dL/dy = x^T dL/dz  (batches broadcast; both of 2 axes or more)"""

    pytorch_name = "MmBackward0"
    on_arrays = True

    @staticmethod
    def forward(ctx: Function, x: Tensor, y: Tensor) -> Tensor:
        wants_x, wants_y = ctx.needs_input_grad
        ctx.save_for_backward(x if wants_y else None, y if wants_x else None)
        return wrap(matrix_product(x.array, y.array))

    @staticmethod
    def backward(ctx: Function, gz: Tensor) -> tuple[Tensor | None, Tensor | None]:
        x, y = ctx.saved_tensors  # each was saved only if the other one wants a gradient
        return None if y is None else gz @ y.mT, None if x is None else x.mT @ gz


class Linear(Function):
    """y = x W^T + b;  dL/dx = dL/dy W, dL/dW = (dL/dy)^T x, dL/db = dL/dy summed over the batch

    x: (*, in), W: (out, in), b: (out,) or None, y: (*, out)"""

    pytorch_name = "AddmmBackward0"
    on_arrays = True

    @staticmethod
    def forward(ctx: Function, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        ctx.save_for_backward(x, weight)
        y = matrix_product(_as_rows(x.array), weight.array.T)  # one product for the whole batch
        if bias is not None:
            y += bias.array
        return wrap(y.reshape(x.array.shape[:-1] + y.shape[-1:]))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        x, weight = ctx.saved_tensors
        wants_x, wants_weight, wants_bias = ctx.needs_input_grad
        gx = _rows(gy, weight) if wants_x else None
        gw = LinearWeight.apply(gy, x) if wants_weight else None
        # the walk sums gy to the shape of b
        return gx, gw, gy if wants_bias else None


class LinearWeight(Function):
    """W = y^T x summed over the batch, the gradient of Linear's weight;  dL/dy = x (dL/dW)^T, dL/dx = y dL/dW

    y: (*, out), x: (*, in), W: (out, in)"""

    on_arrays = True

    @staticmethod
    def forward(ctx: Function, y: Tensor, x: Tensor) -> Tensor:
        ctx.save_for_backward(y, x)
        return wrap(matrix_product(_as_rows(y.array).T, _as_rows(x.array)))

    @staticmethod
    def backward(ctx: Function, gw: Tensor) -> tuple[Tensor | None, Tensor | None]:
        y, x = ctx.saved_tensors
        wants_y, wants_x = ctx.needs_input_grad
        return Linear.apply(x, gw, None) if wants_y else None, _rows(y, gw) if wants_x else None


def _as_rows(array: Array) -> Array:
    """(*, features) -> (rows, features)"""
    if array.ndim == 2:
        return array
    *batch, features = array.shape
    return array.reshape(math.prod(batch), features)  # not -1: without features, it could be any number


def _rows(x: Tensor, w: Tensor) -> Tensor:
    """x w, for rows or for a single one."""
    return MatMul.apply(x, w) if x.array.ndim > 1 else matmul(x, w)


def matmul(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The matrix product, as NumPy's @: (n, m) @ (m, p), vectors as rows or columns, batches broadcast.

    Raises RuntimeError for sizes that do not fit, naming both shapes. Source: torch.matmul."""
    a, b = _checked("matmul", input, other)
    if a.array.ndim == 0 or b.array.ndim == 0:
        raise RuntimeError(
            f"both arguments to matmul need to be at least 1D, but they are {a.array.ndim}D and {b.array.ndim}D"
        )
    x = a.unsqueeze(0) if a.array.ndim == 1 else a
    y = b.unsqueeze(1) if b.array.ndim == 1 else b
    _check_sizes(a, b, x.array.shape, y.array.shape)
    z = MatMul.apply(x, y)
    if b.array.ndim == 1:
        z = z.squeeze(-1)
    if a.array.ndim == 1:
        z = z.squeeze(-1 if b.array.ndim == 1 else -2)
    if b.array.ndim == 1:
        printed_as("DotBackward0" if a.array.ndim == 1 else "MvBackward0", z)
    elif a.array.ndim > 2 or b.array.ndim > 2:
        printed_as("UnsafeViewBackward0", z)
    return z if out is None else into(out, z, "matmul")


def rmatmul(input: Tensor, other: Tensor) -> Tensor:
    """other @ input: the reflected product."""
    return matmul(other, input)


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """x W^T + b.  input (*, in), weight (out, in) or (in,), bias (out,) or none; gives (*, out).

    Raises RuntimeError for sizes that do not fit. Source: torch.nn.functional.linear."""
    x, w = _checked("linear", input, weight)
    if w.array.ndim == 1 or x.array.ndim == 0:
        y = matmul(x, w)
        return y if bias is None else y + bias
    outputs, features = w.array.shape
    if x.array.shape[-1] != features:
        rows = x.array.size // (x.array.shape[-1] or 1)
        raise RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied ({rows}x{x.array.shape[-1]} and"
            f" {w.array.shape[1]}x{w.array.shape[0]}): linear's weight takes {w.array.shape[1]} features, the input"
            f" of shape {list(x.array.shape)} has {x.array.shape[-1]}"
        )
    if bias is not None and bias.array.shape not in ((outputs,), ()):
        raise RuntimeError(f"linear: bias of shape {list(bias.array.shape)} does not fit {outputs} outputs")
    y = Linear.apply(x, w, bias)
    if bias is not None and x.array.ndim == 2:
        return y
    unbiased = "MmBackward0" if x.array.ndim == 2 else "UnsafeViewBackward0"
    return printed_as(unbiased if bias is None else "ViewBackward0", y)


def _checked(name: str, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    if not (isinstance(a, TensorBase) and isinstance(b, TensorBase)):
        position, wrong = (2, b) if isinstance(a, TensorBase) else (1, a)
        raise TypeError(f"{name}(): argument {position} must be Tensor, not {type(wrong).__name__}")
    if type(a.array) is not type(b.array):
        a, b = same_device(name, (a, b))
    if a.array.dtype != b.array.dtype:
        raise RuntimeError(
            f"expected m1 and m2 to have the same dtype, but got: {a.dtype} != {b.dtype} in {name}."
            " Convert one: x.to(y.dtype)."
        )
    return a, b


def _check_sizes(a: Tensor, b: Tensor, x: tuple[int, ...], y: tuple[int, ...]) -> None:
    if x[-1] != y[-2]:
        if len(x) == 2 and len(y) == 2:
            raise RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({x[0]}x{x[1]} and {y[0]}x{y[1]})")
        raise RuntimeError(
            f"Expected size for the last dimension of matmul's first operand ({x[-1]}) to match the second to last of"
            f" its second ({y[-2]}): shapes {list(a.array.shape)} and {list(b.array.shape)}"
        )
    for m, n in zip(x[-3::-1], y[-3::-1]):  # noqa: B905 (the shorter one broadcasts)
        if m != n and 1 not in (m, n):
            raise RuntimeError(
                f"The size of tensor a ({m}) must match the size of tensor b ({n}) in the batch dimensions of"
                f" matmul: shapes {list(a.array.shape)} and {list(b.array.shape)}"
            )
