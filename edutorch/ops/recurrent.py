"""Recurrent networks: one step, from the input and the last state to the next state, and one step after the other.

Hochreiter, Schmidhuber: Long Short-Term Memory, 1997. Cho et al.: Learning Phrase Representations using
RNN Encoder-Decoder, 2014, for the GRU.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..autograd.base import wrap
from ..autograd.function import Function
from .activation import relu, sigmoid, tanh
from .joining import cat
from .matmul import linear
from .plumbing.entry import check_optional_tensors, check_tensors
from .plumbing.recurrent_arrays import Layer, Run

if TYPE_CHECKING:
    from ..tensor import Tensor


class Parts(Function):
    """y_i = x's pieces along an axis;  dL/dx = the dL/dy_i, joined

    One node for all pieces: their gradients are joined once, where slices would each fill in zeros."""

    @staticmethod
    def forward(ctx: Function, x: Tensor, sizes: Sequence[int], dim: int) -> tuple[Tensor, ...]:
        ctx.dim = dim
        ends = [sum(sizes[: i + 1]) for i in range(len(sizes))]
        places = [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]
        return tuple(wrap(x.array[(slice(None),) * dim + (place,)]) for place in places)

    @staticmethod
    def backward(ctx: Function, *gradients: Tensor) -> tuple[Tensor, None, None]:
        return cat(gradients, ctx.dim), None, None


def parts(input: Tensor, sizes: Sequence[int], dim: int) -> tuple[Tensor, ...]:
    """Pieces of these sizes along an axis. They share the input's memory, so nobody may change them in place."""
    return Parts.apply(input, tuple(sizes), dim)


def rnn_step(from_input: Tensor, h: Tensor, w_hh: Tensor, b_hh: Tensor | None, nonlinearity: str) -> Tensor:
    """h' = tanh (or relu) of (from_input + W h + b).  from_input, h: (N, H)"""
    total = from_input + linear(h, w_hh, b_hh)
    return tanh(total) if nonlinearity == "tanh" else relu(total)


def lstm_step(
    from_input: Tensor, h: Tensor, c: Tensor, w_hh: Tensor, b_hh: Tensor | None, w_hr: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """c' = f c + i g, h' = o tanh(c'), with the gates i, f, g, o from (from_input + W h + b), (N, 4 H).

    c: (N, H). h: (N, H), or with the projection w_hr (P, H), (N, P)."""
    size = c.array.shape[1]
    i, f, g, o = parts(from_input + linear(h, w_hh, b_hh), (size,) * 4, 1)
    c = sigmoid(f) * c + sigmoid(i) * tanh(g)
    h = sigmoid(o) * tanh(c)
    return (h if w_hr is None else linear(h, w_hr)), c


def gru_step(from_input: Tensor, h: Tensor, w_hh: Tensor, b_hh: Tensor | None) -> Tensor:
    """h' = (1 - z) n + z h, with reset r, update z and candidate n from from_input and W h + b, (N, 3 H)."""
    size = h.array.shape[1]
    from_state = linear(h, w_hh, b_hh)
    input_rz, input_n = parts(from_input, (2 * size, size), 1)
    state_rz, state_n = parts(from_state, (2 * size, size), 1)
    r, z = parts(sigmoid(input_rz + state_rz), (size, size), 1)
    n = tanh(input_n + r * state_n)
    return n + z * (h - n)


def plain_sequence(run: Run, inputs: Layer[Tensor]) -> tuple[Tensor, ...]:
    """A layer over a whole sequence: (outputs, last h) or, of an LSTM, (outputs, last h, last c).

    The products with the input are computed for all steps at once, the rest step by step. The
    layers in nn run recurrent_sequence.py, which is faster, and this is what it is checked against."""
    x, h, c, w_ih, w_hh, b_ih, b_hh, w_hr = inputs
    projected = linear(x, w_ih, b_ih)
    sizes = (len(h),) * len(x) if run.sizes is None else run.sizes
    rows = projected.reshape(sum(sizes), projected.array.shape[-1])
    steps = parts(rows, sizes, 0)
    first = (h,) if c is None else (h, c)
    outputs: list[Tensor] = []
    ended: list[tuple[Tensor, ...]] = []
    state = tuple(each[: len(steps[-1 if run.backwards else 0])] for each in first)
    for step in reversed(steps) if run.backwards else steps:
        n, running = len(step), len(state[0])
        if n < running:  # the last sequences have ended
            ended.append(tuple(each[n:] for each in state))
            state = tuple(each[:n] for each in state)
        elif n > running:  # going backwards, new sequences begin here, from their first state
            state = tuple(cat([each, new[running:n]]) for each, new in zip(state, first, strict=True))
        state = _step(run.kind, step, state, w_hh, b_hh, w_hr)
        outputs.append(state[0])
    y = cat(outputs[::-1] if run.backwards else outputs)
    last = tuple(cat(each) for each in zip(state, *reversed(ended), strict=True))
    return (y if run.sizes is not None else y.reshape(*x.array.shape[:2], -1), *last)


def _step(
    kind: str, step: Tensor, state: tuple[Tensor, ...], w_hh: Tensor, b_hh: Tensor | None, w_hr: Tensor | None
) -> tuple[Tensor, ...]:
    """The next state."""
    if kind == "LSTM":
        return lstm_step(step, state[0], state[1], w_hh, b_hh, w_hr)
    if kind == "GRU":
        return (gru_step(step, state[0], w_hh, b_hh),)
    return (rnn_step(step, state[0], w_hh, b_hh, "tanh" if kind == "RNN_TANH" else "relu"),)


def rnn_tanh_cell(
    input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor | None = None, b_hh: Tensor | None = None
) -> Tensor:
    """tanh(W_ih x + b_ih + W_hh h + b_hh).  input (N, I), hx (N, H): (N, H). Source: torch.rnn_tanh_cell."""
    check_optional_tensors("rnn_tanh_cell", b_ih=b_ih, b_hh=b_hh)
    return rnn_step(linear(input, w_ih, b_ih), hx, w_hh, b_hh, "tanh")


def rnn_relu_cell(
    input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor | None = None, b_hh: Tensor | None = None
) -> Tensor:
    """relu(W_ih x + b_ih + W_hh h + b_hh).  input (N, I), hx (N, H): (N, H). Source: torch.rnn_relu_cell."""
    check_optional_tensors("rnn_relu_cell", b_ih=b_ih, b_hh=b_hh)
    return rnn_step(linear(input, w_ih, b_ih), hx, w_hh, b_hh, "relu")


def lstm_cell(
    input: Tensor,
    hx: tuple[Tensor, Tensor],
    w_ih: Tensor,
    w_hh: Tensor,
    b_ih: Tensor | None = None,
    b_hh: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """The next (h, c) of an LSTM.  input (N, I), hx: (h, c), both (N, H). Source: torch.lstm_cell."""
    check_optional_tensors("lstm_cell", b_ih=b_ih, b_hh=b_hh)
    return lstm_step(linear(input, w_ih, b_ih), *hx, w_hh, b_hh)


def gru_cell(
    input: Tensor, hx: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor | None = None, b_hh: Tensor | None = None
) -> Tensor:
    """The next h of a GRU.  input (N, I), hx (N, H). Source: torch.gru_cell."""
    check_tensors("gru_cell", input=input, hx=hx, w_ih=w_ih, w_hh=w_hh)
    check_optional_tensors("gru_cell", b_ih=b_ih, b_hh=b_hh)
    return gru_step(linear(input, w_ih, b_ih), hx, w_hh, b_hh)
