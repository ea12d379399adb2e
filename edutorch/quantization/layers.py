"""Layers with weights of 8 bits. Source: torch.ao.nn.quantized; Jacob et al. 2018, section 2.

With x = (q_x - z_x) s_x and w = (q_w - z_w) s_w the sums of a layer are sums of integers,

    sum of x w  =  s_x s_w  sum of (q_x - z_x) (q_w - z_w),

which a processor adds up in 32 bits. NumPy has no fast product of integer matrices; float64 holds all integers up to
2^53, so its products and sums of them are exact, and BLAS makes them. These layers have a quarter of the bytes of
float32 ones, and take some five to ten times as long: the integers pay in an engine made for them, such as onnxruntime.
"""

from __future__ import annotations

from typing import Self

from .. import nn
from ..autograd.grad_mode import no_grad
from ..dtypes import dtype as dtype_
from ..dtypes import int8, int32
from ..left_out_dtypes import qint8
from ..nn import functional as F
from ..nn.module import Module
from ..tensor import Tensor
from . import qat
from .quantized_tensor import QuantizedTensor, quantize, with_scale
from .sharing import sharing_attributes


class Quantize(Module):
    """What convert makes of a QuantStub: floats become quantized. Source: torch.ao.nn.quantized.Quantize."""

    scale: Tensor
    zero_point: Tensor

    def __init__(self, scale: Tensor, zero_point: Tensor, dtype: dtype_) -> None:
        super().__init__()
        self.register_buffer("scale", scale)
        self.register_buffer("zero_point", zero_point)
        self.dtype = dtype

    @classmethod
    def from_float(cls, mod: Module) -> Quantize:
        """That of a calibrated QuantStub."""
        observer = mod.activation_post_process
        scale, zero_point = observer.calculate_qparams()
        return cls(scale, zero_point.long(), observer.dtype)

    def forward(self, x: Tensor) -> QuantizedTensor:
        """x, any shape, floating."""
        return quantize(x, self.scale, self.zero_point, self.dtype)

    def extra_repr(self) -> str:
        return f"scale={self.scale}, zero_point={self.zero_point}, dtype={self.dtype}"


class DeQuantize(Module):
    """What convert makes of a DeQuantStub: quantized numbers become ordinary floats. Source:
    torch.ao.nn.quantized.DeQuantize."""

    @classmethod
    def from_float(cls, mod: Module) -> DeQuantize:
        """That of a DeQuantStub."""
        return cls()

    def forward(self, x: Tensor) -> Tensor:
        """The same numbers."""
        return x.dequantize() if isinstance(x, QuantizedTensor) else x


