"""After forward: its outputs get their place in the graph, and those that are inputs are told apart from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import TensorBase, wrap
from .edges import move_edge
from .versions import alias, tick, version_counter, version_of
from .views import View, mark_view

if TYPE_CHECKING:
    import numpy as np

    from ..tensor import Tensor
    from .function import Function

    ZeroRecipe = tuple[tuple[int, ...], np.dtype, Tensor]


def attach(ctx: Function, inputs: tuple[object, ...], output: TensorBase, output_nr: int) -> TensorBase:
    """Makes `output` this number of the node's outputs."""
    if ctx._gives_back and any(output is x for x in inputs):
        output = _given_back(ctx, output, output_nr)
    array = output.array
    dtype = array.dtype
    if dtype.kind != "f":
        return output
    if ctx._not_differentiable and any(output is each for each in ctx._not_differentiable):
        return output
    if ctx._saved:
        for saved in ctx._saved:
            if saved is output:
                ctx._keep_bare(output, output_nr)
                break
    output._edge = (ctx, output_nr, array.shape, dtype)
    output._requires_grad = True
    if type(ctx).is_view:
        mark_view(type(ctx), True, inputs, output)
    return output


def attach_all(ctx: Function, inputs: tuple[object, ...], outputs: tuple[object, ...]) -> tuple[object, ...]:
    """Makes each tensor among `outputs` one of the node's outputs."""
    attached = tuple(
        attach(ctx, inputs, each, i) if isinstance(each, TensorBase) else each for i, each in enumerate(outputs)
    )
    ctx._outputs = [_zero_recipe(each) if isinstance(each, TensorBase) else None for each in attached]
    return attached


def _given_back(ctx: Function, x: TensorBase, output_nr: int = 0) -> TensorBase:
    """What stands for an input that forward returned: itself if it was changed in place, else a view of it,
    since the graph needs two. As in PyTorch a change of that view in place is refused."""
    if any(x is each for each in ctx._dirty):
        _check_dirty(x)
        version_counter(x).bump()
        ctx._number = tick()  # what forward saved of it is what it is now
        move_edge(x, (ctx, output_nr, x.array.shape, x.array.dtype))
        return x
    again = alias(x)
    again._view = View(x, type(ctx), (), False, version_of(x))
    return again


def without_inputs(ctx: Function, inputs: tuple[object, ...], output: object) -> object:
    """What a user's forward returned where nothing is recorded, no input among it either."""
    if isinstance(output, tuple):
        return tuple([without_inputs(ctx, inputs, each) for each in output])
    if not any(output is x for x in inputs) or any(output is x for x in ctx._dirty):
        return output
    return _given_back(ctx, output) if isinstance(output, TensorBase) else output


def _zero_recipe(output: TensorBase) -> ZeroRecipe:
    """What makes a zero gradient: shape, dtype, and an empty tensor of the same array module."""
    array = output.array
    return array.shape, array.dtype, wrap(array.reshape(-1)[:0].copy())


def check_returned(dirty: tuple[object, ...], output: object) -> None:
    """Raises RuntimeError where forward has not returned what it marked dirty: its graph would not know."""
    outputs = output if isinstance(output, tuple) else (output,)
    if not all(any(x is each for each in outputs) for x in dirty):
        raise RuntimeError(
            "Some elements marked as dirty during the forward method were not returned as output. The inputs that"
            " are modified inplace must all be outputs of the Function."
        )


def _check_dirty(tensor: TensorBase) -> None:
    if tensor._requires_grad and tensor._edge is None:
        raise RuntimeError("a leaf Variable that requires grad is being used in an in-place operation.")
    if tensor._view is not None:
        raise RuntimeError(
            "mark_dirty() was called on a view: a Function that changes a view in place is not"
            " supported. Return a new tensor and write view.copy_(result) outside the Function."
        )
