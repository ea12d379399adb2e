"""Random numbers as NumPy arrays: how PyTorch turns the bits of its CPU generator into numbers.

Each function draws `count` numbers from a source of bits, in the order in which they go to memory. It consumes exactly
the bits that PyTorch consumes, so that later draws agree, too. dtypes are NumPy's.

Source: PyTorch 2.13, ATen/native/cpu/DistributionTemplates.h and ATen/core/TransformationHelper.h.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..backend import Array
    from .bits import RandomBits

# A remainder of 32 random bits favors small numbers; from this range on PyTorch takes 64 bits.
RANGE_OF_64_BITS = 1 << 28

# Up to this length PyTorch shuffles with 32-bit numbers.
LONG_PERMUTATION = (2**32 - 1) // 20


def compute_dtype(dtype: np.dtype | type) -> np.dtype:
    """The width PyTorch computes in: float32 for float16, else the dtype itself."""
    return np.dtype(np.float32) if dtype == np.float16 else np.dtype(dtype)


def narrow(x: Array, dtype: np.dtype | type) -> Array:
    """x rounded to `dtype`; to float16 by way of float32, as in PyTorch."""
    return x.astype(compute_dtype(dtype), copy=False).astype(dtype, copy=False)


def multiply_add(x: Array, scale: float, shift: float) -> Array:
    """x scale + shift, rounded once. Any shape; float32 or float64, as x.

    PyTorch's compiler fuses the two steps, NumPy rounds after each. In float32 the double-width
    product is exact; in float64 the rounding error is computed and added back.
    Source: Dekker, 1971, for the product; Knuth, TAOCP 2, 4.2.2, for the sum."""
    if x.dtype == np.float32:
        wide = x.astype(np.float64)
        return (wide * float(np.float32(scale)) + float(np.float32(shift))).astype(np.float32)
    product = x * scale
    total = product + shift
    lost_in_product = _product_error(x, scale, product)
    back = total - product
    lost_in_sum = (product - (total - back)) + (shift - back)
    return total + (lost_in_sum + lost_in_product)


def _product_error(x: Array, scale: float, product: Array) -> Array:
    """x scale - product, exactly: both factors are split into halves of 26 bits."""
    x_high, x_low = _halves(x)
    scale_high, scale_low = _halves(scale)
    crossed = (x_high * scale_high - product) + x_high * scale_low + x_low * scale_high
    return crossed + x_low * scale_low


def _halves(x: Array | float) -> tuple[Array | float, Array | float]:
    spread = x * (2.0**27 + 1)
    high = spread - (spread - x)
    return high, x - high


def standard_uniform(generator: RandomBits, count: int, dtype: np.dtype | type) -> Array:
    """[0, 1): the low 24 bits of 32 for float32, the low 53 of 64 for float64. Shape (count,)."""
    if dtype == np.float64:
        return (generator.random64(count) & np.uint64(2**53 - 1)) * 2.0**-53
    bits = generator.random32(count) & np.uint32(2**24 - 1)
    return bits.astype(np.float32) * np.float32(2.0**-24)


def uniform(generator: RandomBits, count: int, dtype: np.dtype | type, low: float, high: float) -> Array:
    """[low, high): x (high - low) + low of the standard uniform x. Shape (count,)."""
    width = compute_dtype(dtype)
    x = standard_uniform(generator, count, width)
    if (low, high) != (0, 1):
        x = multiply_add(x, float(width.type(high) - width.type(low)), low)
    x = x.astype(dtype, copy=False)
    x[x == np.dtype(dtype).type(high)] = low  # rounding may reach the excluded end
    return x


def normal_pairs(generator: RandomBits, count: int) -> Array:
    """Standard normals in float64, by pairs: r cos θ now, r sin θ next. Shape (count,).

    θ = 2π u1, r = sqrt(-2 log(1 - u2)). The second of a pair waits in the generator for the next
    call, so drawing 1 and 2 is the same as drawing 3. Source: Box and Muller, 1958.
    """
    waiting = [] if generator.next_normal is None or count == 0 else [generator.next_normal]
    new = count - len(waiting)
    u1, u2 = standard_uniform(generator, 2 * (-(-new // 2)), np.float64).reshape(-1, 2).T
    r, theta = np.sqrt(-2.0 * np.log1p(-u2)), 2.0 * math.pi * u1
    drawn = np.stack([r * np.cos(theta), r * np.sin(theta)], axis=1).reshape(-1)
    if count:
        generator.next_normal = float(drawn[-1]) if new % 2 else None
    return np.concatenate([waiting, drawn[:new]])


def box_muller_blocks(u: Array, mean: float, std: float) -> Array:
    """Normals from uniforms in blocks of 16: eight radii, then eight angles. u: (blocks, 16).

    The first eight of a block are r cos θ, the last eight r sin θ. Computed in u's width."""
    radius = np.sqrt(-2 * np.log(1 - u[:, :8]))
    theta = u.dtype.type(2.0 * math.pi) * u[:, 8:]
    standard = np.concatenate([radius * np.cos(theta), radius * np.sin(theta)], axis=1)
    return standard if (mean, std) == (0, 1) else multiply_add(standard, std, mean)


