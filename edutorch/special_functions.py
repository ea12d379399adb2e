"""Functions that NumPy lacks, for arrays in the CPU's memory, to the precision of their dtype.

Source: the approximations of erf and erfc in Moshier's Cephes library (ndtr.c), and Wichura's
AS 241 (1988) for the inverse of the normal distribution; for the gamma function and its derivatives, which are
computed in float64, the formulas of Abramowitz and Stegun, Handbook of Mathematical Functions (1964), named below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

# erf(x) = x T(x^2) / U(x^2) for |x| < 1; erfc(x) = e^(-x^2) P(x) / Q(x) below 8, R / S above.
# Highest power first.
_T = (
    9.60497373987051638749e0,
    9.00260197203842689217e1,
    2.23200534594684319226e3,
    7.00332514112805075473e3,
    5.55923013010394962768e4,
)
_U = (
    1.0,
    3.35617141647503099647e1,
    5.21357949780152679795e2,
    4.59432382970980127987e3,
    2.26290000613890934246e4,
    4.92673942608635921086e4,
)
_P = (
    2.46196981473530512524e-10,
    5.64189564831068821977e-1,
    7.46321056442269912687e0,
    4.86371970985681366614e1,
    1.96520832956077098242e2,
    5.26445194995477358631e2,
    9.34528527171957607540e2,
    1.02755188689515710272e3,
    5.57535335369399327526e2,
)
_Q = (
    1.0,
    1.32281951154744992508e1,
    8.67072140885989742329e1,
    3.54937778887819891062e2,
    9.75708501743205489753e2,
    1.82390916687909736289e3,
    2.24633760818710981792e3,
    1.65666309194161350182e3,
    5.57535340817727675546e2,
)
_R = (
    5.64189583547755073984e-1,
    1.27536670759978104416e0,
    5.01905042251180477414e0,
    6.16021097993053585195e0,
    7.40974269950448939160e0,
    2.97886665372100240670e0,
)
_S = (
    1.0,
    2.26052863220117276590e0,
    9.39603524938001434673e0,
    1.20489539808096656605e1,
    1.70814450747565897222e1,
    9.60896809063285878198e0,
    3.36907645100081516050e0,
)


def erf(x: np.ndarray) -> np.ndarray:
    """The error function, 2/sqrt(pi) times the integral of e^(-t^2) from 0 to x; x's dtype."""
    if x.dtype != np.float64:
        return _erf_single(x.astype(np.float32, copy=False)).astype(x.dtype, copy=False)
    z = np.asarray(x, np.float64)
    square = np.minimum(z * z, 1.0)
    near = z * _polynomial(_T, square) / _polynomial(_U, square)
    if np.all(np.abs(z) < 1):
        return near.astype(x.dtype)
    far = np.copysign(1 - _erfc_of_positive(np.maximum(np.abs(z), 1.0)), z)
    return np.where(np.abs(z) < 1, near, far).astype(x.dtype)


# The same in float32: erf(x) = tanh(x R(x^2)) with R fitted to artanh(erf(x)) / x so that the largest relative error,
# 7e-8, is least: see tests/golden/make_erf.py. From 4 on, erf is 1 in float32. Highest power first.
_R_SINGLE = (
    5.422020751961525e-9,
    2.7565242856022382e-8,
    -4.794501054240523e-6,
    8.459611462828474e-5,
    -6.148372049487085e-4,
    -1.9528923566618749e-4,
    1.027698645677306e-1,
    1.1283792471391116,
)


_BLOCK = 1 << 16  # numbers at a time: what is between two steps stays in the cache, which halves the time


def _erf_single(x: np.ndarray) -> np.ndarray:
    """erf to 2.4e-7, twice the spacing of float32 at 1."""
    flat = x.reshape(-1)
    found = np.empty_like(flat)
    for start in range(0, flat.size, _BLOCK):
        part = slice(start, start + _BLOCK)
        inside = flat[part].clip(-4, 4)
        np.tanh(inside * _polynomial(_R_SINGLE, inside * inside), out=found[part])
    return found.reshape(x.shape)


