"""Losses of classification into C classes: negative log likelihood and cross entropy."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from ..autograd.base import wrap
from ..autograd.function import Function, printed_as
from ..autograd.grad_mode import is_grad_enabled
from ..backend import Array, add_up, array_module, cast, check_within, is_on_gpu
from ..fusion import fused
from ..pending import check_later
from .activation import exp_of_difference, log_softmax
from .embedding import one_hot
from .masking import where
from .plumbing.entry import check_devices, check_optional_tensors, check_tensors
from .plumbing.reduce_loss import former_reduction, reduced

if TYPE_CHECKING:
    from ..tensor import Tensor


class SoftmaxCrossEntropy(Function):
    """l = -sum_n ln p_(n, t_n) / count, p the softmax of each row of x;  dL/dx = dL/dl (p - onehot(t)) / count

    x: (N, C), t: (N,) class numbers, l: 0-d. One node for what nll_loss(log_softmax(x)) does in several."""

    pytorch_name = "NllLossBackward0"
    on_arrays = True

    @staticmethod
    def forward(ctx: Function, x: Tensor, t: Tensor, count: int) -> Tensor:
        shifted = x.array - x.array.max(1, keepdims=True)  # (N, C), the largest of each row becomes 0
        xp = array_module(x)
        e = xp.exp(shifted)
        sums = add_up(e, 1, True)  # (N, 1)
        at = xp.arange(len(t.array)), t.array  # the position of the right class in each row
        loss = add_up(xp.log(sums[:, 0]) - shifted[at]) / count
        e /= sums * count
        e[at] -= 1 / count
        ctx.save_for_backward(wrap(e), t, count)
        return wrap(cast(loss, e.dtype))

    @staticmethod
    def backward(ctx: Function, gl: Tensor) -> tuple[Tensor, None, None]:
        slope, t, count = ctx.saved_tensors
        if is_grad_enabled():  # as a function of x, for the second derivative
            slope = CrossEntropySlope.apply(ctx.in_place_of_input(0, slope), slope, t, count)
        return gl * slope, None, None


class CrossEntropySlope(Function):
    """s = (p - onehot(t)) / count, p the softmax of each row of x;  dL/dx = p (dL/ds - sum_c dL/ds_c p_c) / count

    x: (N, C), the second input; its values are not needed, since s was computed from them."""

    @staticmethod
    def forward(ctx: Function, x: Tensor, s: Tensor, t: Tensor, count: int) -> Tensor:
        s = wrap(s.array)
        ctx.save_for_backward(s, t, count)
        return s

    @staticmethod
    def backward(ctx: Function, gs: Tensor) -> tuple[Tensor, None, None, None]:
        s, t, count = ctx.saved_tensors
        p = s * count + one_hot(t, s.array.shape[1])
        return p * (gs - (gs * p).sum(1, keepdim=True)) / count, None, None, None


class MaskedSoftmaxCrossEntropy(Function):
    """l = -sum_n ln p_(n, t_n) / count over the rows with t_n != ignored, s = dl/dx;
    dL/dx = dL/dl s + p (dL/ds - sum_c dL/ds p) / count, and 0 in the rows that are ignored

    SoftmaxCrossEntropy for a GPU. It does not check whether rows are ignored, and finds the right class by comparing
    with all of them: looking at the targets would wait for the device, and an index by arrays takes three launches."""

    pytorch_name = "NllLossBackward0"

    @staticmethod
    def forward(ctx: Function, x: Tensor, t: Tensor, mean: bool, ignored: int) -> tuple[Tensor, Tensor]:
        xp, classes = array_module(x), x.array.shape[1]
        counted = _counted(xp, t.array, ignored)  # 0-d
        check_later(_largest_class(xp, t.array, ignored), classes, lambda found: _no_such_class(found, classes))
        count = counted if mean else xp.ones_like(counted)
        largest = x.array.max(1, keepdims=True)  # (N, 1)
        sums = add_up(exp_of_difference(xp, x.array, largest), 1, True)  # (N, 1)
        columns = xp.arange(classes)
        terms, slopes = _terms_and_slope(xp, x.array, largest, sums, t.array[:, None], columns, ignored, count)
        slope = wrap(slopes.astype(x.array.dtype, copy=False))
        ctx.ignored = ignored
        ctx.save_for_backward(t, slope, wrap(count))
        ctx.set_materialize_grads(False)
        return wrap(add_up(terms).astype(x.array.dtype, copy=False)), slope

    @staticmethod
    def backward(ctx: Function, gl: Tensor | None, gs: Tensor | None) -> tuple[Tensor, None, None, None]:
        t, slope, count = ctx.saved_tensors
        if gs is None:
            return gl * slope, None, None, None
        classes = wrap(array_module(t).arange(slope.array.shape[1]))
        right = ((t.unsqueeze(1) == classes) & (t != ctx.ignored).unsqueeze(1)).to(slope.dtype)
        p = slope * count + right
        gx = p * (gs - (gs * p).sum(1, keepdim=True)) / count
        return gx if gl is None else gx + gl * slope, None, None, None


@fused
def _counted(xp: ModuleType, t: Array, ignored: int) -> Array:
    return xp.sum((t != ignored).astype(np.float32))


@fused
def _largest_class(xp: ModuleType, t: Array, ignored: int) -> Array:
    return xp.max((t * (t != ignored)).astype(np.uint64))  # negative ones become large


@fused
def _terms_and_slope(
    xp: ModuleType, x: Array, largest: Array, sums: Array, t: Array, columns: Array, ignored: int, count: Array
) -> tuple[Array, Array]:
    """Each element's part of the loss, which is 0 except for the right class, and its slope."""
    shifted, right, valid = x - largest, columns == t, t != ignored
    return (xp.log(sums) - shifted) * (right & valid) / count, (xp.exp(shifted) / sums - right) * valid / count