def normal_blocks(generator: RandomBits, count: int, dtype: np.dtype | type, mean: float, std: float) -> Array:
    """16 or more normals, by blocks of 16. A ragged tail draws the last 16 again. Shape (count,)."""
    width, whole, ragged = compute_dtype(dtype), count - count % 16, count % 16 != 0
    # PyTorch first draws all uniforms, even those of the ragged tail; in float16 it does not
    unused = count - whole if dtype != np.float16 else 0
    u = standard_uniform(generator, whole + unused + 16 * ragged, width)
    out = np.empty(count, dtype)
    out[:whole] = box_muller_blocks(u[:whole].reshape(-1, 16), mean, std).reshape(-1)
    if ragged:
        out[-16:] = box_muller_blocks(u[-16:].reshape(1, 16), mean, std)[0]
    return out


def normal(
    generator: RandomBits,
    count: int,
    dtype: np.dtype | type,
    mean: float = 0.0,
    std: float = 1.0,
    contiguous: bool = True,
) -> Array:
    """Normals of the given mean and standard deviation. Shape (count,).

    16 or more that lie side by side in memory are drawn in blocks, others by pairs."""
    if count >= 16 and contiguous:
        return normal_blocks(generator, count, dtype, mean, std)
    return narrow(multiply_add(normal_pairs(generator, count), std, mean), dtype)


def integers(generator: RandomBits, count: int, dtype: np.dtype | type, low: int, span: int) -> Array:
    """Whole numbers in [low, low + span): low + bits % span. Shape (count,)."""
    if span == 2**64:  # all of int64
        return generator.random64(count).astype(np.int64).astype(dtype)
    steps: Array
    if span >= RANGE_OF_64_BITS:
        steps = generator.random64(count) % np.uint64(span)
    else:
        steps = generator.random32(count) % np.uint32(span)
    # the sum wraps as PyTorch's int64 does
    return (steps.astype(np.int64) + np.int64(low)).astype(dtype)


def all_integers(generator: RandomBits, count: int, dtype: np.dtype) -> Array:
    """From 0 to a dtype's largest number; for floats to 2^(digits), all exact. Shape (count,)."""
    dtype = np.dtype(dtype)
    bits = generator.random64(count) if dtype.itemsize == 8 else generator.random32(count)
    if dtype == np.bool_:
        return (bits & np.uint32(1)).astype(dtype)
    if dtype.kind == "f":
        top = 2 ** (np.finfo(dtype).nmant + 1) + 1
    else:
        top = int(np.iinfo(dtype).max) + 1
    return (bits % bits.dtype.type(top)).astype(dtype)


