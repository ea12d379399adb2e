"""export: from a model and an example of its inputs to an ONNX file. Source: torch.onnx.export."""

from __future__ import annotations

import importlib
import itertools
import os
import warnings
from collections.abc import Mapping, Sequence
from typing import IO, Any, NamedTuple

import numpy as np

from ..autograd.base import wrap
from ..backend import to_numpy
from ..nn.modes import in_mode
from ..nn.module import Module
from ..tensor import Tensor
from ..utils.files import write_to
from .nodes import Operand, check_known, convert
from .trace import Call, Value, trace, value_of

OPERATOR_SET = 18  # the one whose words nodes.py has
AS_SEEN = "in a model to export, what depends on the input must be made by operations that are recorded"

BROADCAST = ("Add", "Sub", "Mul", "Div", "Pow", "Maximum", "Minimum", "Where")

Axes = Mapping[str, Mapping[int, str] | Sequence[int]]


def export(
    model: Module,
    args: Tensor | tuple[object, ...],
    f: str | os.PathLike[str] | IO[bytes],
    *,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
    dynamic_axes: Axes | None = None,
    opset_version: int | None = None,
    training: bool = False,
    **options: object,
) -> None:
    """Writes what a model computes as an ONNX file, to a path or to an open binary file.

    args: an example of the input, or a tuple of inputs: the model runs twice on it, in eval mode unless `training`, and
    the operations that it takes are written down, loops and all. dynamic_axes: {name of an input: {axis: its name}} for
    axes of any length, {"input": {0: "batch"}} say; all others are as long as in the example. The parameters get
    their names in the state dict. The file is of operator set 18; another opset_version is met with a warning.
    `options` takes PyTorch's other arguments (verbose, export_params, dynamo ...), which change nothing here.

    Raises ValueError for names that do not fit the inputs and outputs; RuntimeError for an operation that has no form
    in ONNX here, and where the result depends on the input by other ways than recorded operations (`if x.sum() > 0`,
    argmax, comparisons), which the second run shows; ImportError without the package onnx.

    Source: torch.onnx.export."""
    given = args if isinstance(args, tuple) else (args,)
    if opset_version not in (None, OPERATOR_SET):
        warnings.warn(f"onnx.export writes operator set {OPERATOR_SET}, not {opset_version}", stacklevel=2)
    names = _all_names("input", input_names, len(given))
    axes = {name: _by_number(name, each) for name, each in (dynamic_axes or {}).items()}
    with in_mode(model, training):
        first, second = (_run(model, given, [axes.get(name, {}) for name in names], again) for again in (False, True))
    out_names = _all_names("output", output_names, len(first.outputs))
    if unknown := axes.keys() - {*names, *out_names}:
        raise ValueError(f"onnx.export: dynamic_axes names {sorted(unknown)}, but there are {names} and {out_names}")
    graph = _Graph(first, second)
    graph.add_inputs(names, axes)
    graph.add_parameters(model)
    graph.add_calls()
    graph.add_outputs(out_names, axes)
    write_to(f, [graph.model().SerializeToString()])


def _all_names(kind: str, given: Sequence[str] | None, count: int) -> list[str]:
    """A name for each: those given, then "input1" and so on."""
    names = list(given or ())
    if len(names) > count:
        raise ValueError(f"onnx.export: {kind}_names has {len(names)} names, but the model has {count} {kind}s")
    return names + [f"{kind}{i}" for i in range(len(names), count)]


def _run(model: Module, args: Sequence[object], axes: Sequence[Mapping[int, str]], again: bool) -> _Run:
    inputs = [_example(x, each, again) for x, each in zip(args, axes, strict=True)]
    return _Run(list(map(value_of, inputs)), *trace(model, inputs))


def _by_number(name: str, axes: Mapping[int, str] | Sequence[int]) -> dict[int, str]:
    found = dict(axes) if isinstance(axes, Mapping) else {axis: f"{name}_axis{axis}" for axis in axes}
    if any(axis < 0 for axis in found):
        raise ValueError(f"onnx.export: dynamic_axes of {name!r} has the axes {list(found)}: count them from 0")
    return found


