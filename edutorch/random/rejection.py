"""Draws that may be rejected and drawn again: Poisson, gamma, Dirichlet and binomial numbers, as NumPy arrays.

As in draws.py, each consumes the bits that PyTorch's CPU generator consumes. All is computed in float64, one number
after the other, because nobody knows beforehand how many bits one of them takes.

Source: PyTorch 2.13, ATen/native/Distributions.h and ATen/native/cpu; the algorithms are named below.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from .draws import standard_uniform

if TYPE_CHECKING:
    from ..backend import Array
    from .bits import RandomBits

_THIRD, _SQUEEZE = float(np.float32(1) / np.float32(3)), float(np.float32(0.0331))  # PyTorch writes them in float32

# ln k! less Stirling's approximation of it, for k from 0 to 9.
_STIRLING = [
    math.lgamma(k + 1) - ((k + 0.5) * math.log(k + 1) - (k + 1) + 0.5 * math.log(2 * math.pi)) for k in range(10)
]


class Numbers:
    """Random numbers one by one, drawn from a source in blocks, which is a hundred times as fast."""

    def __init__(self, source: RandomBits) -> None:
        self.source, self.used, self.waiting = source, 0, source.next_normal
        self._next = self._uniforms().__next__

    def _uniforms(self) -> Iterator[float]:
        size = 16
        while True:
            yield from standard_uniform(self.source, size, np.float64).tolist()
            size = min(2 * size, 4096)

    def uniform(self) -> float:
        """The next one in [0, 1)."""
        self.used += 1
        return self._next()

    def normal(self) -> float:
        """A standard normal number: the second of a pair if one is waiting, else the first of a new one."""
        if self.waiting is not None:
            found, self.waiting = self.waiting, None
            return found
        angle, u = 2.0 * math.pi * self.uniform(), self.uniform()
        radius = math.sqrt(-2.0 * math.log1p(-u))
        self.waiting = radius * math.sin(angle)
        return radius * math.cos(angle)


@contextmanager
def numbers(source: RandomBits) -> Iterator[Numbers]:
    """Numbers of a source, which afterwards stands where they end."""
    before = source.engine.state
    drawn = Numbers(source)
    try:
        yield drawn
    finally:
        source.engine.state = before
        source.random64(drawn.used)  # of which a uniform number is made
        source.next_normal = drawn.waiting


def poisson(source: RandomBits, rates: Array) -> Array:
    """How many events occur where `rates` are expected, for each element. float64, rates' shape."""
    with numbers(source) as drawn:
        counts = [_many_events(drawn, rate) if rate >= 10 else _few_events(drawn, rate) for rate in rates.flat]
    return np.array(counts, np.float64).reshape(rates.shape)


def _few_events(drawn: Numbers, rate: float) -> int:
    """How many uniforms can be multiplied before the product is less than e^-rate. Source: Knuth, TAOCP 2, 3.4.1."""
    if rate == 0:
        return 0
    count, product, least = 0, drawn.uniform(), math.exp(-rate)
    while product > least:
        count, product = count + 1, product * drawn.uniform()
    return count


def _many_events(drawn: Numbers, rate: float) -> float:
    """Draws candidates from below a simple curve, and rejects some of them so that Poisson's distribution remains.

    Source: Hormann, The transformed rejection method for generating Poisson random variables, 1993."""
    b = 0.931 + 2.53 * math.sqrt(rate)
    a = -0.059 + 0.02483 * b
    inverse_alpha, sure = 1.1239 + 1.1328 / (b - 3.4), 0.9277 - 3.6224 / (b - 2)
    while True:
        u, v = drawn.uniform() - 0.5, drawn.uniform()
        to_edge = 0.5 - abs(u)
        if to_edge == 0:
            continue
        k = math.floor((2 * a / to_edge + b) * u + rate + 0.43)
        if to_edge >= 0.07 and v <= sure:
            return k
        if k < 0 or (to_edge < 0.013 and v > to_edge):
            continue
        height = math.log(v * inverse_alpha / (a / (to_edge * to_edge) + b)) if v else -math.inf
        if height <= k * math.log(rate) - rate - math.lgamma(k + 1):
            return k


def standard_gamma(source: RandomBits, shapes: Array, dtype: np.dtype | type) -> Array:
    """A positive number of the gamma distribution with each of these shape parameters and scale 1. Same shape."""
    with numbers(source) as drawn:
        found = [_one_gamma(drawn, shape) for shape in shapes.astype(dtype).flat]
    return np.maximum(np.array(found).astype(dtype), np.finfo(dtype).tiny).reshape(shapes.shape)


def _one_gamma(drawn: Numbers, shape: np.floating) -> float:
    """The cube of a normal number, nearly; rejected where it is not. A shape below 1 is raised by 1 first.

    What is computed of the shape alone is rounded to the shape's own width, as PyTorch rounds it.
    Source: Marsaglia and Tsang, A simple method for generating gamma variables, 2000."""
    scale, one = 1.0, type(shape)(1)
    if shape < 1:
        if shape == 0:
            return 0.0
        scale, shape = (1 - drawn.uniform()) ** float(one / shape), shape + one
    d = float(shape - type(shape)(_THIRD))
    c = 1 / math.sqrt(9 * d)
    while True:
        x = drawn.normal()
        root = 1 + c * x
        if root <= 0:
            continue
        v, u, square = root * root * root, 1 - drawn.uniform(), x * x
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
    with numbers(source) as drawn:
        found = [_one_binomial(drawn, n, p) for n, p in zip(counts.flat, chances.flat, strict=True)]
    return np.array(found, np.float64).reshape(counts.shape)


def _one_binomial(drawn: Numbers, count: float, chance: float) -> float:
    if count <= 0 or chance <= 0:
        return 0.0
    if chance >= 1:
        return count
    if not chance <= 0.5:  # count the failures; nan stays nan
        return count - _one_binomial(drawn, count, 1 - chance) if chance > 0.5 else math.nan
    draw = _many_successes if count * chance >= 10 else _few_successes
    return draw(drawn, count, chance)


def _few_successes(drawn: Numbers, count: float, chance: float) -> float:
    """How many waiting times until a success fit into `count` trials. Source: Devroye, Non-uniform random variate
    generation, 1986, X.4.3."""
    trials, successes, log_failure = 0.0, 0, math.log1p(-chance)
    while True:
        u = drawn.uniform()
        trials += math.ceil(math.log(u) / log_failure) if u else math.inf
        if trials > count:
            return successes
        successes += 1


def _many_successes(drawn: Numbers, count: float, chance: float) -> float:
    """Transformed rejection with a squeeze, as for many events above.

    Source: Hörmann, The generation of binomial random variates, 1993, algorithm BTRS."""
    spread = math.sqrt(count * chance * (1 - chance))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * chance
    center, sure = count * chance + 0.5, 0.92 - 4.2 / b
    odds, alpha, mode = chance / (1 - chance), (2.83 + 5.1 / b) * spread, math.floor((count + 1) * chance)
    while True:
        u, v = drawn.uniform() - 0.5, drawn.uniform()
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
