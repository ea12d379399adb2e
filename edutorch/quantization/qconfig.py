"""QConfig: which observers, or fake quantizations, a layer gets. Source: torch.ao.quantization.qconfig."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..nn.linear import Identity
from ..nn.module import Module
from .fake_quantize import (
    FakeQuantize,
    default_fake_quant,
    default_per_channel_weight_fake_quant,
    default_weight_fake_quant,
)
from .histogram import HistogramObserver
from .observer import default_observer, default_per_channel_weight_observer, default_weight_observer

Maker = Callable[..., Module]
BACKENDS = ("fbgemm", "x86", "qnnpack", "onednn")


class _Pair(NamedTuple):
    activation: Maker
    weight: Maker


class QConfig(_Pair):
    """What makes the observer, or the FakeQuantize, of a layer's output (activation) and of its weight.

    QConfig(activation=MinMaxObserver.with_args(reduce_range=True), weight=default_weight_observer). Raises ValueError
    for observers instead of what makes them. Source: torch.ao.quantization.QConfig."""

    __slots__ = ()

    def __new__(cls, activation: Maker, weight: Maker) -> QConfig:
        if isinstance(activation, Module) or isinstance(weight, Module):
            raise ValueError(
                "QConfig received observer instance, please pass observer class instead. Use MyObserver.with_args(x=1)"
                " to override arguments to constructor if needed"
            )
        return super().__new__(cls, activation, weight)


default_qconfig = QConfig(default_observer, default_weight_observer)
default_per_channel_qconfig = QConfig(default_observer, default_per_channel_weight_observer)
default_dynamic_qconfig = QConfig(Identity, default_weight_observer)
per_channel_dynamic_qconfig = QConfig(Identity, default_per_channel_weight_observer)
default_qat_qconfig = QConfig(default_fake_quant, default_weight_fake_quant)


def get_default_qconfig(backend: str = "x86", version: int = 0) -> QConfig:
    """What PyTorch takes by default for a backend, of which there is none here but the numbers.

    "x86" and "fbgemm": activations of 7 bits, a weight scale for each output; "onednn": the same with 8 bits;
    "qnnpack": 8 bits, one weight scale. Raises AssertionError for other backends and versions. Source:
    torch.ao.quantization.get_default_qconfig."""
    _check(backend, version, (0,))
    weight = default_weight_observer if backend == "qnnpack" else default_per_channel_weight_observer
    return QConfig(HistogramObserver.with_args(reduce_range=backend in ("fbgemm", "x86")), weight)


def get_default_qat_qconfig(backend: str = "x86", version: int = 1) -> QConfig:
    """As get_default_qconfig, for prepare_qat: with FakeQuantize of moving averages. Source:
    torch.ao.quantization.get_default_qat_qconfig."""
    _check(backend, version, (0, 1))
    weight = default_weight_fake_quant if backend == "qnnpack" else default_per_channel_weight_fake_quant
    reduce_range = backend in ("fbgemm", "x86")
    return QConfig(FakeQuantize.with_args(quant_min=0, quant_max=255, reduce_range=reduce_range), weight)


def _check(backend: str, version: int, versions: tuple[int, ...]) -> None:
    if backend not in BACKENDS:
        raise AssertionError(f"backend: {backend} not supported. backend must be one of {BACKENDS}")
    if version not in versions:
        raise AssertionError(f"Version number: {version} is not supported. Version number must be one of {versions}")