class Quantized(Module):
    """What all of them share.

    weight: int8, with weight_scale and weight_zero_point of shape (1,), or (outputs,); bias: float32 or None;
    scale and zero_point of the output, and its dtype."""

    weight_scale: Tensor
    weight_zero_point: Tensor
    bias: Tensor | None
    scale: Tensor
    zero_point: Tensor
    dtype: dtype_
    relu = False

    @classmethod
    def from_float(cls, mod: Module) -> Self:
        """The quantized layer of a prepared and calibrated one."""
        made = cls.of_weight(mod)
        scale, zero_point = mod.activation_post_process.calculate_qparams()
        made.register_buffer("scale", scale)
        made.register_buffer("zero_point", zero_point.long())
        made.dtype = mod.activation_post_process.dtype
        return made

    @classmethod
    def of_weight(cls, mod: Module) -> Self:
        """The layer with a quantized weight. Raises NotImplementedError for a dtype other than qint8, and for scales
        along another axis than that of the outputs."""
        layer = mod.folded() if isinstance(mod, qat.ConvBn2d) else mod[0] if isinstance(mod, nn.Sequential) else mod
        observer = mod.weight_fake_quant if isinstance(mod, qat.FakeQuantized) else mod.qconfig.weight()
        observer.to(layer.weight.device)
        if observer.dtype is not qint8 or getattr(observer, "ch_axis", 0) > 0:
            raise NotImplementedError(
                f"{cls.__name__}: the observer of the weight must have dtype=torch.qint8 and ch_axis=0, not"
                f" {observer.dtype} and {getattr(observer, 'ch_axis', 0)}"
            )
        made = sharing_attributes(cls, layer)
        del made.weight, made.bias
        made._modules.clear()  # observers
        with no_grad():
            observer(layer.weight)
            scale, zero_point = observer.calculate_qparams()
            q = (layer.weight * cls._along(scale.reciprocal(), layer.weight.dim() - 1)).round()
            q = q + cls._along(zero_point, layer.weight.dim() - 1)
            made.register_buffer("weight", q.clamp(observer.quant_min, observer.quant_max).to(int8))
        made.register_buffer("weight_scale", scale)
        made.register_buffer("weight_zero_point", zero_point.to(int32))
        made.register_buffer("bias", None if layer.bias is None else layer.bias.detach().clone())
        return made

    @no_grad()
    def forward(self, input: Tensor) -> Tensor:
        """Quantized numbers of the float layer's shape; quantized ones of its output shape."""
        x = with_scale(self._get_name(), input)
        scale, zero_point, _ = x.qparams
        y = self.sums(x.int_repr().double() - zero_point, scale)
        return quantize(y.relu() if self.relu else y, self.scale, self.zero_point, self.dtype)

    def sums(self, x: Tensor, scale: Tensor) -> Tensor:
        """The float64 output for integers x = q_x - z_x, in float64, and their scale."""
        weight = self.weight.double() - self._along(self.weight_zero_point, self.weight.dim() - 1)
        after = self.weight.dim() - 2  # axes behind that of the outputs
        y = self.product(x, weight) * self._along(scale.double() * self.weight_scale, after)
        return y if self.bias is None else y + self._along(self.bias, after)

    def product(self, x: Tensor, weight: Tensor) -> Tensor:
        """The sums of integers x times integer weights, in float64: exact."""
        raise NotImplementedError

    @staticmethod
    def _along(values: Tensor, after: int) -> Tensor:
        """(outputs,) -> (outputs, 1, ...), to broadcast with as many axes behind the outputs."""
        return values.reshape(-1, *[1] * after)

    def _get_name(self) -> str:
        return f"Quantized{type(self).__name__}"

    def extra_repr(self) -> str:
        output = f", scale={self.scale.item()}, zero_point={self.zero_point.item()}" if "scale" in self._buffers else ""
        return f"{super().extra_repr()}{output}"


class Linear(Quantized, nn.Linear):
    """Source: torch.ao.nn.quantized.Linear."""

    def product(self, x: Tensor, weight: Tensor) -> Tensor:
        """(*, in_features) -> (*, out_features)"""
        return F.linear(x, weight)


class LinearReLU(Linear):
    """Source: torch.ao.nn.intrinsic.quantized.LinearReLU."""

    relu = True


class Conv1d(Quantized, nn.Conv1d):
    """Source: torch.ao.nn.quantized.Conv1d."""

    def product(self, x: Tensor, weight: Tensor) -> Tensor:
        """(N, C, L) -> (N, O, L')"""
        x, _, _, *others = self._arguments(x)
        return F.conv1d(x, weight, None, *others)


class ConvReLU1d(Conv1d):
    """Source: torch.ao.nn.intrinsic.quantized.ConvReLU1d."""

    relu = True


class Conv2d(Quantized, nn.Conv2d):
    """Source: torch.ao.nn.quantized.Conv2d."""

    def product(self, x: Tensor, weight: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, O, H', W')"""
        x, _, _, *others = self._arguments(x)
        return F.conv2d(x, weight, None, *others)


class ConvReLU2d(Conv2d):
    """Source: torch.ao.nn.intrinsic.quantized.ConvReLU2d."""

    relu = True


class Conv3d(Quantized, nn.Conv3d):
    """Source: torch.ao.nn.quantized.Conv3d."""

    def product(self, x: Tensor, weight: Tensor) -> Tensor:
        """(N, C, D, H, W) -> (N, O, D', H', W')"""
        x, _, _, *others = self._arguments(x)
        return F.conv3d(x, weight, None, *others)


class ConvReLU3d(Conv3d):
    """Source: torch.ao.nn.intrinsic.quantized.ConvReLU3d."""

    relu = True