@former_reduction
def nll_loss(
    input: Tensor, target: Tensor, weight: Tensor | None = None, *, ignore_index: int = -100, reduction: str = "mean"
) -> Tensor:
    """-weight[target] input[target]: input (N, C, d1, ...) or (C,) log-probabilities, target (N, d1, ...) class
    numbers, int64. Positions with ignore_index do not count; the mean is over the weights of the rest.

    Raises ValueError for sizes that do not fit, IndexError for a class that does not exist. Source:
    torch.nn.functional.nll_loss."""
    check_tensors("nll_loss", input=input, target=target)
    check_optional_tensors("nll_loss", weight=weight)
    target = target.long() if target.array.dtype == np.uint8 else target
    loss, counted = _picked(input, target, weight, ignore_index)
    loss = loss.sum() / counted.sum() if reduction == "mean" else reduced(loss, reduction)
    return printed_as("NllLossBackward0", loss)


@former_reduction
def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """nll_loss of log_softmax(input). input: (N, C, d1, ...) or (C,) scores before the softmax; target:
    (N, d1, ...) class numbers, int64, or probabilities of input's shape.

    label_smoothing s takes the target (1 - s) onehot + s / C. Raises ValueError for sizes that do not fit,
    IndexError for a class that does not exist, RuntimeError for a target of another dtype.
    Source: torch.nn.functional.cross_entropy; Szegedy et al. 2015 for the smoothing."""
    check_tensors("cross_entropy", input=input, target=target)
    check_optional_tensors("cross_entropy", weight=weight)
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}")
    if target.array.dtype.kind == "f":
        if ignore_index >= 0:
            raise RuntimeError(
                f"cross_entropy: ignore_index is not supported for floating point target, got"
                f" ignore_index={ignore_index} and probabilities"
            )
        return _with_probabilities(input, target, weight, reduction, label_smoothing)
    target = target.long() if target.array.dtype == np.uint8 else target
    plain = weight is None and not label_smoothing and reduction in ("mean", "sum")
    if plain and _is_common(input, target):
        if is_on_gpu(input.array):
            return MaskedSoftmaxCrossEntropy.apply(input, target, reduction == "mean", ignore_index)[0]
        if _are_classes(target, ignore_index, input.array.shape[1]):
            return SoftmaxCrossEntropy.apply(input, target, len(target.array) if reduction == "mean" else 1)
    log_p = log_softmax(input, _class_axis(input))
    loss, counted = _picked(log_p, target, weight, ignore_index)
    if label_smoothing:
        loss = (1 - label_smoothing) * loss + label_smoothing * _smooth(log_p, target, weight, ignore_index)
    loss = loss.sum() / counted.sum() if reduction == "mean" else reduced(loss, reduction)
    return printed_as("AddBackward0" if label_smoothing else "NllLossBackward0", loss)