class _Run(NamedTuple):
    """One run of the model."""

    inputs: list[Value]
    calls: list[Call]
    outputs: list[Value]


def _example(x: object, axes: Mapping[int, str], again: bool) -> Tensor:
    """A copy of an input; for the second run with other values, and with dynamic axes one longer."""
    if not isinstance(x, Tensor):
        raise TypeError(f"onnx.export: args holds tensors, not {type(x).__name__}")
    array = to_numpy(x.array).copy()
    if again:
        for axis in axes:
            array = np.concatenate([array, array.take([0], axis)], axis)
        if array.dtype.kind == "f":
            array = np.random.RandomState(0).standard_normal(array.shape).astype(array.dtype)
        else:  # such as tokens, of which others might not be known
            array = np.roll(array, 1)
    copy = wrap(array).to(x.device)
    return copy.requires_grad_().clone() if array.dtype.kind == "f" else copy  # no leaf: it may be changed in place


class _Graph:
    """The graph of the file, as it grows."""

    def __init__(self, first: _Run, second: _Run) -> None:
        self.first, self.second = first, second
        self.helper: Any = _package().helper
        self.nodes: list[Any] = []
        self.initializers: dict[str, Any] = {}
        self.inputs: list[Any] = []
        self.outputs: list[Any] = []
        self.names: dict[tuple[int, int], str] = {}
        self.parameters: dict[tuple[int, int], str] = {}
        self.dependent: set[tuple[int, int]] = set()  # on the inputs
        self.count = itertools.count()

    # ---- what the converters call

    def name(self, value: Operand | np.ndarray, like: Value | None = None) -> str:
        """The name of a tensor, or of a constant; a number gets the dtype of `like`."""
        if not isinstance(value, Value):
            return self._constant(np.asarray(value, None if like is None else like.array.dtype))
        if value.key not in self.names:
            self.names[value.key] = self._constant(to_numpy(value.array), self.parameters.get(value.key))
        return self.names[value.key]

    def node(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:
        """Adds a node. The name of its output, or the names."""
        names = [f"{kind.lower()}_{next(self.count)}" for _ in range(outputs)]
        if "to" in attributes:
            attributes["to"] = self.helper.np_dtype_to_tensor_dtype(attributes["to"])
        self.nodes.append(self.helper.make_node(kind, inputs, names, **attributes))
        return names[0] if outputs == 1 else names

    def ints(self, values: Sequence[int]) -> str:
        """The name of a constant of int64."""
        return self._constant(np.asarray(values, np.int64))

    def _constant(self, array: np.ndarray, name: str | None = None) -> str:
        name = name or f"constant_{next(self.count)}"
        self.initializers[name] = _package().numpy_helper.from_array(
            np.ascontiguousarray(array).reshape(array.shape), name
        )
        return name

    # ---- the file from its beginning to its end

    def add_inputs(self, names: Sequence[str], axes: Mapping[str, Mapping[int, str]]) -> None:
        """The inputs of the file, by name, with the names of their dynamic axes."""
        for name, x in zip(names, self.first.inputs, strict=True):
            shape = [axes.get(name, {}).get(axis, n) for axis, n in enumerate(x.array.shape)]
            self.inputs.append(self._info(name, x, shape))
            self.names[x.key] = name
            self.dependent.add(x.key)

    def add_parameters(self, model: Module) -> None:
        """What the parameters and buffers are called, once they are used."""
        for name, each in itertools.chain(model.named_parameters(), model.named_buffers()):
            self.parameters[value_of(each).key] = name

    def add_calls(self) -> None:
        """The nodes of all calls that depend on the inputs; what the others give is a constant."""
        calls, again = self.first.calls, self.second.calls
        if [call.function for call in calls] != [call.function for call in again]:
            raise RuntimeError(f"onnx.export: another input takes another way through the model: {AS_SEEN}")
        for call, other in zip(calls, again, strict=True):
            if not any(isinstance(each, Value) and each.key in self.dependent for each in call.inputs):
                continue
            self.dependent.update(each.key for each in call.outputs)
            check_known(call.function.__name__)
            inputs = [self._same(call, *pair) for pair in zip(call.inputs, other.inputs, strict=True)]
            names = convert(self, call.function.__name__, inputs, call.outputs[0])
            self.names.update(zip([each.key for each in call.outputs], names, strict=True))

    def _same(self, call: Call, first: Any, second: Any) -> Any:
        """An input of both runs: a tensor that is known or a constant, or an argument. -1 stands for what goes with a
        dynamic axis."""
        if isinstance(first, (Value, np.ndarray)):
            known = isinstance(first, Value) and first.key in self.names
            return first if known else self._constant_of(call, first, second)
        if first == second:
            return first
        if call.function.__name__ in ("Reshape", "Expand", "Spread", "ConvolutionInput"):
            return tuple(n if n == other else -1 for n, other in zip(first, second, strict=True))
        raise RuntimeError(
            f"onnx.export: {call.function.__name__} was given {first} and, where the dynamic axes were one longer,"
            f" {second}: {AS_SEEN}. Leave those axes out of dynamic_axes"
        )

    def _constant_of(self, call: Call, first: Any, second: Any) -> Any:
        """A tensor or array that no operation made: the same in both runs, or the same all along a dynamic axis."""
        one, other = (to_numpy(each.array) if isinstance(each, Value) else each for each in (first, second))
        if one.shape != other.shape and call.function.__name__ in BROADCAST:
            one, other = _without_repeats(one, other.shape), _without_repeats(other, one.shape)
            first = one
        if not np.array_equal(one, other, equal_nan=one.dtype.kind == "f"):
            raise RuntimeError(
                f"onnx.export: {call.function.__name__} got a tensor of shape {list(one.shape)} that changes with"
                f" the input, and no recorded operation made it: {AS_SEEN}"
            )
        return first

    def add_outputs(self, names: Sequence[str], axes: Mapping[str, Mapping[int, str]]) -> None:
        """The outputs of the file."""
        for i, (output, again) in enumerate(zip(self.first.outputs, self.second.outputs, strict=True)):
            name = names[i]
            if output.key not in self.dependent:
                raise RuntimeError(
                    f"onnx.export: output {i} does not depend on the input by recorded operations: {AS_SEEN}"
                )
            self.nodes.append(self.helper.make_node("Identity", [self.names[output.key]], [name]))
            both = zip(output.array.shape, again.array.shape, strict=True)
            known = axes.get(name, {})
            shape = [n if n == m else known.get(axis, f"{name}_axis{axis}") for axis, (n, m) in enumerate(both)]
            self.outputs.append(self._info(name, output, shape))

    def _info(self, name: str, tensor: Value, shape: Sequence[int | str]) -> Any:
        kind = self.helper.np_dtype_to_tensor_dtype(tensor.array.dtype)
        return self.helper.make_tensor_value_info(name, kind, shape)

    def model(self) -> Any:
        """The file, checked by the package onnx."""
        graph = self.helper.make_graph(
            self.nodes, "edutorch", self.inputs, self.outputs, list(self.initializers.values())
        )
        opset = self.helper.make_opsetid("", OPERATOR_SET)
        model = self.helper.make_model(graph, opset_imports=[opset], producer_name="edutorch", ir_version=8)
        _package().checker.check_model(model, full_check=True)
        return model


def _without_repeats(array: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """The array with one element along axes where it has another length than `shape`, if it repeats itself there."""
    for axis, (n, m) in enumerate(zip(array.shape, shape, strict=True)):
        first = array.take([0], axis)
        array = first if n != m and (array == first).all() else array
    return array


def _package() -> Any:
    try:
        return importlib.import_module("onnx")
    except ImportError as error:
        raise ImportError("onnx.export needs the package onnx: pip install onnx onnxruntime") from error