def permutation(generator: RandomBits, n: int) -> Array:
    """The numbers 0 to n - 1 shuffled. Shape (n,), int64."""
    if n >= LONG_PERMUTATION:
        return _inside_out_permutation(generator, n)
    return np.array(shuffled(generator, n), dtype=np.int64)


def shuffled(generator: RandomBits, n: int) -> list[int]:
    """The same as a list.

    Source: Fisher and Yates, 1938; from the front, as PyTorch goes (and inside out where n is so
    large that 32 bits would not do)."""
    if n >= LONG_PERMUTATION:
        return _inside_out_permutation(generator, n).tolist()
    left = np.arange(n, 1, -1, dtype=np.uint32)  # how many are still to be placed
    places = np.arange(len(left)) + generator.random32(len(left)) % left
    order = list(range(n))
    for i, z in enumerate(places.tolist()):
        order[i], order[z] = order[z], order[i]
    return order


def _inside_out_permutation(generator: RandomBits, n: int) -> Array:
    places = generator.random64(n) % np.arange(1, n + 1, dtype=np.uint64)
    order = np.empty(n, dtype=np.int64)
    for i, z in enumerate(places):
        order[i] = order[z]
        order[z] = i
    return order


def bernoulli(generator: RandomBits, count: int, p: Array | float) -> Array:
    """True with probability p, a number or an array of shape (count,). Shape (count,), bool.

    A uniform of p's own width is compared with p; a plain number counts as float64."""
    width = np.float64 if isinstance(p, float) else compute_dtype(p.dtype)
    return standard_uniform(generator, count, width) < p


def exponential(generator: RandomBits, count: int, dtype: np.dtype | type, rate: float) -> Array:
    """-log(1 - u) / rate. Shape (count,)."""
    u = standard_uniform(generator, count, np.float64)
    return narrow(-1.0 / rate * np.log1p(-u), dtype)


def geometric(generator: RandomBits, count: int, dtype: np.dtype, p: float) -> Array:
    """Trials until the first success: ceil(log u / log(1 - p)). Shape (count,)."""
    u = standard_uniform(generator, count, np.float64)
    return np.ceil(np.log(u) / math.log1p(-p)).astype(dtype)


def cauchy(generator: RandomBits, count: int, dtype: np.dtype, median: float, sigma: float) -> Array:
    """median + sigma tan(π (u - 1/2)). Shape (count,)."""
    u = standard_uniform(generator, count, np.float64)
    return narrow(median + sigma * np.tan(math.pi * (u - 0.5)), dtype)


def log_normal(generator: RandomBits, count: int, dtype: np.dtype, mean: float, std: float) -> Array:
    """exp of a normal. Shape (count,)."""
    return narrow(np.exp(multiply_add(normal_pairs(generator, count), std, mean)), dtype)


def multinomial_with_replacement(generator: RandomBits, weights: Array, count: int) -> Array:
    """By rows, the first place where the cumulative share reaches u. (rows, n) → (rows, count).

    The sum runs from left to right in the width of the weights, as PyTorch's does."""
    shares = np.cumsum(weights, axis=1, dtype=compute_dtype(weights.dtype))
    shares /= shares[:, -1:].copy()
    shares[:, -1] = 1
    u = standard_uniform(generator, len(weights) * count, np.float64).reshape(-1, count)
    rows = [np.searchsorted(share, row, side="left") for share, row in zip(shares, u, strict=True)]
    return np.stack(rows).astype(np.int64)


def first_in_race(weights: Array, noise: Array, count: int) -> Array:
    """Draws without replacement, by rows: the `count` largest of weight / noise, largest first.

    (rows, n), noise exponential of rate 1 → (rows, count). If the weights are rates, noise / weight is the time at
    which each one arrives: the first to arrive is drawn first.
    Source: Efraimidis and Spirakis, 2006, on logarithms."""
    return np.argsort(-(weights / noise), axis=1, kind="stable")[:, :count].astype(np.int64)
