"""A recurrent layer over a whole sequence, on arrays: forward, and the gradients. See ops/recurrent_sequence.py.

The products with the input are one for all steps, as are the gradients of the weights. A step is one product with the
state and a few elementwise operations in place. The gradient of a step's products is the gradient of the state times
factors that hold for any gradient, so the factors of all steps are computed at once, in memory that is kept for the
next layer (scratch.py; in a fresh process an LSTM's training step takes a fifth less).

The product of a step is a `dot`: on arrays of this size `matmul` takes half a microsecond more to begin.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Generic, NamedTuple, TypeVar

from ...backend import Array, add_up, module_of_array
from ...browser_numpy import matrix_product
from ...fusion import fused
from . import scratch

T = TypeVar("T")


class Run(NamedTuple):
    """How a layer goes through a sequence.

    kind: RNN_TANH, RNN_RELU, LSTM or GRU. sizes: of a packed batch, how many sequences each step has, else None.
    backwards: from the last step to the first."""

    kind: str
    sizes: tuple[int, ...] | None
    backwards: bool


class Layer(NamedTuple, Generic[T]):
    """Input, first state and weights: tensors, arrays, their gradients, or whether those are wanted.

    G, the rows of the weights: 4 H in an LSTM, 3 H in a GRU, else H. What a layer does not have is None, which its type
    does not say."""

    x: T  # (L, N, I), or packed (rows, I)
    h: T  # (N, P)
    c: T  # (N, H), in an LSTM
    w_ih: T  # (G, I)
    w_hh: T  # (G, P)
    b_ih: T  # (G,)
    b_hh: T  # (G,)
    w_hr: T  # (P, H), in an LSTM with projection; else P = H


# ---- the order of the steps, and packed batches


def order(layer: Layer[Array], run: Run) -> list[tuple[int, int]]:
    """(step, how many sequences it has), in the order in which the layer goes."""
    sizes = run.sizes or [len(layer.h)] * len(layer.x)
    pairs = list(enumerate(sizes))
    return pairs[::-1] if run.backwards else pairs


def in_steps(rows: Array, layer: Layer[Array], run: Run) -> Array:
    """(L N, F), or packed (rows, F), to (L, N, F), with zeros where a sequence has no step."""
    if run.sizes is None:
        return rows.reshape(len(layer.x), len(layer.h), -1)
    steps = module_of_array(rows).zeros((len(run.sizes), len(layer.h), rows.shape[1]), rows.dtype)
    for step, size, end in zip(steps, run.sizes, ends(run.sizes), strict=True):
        step[:size] = rows[end - size : end]
    return steps


def in_rows(steps: Array, run: Run) -> Array:
    """The other way: (L, N, F), or packed (rows, F)."""
    if run.sizes is None:
        return steps
    return module_of_array(steps).concatenate([step[:size] for step, size in zip(steps, run.sizes, strict=True)])


def ends(sizes: tuple[int, ...]) -> Iterator[int]:
    """Where each step's rows end in a packed batch."""
    end = 0
    for size in sizes:
        end += size
        yield end


def last(states: Array, run: Run) -> Array:
    """The state after the last step."""
    return states[0 if run.backwards else -1]


def before(states: Array, first: Array, run: Run) -> Array:
    """The state before each step: the caller's until the next call."""
    xp = module_of_array(states)
    parts = [states[1:], first[None]] if run.backwards else [first[None], states[:-1]]
    return xp.concatenate(parts, out=scratch.empty(xp, "states", states.shape, states.dtype))


# ---- what the kinds share


def projected(layer: Layer[Array], run: Run, bias: Array | None, scale: Array | None = None) -> Array:
    """x W_ih^T + bias for all steps, times a scale for each column: (L, N, G)."""
    w = layer.w_ih.T if scale is None else layer.w_ih.T * scale
    rows = matrix_product(layer.x.reshape(-1, layer.x.shape[-1]), w)
    if bias is not None:
        rows += bias if scale is None else bias * scale
    return in_steps(rows, layer, run)


