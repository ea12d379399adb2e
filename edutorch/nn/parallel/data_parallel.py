"""DataParallel: one process, the batch split over the GPUs. Source: torch.nn.DataParallel."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ... import cuda
from ...autograd.base import TensorBase
from ...autograd.grad_mode import is_grad_enabled, set_grad_enabled
from ...devices import device
from ...ops.joining import cat
from ...ops.splitting import chunk
from ...tensor import Tensor
from ..module import Module

Value = TypeVar("Value")


class DataParallel(Module):
    """On several GPUs each forward splits the batch, runs a copy of the module on each part, and joins the outputs; on
    a CPU or one GPU it is the module itself. DistributedDataParallel, a process for each device, is faster.

    More than one GPU has not been tried: the tests run it on a stand-in for CuPy."""

    def __init__(
        self,
        module: Module,
        device_ids: Sequence[int | device] | None = None,
        output_device: int | device | None = None,
        dim: int = 0,
    ) -> None:
        super().__init__()
        self.module, self.dim = module, dim
        count = cuda.device_count() if cuda.is_available() else 0
        found = range(count) if device_ids is None else device_ids if count else []
        self.device_ids = [each if isinstance(each, int) else each.index or 0 for each in found]
        first = self.device_ids[0] if self.device_ids else None
        self.output_device = first if output_device is None else output_device
        if len(self.device_ids) == 1:
            module.to(device("cuda", self.device_ids[0]))

    def forward(self, *inputs: object, **kwargs: object) -> object:
        """The module's outputs for the whole batch."""
        if len(self.device_ids) < 2:
            return self.module(*inputs, **kwargs)
        devices = [device("cuda", index) for index in self.device_ids]
        devices = devices[: _count_parts([inputs, kwargs], len(devices), self.dim)]
        parts = [
            (_split(inputs, devices, self.dim, place), _split(kwargs, devices, self.dim, place))
            for place in range(len(devices))
        ]
        replicas = [_replica(self.module, each) for each in devices]
        recording = is_grad_enabled()

        def run(place: int) -> object:
            with set_grad_enabled(recording), devices[place]:
                args, named = parts[place]
                return replicas[place](*args, **named)

        with ThreadPoolExecutor(len(devices)) as threads:
            outputs = list(threads.map(run, range(len(devices))))
        return _join(outputs, devices[0], self.dim)


def _split(value: Value, devices: Sequence[device], dim: int, part: int) -> Value:
    """The part of an input for a device: of each tensor a chunk, of anything else itself."""
    if isinstance(value, Tensor):
        chunks = chunk(value, len(devices), dim)
        return chunks[part].to(devices[part]) if part < len(chunks) else None  # type: ignore[return-value]
    if isinstance(value, Mapping):
        return {key: _split(each, devices, dim, part) for key, each in value.items()}  # type: ignore[return-value]
    if isinstance(value, (tuple, list)):
        return type(value)(_split(each, devices, dim, part) for each in value)
    return value


def _count_parts(value: object, most: int, dim: int) -> int:
    """How many devices get a part: fewer than there are for a batch of fewer rows."""
    if isinstance(value, Tensor):
        return len(chunk(value, most, dim))
    below = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, (tuple, list)) else []
    return max([_count_parts(each, most, dim) for each in below], default=1)


def _replica(module: Module, where: device) -> Module:
    """The module on another device. Gradients flow from its parameters back to the module's own."""
    made = copy.copy(module)
    for table in ("_parameters", "_buffers"):
        own = {name: each if each is None else each.to(where) for name, each in getattr(module, table).items()}
        made.__dict__[table] = own
    made.__dict__["_modules"] = {
        name: child if child is None else _replica(child, where) for name, child in module._modules.items()
    }
    return made


def _join(outputs: Sequence[object], where: device, dim: int) -> object:
    """The outputs of all parts as one, on a device."""
    first = outputs[0]
    if isinstance(first, TensorBase):
        tensors = [each.to(where) for each in outputs if isinstance(each, Tensor)]
        return cat([each.unsqueeze(0) if each.dim() == 0 else each for each in tensors], dim)
    if isinstance(first, Mapping):
        return {key: _join([each[key] for each in outputs], where, dim) for key in first}  # type: ignore[index]
    if isinstance(first, (tuple, list)):
        return type(first)(_join(list(each), where, dim) for each in zip(*outputs, strict=True))
    return first
