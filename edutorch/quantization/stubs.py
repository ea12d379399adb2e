"""Where a model's numbers become integers, and floats again. Source: torch.ao.quantization.stubs."""

from __future__ import annotations

from ..nn.module import Module
from ..tensor import Tensor
from .qconfig import QConfig


class _Stub(Module):
    """Gives its input back."""

    def __init__(self, qconfig: QConfig | None = None) -> None:
        super().__init__()
        if qconfig:
            self.qconfig = qconfig

    def forward(self, x: Tensor) -> Tensor:
        """x as it is."""
        return x


class QuantStub(_Stub):
    """Gives its input back; prepare puts an observer on it, and convert makes it Quantize.

    Source: torch.ao.quantization.QuantStub."""


class DeQuantStub(_Stub):
    """Gives its input back; convert makes it DeQuantize. Source: torch.ao.quantization.DeQuantStub."""


class QuantWrapper(Module):
    """A module between the two stubs. Source: torch.ao.quantization.QuantWrapper."""

    def __init__(self, module: Module) -> None:
        super().__init__()
        qconfig = getattr(module, "qconfig", None)
        self.quant, self.dequant, self.module = QuantStub(qconfig), DeQuantStub(qconfig), module
        self.train(module.training)

    def forward(self, x: Tensor) -> Tensor:
        """What the module gives for x."""
        result: Tensor = self.dequant(self.module(self.quant(x)))
        return result
