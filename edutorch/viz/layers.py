"""The output of each layer of a model for one example, and what its attention looks at."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..autograd.base import TensorBase
from ..autograd.grad_mode import no_grad
from ..dtypes import float64
from ..nn.attention import MultiheadAttention
from ..nn.module import Module
from ..nn.parameter import UninitializedBuffer
from ..random.generator import fork_rng
from ..tensor import Tensor


@dataclass
class Layer:
    """The output of a layer for one example. maps: (C, H, W), a feature map for each channel or an attention map for
    each head, or (N,), numbers without a place. unit: what each map belongs to, "channel" or "head"."""

    name: str
    kind: str
    maps: np.ndarray
    unit: str = "channel"

    @property
    def title(self) -> str:
        return f"{self.name} {self.kind}".strip()

    @property
    def channels(self) -> int:
        return len(self.maps) if self.maps.ndim == 3 else 1


def layers_of(model: Module, x: Tensor | tuple[Tensor, ...]) -> list[Layer]:
    """The input, then the output of each layer, in the order of the calls.

    model: any Module; it runs once, in its current mode, without gradients, and is left unchanged. x: its input, or a
    tuple of its inputs. Of a batch, only the first example is kept (along axis 1 if all of the model's layers for
    sequences have batch_first=False). A layer that contains others is listed only if its output is not that of one of
    them, as for a block that adds its input. If a layer returns several tensors, all are listed. Attention has a map
    for each head: row i is how position i spreads its attention, and adds up to 1. Raises ValueError if x is empty."""
    inputs = x if isinstance(x, tuple) else (x,)
    walk = _Walk(_batch_axis(model, inputs[0]), {id(module): name for name, module in model.named_modules()})
    for number, each in enumerate(inputs):
        walk.add(f"input {number}" if len(inputs) > 1 else "input", "", each)
    if not walk.layers:
        raise ValueError("explore: x is empty: it needs one example at least")
    with _kept(model), no_grad():
        handles = [module.register_forward_hook(walk.see, with_kwargs=True) for module in model.modules()]
        try:
            model(*inputs)
        finally:
            for handle in handles:
                handle.remove()
    return walk.layers


@contextmanager
def _kept(model: Module) -> Iterator[None]:
    """Restores buffers, such as batch norm's running statistics, and the random generator afterwards."""
    before = [(buffer, buffer.clone()) for buffer in model.buffers() if not isinstance(buffer, UninitializedBuffer)]
    try:
        with fork_rng():
            yield
    finally:
        for buffer, values in before:
            buffer.copy_(values)


class _Walk:
    """What the hook on every layer has seen. names: those of the layers, by id."""

    def __init__(self, batch_axis: int, names: dict[int, str]) -> None:
        self.batch_axis, self.names = batch_axis, names
        self.layers: list[Layer] = []
        self.given: dict[int, Tensor] = {}  # each tensor that a layer returned, by id

    def see(self, module: Module, inputs: tuple[object, ...], options: dict[str, object], output: Any) -> None:
        name, kind = self.names[id(module)] or "model", type(module).__name__
        if isinstance(module, MultiheadAttention) and type(module).forward is MultiheadAttention.forward:
            output = output[0]
            maps = attention_maps(module, inputs, options)
            self.layers.append(Layer(f"{name}, attention", kind, _example(maps, 0 if maps.ndim == 4 else None), "head"))
        for part, tensor in _tensors(output):
            if id(tensor) not in self.given or not list(module.children()):
                self.add(f"{name}{part}", kind, tensor)
            self.given[id(tensor)] = tensor

    def add(self, name: str, kind: str, tensor: Tensor) -> None:
        if tensor.numel():
            is_sequence = tensor.ndim > self.batch_axis + (1 if tensor.is_floating_point() else 0)
            self.layers.append(Layer(name, kind, _example(tensor, self.batch_axis if is_sequence else 0)))


def attention_maps(module: MultiheadAttention, inputs: tuple[object, ...], options: Mapping[str, object]) -> Tensor:
    """The weights of each head in a call of `module`, without dropout: (N, heads, L, S), or without N."""
    given = inspect.signature(module.forward).bind(*inputs, **options).arguments
    training, module.training = module.training, False
    try:
        _, weights = module.forward(**{**given, "need_weights": True, "average_attn_weights": False})
    finally:
        module.training = training
    assert weights is not None
    return weights


def _batch_axis(model: Module, x: Tensor) -> int:
    """1 if the model has layers for sequences and all have batch_first=False, else 0."""
    first = [module.batch_first for module in model.modules() if hasattr(module, "batch_first")]
    return 1 if first and not any(first) and x.ndim > 1 else 0


def _tensors(output: Any, name: str = "") -> Iterator[tuple[str, Tensor]]:
    """Each tensor in tuples, lists and dicts, and its place there: ", part 2", ", mean"."""
    if isinstance(output, TensorBase):
        yield name, output  # type: ignore[misc]
    elif isinstance(output, Mapping):
        for key, each in output.items():
            yield from _tensors(each, f"{name}, {key}")
    elif isinstance(output, (tuple, list)):
        for number, each in enumerate(output, 1):
            yield from _tensors(each, f"{name}, part {number}" if len(output) > 1 else name)


def _example(x: Tensor, axis: int | None) -> np.ndarray:
    """Example 0 of a batch along that axis, or all of x, as (C, H, W) maps or (N,) numbers, float64; leading axes are
    joined."""
    one = x.detach() if axis is None or x.ndim < 2 else x.detach().select(axis, 0)
    array = one.cpu().to(float64).numpy()
    return array.reshape(-1) if array.ndim < 2 else array.reshape(-1, *array.shape[-2:])
