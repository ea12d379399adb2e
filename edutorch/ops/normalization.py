"""Normalization: mean 0 and variance 1, over the batch, the layer, the instance or a group of channels.

They differ in what the mean is taken over, and share one operation, Standardize.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from ..autograd.base import wrap
from ..autograd.function import Function, printed_as
from ..autograd.grad_mode import is_grad_enabled, no_grad
from ..autograd.versions import version_counter
from ..backend import (
    Array,
    add_products,
    add_up,
    array_module,
    module_of_array,
    without_overflow,
)
from ..dtypes import float32
from ..fusion import fused
from .avg_pool import WindowSum
from .plumbing.entry import check_devices, check_optional_tensors, check_tensors
from .plumbing.windows import Windows

if TYPE_CHECKING:
    from ..tensor import Tensor


class Standardize(Function):
    """y = (x - mean) s with s = 1 / sqrt(variance + eps), for each row over the other two axes;
    dL/dx = s (dL/dy - mean(dL/dy) - y mean(dL/dy y)) - s^2 y dL/ds / count

    x: (N, rows, L). Gives y, s (1, rows, 1), and the mean and variance, which get no gradient."""

    @staticmethod
    def forward(ctx: Function, x: Tensor, eps: float) -> tuple[Tensor, ...]:
        array, dtype = without_overflow(x.array), x.array.dtype
        ctx.count = max(array.shape[0] * array.shape[2], 1)
        mean = add_up(array, (0, 2)) / ctx.count
        y = array - mean.reshape(1, -1, 1)
        xp = array_module(x)
        variance, s = _variance_and_scale(xp, add_products(y, y), float(ctx.count), float(eps))
        s = s.astype(array.dtype, copy=False).reshape(1, -1, 1)
        y *= s
        y, s = y.astype(dtype, copy=False), s.astype(dtype, copy=False)
        outputs = wrap(y), wrap(s), wrap(mean), wrap(variance)
        ctx.eps = eps
        ctx.save_for_backward(x)
        ctx.keep_unless_changed(*outputs[:2])
        ctx.mark_non_differentiable(*outputs[2:])
        ctx.set_materialize_grads(False)
        return outputs

    @staticmethod
    def backward(ctx: Function, gy: Any, gs: Any, *_: None) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        recorded = is_grad_enabled()  # which needs y and s as functions of x
        y, s = (None if recorded else ctx.unchanged) or Standardize.apply(x, ctx.eps)[:2]
        if s.array.dtype == np.float16:  # in which the sums would overflow
            y, s, gy, gs = (None if each is None else each.to(float32) for each in (y, s, gy, gs))
        if not recorded and gs is None:
            return wrap(_standardize_slope(gy.array, y.array, s.array, x.array.dtype, ctx.count)), None
        gx: Any = 0
        if gy is not None:
            gx = s * (gy - (_over_rows(gy) + y * _over_rows(gy * y)) / ctx.count)
        if gs is not None:
            gx = gx - s * s * y * (gs / ctx.count)
        return gx, None


@fused
def _variance_and_scale(xp: ModuleType, squares: Array, count: float, eps: float) -> tuple[Array, Array]:
    variance = squares / count
    return variance, 1 / xp.sqrt(variance + eps)


def _standardize_slope(gy: Array, y: Array, s: Array, dtype: np.dtype, count: int) -> Array:
    """dL/dx for dL/ds = 0, in few passes over memory: on a GPU, in three launches."""
    total = add_up(gy, (0, 2)).reshape(s.shape)
    along = add_products(gy, y).reshape(s.shape)
    return slope_of_standardized(module_of_array(gy), gy, y, s, total, along, float(count)).astype(dtype, copy=False)


@fused
def slope_of_standardized(
    xp: ModuleType, gy: Array, y: Array, s: Array, total: Array, along: Array, count: float
) -> Array:
    """s (gy - total / count - y along / count): total and along are the sums of gy and of gy y over each row."""
    gx = y * (along / count)
    gx += total / count
    xp.subtract(gy, gx, out=gx)
    gx *= s
    return gx


def _over_rows(x: Tensor) -> Tensor:
    """(N, rows, L) -> (1, rows, 1), summed"""
    return x.sum((0, 2), keepdim=True)


def scale_and_shift(
    y: Tensor, weight: Tensor | None, bias: Tensor | None, shape: Sequence[int], like: Tensor
) -> Tensor:
    """y weight + bias, with weight and bias in that shape, either of which may be None, in the dtype of `like`."""
    if weight is not None:
        y = y * weight.reshape(*shape)
    if bias is not None:
        y = y + bias.reshape(*shape)
    return y.to(like.dtype)


def check_dtypes(name: str, input: Tensor, weight: Tensor | None, bias: Tensor | None) -> None:
    """Raises RuntimeError for parameters of another dtype than the input, or on another device: only float16 inputs may
    have float32 ones."""
    check_devices(name, input, weight, bias)
    each: Any
    for each in (weight, bias):
        both = None if each is None else (input.array.dtype, each.array.dtype)
        if both and both[0] != both[1] and both != (np.float16, np.float32):
            raise RuntimeError(
                f"{name}: mixed dtype: input is {input.dtype}, weight or bias {each.dtype}; convert the"
                f" input, input.to({each.dtype}), or the model, model.to({input.dtype})"
            )


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Each channel standardized over the batch, then times weight plus bias. input (N, C, *); the others (C,).

    training: the batch's own mean and variance, which also move the running ones by `momentum`; else the
    running ones. Raises ValueError for a batch of one value for each channel, RuntimeError for sizes that do
    not fit. Ioffe and Szegedy 2015. Source: torch.nn.functional.batch_norm."""
    check_tensors("batch_norm", input=input)
    check_optional_tensors("batch_norm", running_mean=running_mean, running_var=running_var, weight=weight, bias=bias)
    shape = input.array.shape
    if len(shape) < 2:
        if input.array.size == 0:
            return input.clone()
        raise RuntimeError(f"batch_norm expects an input (N, C, *), but got one of shape {list(shape)}")
    channels = shape[1]
    vectors = {"running_mean": running_mean, "running_var": running_var, "weight": weight, "bias": bias}
    for name, each in vectors.items():
        if each is not None and each.array.size != channels:
            raise RuntimeError(f"{name} should contain {channels} elements not {each.array.size}")
    check_dtypes("batch_norm", input, weight, bias)
    along_channels = (1, channels, *[1] * (len(shape) - 2))
    if not training:
        if running_mean is None or running_var is None:
            raise RuntimeError("Expected running_mean and running_var to be defined when training=False")
        s = (running_var.reshape(*along_channels) + eps) ** -0.5
        y = (input - running_mean.reshape(*along_channels)) * s
        return printed_as("NativeBatchNormBackward0", scale_and_shift(y, weight, bias, along_channels, input))
    count = input.array.size // max(channels, 1)
    if count == 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {input.shape}")
    y, _, mean, variance = Standardize.apply(input.reshape(shape[0], channels, math.prod(shape[2:])), eps)
    if count:
        move_running_statistics(running_mean, running_var, mean, variance, count, momentum)
    y = scale_and_shift(y.reshape(shape), weight, bias, along_channels, input)
    return printed_as("NativeBatchNormBackward0", y)


