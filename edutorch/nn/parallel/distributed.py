"""DistributedDataParallel: a copy of the model in each process. Source: torch.nn.parallel.DistributedDataParallel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from ...autograd.grad_mode import is_grad_enabled
from ...distributed.agreement import agree, described
from ...distributed.buffer import Buffer
from ...distributed.errors import DistBackendError
from ...distributed.groups import Group, ProcessGroup, resolve
from ...distributed.objects import all_gather_object
from ...distributed.waiting import wait
from ..module import Module
from .reducer import Reducer

if TYPE_CHECKING:
    from ...tensor import Tensor

DEFAULT_MEGABYTES = 25.0


class DistributedDataParallel(Module):
    """Wraps a module so that backward leaves, in all processes, the average of their gradients.

    Every process makes it, of the same architecture; parameters and buffers become those of rank 0. Each process then
    trains on its own part of the batch, and all stay equal, since they start equal and take equal steps: the average of
    the gradients of n equal parts is the gradient of the mean loss over the whole batch.

    bucket_cap_mb: megabytes of gradients that are sent at once. broadcast_buffers: buffers (running statistics) become
    those of rank 0 before each forward. find_unused_parameters: look after each forward for parameters that it did not
    use. static_graph, gradient_as_bucket_view, device_ids and output_device are accepted; the results are the same.

    Raises RuntimeError for a module without parameters that require gradients, DistBackendError where the processes'
    modules differ. Li et al. 2020, PyTorch Distributed. Source: torch.nn.parallel.DistributedDataParallel."""

    def __init__(
        self,
        module: Module,
        device_ids: Sequence[int] | None = None,
        output_device: int | None = None,
        dim: int = 0,
        broadcast_buffers: bool = True,
        init_sync: bool = True,
        process_group: Group = None,
        bucket_cap_mb: float | None = None,
        find_unused_parameters: bool = False,
        check_reduction: bool = False,
        gradient_as_bucket_view: bool = False,
        static_graph: bool = False,
        delay_all_reduce_named_params: None = None,
        param_to_hook_all_reduce: None = None,
        mixed_precision: None = None,
        device_mesh: None = None,
        skip_all_reduce_unused_params: bool = False,
    ) -> None:
        super().__init__()
        named = {name: p for name, p in module.named_parameters() if p.requires_grad}
        if not named:
            raise RuntimeError(
                "DistributedDataParallel is not needed when a module doesn't have any parameters that require a"
                " gradient."
            )
        if mixed_precision or device_mesh or delay_all_reduce_named_params:
            raise NotImplementedError(
                "DistributedDataParallel: mixed_precision, device_mesh and delay_all_reduce_named_params are left out"
            )
        self.module = module
        self.device_ids, self.output_device, self.dim = device_ids, output_device, dim
        self.broadcast_buffers, self.find_unused_parameters = broadcast_buffers, find_unused_parameters
        self.static_graph, self.gradient_as_bucket_view = static_graph, gradient_as_bucket_view
        self.process_group = resolve(process_group)
        self.require_backward_grad_sync = self.require_forward_param_sync = True
        if init_sync:
            _check_equal(self.process_group, module)
            _broadcast(self.process_group, [*module.parameters(), *module.buffers()], "parameters and buffers")
        megabytes = DEFAULT_MEGABYTES if bucket_cap_mb is None else bucket_cap_mb
        # in a static graph, too, a parameter may be unused, and need not be said to be
        self.reducer = Reducer(self.process_group, named, megabytes, find_unused_parameters or static_graph)

    def forward(self, *inputs: object, **kwargs: object) -> object:
        """The module's forward. Before it the buffers are those of rank 0; backward will average the gradients."""
        if self.require_forward_param_sync and self.broadcast_buffers:
            _broadcast(self.process_group, list(self.module.buffers()), "buffers")
        output = self.module(*inputs, **kwargs)
        self.require_forward_param_sync = is_grad_enabled() and self.require_backward_grad_sync
        if self.require_forward_param_sync:
            self.reducer.prepare(output)
        else:
            self.reducer.expects = False
        return output

    @contextmanager
    def no_sync(self) -> Iterator[None]:
        """Within it, backward adds to this process's own gradients; the first backward after it averages the sums."""
        before, self.require_backward_grad_sync = self.require_backward_grad_sync, False
        try:
            yield
        finally:
            self.require_backward_grad_sync = before


def _check_equal(group: ProcessGroup, module: Module) -> None:
    """Raises DistBackendError, naming a rank and a parameter, where the processes' modules differ."""
    agree(group, "DistributedDataParallel")
    state = [*module.named_parameters(), *module.named_buffers()]
    mine = [f"{name} of {described(tensor)}" for name, tensor in state]
    all_of_them: list[object] = [None] * group.size()
    all_gather_object(all_of_them, mine, group)
    first = all_of_them[0]
    assert isinstance(first, list)
    for rank, found in zip(group.ranks, all_of_them, strict=True):
        assert isinstance(found, list)
        if found != first:
            theirs, here = next(
                (pair for pair in zip(first, found, strict=False) if pair[0] != pair[1]),
                (f"{len(first)} parameters and buffers", f"{len(found)}"),
            )
            raise DistBackendError(
                f"DistributedDataParallel: the modules differ: rank {group.ranks[0]} has {theirs}, rank {rank} has"
                f" {here}"
            )


def _broadcast(group: ProcessGroup, tensors: Sequence[Tensor], what: str) -> None:
    """Overwrites tensors by those of the group's first process, those of one dtype at once."""
    buffers: dict[str, list[Buffer]] = {}
    for tensor in tensors:
        buffers.setdefault(str(tensor.dtype), []).append(Buffer(tensor))
    for kind, each in buffers.items():
        flat = np.concatenate([buffer.array.reshape(-1) for buffer in each])
        group.bytes_given += flat.nbytes
        text = f"DistributedDataParallel's broadcast of {what}, {kind} {list(flat.shape)}"
        wait(group, [group.data.Ibcast(flat, 0)], text)
        start = 0
        for buffer in each:
            buffer.array.reshape(-1)[...] = flat[start : start + buffer.array.size]
            start += buffer.array.size
            buffer.write_back()
