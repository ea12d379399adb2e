"""Layers that are converted as one: a convolution or linear layer, its batch norm, its ReLU; and fuse_modules.

Source: torch.ao.nn.intrinsic, torch.ao.quantization.fuse_modules.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import cast

from ..nn.activation import ReLU
from ..nn.container import Sequential
from ..nn.conv import Conv1d, Conv2d, Conv3d
from ..nn.linear import Identity, Linear
from ..nn.module import Module
from ..nn.normalization import BatchNorm1d, BatchNorm2d, BatchNorm3d
from ..nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval


class Fused(Sequential):
    """Modules that become one layer."""


class LinearReLU(Fused):
    """Linear, ReLU."""


class ConvReLU1d(Fused):
    """Conv1d, ReLU."""


class ConvReLU2d(Fused):
    """Conv2d, ReLU."""


class ConvReLU3d(Fused):
    """Conv3d, ReLU."""


class ConvBn2d(Fused):
    """Conv2d, BatchNorm2d: for training, where the statistics still change."""


class ConvBnReLU2d(Fused):
    """Conv2d, BatchNorm2d, ReLU: for training."""


WITH_RELU: dict[type[Module], type[Fused]] = {
    Linear: LinearReLU,
    Conv1d: ConvReLU1d,
    Conv2d: ConvReLU2d,
    Conv3d: ConvReLU3d,
}
FOLDS: dict[tuple[type[Module], type[Module]], Callable[..., Module]] = {
    (Linear, BatchNorm1d): fuse_linear_bn_eval,
    (Conv1d, BatchNorm1d): fuse_conv_bn_eval,
    (Conv2d, BatchNorm2d): fuse_conv_bn_eval,
    (Conv3d, BatchNorm3d): fuse_conv_bn_eval,
}


def fuse_modules(
    model: Module, modules_to_fuse: Sequence[str] | Sequence[Sequence[str]], inplace: bool = False
) -> Module:
    """A copy of a model in eval mode, in which each group of modules is one. A group: ["conv", "bn", "relu"]; a list of
    groups fits, too.

    A convolution or Linear may be followed by a batch norm, which is folded into its weight and bias, and by a ReLU;
    what it was followed by is nn.Identity then. Raises AssertionError for other groups, and for a batch norm in
    training mode. Source: torch.ao.quantization.fuse_modules."""
    return _fuse(model, modules_to_fuse, inplace, fused_for_eval)


def fuse_modules_qat(
    model: Module, modules_to_fuse: Sequence[str] | Sequence[Sequence[str]], inplace: bool = False
) -> Module:
    """As fuse_modules, for a model in training mode: Conv2d and its batch norm stay apart until convert, which folds
    them. Other layers can't be fused with a batch norm here. Source: torch.ao.quantization.fuse_modules_qat."""
    return _fuse(model, modules_to_fuse, inplace, fused_for_training)


def _fuse(
    model: Module,
    groups: Sequence[str] | Sequence[Sequence[str]],
    inplace: bool,
    fused: Callable[[list[Module]], Module],
) -> Module:
    model = model if inplace else copy.deepcopy(model)
    several = [groups] if all(isinstance(each, str) for each in groups) else groups
    for group in cast(Sequence[Sequence[str]], several):
        modules = [model.get_submodule(name) for name in group]
        replacements = [fused(modules), *(Identity() for _ in modules[1:])]
        for name, module in zip(group, replacements, strict=True):
            parent, _, last = name.rpartition(".")
            module.training = modules[0].training
            setattr(model.get_submodule(parent), last, module)
    return model


def fused_for_eval(modules: list[Module]) -> Module:
    """One module for a layer, its batch norm and its ReLU, whose statistics do not change any more."""
    first, *rest = modules
    kinds = [type(each) for each in modules]
    if rest and (fold := FOLDS.get((kinds[0], kinds[1]))):
        if any(each.training for each in modules):
            raise AssertionError(
                f"fuse_modules: {_names(modules)} are in training mode. Call model.eval() first, or fuse_modules_qat"
            )
        first, rest = fold(first, rest[0]), rest[1:]
    if not rest and len(modules) > 1:
        return first
    if [type(each) for each in rest] == [ReLU] and type(first) in WITH_RELU:
        return WITH_RELU[type(first)](first, *rest)
    raise AssertionError(f"Cannot fuse modules: {_names(modules)}")


def fused_for_training(modules: list[Module]) -> Module:
    """One module for a layer, its batch norm and its ReLU, that goes on being trained."""
    kinds = [type(each) for each in modules]
    if kinds[:2] != [Conv2d, BatchNorm2d]:
        if len(kinds) == 2 and kinds[1] is ReLU and kinds[0] in WITH_RELU:
            return WITH_RELU[kinds[0]](*modules)
        raise AssertionError(f"Cannot fuse train modules: {_names(modules)}")
    if kinds[2:] == [ReLU]:
        return ConvBnReLU2d(*modules)
    if kinds[2:]:
        raise AssertionError(f"Cannot fuse train modules: {_names(modules)}")
    return ConvBn2d(*modules)


def _names(modules: list[Module]) -> str:
    return ", ".join(type(each).__name__ for each in modules)
