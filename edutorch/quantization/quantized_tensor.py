"""QuantizedTensor: floats that are integers times a scale, and know it.

PyTorch has tensors of integers with a scale of their own dtypes. Here the numbers themselves stay float32, each exactly
(q - zero_point) scale, and the tensor remembers scale and zero point: so an operation that knows nothing of integers
is right, too, but its result has no scale.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from ..autograd.grad_mode import no_grad
from ..dtypes import dtype as dtype_
from ..dtypes import float32, int8, uint8
from ..tensor import Tensor
from .schemes import is_signed, whole_range


def _quantized_as_before(method: Callable[..., Tensor]) -> Callable[..., QuantizedTensor]:
    @functools.wraps(method)
    def kept(self: QuantizedTensor, *args: object, **kwargs: object) -> QuantizedTensor:
        return QuantizedTensor(method(self, *args, **kwargs), *self.qparams)

    return kept


class QuantizedTensor(Tensor):
    """float32 numbers (q - zero_point) scale with integers q of 8 bits. `quantize` makes it.

    Views of it, relu, clone and detach are quantized as it is; all else gives ordinary tensors. It has no gradient."""

    def __init__(self, numbers: Tensor, scale: Tensor, zero_point: Tensor, kind: dtype_) -> None:
        self._become(numbers.array)
        self.qparams = scale, zero_point, kind

    def int_repr(self) -> Tensor:
        """The integers: uint8, or int8 for qint8. Source: torch.Tensor.int_repr."""
        scale, zero_point, kind = self.qparams
        q = (self.dequantize().double() / scale).round() + zero_point
        return q.to(int8 if is_signed(kind) else uint8)

    def dequantize(self) -> Tensor:
        """The same numbers as an ordinary tensor. Source: torch.Tensor.dequantize."""
        return super().detach()

    def q_scale(self) -> float:
        """Source: torch.Tensor.q_scale."""
        return self.qparams[0].item()

    def q_zero_point(self) -> int:
        """Source: torch.Tensor.q_zero_point."""
        return int(self.qparams[1].item())

    relu = _quantized_as_before(Tensor.relu)
    flatten = _quantized_as_before(Tensor.flatten)
    view = _quantized_as_before(Tensor.view)
    reshape = _quantized_as_before(Tensor.reshape)
    permute = _quantized_as_before(Tensor.permute)
    transpose = _quantized_as_before(Tensor.transpose)
    squeeze = _quantized_as_before(Tensor.squeeze)
    unsqueeze = _quantized_as_before(Tensor.unsqueeze)
    contiguous = _quantized_as_before(Tensor.contiguous)
    clone = _quantized_as_before(Tensor.clone)
    detach = _quantized_as_before(Tensor.detach)
    __getitem__ = _quantized_as_before(Tensor.__getitem__)

    def __repr__(self) -> str:
        return f"{super().__repr__()[:-1]}, scale={self.q_scale()}, zero_point={self.q_zero_point()})"


@no_grad()
def quantize(x: Tensor, scale: Tensor, zero_point: Tensor, kind: dtype_) -> QuantizedTensor:
    """x, any shape, floating, rounded to what the integers of a dtype, torch.quint8 or torch.qint8, can stand for.

    q = round(x / scale) + zero_point, halves to even, within the dtype's range. Source: torch.quantize_per_tensor."""
    low, high = whole_range(kind)
    q = ((x * scale.reciprocal()).round() + zero_point).clamp(low, high)
    return QuantizedTensor(((q - zero_point) * scale).to(float32), scale, zero_point, kind)


def with_scale(layer: str, x: Tensor) -> QuantizedTensor:
    """The input of a quantized layer. Raises TypeError for an ordinary tensor."""
    if isinstance(x, QuantizedTensor):
        return x
    raise TypeError(
        f"{layer}: the input has no scale. Put a QuantStub before the first quantized layer; between two of them use"
        " modules, such as nn.ReLU, nn.MaxPool2d and nn.Flatten, or methods, such as x.relu() and x.flatten(1):"
        " functions, such as F.relu(x), give ordinary tensors"
    )
