"""Quotients and remainders of floats, exact on both devices: 1 // 0.1 is 9, since 0.1 is a little more than a tenth.

CuPy computes floor(x / y) and x - floor(x / y) y by these formulas, which gives 10 and 0, and nan for 1 % inf.
"""

from __future__ import annotations

from types import ModuleType

import numpy as np

from .backend import Array
from .fusion import fused

Operand = Array | float


def _arrays(xp: ModuleType, *operands: Operand) -> list[Array]:
    """The operands, a number among them as an array of the others' dtype: a fused function compares arrays alone."""
    dtype = next(each.dtype for each in operands if isinstance(each, xp.ndarray))
    return [xp.asarray(each, dtype) for each in operands]


def remainder(xp: ModuleType, x: Operand, y: Operand) -> Array:
    """x - y floor(x / y), of y's sign. x, y: arrays, or one of them a number."""
    return np.remainder(x, y) if xp is np else _remainder(xp, *_arrays(xp, x, y))


@fused
def _remainder(xp: ModuleType, x: Array, y: Array) -> Array:
    z = xp.fmod(x, y)
    return xp.where((z != 0) & ((z < 0) != (y < 0)), z + y, z)


def floor_divide(xp: ModuleType, x: Operand, y: Operand) -> Array:
    """floor(x / y), as of real numbers. x, y: arrays, or one of them a number."""
    return np.floor_divide(x, y) if xp is np else _floor_divide(xp, *_arrays(xp, x, y))


@fused
def _floor_divide(xp: ModuleType, x: Array, y: Array) -> Array:
    z = xp.fmod(x, y)
    turned = (z != 0) & ((z < 0) != (y < 0))
    whole = xp.rint((x - z) / y) - turned
    whole = xp.where(whole == 0, xp.copysign(whole, x / y), whole)
    return xp.where(y == 0, x / y, whole)
