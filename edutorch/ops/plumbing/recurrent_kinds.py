"""RNN, LSTM and GRU over a whole sequence, on arrays: what differs between them. See recurrent_arrays.py."""

from __future__ import annotations

from types import ModuleType

from ...backend import Array
from ...fusion import fused
from . import scratch
from .recurrent_arrays import (
    Gradients,
    Layer,
    Run,
    activate,
    before,
    both_biases,
    order,
    projected,
    recurrent_weight,
    sigmoids,
    split,
)

# ---- RNN: h' = tanh (or relu) of (W_ih x + b_ih + W_hh h + b_hh)


def rnn_forward(xp: ModuleType, layer: Layer[Array], run: Run) -> list[Array]:
    """The outputs (L, N, H)."""
    ys = projected(layer, run, both_biases(layer))
    h, w, product = layer.h, xp.ascontiguousarray(layer.w_hh.T), xp.empty_like(layer.h, order="C")
    step = _tanh_step if run.kind == "RNN_TANH" else _relu_step
    for t, size in order(layer, run):
        xp.dot(h, w, out=product)
        step(xp, ys[t], product)
        if size < len(h):
            ys[t, size:] = h[size:]
        h = ys[t]
    return [ys]


@fused
def _tanh_step(xp: ModuleType, y: Array, product: Array) -> None:
    y += product
    xp.tanh(y, out=y)


@fused
def _relu_step(xp: ModuleType, y: Array, product: Array) -> None:
    y += product
    xp.maximum(y, 0, out=y)


def rnn_backward(found: Gradients, wanted: Layer[bool], kept: list[Array]) -> Layer[Array | None]:
    """The gradients of the layer's inputs from those of its outputs; kept: what rnn_forward returned."""
    (ys,) = kept
    products = 1 - ys * ys if found.run.kind == "RNN_TANH" else (ys != 0).astype(ys.dtype)
    for t, size in found.order:
        if size < len(found.h):
            products[t, size:] = 0
        found.add_output(t)
        products[t] *= found.h
        found.back(products[t], size)
    return found.all(wanted, products, products, ys)


# ---- LSTM: c' = f c + i g, h' = o tanh(c')


def lstm_forward(xp: ModuleType, layer: Layer[Array], run: Run) -> list[Array]:
    """The outputs (L, N, P); c (L, N, H); the gates i, f, g, o (L, N, 4 H); tanh(c) (L, N, H)."""
    n, width = layer.c.shape
    scale, shift = sigmoids(xp, layer, slice(2 * width, 3 * width))
    gates = projected(layer, run, both_biases(layer), scale[0])
    i, f, g, o = split(gates, width)
    steps = len(gates)
    cs, tanhs, outs = (xp.empty((steps, n, width), gates.dtype) for _ in range(3))
    ys = outs if layer.w_hr is None else xp.empty((steps, *layer.h.shape), gates.dtype)
    h, c, w, product = layer.h, layer.c, recurrent_weight(xp, layer, scale[0]), xp.empty_like(gates[0])
    for t, size in order(layer, run):
        xp.dot(h, w, out=product)
        activate(xp, gates[t], product, scale, shift)
        if size < n:  # the others keep c = 1 c + 0
            gates[t, size:], f[t, size:] = 0, 1
        _lstm_state(xp, i[t], f[t], g[t], o[t], c, cs[t], tanhs[t], outs[t])
        if layer.w_hr is not None:
            xp.matmul(outs[t], layer.w_hr.T, out=ys[t])
        if size < n:
            ys[t, size:] = h[size:]
        h, c = ys[t], cs[t]
    return [ys, cs, gates, tanhs]


@fused
def _lstm_state(
    xp: ModuleType, i: Array, f: Array, g: Array, o: Array, c: Array, next_c: Array, tanh: Array, h: Array
) -> None:
    xp.multiply(f, c, out=next_c)
    next_c += i * g
    xp.tanh(next_c, out=tanh)
    xp.multiply(o, tanh, out=h)


def lstm_backward(found: Gradients, wanted: Layer[bool], kept: list[Array]) -> Layer[Array | None]:
    """The gradients of the layer's inputs from those of its outputs; kept: what lstm_forward returned."""
    ys, cs, gates, tanhs = kept
    xp, layer = found.xp, found.layer
    width = cs.shape[2]
    i, f, g, o = split(gates, width)
    products = scratch.empty(xp, "product", gates.shape, gates.dtype)
    _sigmoid_slopes(xp, gates, products)
    di, df, dg, do = split(products, width)
    through = _lstm_factors(xp, i, g, o, before(cs, layer.c, found.run), tanhs, di, df, dg, do)
    projected_slopes = None if layer.w_hr is None else xp.empty_like(ys)
    for t, size in found.order:
        found.add_output(t)
        slope = found.h
        if projected_slopes is not None:
            projected_slopes[t] = slope
            projected_slopes[t, size:] = 0
            slope = slope @ layer.w_hr
        _lstm_products(xp, slope, found.c, through[t], f[t], di[t], df[t], dg[t], do[t])
        found.back(products[t], size)
    gradients = found.all(wanted, products, products, ys)
    if projected_slopes is None or not wanted.w_hr:
        return gradients
    outs = (o * tanhs).reshape(-1, width)
    return gradients._replace(w_hr=projected_slopes.reshape(len(outs), -1).T @ outs)


