"""The number of operations in a layer's own products. A multiplication and an addition count as two."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..tensor import Tensor
    from .module import Module


def count_flops(module: Module, args: Any, output: Any) -> int:
    """The operations of one call of a layer, without those of the layers in it; 0 for a layer without products."""
    for kind in type(module).__mro__:
        if kind.__name__ in COUNTS and kind.__module__.partition(".")[0] == __name__.partition(".")[0]:
            return 2 * COUNTS[kind.__name__](module, args, output)
    return 0


def _linear(layer: Module, args: tuple[Tensor, ...], output: Tensor) -> int:
    return output.numel() * layer.in_features


def _bilinear(layer: Module, args: tuple[Tensor, ...], output: Tensor) -> int:
    return output.numel() * (layer.in1_features + 1) * layer.in2_features


def _convolution(layer: Module, args: tuple[Tensor, ...], output: Tensor) -> int:
    positions = args[0] if layer.transposed else output  # each of them meets the whole kernel
    return positions.numel() * (layer.weight.numel() // len(layer.weight))


def _recurrent(layer: Module, args: tuple[Tensor, ...], output: Tensor) -> int:
    steps = args[0].data.numel() // layer.input_size  # for a tensor or a PackedSequence
    return steps * sum(w.numel() for w in layer.parameters() if w.dim() == 2)


def _recurrent_cell(layer: Module, args: tuple[Tensor, ...], output: Tensor) -> int:
    return (args[0].numel() // layer.input_size) * (layer.weight_ih.numel() + layer.weight_hh.numel())


def _attention(layer: Module, args: tuple[Tensor, ...], output: Tensor) -> int:
    query, key, _ = args[:3] if len(args) > 2 else (output[0],) * 3
    axis = 1 if layer.batch_first and query.dim() == 3 else 0
    n = query.size(1 - axis) if query.dim() == 3 else 1
    length, keys, e = query.size(axis), key.size(axis), layer.embed_dim
    projections = length * e + keys * (layer.kdim + layer.vdim) + length * e  # times e, for each of n
    return n * (projections * e + 2 * length * keys * e)


# By name: the layers import Module, and Module imports this
COUNTS: dict[str, Callable[[Module, tuple[Tensor, ...], Tensor], int]] = {
    "Linear": _linear,
    "Bilinear": _bilinear,
    "_Conv": _convolution,
    "RNNBase": _recurrent,
    "RNNCellBase": _recurrent_cell,
    "MultiheadAttention": _attention,
}
