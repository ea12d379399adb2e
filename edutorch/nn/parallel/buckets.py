"""Buckets: gradients that are averaged between the processes together, while the backward still walks.

A small message costs nearly as much time as a large one, so gradients are sent by the megabyte; but the first bucket is
small, because nothing can be sent before it is full.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...autograd.base import wrap
from ...backend import array_module, is_on_gpu, module_of_array, to_numpy
from ...distributed.waiting import wait

if TYPE_CHECKING:
    from mpi4py.MPI import Request

    from ...distributed.groups import ProcessGroup
    from ..parameter import Parameter

MEGABYTE = 1024 * 1024
FIRST_BYTES = MEGABYTE


class Bucket:
    """Parameters of one dtype and device, and the memory in which their gradients are summed."""

    def __init__(self, group: ProcessGroup, parameters: Sequence[Parameter]) -> None:
        self.group, self.parameters = group, list(parameters)
        like = parameters[0].array
        sizes = [each.array.size for each in parameters]
        ends = np.cumsum(sizes)
        self.places = {p: slice(int(e - n), int(e)) for p, n, e in zip(parameters, sizes, ends, strict=True)}
        self.flat = module_of_array(like).zeros(int(ends[-1]), like.dtype)
        self.host = self.flat if not is_on_gpu(self.flat) else None  # where MPI reads; a copy for a GPU
        self.missing = set(parameters)
        self.request: Request | None = None
        self.what = f"DistributedDataParallel's all_reduce of {like.dtype} {list(self.flat.shape)}"

    def fill(self, parameter: Parameter, used: bool) -> None:
        """Copies a parameter's gradient, divided by the number of processes; zeros where it has none."""
        place = self.flat[self.places[parameter]]
        gradient = parameter.grad if used else None
        if gradient is None:
            place[...] = 0
        else:
            part = place.dtype.type(1 / self.group.size())
            array_module(parameter).multiply(gradient.array.reshape(-1), part, out=place)
        self.missing.discard(parameter)

    def start(self) -> None:
        """Starts to sum the bucket over the processes."""
        self.group.bytes_given += self.flat.nbytes
        if is_on_gpu(self.flat) and self.group.nccl:
            self.group.nccl.all_reduce(self.flat, "sum")
            return
        if is_on_gpu(self.flat):
            self.host = to_numpy(self.flat)
        assert self.host is not None
        half = self.host.dtype == np.float16  # which MPI does not add
        self.sum = self.host.astype(np.float32) if half else self.host
        mpi = self.group.mpi
        self.request = self.group.data.Iallreduce(mpi.IN_PLACE, self.sum, mpi.SUM)

    def finish(self, kept: set[Parameter]) -> None:
        """Waits for the sum, and makes it the parameters' gradients, but for those to be kept."""
        if self.request is not None:
            wait(self.group, [self.request], self.what)
            self.request = None
            if self.sum is not self.flat:
                self.flat[...] = module_of_array(self.flat).asarray(self.sum.astype(self.flat.dtype, copy=False))
        for parameter, place in self.places.items():
            if parameter in kept:
                continue
            average = self.flat[place].reshape(parameter.array.shape)
            if parameter.grad is None:
                parameter.grad = wrap(average.copy())
            else:
                parameter.grad.detach().copy_(wrap(average))
        self.missing = set(self.parameters)


def into_buckets(group: ProcessGroup, parameters: Sequence[Parameter], megabytes: float) -> list[Bucket]:
    """The parameters in buckets, the last ones first, since backward reaches them first."""
    buckets: list[Bucket] = []
    waiting: dict[tuple[str, str], list[Parameter]] = {}
    for parameter in reversed(parameters):
        kind = (str(parameter.device), str(parameter.dtype))
        waiting.setdefault(kind, []).append(parameter)
        limit = FIRST_BYTES if not buckets else megabytes * MEGABYTE
        if sum(each.array.nbytes for each in waiting[kind]) >= limit:
            buckets.append(Bucket(group, waiting.pop(kind)))
    return buckets + [Bucket(group, rest) for rest in waiting.values()]
