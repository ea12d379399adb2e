"""The reducer: which gradients are ready, and which buckets may start. Source: c10d's Reducer in PyTorch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from ...autograd.base import TensorBase
from ...distributed.waiting import wait
from ..parameter import Parameter
from .buckets import into_buckets

if TYPE_CHECKING:
    from ...autograd.function import Function
    from ...distributed.groups import ProcessGroup
    from ...tensor import Tensor


class Reducer:
    """Averages gradients between processes. All processes start the same buckets in the same order."""

    def __init__(
        self, group: ProcessGroup, named: Mapping[str, Parameter], megabytes: float, find_unused: bool
    ) -> None:
        self.group, self.names = group, {parameter: name for name, parameter in named.items()}
        self.find_unused = find_unused
        self.buckets = into_buckets(group, list(named.values()), megabytes)
        self.bucket_of = {p: bucket for bucket in self.buckets for p in bucket.parameters}
        self.started = 0
        self.expects = False  # whether the next backward is to average
        self.unused: set[Parameter] = set()
        for parameter in named.values():
            parameter.register_post_accumulate_grad_hook(self._hook)

    def prepare(self, outputs: object) -> None:
        """Called after forward: the gradients of the next backward are to be averaged.

        Raises RuntimeError if the previous ones never came, naming the parameters."""
        if self.started or any(len(b.missing) < len(b.parameters) for b in self.buckets):
            raise RuntimeError(self._unfinished())
        self.expects = True
        self.unused = set()
        if self.find_unused:
            self.unused = set(self.names) - set(_leaves(_tensors(outputs)))
            for parameter in self.unused:
                self.bucket_of[parameter].fill(parameter, used=False)
            self._start_full_buckets()

    def _hook(self, tensor: Tensor) -> None:
        assert isinstance(tensor, Parameter)
        self._ready(tensor)

    def _ready(self, parameter: Parameter) -> None:
        """A gradient is complete."""
        if not self.expects:
            return
        bucket = self.bucket_of[parameter]
        if parameter not in bucket.missing:
            raise RuntimeError(
                f"Expected to mark a variable ready only once: the gradient of {self.names[parameter]} has come twice"
                " before all others came. Is the module called again by checkpointing, or is backward called twice for"
                " one forward? Call backward once, or use no_sync()."
            )
        bucket.fill(parameter, used=True)
        self._start_full_buckets()

    def _start_full_buckets(self) -> None:
        while self.started < len(self.buckets) and not self.buckets[self.started].missing:
            self.buckets[self.started].start()
            self.started += 1
        for bucket in self.buckets[: self.started]:  # MPI moves messages on while it is called
            if bucket.request is not None:
                bucket.request.Test()
        if self.started == len(self.buckets):
            self._finish()

    def _finish(self) -> None:
        """After the last gradient of the backward: waits for all sums."""
        self.started, self.expects = 0, False
        kept = self._unused_everywhere() if self.find_unused else set()
        for bucket in self.buckets:
            bucket.finish(kept)

    def _unused_everywhere(self) -> set[Parameter]:
        """The parameters that no process used: their gradients stay as they are."""
        names = list(self.names)
        used = np.array([p not in self.unused for p in names], np.int32)
        mpi = self.group.mpi
        request = self.group.data.Iallreduce(mpi.IN_PLACE, used, mpi.MAX)
        wait(self.group, [request], "DistributedDataParallel's search for unused parameters")
        return {p for p, is_used in zip(names, used.tolist(), strict=True) if not is_used}

    def _unfinished(self) -> str:
        names = [self.names[p] for bucket in self.buckets for p in bucket.missing]
        return (
            "Expected to have finished reduction in the prior iteration before starting a new one. These parameters got"
            f" no gradient: {', '.join(sorted(names))}. Were they used in the loss? Pass find_unused_parameters=True to"
            f" DistributedDataParallel if a forward may leave some out. ({self.group.who()})"
        )


def _tensors(value: object) -> Iterable[TensorBase]:
    """The tensors in an output of nested tuples, lists and dicts."""
    if isinstance(value, TensorBase):
        yield value
    elif isinstance(value, Mapping):
        yield from (tensor for each in value.values() for tensor in _tensors(each))
    elif isinstance(value, (tuple, list)):
        yield from (tensor for each in value for tensor in _tensors(each))


def _leaves(outputs: Iterable[TensorBase]) -> Iterable[TensorBase]:
    """The leaves from which the outputs have been computed."""
    stack: list[Function] = []
    seen: set[Function] = set()
    for output in outputs:
        if output._grad_fn is None:
            yield output
        else:
            stack.append(output._grad_fn)
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        for edge in node._edges:
            if edge is None:
                continue
            if isinstance(edge[0], TensorBase):
                yield edge[0]
            else:
                stack.append(edge[0])
