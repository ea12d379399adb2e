"""A layer of a recurrent network over a whole sequence, in one direction, as one operation.

`recurrent.py` has the plain steps: about 25 recorded operations each, on small arrays. Recording them takes several
times as long as computing them, so here a layer is one operation (an LSTM's training step takes a fifth of the time):
`plumbing/recurrent_arrays.py` has the arithmetic. Only gradients that are themselves differentiated come from the plain
steps. A test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..autograd.base import wrap
from ..autograd.engine import grad
from ..autograd.function import Function
from ..autograd.grad_mode import is_grad_enabled
from ..backend import Array, module_of_array
from .plumbing.recurrent_arrays import Gradients, Layer, Run, in_rows, last
from .plumbing.recurrent_kinds import BACKWARD, FORWARD
from .recurrent import plain_sequence

if TYPE_CHECKING:
    from ..tensor import Tensor


class RecurrentSequence(Function):
    """h_t, c_t = step(x_t, h_t-1, c_t-1) for all t;  dL/dh_t-1 = dL/dh_t dh_t/dh_t-1 + ..., through the steps in turn

    Inputs: those of Layer, and the Run. Outputs: h of all steps, (L, N, P), or packed (rows, P); the last h (N, P); in
    an LSTM the last c (N, H)."""

    @staticmethod
    def forward(ctx: Function, *inputs: Tensor | Run | None) -> tuple[Tensor, ...]:
        *tensors, ctx.run = inputs
        kept = ctx.compute(tensors)
        outputs = [wrap(in_rows(kept[0], ctx.run))]
        outputs += [wrap(last(states, ctx.run).copy()) for states in kept[: 1 if tensors[2] is None else 2]]
        ctx.save_for_backward(*tensors, *map(wrap, kept))
        ctx.keep_unless_changed(outputs[0])
        ctx.set_materialize_grads(False)
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Function, *gradients: Tensor | None) -> tuple[Tensor | None, ...]:
        saved = ctx.saved_tensors
        tensors, kept = saved[: len(Layer._fields)], [each.array for each in saved[len(Layer._fields) :]]
        if is_grad_enabled():
            return (*_by_plain_steps(tensors, ctx.run, gradients), None)
        if ctx.unchanged is None:  # the outputs share the memory that was kept
            kept = ctx.compute(tensors)
        wanted = Layer(*ctx.needs_input_grad[:-1])
        walk = Gradients(_layer(tensors), ctx.run, [None if each is None else each.array for each in gradients])
        found = BACKWARD[ctx.run.kind](walk, wanted, kept)
        return (*(None if each is None else wrap(each) for each in found), None)

    def compute(self, tensors: Sequence[Tensor | None]) -> list[Array]:
        """The states of all steps, first the outputs, and what else backward needs."""
        layer = _layer(tensors)
        return FORWARD[self.run.kind](module_of_array(layer.x), layer, self.run)


def _layer(tensors: Sequence[Tensor | None]) -> Layer[Array]:
    return Layer(*(None if each is None else each.array for each in tensors))  # type: ignore[arg-type]


def _by_plain_steps(
    tensors: Sequence[Tensor | None], run: Run, gradients: Sequence[Tensor | None]
) -> list[Tensor | None]:
    """The gradients of the inputs, themselves differentiable."""
    inputs = [each if each is None else each.clone() for each in tensors]  # since two of them may be the same tensor
    outputs = plain_sequence(run, Layer(*inputs))  # type: ignore[arg-type]
    used = [(output, each) for output, each in zip(outputs, gradients, strict=True) if each is not None]
    wanted = {i: each for i, each in enumerate(inputs) if each is not None and each.requires_grad}
    ends, arrived = zip(*used, strict=True)
    found = grad(ends, list(wanted.values()), arrived, create_graph=True, allow_unused=True)
    by_place = dict(zip(wanted, found, strict=True))
    return [by_place.get(i) for i in range(len(inputs))]
