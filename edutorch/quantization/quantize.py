"""From a float model to one of 8 bits: prepare, watch some numbers pass, convert; or prepare_qat, train, convert.

Source: torch.ao.quantization.quantize.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .. import nn
from ..nn.module import Module
from ..tensor import Tensor
from . import layers, qat
from .fuse_modules import ConvBn2d, ConvBnReLU2d, ConvReLU1d, ConvReLU2d, ConvReLU3d, LinearReLU
from .qconfig import QConfig
from .quantized_tensor import QuantizedTensor
from .quantized_tensor import quantize as quantize_numbers
from .stubs import DeQuantStub, QuantStub, QuantWrapper

if TYPE_CHECKING:
    from ..backend import DeviceLike

Swaps = Mapping[type[Module], Any]
FOR_TRAINING: Swaps = {
    nn.Linear: qat.Linear,
    nn.Conv2d: qat.Conv2d,
    LinearReLU: qat.LinearReLU,
    ConvReLU2d: qat.ConvReLU2d,
    ConvBn2d: qat.ConvBn2d,
    ConvBnReLU2d: qat.ConvBnReLU2d,
}
QUANTIZED: Swaps = {
    QuantStub: layers.Quantize,
    DeQuantStub: layers.DeQuantize,
    nn.Linear: layers.Linear,
    nn.Conv1d: layers.Conv1d,
    nn.Conv2d: layers.Conv2d,
    nn.Conv3d: layers.Conv3d,
    LinearReLU: layers.LinearReLU,
    ConvReLU1d: layers.ConvReLU1d,
    ConvReLU2d: layers.ConvReLU2d,
    ConvReLU3d: layers.ConvReLU3d,
    qat.Linear: layers.Linear,
    qat.LinearReLU: layers.LinearReLU,
    qat.Conv2d: layers.Conv2d,
    qat.ConvReLU2d: layers.ConvReLU2d,
    qat.ConvBn2d: layers.Conv2d,
    qat.ConvBnReLU2d: layers.ConvReLU2d,
}
SAME_SCALE = (
    nn.ReLU,
    nn.Flatten,
    nn.Unflatten,
    nn.MaxPool1d,
    nn.MaxPool2d,
    nn.MaxPool3d,
    nn.AvgPool2d,
    nn.AdaptiveAvgPool2d,
    nn.Dropout,
    nn.Dropout2d,
)


def propagate_qconfig_(module: Module, qconfig_dict: Mapping[type[Module] | str, QConfig | None] | None = None) -> None:
    """Gives each module its qconfig attribute: its own, that of its name or type in the dictionary, or its parent's.

    Source: torch.ao.quantization.propagate_qconfig_."""
    _propagate(module, qconfig_dict or {}, None, "")


def _propagate(
    module: Module, chosen: Mapping[type[Module] | str, QConfig | None], qconfig: QConfig | None, name: str
) -> None:
    qconfig = chosen.get(name, chosen.get(type(module), qconfig))
    module.qconfig = qconfig = getattr(module, "qconfig", qconfig)
    for child_name, child in module.named_children():
        _propagate(child, chosen, qconfig, f"{name}.{child_name}".removeprefix("."))


def prepare(model: Module, inplace: bool = False) -> Module:
    """A copy of the model with an observer on the output of each QuantStub, Linear, Conv and fused module.

    model.qconfig says which, or a module's own qconfig; None leaves a module as it is. Run the model on some inputs
    then: that is the calibration. Warns if there is no qconfig. Source: torch.ao.quantization.prepare."""
    model = model if inplace else copy.deepcopy(model)
    propagate_qconfig_(model)
    if not any(getattr(module, "qconfig", None) for module in model.modules()):
        warnings.warn("None of the submodule got qconfig applied: assign model.qconfig first", stacklevel=2)
    _observe_outputs(model, next((each.device for each in model.parameters()), None))
    return model


def _observe_outputs(module: Module, device: DeviceLike) -> None:
    if type(module) not in QUANTIZED:
        for child in module.children():
            _observe_outputs(child, device)
    elif module.qconfig is not None and not isinstance(module, DeQuantStub):
        module.activation_post_process = module.qconfig.activation().to(device)
        module.register_forward_hook(_observe, prepend=True)


def _observe(module: Module, _: object, output: Tensor) -> Tensor:
    observed: Tensor = module.activation_post_process(output)
    return observed


def convert(module: Module, mapping: Swaps | None = None, inplace: bool = False) -> Module:
    """A copy of a prepared and calibrated model: QuantStub makes numbers quantized, Linear and Conv have weights of 8
    bits, and DeQuantStub makes floats again.

    mapping: from a module's type to that which replaces it, by its from_float; QUANTIZED by default. ReLU, max and
    average pooling, Flatten and Dropout pass quantized numbers on; all other modules and functions make floats of them,
    which a quantized layer refuses. Source: torch.ao.quantization.convert."""
    mapping = QUANTIZED if mapping is None else mapping
    module = swapped(module if inplace else copy.deepcopy(module), mapping)
    for each in module.modules():
        each.__dict__.pop("qconfig", None)
        if isinstance(each, SAME_SCALE):
            each.register_forward_hook(_keep_scale)
    return module


def _keep_scale(_: Module, args: tuple[object, ...], output: Tensor) -> Tensor:
    x = args[0]
    return quantize_numbers(output, *x.qparams) if isinstance(x, QuantizedTensor) else output


def swapped(model: Module, mapping: Swaps) -> Module:
    """The model, with each module below it whose type is in the mapping, and which has a qconfig, replaced by
    `from_float` of the type there. Hooks move to the new module."""
    for name, child in list(model.named_children()):
        if type(child) not in mapping:
            swapped(child, mapping)
        elif getattr(child, "qconfig", None) is not None:
            made = mapping[type(child)].from_float(child)
            for hook in child._forward_pre_hooks.values():
                made.register_forward_pre_hook(hook)
            for hook in child._forward_hooks.values():
                if hook is not _observe:
                    made.register_forward_hook(hook)
            model._modules[name] = made
    return model


def prepare_qat(model: Module, mapping: Swaps | None = None, inplace: bool = False) -> Module:
    """A copy of a model in training mode whose Linear and Conv2d layers round weights and outputs, as they will be
    after convert.

    mapping: as for convert, FOR_TRAINING by default. Raises AssertionError in eval mode. Source:
    torch.ao.quantization.prepare_qat."""
    if not model.training:
        raise AssertionError("prepare_qat only works on models in training mode: call model.train()")
    model = model if inplace else copy.deepcopy(model)
    propagate_qconfig_(model)
    return prepare(swapped(model, FOR_TRAINING if mapping is None else mapping), inplace=True)


def quantize(
    model: Module,
    run_fn: Callable[..., object],
    run_args: Sequence[object],
    mapping: Swaps | None = None,
    inplace: bool = False,
) -> Module:
    """prepare, run_fn(model, *run_args) to calibrate, convert. Source: torch.ao.quantization.quantize."""
    model = prepare((model if inplace else copy.deepcopy(model)).eval(), inplace=True)
    run_fn(model, *run_args)
    return convert(model, mapping, inplace=True)


def quantize_qat(
    model: Module, run_fn: Callable[..., object], run_args: Sequence[object], inplace: bool = False
) -> Module:
    """prepare_qat, run_fn(model, *run_args) to train, convert. Source: torch.ao.quantization.quantize_qat."""
    model = prepare_qat((model if inplace else copy.deepcopy(model)).train(), inplace=True)
    run_fn(model, *run_args)
    return convert(model, inplace=True)


def add_quant_dequant(module: Module) -> Module:
    """The module with each leaf that has a qconfig between its own two stubs. Source:
    torch.ao.quantization.add_quant_dequant."""
    if not module._modules and getattr(module, "qconfig", None):
        return QuantWrapper(module)
    for name, child in module.named_children():
        module._modules[name] = add_quant_dequant(child)
    return module
