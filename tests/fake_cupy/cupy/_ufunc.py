"""cupy.ufunc: element by element, on device arrays and scalars only, with CuPy's few keywords."""

import numpy as np

import cupy
from cupy._convert import operand, wrap
from cupy._fusion import over_traced

# What `ufunc.at` supports and for which dtypes (cupy/_core/_routines_indexing.pyx).
INT_32 = (np.int32, np.uint32)
INT_32_64 = (*INT_32, np.int64, np.uint64)
SCATTER_DTYPES = {
    "add": (*INT_32_64, np.float16, np.float32, np.float64),
    "subtract": INT_32,
    "maximum": (*INT_32_64, np.float32, np.float64),
    "minimum": (*INT_32_64, np.float32, np.float64),
    "bitwise_and": INT_32_64,
    "bitwise_or": INT_32_64,
    "bitwise_xor": INT_32_64,
}


class ufunc:
    """A universal function of CuPy.

    `out`, `dtype` and `casting` are all the keywords it knows: NumPy's `where`, `order`, `subok`,
    `axes` and `signature` are a TypeError. `reduce` and `accumulate` exist for add and multiply
    alone, `reduceat` for add, `at` for what SCATTER_DTYPES lists.
    """

    def __init__(self, name, host):
        self.name = f"cupy_{name}"
        self.__name__ = name
        self.nin = host.nin
        self.nout = host.nout
        self.nargs = host.nin + host.nout
        self._host = host

    def __repr__(self):
        return f"<ufunc '{self.name}'>"

    @over_traced
    def __call__(self, *args, out=None, dtype=None, casting="same_kind", **kwargs):
        if kwargs:
            raise TypeError(f"Wrong arguments {kwargs}")
        if not self.nin <= len(args) <= self.nargs:
            raise TypeError(
                f"Wrong number of arguments for {self.name!r}. It must be either {self.nin} or "
                f"{self.nargs} (with outputs), but given {len(args)}."
            )
        if out is not None and len(args) > self.nin:
            raise ValueError("Cannot specify 'out' as both a positional and keyword argument")
        outs = self._outputs(args[self.nin :] if out is None else out)
        inputs = [operand(arg) for arg in args[: self.nin]]
        host_outs = tuple(None if each is None else each._host for each in outs)
        with np.errstate(all="ignore"):  # a device raises no floating point warning
            result = self._host(*inputs, out=host_outs, dtype=dtype, casting=casting)
        if self.nout == 1:
            return wrap(result) if outs[0] is None else outs[0]
        return tuple(wrap(new) if given is None else given for new, given in zip(result, outs, strict=True))

    def _outputs(self, out):
        outs = out if isinstance(out, tuple) else (out,)
        outs = outs or (None,) * self.nout
        if len(outs) != self.nout:
            raise ValueError("The 'out' tuple must have exactly one entry per ufunc output")
        for each in outs:
            if each is not None and not isinstance(each, cupy.ndarray):
                raise TypeError("Output arguments type must be cupy.ndarray")
        return outs

    def outer(self, A, B, **kwargs):
        A, B = cupy.array(A), cupy.array(B)
        return self(A.reshape(A.shape + (1,) * B.ndim), B, **kwargs)

    def at(self, a, indices, b=None):
        if self.__name__ not in SCATTER_DTYPES:
            raise NotImplementedError(f"`{self.name}.at` is not supported yet")
        a._scatter(self._host, indices, b)

    def reduce(self, array, axis=0, dtype=None, out=None, keepdims=False):
        if self.__name__ == "add":
            return array.sum(axis, dtype, out, keepdims)
        if self.__name__ == "multiply":
            return array.prod(axis, dtype, out, keepdims)
        raise NotImplementedError(f"`{self.name}.reduce` is not supported yet")

    def accumulate(self, array, axis=0, dtype=None, out=None):
        if self.__name__ == "add":
            return array.cumsum(axis, dtype, out)
        if self.__name__ == "multiply":
            return array.cumprod(axis, dtype, out)
        raise NotImplementedError(f"`{self.name}.accumulate` is not supported yet")

    def reduceat(self, array, indices, axis=0, dtype=None, out=None):
        if self.__name__ != "add":
            raise NotImplementedError(f"`{self.name}.reduceat` is not supported yet")
        host = np.add.reduceat(array._host, operand(indices), axis, dtype)
        return wrap(host)


class Otherwise:
    """A host function that computes dtypes of some kinds by another formula than NumPy's."""

    def __init__(self, host, kinds, formula):
        self._host, self._kinds, self._formula = host, kinds, formula
        self.nin, self.nout = host.nin, host.nout

    def __call__(self, x, y, out, **kwargs):
        kind = np.result_type(x, y)
        if kind.kind not in self._kinds:
            return self._host(x, y, out=out, **kwargs)
        values = np.asarray(self._formula(x, y), kind)
        return np.positive(values, out=out, **kwargs)


def _quotient(x, y):
    return np.floor(np.divide(x, y))


def _whole_power(x, y):
    """CuPy's integral_power: to a negative power, 1 and -1 stay, and all else is 0."""
    return np.where(np.less(y, 0) & (np.abs(x) != 1), 0, np.power(x, np.abs(y)))


# The ufuncs of CuPy 14.2 that are NumPy's by name and types.
NAMES = """
    abs absolute acos acosh add arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin asinh
    atan atan2 atanh bitwise_and bitwise_count bitwise_invert bitwise_left_shift bitwise_not
    bitwise_or bitwise_right_shift bitwise_xor cbrt ceil conj conjugate copysign cos cosh deg2rad
    degrees divide divmod equal exp exp2 expm1 fabs float_power floor floor_divide fmax fmin fmod
    frexp gcd greater greater_equal heaviside hypot invert isfinite isinf isnan lcm ldexp left_shift
    less less_equal log log10 log1p log2 logaddexp logaddexp2 logical_and logical_not logical_or
    logical_xor maximum minimum mod modf multiply negative nextafter not_equal positive pow power
    rad2deg radians reciprocal remainder right_shift rint sign signbit sin sinh sqrt square subtract
    tan tanh true_divide trunc
""".split()

UFUNCS = {name: ufunc(name, getattr(np, name)) for name in NAMES}
# cupy/_core/include/cupy/carray.cuh, _floor_divide; cupy/_core/_routines_math.pyx, integral_power
for _names, _kinds, _formula in (
    (("floor_divide",), "f", _quotient),
    (("remainder", "mod"), "f", lambda x, y: x - _quotient(x, y) * y),
    (("power", "pow"), "i", _whole_power),
):
    for _name in _names:
        UFUNCS[_name]._host = Otherwise(UFUNCS[_name]._host, _kinds, _formula)
