"""Batch normalization over the batches of all processes. Source: torch.nn.SyncBatchNorm."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ...autograd.base import wrap
from ...autograd.function import Function, once_differentiable
from ...backend import add_products, add_up, module_of_array, to_numpy, without_overflow
from ...distributed.agreement import agree
from ...distributed.groups import Group, ProcessGroup, is_initialized, resolve
from ...distributed.waiting import wait
from ...ops.normalization import move_running_statistics, scale_and_shift
from ..module import Module
from ..normalization import BatchNorm1d, BatchNorm2d, BatchNorm3d, _BatchNorm

if TYPE_CHECKING:
    from ...backend import Array, DeviceLike
    from ...dtypes import dtype as dtype_
    from ...tensor import Tensor


class SyncStandardize(Function):
    """y = (x - mean) s, with mean and s = 1 / sqrt(variance + eps) over the other axes and all processes;
    dL/dx = s (dL/dy - mean(dL/dy) - y mean(dL/dy y)), with those means over all processes, too

    x: (N, C, L). Gives y, and mean (C,), variance (C,) and the count (1,) over all processes, which get no gradient."""

    @staticmethod
    def forward(ctx: Function, x: Tensor, eps: float, group: ProcessGroup) -> tuple[Tensor, ...]:
        array, dtype = without_overflow(x.array), x.array.dtype
        xp = module_of_array(array)
        mean, variance, count = _statistics(array, group)
        s = (1 / np.sqrt(variance + eps)).astype(array.dtype)
        shape = (1, -1, 1)
        y = (array - xp.asarray(mean.astype(array.dtype)).reshape(shape)) * xp.asarray(s).reshape(shape)
        ctx.group, ctx.count = group, count
        outputs = [wrap(y.astype(dtype, copy=False))]
        outputs += [wrap(xp.asarray(each)) for each in (mean, variance, np.array([count]))]
        ctx.save_for_backward(outputs[0], wrap(xp.asarray(s).reshape(shape)))
        ctx.mark_non_differentiable(*outputs[1:])
        return tuple(outputs)

    @staticmethod
    @once_differentiable
    def backward(ctx: Function, gy: Tensor, *_: object) -> tuple[Tensor, None, None]:
        y, s = ctx.saved_tensors
        slope, out = without_overflow(gy.array), without_overflow(y.array)
        sums = np.stack([to_numpy(add_up(each, (0, 2))).astype(np.float64) for each in (slope, slope * out)])
        total, along = _add_over_processes(ctx.group, sums, "SyncBatchNorm's backward") / ctx.count
        xp, shape = module_of_array(slope), (1, -1, 1)
        total, along = (xp.asarray(each.astype(slope.dtype)).reshape(shape) for each in (total, along))
        return wrap((s.array * (slope - total - out * along)).astype(gy.array.dtype, copy=False)), None, None


def _statistics(array: Array, group: ProcessGroup) -> tuple[np.ndarray, np.ndarray, float]:
    """Mean, variance and count for each channel, over all processes: first the sums, then the squares around the mean,
    which loses fewer digits than the sum of squares would."""
    channels = array.shape[1]
    sums = np.append(to_numpy(add_up(array, (0, 2))).astype(np.float64), array.shape[0] * array.shape[2])
    sums = _add_over_processes(group, sums, f"SyncBatchNorm of {channels} channels")
    count = float(sums[-1])
    mean = sums[:-1] / max(count, 1.0)
    centered = array - module_of_array(array).asarray(mean.astype(array.dtype)).reshape(1, -1, 1)
    squares = to_numpy(add_products(centered, centered)).astype(np.float64)
    squares = _add_over_processes(group, squares, f"SyncBatchNorm of {channels} channels")
    return mean, squares / max(count, 1.0), count


def _add_over_processes(group: ProcessGroup, array: np.ndarray, what: str) -> np.ndarray:
    agree(group, what)
    group.bytes_given += array.nbytes
    wait(group, [group.data.Iallreduce(group.mpi.IN_PLACE, array, group.mpi.SUM)], what)
    return array


class SyncBatchNorm(_BatchNorm):
    """BatchNorm whose statistics in training are those of the batches of all processes together. (N, C, *).

    `convert_sync_batchnorm` replaces the BatchNorm layers of a model. With one process, or in eval mode, it is
    BatchNorm. Second derivatives are refused. Source: torch.nn.SyncBatchNorm."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        process_group: Group = None,
        device: DeviceLike = None,
        dtype: dtype_ | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)
        self.process_group = process_group

    def _check_axes(self, input: Tensor) -> None:
        if input.dim() < 2:
            raise ValueError(f"expected at least 2D input (got {input.dim()}D input)")
        if input.size(1) != self.num_features:
            raise ValueError(
                f"SyncBatchNorm: expected {self.num_features} channels, got an input of {list(input.shape)}"
            )

    def forward(self, input: Tensor) -> Tensor:
        """(N, num_features, *); the same out"""
        group = resolve(self.process_group) if is_initialized() else None
        use_batch = self.training or self.running_mean is None
        if group is None or group.size() == 1 or not use_batch:
            return super().forward(input)
        self._check_axes(input)
        shape = input.array.shape
        y, mean, variance, count = SyncStandardize.apply(
            input.reshape(shape[0], shape[1], math.prod(shape[2:])), self.eps, group
        )
        if self.training and self.track_running_stats:
            self.num_batches_tracked.add_(1)
            momentum = 1.0 / float(self.num_batches_tracked) if self.momentum is None else self.momentum
            move_running_statistics(
                self.running_mean, self.running_var, mean, variance, int(count.item()), float(momentum)
            )
        along_channels = (1, self.num_features, *[1] * (len(shape) - 2))
        return scale_and_shift(y.reshape(shape), self.weight, self.bias, along_channels, input)

    @classmethod
    def convert_sync_batchnorm(cls, module: Module, process_group: Group = None) -> Module:
        """The model, with each BatchNorm layer in it replaced by a SyncBatchNorm of the same parameters and buffers."""
        if isinstance(module, (BatchNorm1d, BatchNorm2d, BatchNorm3d)):
            return cls._of(module, process_group)
        for name, child in module.named_children():
            module.add_module(name, cls.convert_sync_batchnorm(child, process_group))
        return module

    @classmethod
    def _of(cls, layer: _BatchNorm, group: Group) -> SyncBatchNorm:
        made = cls(layer.num_features, layer.eps, layer.momentum, layer.affine, layer.track_running_stats, group)
        made.training = layer.training
        for table in ("_parameters", "_buffers"):
            getattr(made, table).update(getattr(layer, table))
        return made