@fused
def _sigmoid_slopes(xp: ModuleType, gates: Array, slopes: Array) -> None:
    xp.subtract(1, gates, out=slopes)
    slopes *= gates


@fused
def _lstm_factors(
    xp: ModuleType, i: Array, g: Array, o: Array, c: Array, tanh: Array, di: Array, df: Array, dg: Array, do: Array
) -> Array:
    """di, df, dg: from the gates' slopes to d(products) / dc'; do: to d(products) / dh'. Returns dc' / dh'."""
    di *= g
    df *= c
    do *= tanh
    xp.multiply(g, g, out=dg)
    xp.subtract(1, dg, out=dg)
    dg *= i
    through = tanh * tanh
    xp.subtract(1, through, out=through)
    through *= o
    return through


@fused
def _lstm_products(
    xp: ModuleType, h: Array, c: Array, through: Array, f: Array, di: Array, df: Array, dg: Array, do: Array
) -> None:
    """From the gradients of h' and c' to those of the products, and of c."""
    c += h * through
    di *= c
    df *= c
    dg *= c
    do *= h
    c *= f


# ---- GRU: h' = n + z (h - n), n = tanh(W_in x + b_in + r (W_hn h + b_hn))


def gru_forward(xp: ModuleType, layer: Layer[Array], run: Run) -> list[Array]:
    """The outputs (L, N, H); the gates r, z, n (L, N, 3 H); the candidate's part of the state's product (L, N, H)."""
    count, width = layer.h.shape
    scale, shift = sigmoids(xp, layer, slice(2 * width, 3 * width))
    bias = layer.b_ih
    if bias is not None:
        bias = bias.copy()
        bias[: 2 * width] += layer.b_hh[: 2 * width]
    gates = projected(layer, run, bias, scale[0])
    rz, (r, z, n) = gates[..., : 2 * width], split(gates, width)
    ys, qs = (xp.empty((len(gates), count, width), gates.dtype) for _ in range(2))
    b_q = 0 if layer.b_hh is None else layer.b_hh[2 * width :]
    h, w, product = layer.h, recurrent_weight(xp, layer, scale[0]), xp.empty_like(gates[0])
    scale, shift = (each[:, : 2 * width].copy() for each in (scale, shift))
    for t, size in order(layer, run):
        xp.dot(h, w, out=product)
        activate(xp, rz[t], product[:, : 2 * width], scale, shift)
        _gru_state(xp, r[t], z[t], n[t], product[:, 2 * width :], b_q, h, qs[t], ys[t])
        if size < count:  # the others keep h = n + 1 (h - n)
            r[t, size:], z[t, size:], ys[t, size:] = 0, 1, h[size:]
        h = ys[t]
    return [ys, gates, qs]


@fused
def _gru_state(
    xp: ModuleType, r: Array, z: Array, n: Array, product: Array, bias: Array, h: Array, q: Array, next_h: Array
) -> None:
    xp.add(product, bias, out=q)
    n += r * q
    xp.tanh(n, out=n)
    xp.subtract(h, n, out=next_h)
    next_h *= z
    next_h += n


def gru_backward(found: Gradients, wanted: Layer[bool], kept: list[Array]) -> Layer[Array | None]:
    """The gradients of the layer's inputs from those of its outputs; kept: what gru_forward returned."""
    ys, gates, qs = kept
    xp, layer = found.xp, found.layer
    steps, count, width = ys.shape
    r, z, n = split(gates, width)
    products = scratch.empty(xp, "product", (steps, count, 4 * width), ys.dtype)
    state_products, each = products[..., : 3 * width], products.reshape(steps, count, 4, width)
    dr, dz, dq, dn = split(products, width)
    _gru_factors(xp, r, z, n, qs, before(ys, layer.h, found.run), dr, dz, dq, dn)
    for t, _ in found.order:
        slope = found.add_output(t)
        each[t] *= slope[:, None]
        through = slope * z[t]  # sequences that are not in the step have z = 1, and factors of 0
        xp.dot(state_products[t], layer.w_hh, out=slope)
        slope += through
    return found.all(wanted, xp.concatenate([dr, dz, dn], 2), state_products, ys)


@fused
def _gru_factors(
    xp: ModuleType, r: Array, z: Array, n: Array, q: Array, h: Array, dr: Array, dz: Array, dq: Array, dn: Array
) -> None:
    """d(products) / dh' of the gates r and z, of the state's part q of the candidate, and of the input's part."""
    dn[...] = (1 - z) * (1 - n * n)
    dz[...] = (h - n) * z * (1 - z)
    dq[...] = dn * r
    dr[...] = dq * (1 - r) * q


FORWARD = {"RNN_TANH": rnn_forward, "RNN_RELU": rnn_forward, "LSTM": lstm_forward, "GRU": gru_forward}
BACKWARD = {"RNN_TANH": rnn_backward, "RNN_RELU": rnn_backward, "LSTM": lstm_backward, "GRU": gru_backward}
