"""Linear layers with weights of 8 bits, whose input gets a scale of its own in each call; and quantize_dynamic.

Nothing is calibrated: floats go in and come out. Source: torch.ao.nn.quantized.dynamic, torch.ao.quantization.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterable, Mapping

import numpy as np

from .. import nn
from ..autograd.grad_mode import no_grad
from ..dtypes import dtype as dtype_
from ..left_out_dtypes import qint8, quint8
from ..nn.module import Module
from ..ops.from_data import tensor
from ..ops.reduction import aminmax
from ..tensor import Tensor
from . import layers
from .fuse_modules import LinearReLU as FusedLinearReLU
from .qconfig import QConfig, default_dynamic_qconfig
from .quantize import Swaps, convert, propagate_qconfig_
from .quantized_tensor import quantize

RECURRENT = (nn.LSTM, nn.GRU, nn.RNN, nn.LSTMCell, nn.GRUCell, nn.RNNCell)


def choose_qparams(x: Tensor, low: int = 0, high: int = 127) -> tuple[Tensor, Tensor]:
    """(scale, zero point), each of shape (1,), that hold the numbers of one tensor: integers from low to high.

    PyTorch, too, uses 7 of the 8 bits. Source: torch._choose_qparams_per_tensor."""
    least, most = (float(each.item()) for each in aminmax(x.detach()))
    least, most = min(least, 0.0), max(most, 0.0)
    scale = float(np.float32((most - least) / (high - low))) or 0.1
    zero_point = min(max(round(low - least / scale), low), high)
    return tensor([scale], device=x.device), tensor([zero_point], device=x.device)


class Linear(layers.Linear):
    """(*, in_features) float32 -> (*, out_features) float32. Source: torch.ao.nn.quantized.dynamic.Linear."""

    @classmethod
    def from_float(cls, mod: Module) -> Linear:
        """The layer with a quantized weight."""
        return cls.of_weight(mod)

    @no_grad()
    def forward(self, input: Tensor) -> Tensor:
        """(*, in_features) -> (*, out_features)"""
        if not input.numel():
            return input.new_zeros(*input.shape[:-1], self.out_features)
        scale, zero_point = choose_qparams(input)
        x = quantize(input, scale, zero_point, quint8).int_repr().double() - zero_point
        y = self.sums(x, scale).to(input.dtype)
        return y.relu() if self.relu else y

    def _get_name(self) -> str:
        return "DynamicQuantizedLinear"


class LinearReLU(Linear):
    """Source: torch.ao.nn.intrinsic.quantized.dynamic.LinearReLU."""

    relu = True

    def _get_name(self) -> str:
        return "DynamicQuantizedLinearReLU"


MAPPING: Swaps = {nn.Linear: Linear, FusedLinearReLU: LinearReLU}


def quantize_dynamic(
    model: Module,
    qconfig_spec: Mapping[type[Module] | str, QConfig | None] | Iterable[type[Module] | str] | None = None,
    dtype: dtype_ = qint8,
    mapping: Swaps | None = None,
    inplace: bool = False,
) -> Module:
    """A copy of the model in eval mode, whose Linear layers have weights of 8 bits.

    qconfig_spec: types of modules, or names, for all of which default_dynamic_qconfig holds, or a dictionary with a
    QConfig for each; by default nn.Linear. mapping: as for convert. Recurrent layers stay as they are, with a warning.
    Raises ValueError for a dtype other than torch.qint8. Source: torch.ao.quantization.quantize_dynamic."""
    if dtype is not qint8:
        raise ValueError(f"Don't know how to quantize with default settings for {dtype}: use torch.qint8")
    spec = qconfig_spec if qconfig_spec is not None else [nn.Linear, FusedLinearReLU]
    chosen = dict(spec) if isinstance(spec, Mapping) else dict.fromkeys(spec, default_dynamic_qconfig)
    model = model if inplace else copy.deepcopy(model)
    model.eval()
    for name, module in model.named_modules():
        if type(module) in RECURRENT and (qconfig_spec is None or type(module) in chosen or name in chosen):
            warnings.warn(
                f"quantize_dynamic: {name or 'the model'} stays in float32: only Linear is quantized", stacklevel=2
            )
    propagate_qconfig_(model, chosen)
    return convert(model, MAPPING if mapping is None else mapping, inplace=True)