@no_grad()
def move_running_statistics(
    running_mean: Tensor | None, running_var: Tensor | None, mean: Tensor, variance: Tensor, count: int, momentum: float
) -> None:
    """Moves the running statistics towards those of a batch, with the unbiased variance: times count / (count - 1)."""
    for running, new, factor in ((running_mean, mean, 1.0), (running_var, variance, count / max(count - 1, 1))):
        if running is not None:
            array = new.array.astype(running.array.dtype, copy=False)
            _move_array(array_module(running), running.array, array, factor, 1 - float(momentum), float(momentum))
            version_counter(running).bump()


@fused
def _move_array(xp: ModuleType, running: Array, new: Array, factor: float, keep: float, part: float) -> None:
    running *= keep
    running += new * factor * part


def rms_norm(
    input: Tensor, normalized_shape: Sequence[int], weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """Each element of the batch divided by the root mean square of its last axes, then times weight.

    eps: the dtype's smallest step from 1 by default, float32's for float16. Zhang and Sennrich 2019.
    Source: torch.nn.functional.rms_norm."""
    check_tensors("rms_norm", input=input)
    check_optional_tensors("rms_norm", weight=weight)
    last = last_axes("rms_norm", input, normalized_shape, weight, None)
    axes = list(range(-len(last), 0))
    x = input.to(float32) if input.array.dtype == np.float16 else input  # whose squares overflow early
    small = float(np.finfo(x.array.dtype).eps) if eps is None else eps
    y = (x * ((x * x).mean(axes, keepdim=True) + small) ** -0.5).to(input.dtype)
    return scale_and_shift(y, weight, None, last, input)


def last_axes(
    name: str, input: Tensor, normalized_shape: Sequence[int], weight: Tensor | None, bias: Tensor | None
) -> tuple[int, ...]:
    """The normalized shape. Raises RuntimeError if the input does not end in it, or weight or bias have another one."""
    last = tuple(int(n) for n in normalized_shape)
    if not last:
        raise RuntimeError(
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got"
            " normalized_shape = []"
        )
    for what, each in (("weight", weight), ("bias", bias)):
        if each is not None and each.array.shape != last:
            raise RuntimeError(
                f"Expected {what} to be of same shape as normalized_shape, but got {what} of shape"
                f" {list(each.array.shape)} and normalized_shape = {list(last)}"
            )
    if input.array.shape[-len(last) :] != last:
        expected = "".join(f", {n}" for n in last)
        raise RuntimeError(
            f"Given normalized_shape={list(last)}, expected input with shape [*{expected}], but got input of"
            f" size{list(input.array.shape)} ({name})"
        )
    return last


def group_norm(
    input: Tensor, num_groups: int, weight: Tensor | None = None, bias: Tensor | None = None, eps: float = 1e-5
) -> Tensor:
    """Each image's channels standardized in groups, then times weight plus bias. input (N, C, *), the others (C,).

    Raises RuntimeError if the channels do not split into that many groups. Wu and He 2018.
    Source: torch.nn.functional.group_norm."""
    check_tensors("group_norm", input=input)
    check_optional_tensors("group_norm", weight=weight, bias=bias)
    shape = input.array.shape
    if len(shape) < 2:
        raise RuntimeError(f"Expected at least 2 dimensions for input tensor but received {len(shape)}")
    n, channels = shape[:2]
    if num_groups < 1 or channels % num_groups:
        raise RuntimeError(
            "Expected number of channels in input to be divisible by num_groups, but got input of shape"
            f" {list(shape)} and num_groups={num_groups}"
        )
    if n * channels // num_groups * math.prod(shape[2:]) == 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {list(shape)}")
    _check_channels(weight, bias, channels)
    check_dtypes("group_norm", input, weight, bias)
    y = input
    if input.array.size:
        y = Standardize.apply(input.reshape(1, n * num_groups, -1), eps)[0]
    y = scale_and_shift(y.reshape(shape), weight, bias, (1, channels, *[1] * (len(shape) - 2)), input)
    return printed_as("NativeGroupNormBackward0", y)


def _check_channels(weight: Tensor | None, bias: Tensor | None, channels: int) -> None:
    for name, each in (("weight", weight), ("bias", bias)):
        if each is not None and each.array.shape != (channels,):
            raise RuntimeError(
                f"Expected {name} to be a vector of size equal to the number of channels in input, but got {name} of"
                f" shape {list(each.array.shape)} and {channels} channels"
            )


def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Each channel of each image standardized on its own, then times weight plus bias. input (N, C, *).

    The running statistics move by the mean over the images; with use_input_stats=False they are used.
    Ulyanov, Vedaldi, Lempitsky 2016. Source: torch.nn.functional.instance_norm."""
    check_tensors("instance_norm", input=input)
    check_optional_tensors(
        "instance_norm", running_mean=running_mean, running_var=running_var, weight=weight, bias=bias
    )
    if not use_input_stats:
        return batch_norm(input, running_mean, running_var, weight, bias, False, momentum, eps)
    shape = input.array.shape
    n, channels = shape[:2]
    count = math.prod(shape[2:])
    if count == 1:
        raise ValueError(f"Expected more than 1 spatial element when training, got input size {input.shape}")
    check_dtypes("instance_norm", input, weight, bias)
    y, _, mean, variance = Standardize.apply(input.reshape(1, n * channels, -1), eps)
    means, variances = (each.reshape(n, channels).mean(0) for each in (mean, variance))
    move_running_statistics(running_mean, running_var, means, variances, count, momentum)
    weight = None if weight is None else weight.clone()  # as PyTorch repeats it: backward only needs the copy
    y = scale_and_shift(y.reshape(shape), weight, bias, (1, channels, *[1] * (len(shape) - 2)), input)
    return printed_as("ViewBackward0", y)


def local_response_norm(input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Tensor:
    """Each element divided by (k + alpha mean of squares over `size` neighboring channels)^beta.

    input (N, C, *). Krizhevsky, Sutskever, Hinton 2012. Source: torch.nn.functional.local_response_norm."""
    check_tensors("local_response_norm", input=input)
    if input.array.ndim < 3:
        raise ValueError(f"Expected 3D or higher dimensionality input (got {input.array.ndim} dimensions)")
    if input.array.size == 0:
        return input
    n, channels = input.array.shape[:2]
    neighbors = Windows((size, 1), (1, 1), ((size // 2, (size - 1) // 2), (0, 0)), (1, 1))
    squares = (input * input).reshape(n, 1, channels, -1)
    mean = WindowSum.apply(squares, neighbors).reshape(input.array.shape) / size
    return input / (mean * alpha + k) ** beta