def erfc(x: np.ndarray) -> np.ndarray:
    """1 - erf(x), exact even where erf is nearly 1; x's dtype."""
    z = np.asarray(x, np.float64)
    tail = _erfc_of_positive(np.maximum(np.abs(z), 1.0))
    return np.where(np.abs(z) < 1, 1 - erf(z), np.where(z > 0, tail, 2 - tail)).astype(x.dtype)


def _erfc_of_positive(z: np.ndarray) -> np.ndarray:
    """erfc for z >= 1."""
    middle = np.minimum(z, 8.0)
    tail = _polynomial(_P, middle) / _polynomial(_Q, middle)
    if np.any(z >= 8):
        far = np.clip(z, 8.0, 30.0)
        tail = np.where(z < 8, tail, _polynomial(_R, far) / _polynomial(_S, far))
    return np.exp(-z * z) * tail


def _polynomial(coefficients: Sequence[float], x: np.ndarray) -> np.ndarray:
    """Horner's scheme, in place: one array for all steps."""
    total = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total *= x
        total += coefficient
    return total


# The normal quantile of AS 241: near the middle A / B in 0.180625 - q^2, then C / D and E / F in the tails.
_A = (
    2509.0809287301226727,
    33430.575583588128105,
    67265.770927008700853,
    45921.953931549871457,
    13731.693765509461125,
    1971.5909503065514427,
    133.14166789178437745,
    3.387132872796366608,
)
_B = (
    5226.495278852545925,
    28729.085735721942674,
    39307.89580009271061,
    21213.794301586595867,
    5394.1960214247511077,
    687.1870074920579083,
    42.313330701600911252,
    1.0,
)
_C = (
    7.7454501427834140764e-4,
    0.0227238449892691845833,
    0.24178072517745061177,
    1.27045825245236838258,
    3.64784832476320460504,
    5.7694972214606914055,
    4.6303378461565452959,
    1.42343711074968357734,
)
_D = (
    1.05075007164441684324e-9,
    5.475938084995344946e-4,
    0.0151986665636164571966,
    0.14810397642748007459,
    0.68976733498510000455,
    1.6763848301838038494,
    2.05319162663775882187,
    1.0,
)
_E = (
    2.01033439929228813265e-7,
    2.71155556874348757815e-5,
    0.0012426609473880784386,
    0.026532189526576123093,
    0.29656057182850489123,
    1.7848265399172913358,
    5.4637849111641143699,
    6.6579046435011037772,
)
_F = (
    2.04426310338993978564e-15,
    1.4215117583164458887e-7,
    1.8463183175100546818e-5,
    7.868691311456132591e-4,
    0.0148753612908506148525,
    0.13692988092273580531,
    0.59983220655588793769,
    1.0,
)


def erfinv(x: np.ndarray) -> np.ndarray:
    """The y with erf(y) = x; inf at 1, nan outside [-1, 1]; x's dtype."""
    z = np.asarray(x, np.float64)
    inside = np.where(np.abs(z) < 1, z, 0.0)
    half = inside / 2  # the probability's distance from the median
    middle = 0.180625 - half * half
    near = half * _polynomial(_A, middle) / _polynomial(_B, middle)
    r = np.sqrt(-np.log(0.5 - np.abs(half)))
    low, high = np.clip(r, 1.6, 5.0) - 1.6, np.maximum(r, 5.0) - 5.0
    tail = np.where(r <= 5, _polynomial(_C, low) / _polynomial(_D, low), _polynomial(_E, high) / _polynomial(_F, high))
    y = np.where(np.abs(half) <= 0.425, near, np.copysign(tail, half)) / math.sqrt(2)
    y -= (erf(y) - inside) * (math.sqrt(math.pi) / 2) * np.exp(y * y)  # one step of Newton's method
    outside = np.where(np.abs(z) == 1, np.copysign(np.inf, z), np.nan)
    return np.where(np.abs(z) < 1, y, outside).astype(x.dtype)


# ---- the gamma function

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

    Below 0, the terms up to 0 form two such sums themselves, of the distances to 0."""
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


def digamma(x: np.ndarray) -> np.ndarray:
    """The derivative of ln Γ(x): nan at -1, -2, ..., infinite at zero; x's dtype."""
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
