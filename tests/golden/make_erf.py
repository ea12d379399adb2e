"""The coefficients of erf in float32: `python tests/golden/make_erf.py` prints them, for edutorch/special_functions.py.

erf(x) = tanh(x R(x^2)). Where R is wrong by d, erf is wrong by (1 - erf^2) x d, so that is how much the fit of
R(x^2) = artanh(erf(x)) / x weighs; Lawson's iteration (1961) makes the largest error of a least-squares fit least.
"""

import math

import numpy as np
from numpy.polynomial import chebyshev, polynomial

DEGREE = 7
END = 4.0  # from here on, erf is 1 in float32

angles = (np.arange(4000) + 0.5) * math.pi / 4000
x = (np.cos(angles) + 1) / 2 * END
erf, erfc = (np.array([function(each) for each in x]) for function in (math.erf, math.erfc))
exact = 0.5 * np.log((1 + erf) / erfc) / x
slope = (1 + erf) * erfc * x / erf  # of the relative error of erf
terms = chebyshev.chebvander(x * x / 8 - 1, DEGREE)
weight = np.ones_like(x)
for _ in range(400):
    scale = slope * np.sqrt(weight)
    fitted, *_ = np.linalg.lstsq(terms * scale[:, None], exact * scale)
    error = abs(terms @ fitted - exact) * slope
    weight *= error / error.max()
    weight /= weight.max()

powers = np.zeros(1)  # of x^2
for coefficient in chebyshev.cheb2poly(fitted)[::-1]:
    powers = polynomial.polyadd(polynomial.polymul(powers, [-1, 1 / 8]), [coefficient])
print("largest relative error:", error.max())
print("R, highest power first:", *powers[: DEGREE + 1][::-1], sep="\n    ")
