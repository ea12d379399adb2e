"""Observers: they watch numbers pass, and choose the integers to stand for them.

An integer q stands for x = (q - zero_point) scale. The range of x, from the least to the largest that was seen, is cut
into quant_max - quant_min steps of size scale; 0 is always on a step, at zero_point, since padding and ReLU make many
exact zeros. Source: torch.ao.quantization.observer; Jacob et al. 2018, Quantization and Training of Neural Networks for
Efficient Integer-Arithmetic-Only Inference, section 3.1.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Mapping
from typing import TypedDict, Unpack

import numpy as np

from ..dtypes import dtype as dtype_
from ..left_out_dtypes import qint8, quint8
from ..nn.module import Module
from ..ops.creation import empty, full
from ..ops.extremes import maximum, minimum
from ..ops.from_data import tensor
from ..ops.reduction import aminmax
from ..tensor import Tensor
from .schemes import (
    integer_range,
    is_signed,
    per_channel_affine,
    per_channel_symmetric,
    per_tensor_affine,
    per_tensor_symmetric,
)
from .schemes import (
    qscheme as qscheme_,
)

EPS = float(np.finfo(np.float32).eps)


class Arguments(TypedDict, total=False):
    """What all observers take."""

    dtype: dtype_
    qscheme: qscheme_
    reduce_range: bool
    quant_min: int | None
    quant_max: int | None
    eps: float
    is_dynamic: bool


class Recipe(functools.partial):
    """A constructor with some of its arguments given."""

    def with_args(self, **arguments: object) -> Recipe:
        """The constructor with more of its arguments given."""
        return Recipe(self, **arguments)


class WithArguments(Module):
    """A module that a QConfig makes many of."""

    @classmethod
    def with_args(cls, **arguments: object) -> Recipe:
        """The constructor with some of its arguments given: MinMaxObserver.with_args(dtype=torch.qint8)."""
        return Recipe(cls, **arguments)


def fit_buffers(module: Module, state: Mapping[str, Tensor], prefix: str, *_: object) -> None:
    """For load_state_dict: a module that has seen nothing gets as many channels as the file has."""
    for name, buffer in module._buffers.items():
        if buffer is not None and prefix + name in state:
            buffer.resize_(state[prefix + name].shape)


class UniformQuantizationObserverBase(WithArguments):
    """What all observers share: the range of the integers, and the way from a range of numbers to scale and zero point.

    dtype: torch.qint8 or torch.quint8; quant_min and quant_max: the integers in use, all of them by default;
    reduce_range: half of them, for processors whose sums of 16 bits overflow; eps: the least scale. Raises
    AssertionError for other dtypes and for a range without 0.
    Source: torch.ao.quantization.observer.UniformQuantizationObserverBase."""

    min_val: Tensor
    max_val: Tensor
    eps: Tensor
    schemes = (per_tensor_affine, per_tensor_symmetric)

    def __init__(
        self,
        dtype: dtype_ = quint8,
        qscheme: qscheme_ = per_tensor_affine,
        reduce_range: bool = False,
        quant_min: int | None = None,
        quant_max: int | None = None,
        eps: float = EPS,
        is_dynamic: bool = False,
    ) -> None:
        super().__init__()
        if qscheme not in self.schemes:
            raise NotImplementedError(f"{type(self).__name__}'s qscheme must be one of {self.schemes}, not {qscheme}")
        if is_dynamic:
            raise NotImplementedError(f"{type(self).__name__}: quantize_dynamic needs no observer of activations")
        if qscheme.is_symmetric and reduce_range and not is_signed(dtype):
            raise NotImplementedError("Cannot reduce range for symmetric quantization for quint8: use torch.qint8")
        self.dtype, self.qscheme, self.reduce_range, self.is_dynamic = dtype, qscheme, reduce_range, is_dynamic
        self.quant_min, self.quant_max = integer_range(dtype, quant_min, quant_max, reduce_range)
        self.has_customized_qrange = quant_min is not None and quant_max is not None
        self.register_buffer("eps", tensor([eps]))
        self.reset_min_max_vals()

    def reset_min_max_vals(self) -> None:
        """Forgets what was seen."""
        self.register_buffer("min_val", tensor(float("inf"), device=self.eps.device))
        self.register_buffer("max_val", tensor(float("-inf"), device=self.eps.device))

    def calculate_qparams(self) -> tuple[Tensor, Tensor]:
        """(scale, zero point), float32 and integer, of shape (1,), or (channels,) per channel.

        They are 1 and 0, with a warning, before anything was seen. Raises AssertionError if the least number seen is
        larger than the largest."""
        return self._qparams(self.min_val, self.max_val)

    def _qparams(self, least: Tensor, most: Tensor) -> tuple[Tensor, Tensor]:
        if least.numel() == 0 or bool(((least == np.inf) & (most == -np.inf)).all()):
            warnings.warn("must run observer before calling calculate_qparams. Returning default values.", stacklevel=3)
            return tensor([1.0], device=least.device), tensor([0], device=least.device)
        if bool((least > most).any()):
            raise AssertionError(f"min {least} should be less than max {most}")
        low, high = self.quant_min, self.quant_max
        least, most = least.clamp(max=0), most.clamp(min=0)
        if self.qscheme.is_symmetric:
            scale = maximum(maximum(-least, most) / ((high - low) / 2), self.eps)
            return scale, full(scale.shape, self._middle(), device=scale.device)
        scale = maximum((most - least) / float(high - low), self.eps)
        return scale, (low - (least / scale).round().int()).clamp(low, high)

    def _middle(self) -> int:
        if is_signed(self.dtype):
            return 0
        return (self.quant_min + self.quant_max) // 2 if self.has_customized_qrange else 128

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}"


class MinMaxObserver(UniformQuantizationObserverBase):
    """The least and the largest number ever seen. Arguments as for the base. Source:
    torch.ao.quantization.MinMaxObserver."""

    def forward(self, x: Tensor) -> Tensor:
        """x, any shape, as it is."""
        if x.numel():
            least, most = aminmax(x.detach().to(self.min_val.dtype))
            self.update(least, most)
        return x

    def update(self, least: Tensor, most: Tensor) -> None:
        """Takes in the extremes of what was just seen."""
        self.min_val.copy_(minimum(self.min_val, least))
        self.max_val.copy_(maximum(self.max_val, most))


class MovingAverageMinMaxObserver(MinMaxObserver):
    """Moving averages of the least and the largest number of each batch: m + averaging_constant (new - m).
    Source: torch.ao.quantization.MovingAverageMinMaxObserver."""

    def __init__(self, averaging_constant: float = 0.01, **arguments: Unpack[Arguments]) -> None:
        super().__init__(**arguments)
        self.averaging_constant = averaging_constant

    def update(self, least: Tensor, most: Tensor) -> None:
        """Takes in the extremes of what was just seen."""
        if self.min_val == np.inf and self.max_val == -np.inf:
            return super().update(least, most)
        self.min_val += self.averaging_constant * (least - self.min_val)
        self.max_val += self.averaging_constant * (most - self.max_val)


class PerChannelMinMaxObserver(UniformQuantizationObserverBase):
    """The least and the largest number ever seen at each position of the axis ch_axis. Source:
    torch.ao.quantization.PerChannelMinMaxObserver."""

    schemes = (per_channel_affine, per_channel_symmetric)

    def __init__(self, ch_axis: int = 0, **arguments: Unpack[Arguments]) -> None:
        arguments.setdefault("qscheme", per_channel_affine)
        super().__init__(**arguments)
        self.ch_axis = ch_axis
        self.register_load_state_dict_pre_hook(fit_buffers)

    def forward(self, x: Tensor) -> Tensor:
        """x, any shape with the axis, as it is."""
        if x.numel():
            channels = x.detach().to(self.min_val.dtype).movedim(self.ch_axis, 0).flatten(1)
            least, most = aminmax(channels, dim=1)
            if self.min_val.numel():
                least, most = self.updated(least, most)
            self.min_val, self.max_val = least, most
        return x

    def updated(self, least: Tensor, most: Tensor) -> tuple[Tensor, Tensor]:
        """The extremes so far, with those of what was just seen."""
        return minimum(self.min_val, least), maximum(self.max_val, most)

    def reset_min_max_vals(self) -> None:
        """Forgets what was seen."""
        self.register_buffer("min_val", empty(0, device=self.eps.device))
        self.register_buffer("max_val", empty(0, device=self.eps.device))


class MovingAveragePerChannelMinMaxObserver(PerChannelMinMaxObserver):
    """Moving averages of the extremes at each position of an axis. Source:
    torch.ao.quantization.MovingAveragePerChannelMinMaxObserver."""

    def __init__(self, averaging_constant: float = 0.01, **arguments: Unpack[Arguments]) -> None:
        super().__init__(**arguments)
        self.averaging_constant = averaging_constant

    def updated(self, least: Tensor, most: Tensor) -> tuple[Tensor, Tensor]:
        """The averages so far, with the extremes of what was just seen."""
        c = self.averaging_constant
        return self.min_val + c * (least - self.min_val), self.max_val + c * (most - self.max_val)


default_observer = MinMaxObserver.with_args(quant_min=0, quant_max=127)
default_weight_observer = MinMaxObserver.with_args(dtype=qint8, qscheme=per_tensor_symmetric)
default_per_channel_weight_observer = PerChannelMinMaxObserver.with_args(dtype=qint8, qscheme=per_channel_symmetric)
