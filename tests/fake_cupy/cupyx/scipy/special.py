"""cupyx.scipy.special: functions of one variable, by Python's math, with CuPy's dtypes.

CuPy computes them in float64 for float64, float16 and integers and in float32 for float32; a
float16 argument gives a float64 result (the `types` of the real ufuncs: 'e->d', 'f->f', 'd->d').
"""

import math
from statistics import NormalDist

import numpy as np
from cupy._convert import device_array, wrap
from cupy._fusion import over_traced


def _elementwise(function):
    """The device function that does `function` on each element."""
    over_elements = np.vectorize(function, otypes=[np.float64])

    @over_traced
    def on_device(x, out=None):
        host = device_array(x)
        dtype = np.float32 if host.dtype == np.float32 else np.float64
        values = over_elements(host.astype(np.float64)) if host.size else host.astype(dtype)
        if out is None:
            return wrap(values.astype(dtype))
        device_array(out)[...] = values
        return out

    on_device.__name__ = on_device.__qualname__ = function.__name__
    on_device.__doc__ = function.__doc__
    return on_device


@_elementwise
def erf(x):
    return math.erf(x)


@_elementwise
def erfc(x):
    return math.erfc(x)


@_elementwise
def erfinv(x):
    """Wichura's normal quantile (in the standard library), mended by two Newton steps on erf."""
    if not -1 <= x <= 1:
        return math.nan
    if abs(x) == 1:
        return math.copysign(math.inf, x)
    y = NormalDist().inv_cdf((1 + x) / 2) / math.sqrt(2) if abs(x) < 1 - 1e-16 else 0.0
    for _ in range(2):
        y -= (math.erf(y) - x) * math.sqrt(math.pi) / 2 * math.exp(y * y)
    return y


@_elementwise
def gammaln(x):
    """As CuPy's, -inf at -inf."""
    if math.isinf(x):
        return x
    if x <= 0 and x == int(x):
        return math.inf
    return math.lgamma(x)


@_elementwise
def digamma(x):
    """The asymptotic series at 20 or more, and the recurrence down from there."""
    if not math.isfinite(x):
        return x if x > 0 else math.nan
    if x <= 0 and x == int(x):
        return -math.copysign(math.inf, x) if x == 0 else math.nan
    total = 0.0
    while x < 20:
        total, x = total - 1 / x, x + 1
    return total + math.log(x) - 1 / (2 * x) - (1 / 12 - (1 / 120 - (1 / 252 - 1 / (240 * x**2)) / x**2) / x**2) / x**2


def zeta(s, a):
    """Hurwitz's zeta function; s a number here."""
    return _elementwise(lambda x: _zeta(s, x))(a)


def _zeta(s, x):
    """Terms up to 200, and the beginning of the Euler-Maclaurin formula behind them."""
    if x <= 0 and x == math.floor(x):
        return math.inf if math.isfinite(x) else math.nan
    if not math.isfinite(x):
        return 0.0 if x > 0 else math.nan
    total = 0.0
    while x < 200:
        total, x = total + x**-s, x + 1
    return (
        total
        + x ** (1 - s) / (s - 1)
        + x**-s / 2
        + s * x ** (-s - 1) / 12
        - s * (s + 1) * (s + 2) * x ** (-s - 3) / 720
    )


@_elementwise
def gamma(x):
    if x <= 0 and x == int(x):
        return math.nan
    return math.gamma(x) if x < 171 else math.inf


@_elementwise
def expit(x):
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


@_elementwise
def logit(x):
    if not 0 < x < 1:
        return {0: -math.inf, 1: math.inf}.get(x, math.nan)
    return math.log(x) - math.log1p(-x)


@_elementwise
def ndtr(x):
    return math.erfc(-x / math.sqrt(2)) / 2