def _is_common(input: Tensor, target: Tensor) -> bool:
    """Whether the scores are (N, C) and the targets N class numbers."""
    x, t = input.array, target.array
    return x.ndim == 2 and t.ndim == 1 and len(x) == len(t) > 0 and t.dtype == np.int64 and type(x) is type(t)


def _are_classes(target: Tensor, ignore_index: int, classes: int) -> bool:
    """Whether no target is ignored or out of range."""
    t = target.array
    if ignore_index >= 0 and bool((t == ignore_index).any()):
        return False
    # read as unsigned, a negative number becomes a large one: one comparison finds both
    return bool(t.view(np.uint64).max() < classes)


def _no_such_class(found: int, classes: int) -> IndexError:
    return IndexError(f"Target {found} is out of bounds: there are {classes} classes, 0 to {classes - 1}")


def _class_axis(input: Tensor) -> int:
    if not input.array.ndim:
        raise ValueError("Expected input of shape (N, C, ...) or (C,), got a 0-d tensor")
    return 0 if input.array.ndim == 1 else 1


def _picked(input: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int) -> tuple[Tensor, Tensor]:
    """The loss of each position and its weight, 0 where it is ignored."""
    axis = _class_axis(input)
    classes = _check(input, target, weight, axis)
    counts = target != ignore_index
    safe = where(counts, target, 0)
    check_within(safe.array, 0, classes, lambda found: _no_such_class(found, classes))
    picked = input.gather(axis, safe.unsqueeze(axis)).squeeze(axis)
    weights = counts.to(input.dtype) if weight is None else where(counts, weight[safe], 0.0)
    return where(counts, -picked * weights, 0.0), weights


def _smooth(log_p: Tensor, target: Tensor, weight: Tensor | None, ignore_index: int) -> Tensor:
    """The loss of each position if all classes were equally right, 0 where it is ignored."""
    axis = _class_axis(log_p)
    weighted = log_p if weight is None else log_p * _along_classes(weight, log_p)
    return where(target != ignore_index, -weighted.mean(axis), 0.0)


def _with_probabilities(
    input: Tensor, target: Tensor, weight: Tensor | None, reduction: str, label_smoothing: float
) -> Tensor:
    if input.array.shape != target.array.shape:
        raise RuntimeError(
            f"cross_entropy: target holds probabilities ({target.dtype}) and must have input's shape"
            f" {list(input.array.shape)}, got {list(target.array.shape)}. Class numbers must be int64: target.long()."
        )
    axis = _class_axis(input)
    classes = input.array.shape[axis]
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / classes
    terms = log_softmax(input, axis) * target
    loss = -(terms if weight is None else terms * _along_classes(weight, input)).sum(axis)
    return loss.sum() / max(loss.array.size, 1) if reduction == "mean" else reduced(loss, reduction)


def _along_classes(weight: Tensor, input: Tensor) -> Tensor:
    """(C,) as (C, 1, ...), so that it broadcasts along input's class axis."""
    return weight.reshape(-1, *(1,) * max(input.array.ndim - 2, 0))


def _check(input: Tensor, target: Tensor, weight: Tensor | None, axis: int) -> int:
    """The number of classes. Raises where shapes, dtype or the number of weights do not fit."""
    check_devices("cross_entropy", input, target, weight)
    shape = input.array.shape
    if target.array.dtype != np.int64:
        raise RuntimeError(f"expected target dtype to be Long or Byte, but got {target.dtype}: use target.long()")
    if shape[0] != (target.array.shape or (1,))[0] and len(shape) > 1:
        raise ValueError(
            f"Expected input batch_size ({shape[0]}) to match target batch_size ({(target.array.shape or (1,))[0]})."
        )
    expected = shape[:axis] + shape[axis + 1 :]
    if target.array.shape != expected:
        raise RuntimeError(
            f"Expected target size {list(expected)}, got {list(target.array.shape)}: for input {list(shape)} the target"
            f" holds one class number for each position outside axis {axis}"
        )
    if weight is not None and weight.array.shape != (shape[axis],):
        raise RuntimeError(
            f"weight tensor should be defined either for all {shape[axis]} classes or no classes but got weight tensor"
            f" of shape: {list(weight.array.shape)}"
        )
    return shape[axis]
