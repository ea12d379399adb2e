"""Fake quantization: numbers rounded to those that an integer with a scale can stand for, and still held as floats.

An integer q of a few bits stands for the number (q - zero_point) scale. Rounding has the gradient 0 nearly everywhere,
which teaches nothing; the straight-through estimator takes it as 1 within the range of q.

Source: torch.fake_quantize_per_tensor_affine; Jacob et al. 2018, Quantization and Training of Neural Networks for
Efficient Integer-Arithmetic-Only Inference; Bengio et al. 2013, Estimating or Propagating Gradients Through
Stochastic Neurons.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...autograd.base import TensorBase, wrap
from ...autograd.function import Function
from ...backend import Array, array_module, cast
from ..plumbing.entry import check_ints, check_numbers, check_tensors
from ..plumbing.promotion import floating_only

if TYPE_CHECKING:
    from ...tensor import Tensor


class FakeQuantizePerTensor(Function):
    """q = round(x / s) + z;  y = (min(max(q, low), high) - z) s;  dL/dx = dL/dy where low <= q <= high, else 0"""

    pytorch_name = "FakeQuantizePerTensorAffineCachemaskBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor, s: Array, z: int | Array, low: int, high: int) -> Tensor:
        xp = array_module(x)
        numbers = cast(x.array, np.promote_types(x.array.dtype, np.float32))
        with np.errstate(all="ignore"):  # nan becomes low, inf high
            q = xp.rint(numbers * (np.float32(1) / s)) + z
            y = (xp.fmin(xp.fmax(q, low), high) - z) * s
            if s.ndim == 0:
                y = cast(y, s.dtype)  # as in PyTorch: float64 numbers, too, are rounded to float32 ones
        ctx.save_for_backward(wrap((low <= q) & (q <= high)))
        return wrap(cast(y, x.array.dtype))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None, None, None]:
        (inside,) = ctx.saved_tensors
        return gy * inside, None, None, None, None


class FakeQuantizePerChannel(FakeQuantizePerTensor):
    """With s and z for each position of an axis: q = round(x / s) + z;  y = (min(max(q, low), high) - z) s;
    dL/dx = dL/dy where low <= q <= high, else 0"""

    pytorch_name = "FakeQuantizePerChannelAffineCachemaskBackward0"


def fake_quantize_per_tensor_affine(
    input: Tensor, scale: float | Tensor, zero_point: int | Tensor, quant_min: int, quant_max: int
) -> Tensor:
    """input rounded, halves to even, to the numbers (q - zero_point) scale with quant_min <= q <= quant_max.

    Any shape, floating dtype; same shape and dtype out. scale and zero_point are numbers, or tensors of one element.
    The gradient passes where q is within the range, and is 0 elsewhere; scale has none. Raises RuntimeError if
    quant_min > quant_max or if zero_point is a number outside of them. Source:
    torch.fake_quantize_per_tensor_affine."""
    name = "fake_quantize_per_tensor_affine"
    check_ints(name, quant_min=quant_min, quant_max=quant_max)
    _check_range(name, quant_min, quant_max)
    if isinstance(scale, TensorBase) and isinstance(zero_point, TensorBase):
        s, z = _number(name, "scale", scale), int(_number(name, "zero_point", zero_point))
    else:
        check_numbers(name, scale=scale)
        check_ints(name, zero_point=zero_point)
        s, z = float(scale), int(zero_point)
        _check_zero_point(name, z, z, quant_min, quant_max)
    return FakeQuantizePerTensor.apply(floating_only(name, input), np.float32(s), z, quant_min, quant_max)


def fake_quantize_per_channel_affine(
    input: Tensor, scale: Tensor, zero_point: Tensor, axis: int, quant_min: int, quant_max: int
) -> Tensor:
    """As fake_quantize_per_tensor_affine, with a scale and a zero point for each position of an axis: a layer's weight
    has a scale for each output.

    scale: float32, zero_point: int32, both of shape (input.size(axis),). Raises RuntimeError for other shapes and
    dtypes, and as the function for one scale does. Source: torch.fake_quantize_per_channel_affine."""
    name = "fake_quantize_per_channel_affine"
    check_tensors(name, input=input, scale=scale, zero_point=zero_point)
    check_ints(name, axis=axis, quant_min=quant_min, quant_max=quant_max)
    n = input.size(axis)
    if axis < 0:
        raise RuntimeError(f"{name}(): axis must be between 0 and {input.dim() - 1}, got {axis}")
    if tuple(scale.shape) != (n,) or tuple(zero_point.shape) != (n,):
        raise RuntimeError(
            f"{name}(): dimensions of scale and zero-point are not consistent with input tensor: scale of shape"
            f" {list(scale.shape)} and zero_point of shape {list(zero_point.shape)} must each have the {n} elements"
            f" that input of shape {list(input.shape)} has along axis {axis}"
        )
    _check_dtypes(name, scale, zero_point)
    _check_range(name, quant_min, quant_max)
    if n:
        _check_zero_point(name, int(zero_point.min()), int(zero_point.max()), quant_min, quant_max)
    shape = [n if each == axis else 1 for each in range(input.dim())]
    s, z = scale.array.reshape(shape), zero_point.array.reshape(shape)
    return FakeQuantizePerChannel.apply(floating_only(name, input), s, z, quant_min, quant_max)


def _check_dtypes(name: str, scale: Tensor, zero_point: Tensor) -> None:
    _without_gradient(name, scale)
    if scale.array.dtype != np.float32:
        raise RuntimeError(f"{name}(): Scale must be float32, found {scale.dtype}")
    if zero_point.array.dtype != np.int32:
        raise RuntimeError(f"{name}(): Zero-point must be int32, found {zero_point.dtype}: use zero_point.int()")


def _without_gradient(name: str, scale: Tensor) -> None:
    if scale.requires_grad:
        raise RuntimeError(f"{name}() is not differentiable with respect to argument 'scale': use scale.detach()")


def _number(name: str, argument: str, value: Tensor) -> float:
    if value.numel() != 1:
        raise RuntimeError(f"{name}(): {argument} must have one element, got a tensor of shape {list(value.shape)}")
    _without_gradient(name, value)
    return value.item()


def _check_range(name: str, low: int, high: int) -> None:
    if low > high:
        raise RuntimeError(f"{name}(): quant_min should be less than or equal to quant_max, got {low} and {high}")


def _check_zero_point(name: str, least: int, most: int, low: int, high: int) -> None:
    if least < low or most > high:
        found = least if least < low else most
        raise RuntimeError(f"{name}(): zero_point must be between quant_min={low} and quant_max={high}, got {found}")
