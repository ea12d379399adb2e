"""The logarithm of the gamma function and its derivatives, for arrays in the CPU's memory, in float64.

Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 1964: the formulas named below.
"""

from __future__ import annotations

import math

import numpy as np

# The Bernoulli numbers B_2, B_4, ..., B_24.
_BERNOULLI = (
    1 / 6,
    -1 / 30,
    1 / 42,
    -1 / 30,
    5 / 66,
    -691 / 2730,
    7 / 6,
    -3617 / 510,
    43867 / 798,
    -174611 / 330,
    854513 / 138,
    -236364091 / 2730,
)
_FAR = 10  # from here on the asymptotic series have all digits


def zeta(s: int, a: np.ndarray) -> np.ndarray:
    """1 / a^s + 1 / (a + 1)^s + ..., Hurwitz's zeta function, for whole s > 1; inf where a is 0, -1, -2, ...

    Below 0 the terms up to 0 are themselves two such sums, of the distances to 0."""
    a = np.asarray(a, np.float64)
    with np.errstate(all="ignore"):
        below, above = a - np.floor(a), np.ceil(a) - a  # how far a is from the whole numbers around it
        finished = np.where(a > 0, a, np.where(below == 0, np.nan, below))
        total = _zeta_of_positive(s, finished)
        if np.any(a <= 0):
            parts = _zeta_of_positive(s, np.where(above > 0, above, 1.0)) - _zeta_of_positive(s, 1 + np.abs(a))
            total = np.where(a > 0, total, total + (-1) ** s * parts)
        return np.where((a <= 0) & (below == 0), np.inf, np.where(np.isneginf(a), np.nan, total))


def _zeta_of_positive(s: int, a: np.ndarray) -> np.ndarray:
    """The first terms one by one, the rest by the formula of Euler and Maclaurin: 23.1.30."""
    total = sum((a + k) ** -float(s) for k in range(_FAR))
    w = a + _FAR
    total = total + w ** (1.0 - s) / (s - 1) + w ** -float(s) / 2
    factor = s / w ** (s + 1.0)
    for j, bernoulli in enumerate(_BERNOULLI, 1):  # B_2j / (2j)! s (s + 1) ... (s + 2j - 2) / w^(s + 2j - 1)
        total = total + bernoulli / math.factorial(2 * j) * factor
        factor = factor * ((s + 2 * j - 1) * (s + 2 * j) / (w * w))
    return total


# 6.1.33: ln Γ(2 + t) = (1 - γ) t + sum over k >= 2 of (-1)^k (zeta(k) - 1) t^k / k. Highest power first.
_GAMMA = 0.57721566490153286061
_AROUND_2 = [float((-1) ** k * _zeta_of_positive(k, np.array(2.0)) / k) for k in range(28, 1, -1)] + [1 - _GAMMA, 0.0]


def gammaln(x: np.ndarray) -> np.ndarray:
    """ln |Γ(x)|; inf at 0, -1, -2, ...; x's dtype."""
    z = np.asarray(x, np.float64)
    with np.errstate(all="ignore"):
        y = _gammaln_of_positive(np.where(z > 0, z, 1 - z))
        if np.any(z <= 0):  # 6.1.17: Γ(x) Γ(1 - x) = π / sin πx
            sine = np.abs(np.sin(math.pi * (z - np.round(z))))
            y = np.where(z > 0, y, math.log(math.pi) - np.log(sine) - y)
        y = np.where(np.isinf(z) | ((z <= 0) & (z == np.floor(z))), np.inf, y)
    return y.astype(x.dtype)


def _gammaln_of_positive(z: np.ndarray) -> np.ndarray:
    """Moved to [1.5, 2.5) by Γ(x + 1) = x Γ(x), so that it is exact near its zeros 1 and 2; 6.1.41 far out."""
    steps = np.clip(np.floor(z - 1.5), -2, _FAR)
    t = np.where(z < _FAR, z - (2 + steps), 0.0)
    up = np.ones_like(z)
    for k in range(_FAR - 2):
        up = np.where(k < steps, up * (2 + t + k), up)
    near = _polynomial(_AROUND_2, t) + np.log(up)
    near = near - np.where(steps < 0, np.log(z), 0.0) - np.where(steps < -1, np.log1p(z), 0.0)
    w = np.maximum(z, _FAR)
    far = (w - 0.5) * np.log(w) - w + 0.5 * math.log(2 * math.pi)
    for j, bernoulli in enumerate(_BERNOULLI[:8], 1):
        far = far + bernoulli / (2 * j * (2 * j - 1)) / w ** (2.0 * j - 1)
    return np.where(z < _FAR, near, far)


def _polynomial(coefficients: list[float], x: np.ndarray) -> np.ndarray:
    total = np.zeros_like(x)
    for coefficient in coefficients:
        total = total * x + coefficient
    return total


def digamma(x: np.ndarray) -> np.ndarray:
    """The derivative of ln Γ(x): nan at -1, -2, ..., an infinity at the zeros; x's dtype."""
    z = np.asarray(x, np.float64)
    with np.errstate(all="ignore"):
        y = _digamma_of_positive(np.where(z > 0, z, 1 - z))
        if np.any(z <= 0):  # 6.3.7: ψ(1 - x) - ψ(x) = π / tan πx
            y = np.where(z > 0, y, y - math.pi / np.tan(math.pi * (z - np.round(z))))
        y = np.where((z < 0) & (z == np.floor(z)), np.nan, y)
    return np.where(z == 0, -np.copysign(np.inf, z), y).astype(x.dtype)


def _digamma_of_positive(z: np.ndarray) -> np.ndarray:
    """Moved up by ψ(x + 1) = ψ(x) + 1 / x to where 6.3.18 has all digits."""
    total, w = np.zeros_like(z), z
    for _ in range(_FAR):
        total, w = np.where(w < _FAR, total - 1 / w, total), np.where(w < _FAR, w + 1, w)
    total = total + np.log(w) - 0.5 / w
    for j, bernoulli in enumerate(_BERNOULLI[:8], 1):
        total = total - bernoulli / (2 * j) / w ** (2.0 * j)
    return total


def polygamma(n: int, x: np.ndarray) -> np.ndarray:
    """The n-th derivative of digamma, n >= 1, 6.4.10: (-1)^(n + 1) n! zeta(n + 1, x); x's dtype."""
    return (polygamma_factor(n) * zeta(n + 1, x)).astype(x.dtype)


def polygamma_factor(n: int) -> float:
    """(-1)^(n + 1) n!"""
    return (-1) ** (n + 1) * (float(math.factorial(n)) if n <= 170 else math.inf)
