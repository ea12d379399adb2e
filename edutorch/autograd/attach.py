"""After forward: the outputs get their place in the graph, even those that forward got as inputs."""

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
    """Gives `output` its place in the graph, as number `output_nr` of the node's outputs."""
    if ctx._gives_back and any(output is x for x in inputs):
        output = _given_back(ctx, output, output_nr)
    if output.array.dtype.kind != "f":
        return output
    if ctx._not_differentiable and any(output is each for each in ctx._not_differentiable):
        return output
    if type(ctx).is_view:
        mark_view(type(ctx), True, inputs, output)
    return place(ctx, output, output_nr)


def place(ctx: Function, output: TensorBase, output_nr: int) -> TensorBase:
    """The same for what is known to be a new tensor of floating dtype, and no view."""
    if isinstance(ctx._saved, tuple):
        for saved in ctx._saved:
            if saved is output:
                ctx._keep_bare(output, output_nr)
                break
    array = output.array
    output._edge = (ctx, output_nr, array.shape, array.dtype)
    output._requires_grad = True
    return output


def attach_all(ctx: Function, inputs: tuple[object, ...], outputs: tuple[object, ...]) -> tuple[object, ...]:
    """Gives each tensor among `outputs` its place in the graph."""
    attached = tuple(
        attach(ctx, inputs, each, i) if isinstance(each, TensorBase) else each for i, each in enumerate(outputs)
    )
    ctx._outputs = [_zero_recipe(each) if isinstance(each, TensorBase) else None for each in attached]
    return attached


def _given_back(ctx: Function, x: TensorBase, output_nr: int = 0) -> TensorBase:
    """The output for an input that forward returned: the input itself if forward changed it in place, else a view of
    it, because the graph needs two tensors. As in PyTorch, such a view can't be changed in place."""
    if any(x is each for each in ctx._dirty):
        _check_dirty(x)
        version_counter(x).bump()
        ctx._number = tick()  # forward may have saved it after the change
        move_edge(x, (ctx, output_nr, x.array.shape, x.array.dtype))
        return x
    again = alias(x)
    again._view = View(x, type(ctx), (), False, version_of(x))
    return again


def without_inputs(ctx: Function, inputs: tuple[object, ...], output: object) -> object:
    """The outputs of a user's forward where nothing is recorded, with the inputs among them replaced as above."""
    if isinstance(output, tuple):
        return tuple([without_inputs(ctx, inputs, each) for each in output])
    if not any(output is x for x in inputs) or any(output is x for x in ctx._dirty):
        return output
    return _given_back(ctx, output) if isinstance(output, TensorBase) else output


def _zero_recipe(output: TensorBase) -> ZeroRecipe:
    """What it takes to make a zero gradient: shape, dtype, and an empty tensor of the same array module."""
    array = output.array
    return array.shape, array.dtype, wrap(array.reshape(-1)[:0].copy())


def check_returned(dirty: tuple[object, ...], output: object) -> None:
    """Raises RuntimeError if forward did not return an input that it marked as dirty: the graph would miss the
    change."""
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
