"""Layer norm, and the same as one operation.

`plain_layer_norm` is all there is to it: Standardize, then times weight, plus bias. Recorded one by one, these and
their gradients took a fifth of a Transformer's training step, most of it for the recording. So layer norm with weight
and bias, in the CPU's memory, is one operation here. Only gradients that are themselves differentiated come from the
plain version. A test holds the two equal.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..autograd.base import wrap
from ..autograd.engine import grad
from ..autograd.function import Function, printed_as
from ..autograd.grad_mode import is_grad_enabled
from ..backend import Array, add_products, add_up, in_c_order, is_on_gpu
from .normalization import Standardize, check_dtypes, last_axes, scale_and_shift, slope_of_standardized
from .plumbing.entry import check_optional_tensors, check_tensors

if TYPE_CHECKING:
    from ..tensor import Tensor


def plain_layer_norm(
    input: Tensor, shape: tuple[int, ...], weight: Tensor | None, bias: Tensor | None, eps: float
) -> Tensor:
    """input (*, *shape) standardized over its last axes, times weight, plus bias."""
    rows = input.contiguous().reshape(1, -1, math.prod(shape))
    y = Standardize.apply(rows, eps)[0] if input.array.size else input
    y = scale_and_shift(y.reshape(input.array.shape), weight, bias, shape, input)
    return printed_as("NativeLayerNormBackward0", y)


class LayerNorm(Function):
    """y = n w + b, n = (x - mean) s, s = 1 / sqrt(variance + eps);  dL/dx = s (h - mean(h) - n mean(h n)) with
    h = dL/dy w, dL/dw = dL/dy n summed over the batch, dL/db = dL/dy summed over the batch"""

    pytorch_name = "NativeLayerNormBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor, weight: Tensor, bias: Tensor, eps: float) -> Tensor:
        size = weight.array.size
        rows = in_c_order(x.array.reshape(-1, size))
        n = rows - add_up(rows, 1, True) / size
        s = 1 / np.sqrt(_products(n, n) / size + eps)
        n *= s
        y = n * weight.array.reshape(size)
        y += bias.array.reshape(size)
        ctx.eps = eps
        ctx.save_for_backward(x, weight, wrap(n), wrap(s))
        return wrap(y.reshape(x.array.shape))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor | None, Tensor | None, Tensor | None, None]:
        x, weight, n, s = ctx.saved_tensors
        wants_x, wants_weight, wants_bias = ctx.needs_input_grad[:3]
        gb = gy if wants_bias else None  # the walk sums it to the shape of b
        if is_grad_enabled():
            return *_by_plain_version(x, weight, gy, ctx.eps), gb, None
        g = in_c_order(gy.array.reshape(n.array.shape))
        gx = _slope(g * weight.array.reshape(-1), n.array, s.array).reshape(x.array.shape) if wants_x else None
        gw = add_up(g * n.array, 0).reshape(weight.array.shape) if wants_weight else None
        return None if gx is None else wrap(gx), None if gw is None else wrap(gw), gb, None


def _slope(h: Array, n: Array, s: Array) -> Array:
    """dL/dx for h = dL/dn, in rows."""
    return slope_of_standardized(np, h, n, s, add_up(h, 1, True), _products(h, n), float(n.shape[1]))


def _products(x: Array, y: Array) -> Array:
    """The sum of x y over each row, (rows, size) -> (rows, 1)"""
    return add_products(x[None], y[None])[:, None]


def _by_plain_version(x: Tensor, weight: Tensor, gy: Tensor, eps: float) -> tuple[Tensor | None, Tensor | None]:
    """The gradients of x and weight, themselves differentiable."""
    inputs = [x.clone(), weight.clone()]  # since they may be the same tensor
    y = plain_layer_norm(inputs[0], tuple(weight.array.shape), inputs[1], None, eps)
    wanted = [each for each in inputs if each.requires_grad]
    found = iter(grad(y, wanted, gy, create_graph=True)) if wanted else iter(())
    gx, gw = (next(found) if each.requires_grad else None for each in inputs)
    return gx, gw


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Each element of the batch standardized over its last axes, then times weight plus bias, both of
    normalized_shape. Raises RuntimeError if the input does not end in that shape.

    Ba, Kiros, Hinton 2016. Source: torch.nn.functional.layer_norm."""
    check_tensors("layer_norm", input=input)
    check_optional_tensors("layer_norm", weight=weight, bias=bias)
    last = last_axes("layer_norm", input, normalized_shape, weight, bias)
    check_dtypes("layer_norm", input, weight, bias)
    if weight is None or bias is None or is_on_gpu(input.array) or not input.array.size:
        return plain_layer_norm(input, last, weight, bias, eps)
    if input.array.dtype == np.float16:  # in which sums of squares overflow
        return plain_layer_norm(input, last, weight, bias, eps)
    return LayerNorm.apply(input, weight, bias, float(eps))