def recurrent_weight(xp: ModuleType, layer: Layer[Array], scale: Array) -> Array:
    """W_hh^T times a scale for each column, (P, G), laid out for the product of each step."""
    return xp.multiply(layer.w_hh.T, scale, out=xp.empty(layer.w_hh.shape[::-1], layer.w_hh.dtype))


def both_biases(layer: Layer[Array]) -> Array | None:
    """Their sum: where the two products are added, the biases may be added before."""
    return None if layer.b_ih is None else layer.b_ih + layer.b_hh


def split(gates: Array, size: int) -> list[Array]:
    """Views of each gate's columns."""
    return [gates[..., start : start + size] for start in range(0, gates.shape[-1], size)]


def sigmoids(xp: ModuleType, layer: Layer[Array], tanh: slice) -> tuple[Array, Array]:
    """scale, shift: sigmoid(x) = scale tanh(scale x) + shift with 1/2, 1/2; in the columns `tanh`, tanh(x) with 1, 0.
    So one tanh computes all gates. (N, G) each, since rows would be broadcast in every step."""
    scale, shift = (xp.full((len(layer.h), len(layer.w_hh)), 0.5, layer.x.dtype) for _ in range(2))
    scale[:, tanh], shift[:, tanh] = 1, 0
    return scale, shift


@fused
def activate(xp: ModuleType, gates: Array, product: Array, scale: Array, shift: Array) -> None:
    """The gates, in place, from the product with the input and that with the state."""
    gates += product
    xp.tanh(gates, out=gates)
    gates *= scale
    gates += shift


class Gradients:
    """The walk back. h and c: the gradients of the state, from the last one to the first.

    arrived: the gradients of the outputs, of the last h and, in an LSTM, of the last c, None where there is none."""

    def __init__(self, layer: Layer[Array], run: Run, arrived: list[Array | None]) -> None:
        xp = module_of_array(layer.x)
        self.xp, self.layer, self.run, self.order = xp, layer, run, order(layer, run)[::-1]
        y, h, *c = arrived
        self.y = None if y is None else in_steps(y.reshape(-1, y.shape[-1]), layer, run)
        self.h = xp.zeros_like(layer.h, order="C") if h is None else h.copy()
        if c:
            self.c = xp.zeros_like(layer.c) if c[0] is None else c[0].copy()

    def add_output(self, t: int) -> Array:
        """Adds the gradient of step t's output to that of h."""
        if self.y is not None:
            self.h += self.y[t]
        return self.h

    def back(self, products: Array, size: int) -> None:
        """h from a step's products to the state before it; sequences that are not in the step keep theirs."""
        kept = self.h[size:].copy() if size < len(self.h) else None
        self.xp.dot(products, self.layer.w_hh, out=self.h)
        if kept is not None:
            self.h[size:] = kept

    def all(self, wanted: Layer[bool], products: Array, state_products: Array, ys: Array) -> Layer[Array | None]:
        """Those of all inputs, from those of all steps' products with the input and with the state, (L, N, G)."""
        layer = self.layer
        rows = in_rows(products, self.run).reshape(-1, products.shape[-1])
        state_rows = state_products.reshape(-1, products.shape[-1])
        b_ih = add_up(rows, 0) if wanted.b_ih else None
        b_hh = add_up(state_rows, 0) if wanted.b_hh and (b_ih is None or state_products is not products) else b_ih
        states = before(ys, layer.h, self.run).reshape(-1, ys.shape[-1]) if wanted.w_hh else None
        return Layer(
            x=matrix_product(rows, layer.w_ih).reshape(layer.x.shape) if wanted.x else None,
            h=self.h if wanted.h else None,
            c=self.c if wanted.c else None,
            w_ih=matrix_product(rows.T, layer.x.reshape(len(rows), -1)) if wanted.w_ih else None,
            w_hh=None if states is None else matrix_product(state_rows.T, states),
            b_ih=b_ih,
            b_hh=b_hh.copy() if wanted.b_hh and b_hh is not None else None,
            w_hr=None,
        )
