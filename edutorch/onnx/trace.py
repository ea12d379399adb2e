"""The operations of a model, noted while it runs: which Function, on what, giving what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from ..autograd.base import TensorBase
from ..autograd.function import Function
from ..autograd.grad_mode import enable_grad
from ..backend import Array
from ..ops.plumbing.recurrent_arrays import Layer
from ..ops.recurrent import plain_sequence
from ..ops.recurrent_sequence import RecurrentSequence
from ..tensor import Tensor


class Value(NamedTuple):
    """A tensor as it was when it was noted. key: what tells it from others, its place in the graph, else the object;
    kept alive, so that no other gets its id."""

    key: tuple[int, int]
    array: Array
    kept: object


class Call(NamedTuple):
    """One operation: its Function, the inputs of `apply`, Values for tensors among them, and the outputs."""

    function: type[Function]
    inputs: tuple[object, ...]
    outputs: tuple[Value, ...]


def trace(run: Callable[..., object], args: Sequence[object]) -> tuple[list[Call], list[Value]]:
    """The calls of `run(*args)` in their order, and what it gives: a tensor, or a tuple, list or dict."""
    with _noting() as calls, enable_grad():  # recorded, so that a tensor that is changed in place has a new identity
        output = run(*args)
    return calls, list(map(value_of, _tensors(output)))


def is_in_onnx_export() -> bool:
    """Whether a model runs for onnx.export. Source: torch.onnx.is_in_onnx_export."""
    return Function.__dict__["apply"] is not _PLAIN


_PLAIN = Function.__dict__["apply"]


@contextmanager
def _noting() -> Iterator[list[Call]]:
    """While it lasts, outermost calls of Function.apply are noted; what these call themselves is not."""
    calls: list[Call] = []
    inside = False

    def apply(cls: type[Function], *inputs: Any) -> Any:
        nonlocal inside
        if not inside and cls is RecurrentSequence:  # noted as the steps that it is made of
            return plain_sequence(inputs[-1], Layer(*inputs[:-1]))
        if inside:
            return _PLAIN.__func__(cls, *inputs)
        noted, inside = tuple(map(_noted, inputs)), True
        try:
            output = _PLAIN.__func__(cls, *inputs)
        finally:
            inside = False
        calls.append(Call(cls, noted, tuple(map(value_of, output if isinstance(output, tuple) else (output,)))))
        return output

    Function.apply = classmethod(apply)  # type: ignore[method-assign, assignment]
    try:
        yield calls
    finally:
        Function.apply = _PLAIN  # type: ignore[method-assign]


def _tensors(output: object) -> Iterator[Tensor]:
    if isinstance(output, Tensor):
        yield output
    elif isinstance(output, dict):
        yield from _tensors(list(output.values()))
    elif isinstance(output, (tuple, list)):
        for each in output:
            yield from _tensors(each)
    elif output is not None:
        raise TypeError(
            f"onnx.export: a model gives tensors, in tuples, lists and dicts; this one {type(output).__name__}"
        )


def value_of(tensor: TensorBase) -> Value:
    """The tensor as it is now: in-place operations move it on in the graph."""
    edge = tensor._edge
    key, kept = ((id(tensor), -1), tensor) if edge is None else ((id(edge[0]), edge[1]), edge[0])
    return Value(key, tensor.array, kept)


def _noted(each: object) -> object:
    return value_of(each) if isinstance(each, TensorBase) else each
