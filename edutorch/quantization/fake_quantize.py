"""FakeQuantize: an observer, and the rounding that its scale and zero point bring, as a module for training.

Source: torch.ao.quantization.fake_quantize; Jacob et al. 2018, section 3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..dtypes import int32, uint8
from ..left_out_dtypes import qint8, quint8
from ..nn.module import Module
from ..ops.from_data import tensor
from ..ops.more.fake_quantize import fake_quantize_per_channel_affine, fake_quantize_per_tensor_affine
from ..tensor import Tensor
from .observer import (
    MovingAverageMinMaxObserver,
    MovingAveragePerChannelMinMaxObserver,
    Recipe,
    UniformQuantizationObserverBase,
    WithArguments,
    fit_buffers,
)
from .schemes import per_channel_symmetric, per_tensor_symmetric, whole_range


class FakeQuantize(WithArguments):
    """Observes what passes, and rounds it to what the integers can stand for; the gradient passes straight through.

    observer: makes the observer, with observer_kwargs; quant_min and quant_max: the integers in use. Raises
    AssertionError if they are not among those of the dtype. Source: torch.ao.quantization.FakeQuantize."""

    scale: Tensor
    zero_point: Tensor
    fake_quant_enabled: Tensor
    observer_enabled: Tensor
    activation_post_process: UniformQuantizationObserverBase

    def __init__(
        self,
        observer: Callable[..., UniformQuantizationObserverBase] = MovingAverageMinMaxObserver,
        quant_min: int | None = None,
        quant_max: int | None = None,
        **observer_kwargs: Any,
    ) -> None:
        super().__init__()
        if quant_min is not None and quant_max is not None:
            given = observer.keywords if isinstance(observer, Recipe) else {}
            least, most = whole_range(observer_kwargs.get("dtype", given.get("dtype", quint8)))
            if not least <= quant_min <= quant_max <= most:
                raise AssertionError(f"quant_min or quant_max out of bound: {quant_min} to {quant_max}")
            observer_kwargs |= {"quant_min": quant_min, "quant_max": quant_max}
        self.activation_post_process = observer(**observer_kwargs)
        self.register_buffer("fake_quant_enabled", tensor([1], dtype=uint8))
        self.register_buffer("observer_enabled", tensor([1], dtype=uint8))
        self.register_buffer("scale", tensor([1.0]))
        self.register_buffer("zero_point", tensor([0], dtype=int32))
        self.register_load_state_dict_pre_hook(fit_buffers)
        its = self.activation_post_process
        self.quant_min, self.quant_max, self.dtype, self.qscheme = its.quant_min, its.quant_max, its.dtype, its.qscheme
        self.ch_axis: int = getattr(its, "ch_axis", -1)

    def forward(self, x: Tensor) -> Tensor:
        """x, any shape, rounded; same shape and dtype."""
        if self.observer_enabled[0] == 1:
            self.activation_post_process(x.detach())
            scale, zero_point = self.calculate_qparams()
            self.scale.resize_(scale.shape).copy_(scale)
            self.zero_point.resize_(zero_point.shape).copy_(zero_point)
        if self.fake_quant_enabled[0] != 1:
            return x
        if self.qscheme.is_per_channel:
            return fake_quantize_per_channel_affine(
                x, self.scale, self.zero_point, self.ch_axis, self.quant_min, self.quant_max
            )
        return fake_quantize_per_tensor_affine(x, self.scale, self.zero_point, self.quant_min, self.quant_max)

    def calculate_qparams(self) -> tuple[Tensor, Tensor]:
        """The observer's scale and zero point."""
        return self.activation_post_process.calculate_qparams()

    def enable_fake_quant(self, enabled: bool = True) -> None:
        """Whether numbers are rounded."""
        self.fake_quant_enabled[0] = int(enabled)

    def disable_fake_quant(self) -> None:
        """Numbers pass as they are."""
        self.enable_fake_quant(False)

    def enable_observer(self, enabled: bool = True) -> None:
        """Whether scale and zero point follow the numbers."""
        self.observer_enabled[0] = int(enabled)

    def disable_observer(self) -> None:
        """Scale and zero point stay as they are: for the last epochs of a training."""
        self.enable_observer(False)

    def extra_repr(self) -> str:
        return (
            f"fake_quant_enabled={self.fake_quant_enabled}, observer_enabled={self.observer_enabled}, "
            f"quant_min={self.quant_min}, quant_max={self.quant_max}, "
            f"dtype={self.dtype}, qscheme={self.qscheme}, ch_axis={self.ch_axis}, "
            f"scale={self.scale}, zero_point={self.zero_point}"
        )


def enable_observer(mod: Module) -> None:
    """For model.apply: FakeQuantize modules follow the numbers. Source: torch.ao.quantization.enable_observer."""
    if isinstance(mod, FakeQuantize):
        mod.enable_observer()


def disable_observer(mod: Module) -> None:
    """For model.apply: FakeQuantize modules keep scale and zero point. Source:
    torch.ao.quantization.disable_observer."""
    if isinstance(mod, FakeQuantize):
        mod.disable_observer()


def enable_fake_quant(mod: Module) -> None:
    """For model.apply: FakeQuantize modules round. Source: torch.ao.quantization.enable_fake_quant."""
    if isinstance(mod, FakeQuantize):
        mod.enable_fake_quant()


def disable_fake_quant(mod: Module) -> None:
    """For model.apply: FakeQuantize modules round nothing. Source: torch.ao.quantization.disable_fake_quant."""
    if isinstance(mod, FakeQuantize):
        mod.disable_fake_quant()


default_fake_quant = FakeQuantize.with_args(quant_min=0, quant_max=255, reduce_range=True)
default_weight_fake_quant = FakeQuantize.with_args(
    quant_min=-128, quant_max=127, dtype=qint8, qscheme=per_tensor_symmetric
)
default_per_channel_weight_fake_quant = FakeQuantize.with_args(
    observer=MovingAveragePerChannelMinMaxObserver,
    quant_min=-128,
    quant_max=127,
    dtype=qint8,
    qscheme=per_channel_symmetric,
)
