"""Draws that may be rejected and drawn again: the gamma, Dirichlet and binomial distributions, as NumPy arrays.

As in draws.py, each consumes the bits that PyTorch's CPU generator consumes. All is computed in float64, one number
after the other, because nobody knows beforehand how many bits one of them takes.

Source: PyTorch 2.13, ATen/native/Distributions.h and ATen/native/cpu; the algorithms are named below.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .draws import normal_pairs, standard_uniform

if TYPE_CHECKING:
    from ..backend import Array
    from .bits import RandomBits

_THIRD, _SQUEEZE = float(np.float32(1) / np.float32(3)), float(np.float32(0.0331))  # PyTorch writes them in float32

# ln k! less Stirling's approximation of it, for k from 0 to 9.
_STIRLING = [
    math.lgamma(k + 1) - ((k + 0.5) * math.log(k + 1) - (k + 1) + 0.5 * math.log(2 * math.pi)) for k in range(10)
]


def _uniform(source: RandomBits) -> float:
    return float(standard_uniform(source, 1, np.float64)[0])


def standard_gamma(source: RandomBits, shapes: Array, dtype: np.dtype | type) -> Array:
    """A positive number of the gamma distribution with each of these shape parameters and scale 1. Same shape."""
    drawn = [_one_gamma(source, shape) for shape in shapes.astype(dtype).flat]
    return np.maximum(np.array(drawn).astype(dtype), np.finfo(dtype).tiny).reshape(shapes.shape)


def _one_gamma(source: RandomBits, shape: np.floating) -> float:
    """The cube of a normal number, nearly; rejected where it is not. A shape below 1 is raised by 1 first.

    What is computed of the shape alone is rounded to the shape's own width, as PyTorch rounds it.
    Source: Marsaglia and Tsang, A simple method for generating gamma variables, 2000."""
    scale, one = 1.0, type(shape)(1)
    if shape < 1:
        if shape == 0:
            return 0.0
        scale, shape = (1 - _uniform(source)) ** float(one / shape), shape + one
    d = float(shape - type(shape)(_THIRD))
    c = 1 / math.sqrt(9 * d)
    while True:
        x = float(normal_pairs(source, 1)[0])
        root = 1 + c * x
        if root <= 0:
            continue
        v, u, square = root * root * root, 1 - _uniform(source), x * x
        if u < 1 - _SQUEEZE * square * square or math.log(u) < 0.5 * square + d * (1 - v + math.log(v)):
            return scale * d * v


def dirichlet(source: RandomBits, shapes: Array, dtype: np.dtype) -> Array:
    """Shares of 1: gamma numbers divided by their sum. (..., K) -> (..., K) of that dtype, strictly inside (0, 1)."""
    drawn = standard_gamma(source, shapes, np.float64)
    shares = (drawn / drawn.sum(-1, keepdims=True)).astype(dtype)
    below_one = np.nextafter(dtype.type(1), dtype.type(0))
    return np.clip(shares, np.finfo(dtype).tiny, below_one)


def binomial(source: RandomBits, counts: Array, chances: Array) -> Array:
    """How many of count trials succeed, each with that chance. Two float64 arrays of one shape; float64 out."""
    drawn = [_one_binomial(source, n, p) for n, p in zip(counts.flat, chances.flat, strict=True)]
    return np.array(drawn, np.float64).reshape(counts.shape)


def _one_binomial(source: RandomBits, count: float, chance: float) -> float:
    if count <= 0 or chance <= 0:
        return 0.0
    if chance >= 1:
        return count
    if not chance <= 0.5:  # count the failures; nan stays nan
        return count - _one_binomial(source, count, 1 - chance) if chance > 0.5 else math.nan
    draw = _many_successes if count * chance >= 10 else _few_successes
    return draw(source, count, chance)


def _few_successes(source: RandomBits, count: float, chance: float) -> float:
    """How many waiting times until a success fit into `count` trials. Source: Devroye, Non-uniform random variate
    generation, 1986, X.4.3."""
    trials, successes, log_failure = 0.0, 0, math.log1p(-chance)
    while True:
        u = _uniform(source)
        trials += math.ceil(math.log(u) / log_failure) if u else math.inf
        if trials > count:
            return successes
        successes += 1


def _many_successes(source: RandomBits, count: float, chance: float) -> float:
    """Transformed rejection with a squeeze, as for many events in draws.py.

    Source: Hörmann, The generation of binomial random variates, 1993, algorithm BTRS."""
    spread = math.sqrt(count * chance * (1 - chance))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * chance
    center, sure = count * chance + 0.5, 0.92 - 4.2 / b
    odds, alpha, mode = chance / (1 - chance), (2.83 + 5.1 / b) * spread, math.floor((count + 1) * chance)
    while True:
        u, v = _uniform(source) - 0.5, _uniform(source)
        to_edge = 0.5 - abs(u)
        k = math.floor((2 * a / to_edge + b) * u + center)
        if to_edge >= 0.07 and v <= sure:
            return k
        if k < 0 or k > count:
            continue
        height = math.log(v * alpha / (a / (to_edge * to_edge) + b)) if v else -math.inf
        if height <= _log_ratio(count, mode, k, odds):
            return k


def _log_ratio(count: float, mode: int, k: int, odds: float) -> float:
    """The logarithm of the probability of k over that of the mode."""
    return (
        (mode + 0.5) * math.log((mode + 1) / (odds * (count - mode + 1)))
        + (count + 1) * math.log((count - mode + 1) / (count - k + 1))
        + (k + 0.5) * math.log(odds * (count - k + 1) / (k + 1))
        + (_stirling(mode) + _stirling(count - mode) - _stirling(k) - _stirling(count - k))
    )


def _stirling(k: float) -> float:
    """ln k! less Stirling's approximation of it."""
    if k <= 9:
        return _STIRLING[int(k)]
    square = (k + 1) ** 2
    return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1)
