"""The operators of cupy.ndarray, each of them CuPy's ufunc of that name."""

import numpy as np

import cupy
from cupy._convert import SCALARS


def _binary(ufunc, x, y):
    """x op y; left to the other operand's own operator where CuPy does not know its type."""
    if all(isinstance(each, (cupy.ndarray, np.ndarray, Operators, *SCALARS)) for each in (x, y)):
        return ufunc(x, y)
    return NotImplemented


class Operators:
    """What `+`, `@`, `==`, ... do. The plain binary ones are set below, in one table."""

    __slots__ = ()
    __hash__ = None

    def __neg__(self):
        return cupy.negative(self)

    def __pos__(self):
        return cupy.positive(self)

    def __abs__(self):
        return cupy.absolute(self)

    def __invert__(self):
        return cupy.invert(self)

    def __divmod__(self, other):
        return _binary(cupy.divmod, self, other)

    def __rdivmod__(self, other):
        return _binary(cupy.divmod, other, self)

    def __matmul__(self, other):
        return _binary(cupy.matmul, self, other)

    def __rmatmul__(self, other):
        return _binary(cupy.matmul, other, self)

    def __eq__(self, other):
        if other is None or other is Ellipsis:
            return cupy.zeros(self.shape, dtype=bool)
        return _binary(cupy.equal, self, other)

    def __ne__(self, other):
        if other is None or other is Ellipsis:
            return cupy.ones(self.shape, dtype=bool)
        return _binary(cupy.not_equal, self, other)


def _operators(name, ufunc):
    """The forward, reflected and in-place operator of a binary ufunc."""

    def forward(self, other):
        return _binary(getattr(cupy, ufunc), self, other)

    def reflected(self, other):
        return _binary(getattr(cupy, ufunc), other, self)

    def in_place(self, other):
        return getattr(cupy, ufunc)(self, other, out=self)

    setattr(Operators, f"__{name}__", forward)
    setattr(Operators, f"__r{name}__", reflected)
    setattr(Operators, f"__i{name}__", in_place)


for _name, _ufunc in {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "true_divide",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "pow": "power",
    "lshift": "left_shift",
    "rshift": "right_shift",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
}.items():
    _operators(_name, _ufunc)


def _comparison(name, ufunc):
    def compare(self, other):
        return _binary(getattr(cupy, ufunc), self, other)

    setattr(Operators, f"__{name}__", compare)


for _name, _ufunc in {"lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal"}.items():
    _comparison(_name, _ufunc)
