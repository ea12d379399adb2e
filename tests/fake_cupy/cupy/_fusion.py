"""cupy.fuse: a function that is followed once, with stand-ins for its arguments, and becomes one kernel.

What such a function may do was read in CuPy's cupy/_core/fusion.pyx: operators, ufuncs, `where`, astype, assignment to
`x[...]`, one sum, max or min at the end. Stricter than CuPy in three things: two numbers do not meet, since their result
is a float64 that makes the arrays' results float64 too (or an int64), a number must be Python's own, and
it is of no higher kind than the arrays.
"""

import functools
import math

import cupy
from cupy._operators import Operators


class Traced(Operators):
    """What the function sees of an array."""

    __slots__ = ("_array",)
    __array_ufunc__ = None

    def __init__(self, array):
        self._array = array

    dtype = property(lambda self: self._array.dtype)
    ndim = property(lambda self: self._array.ndim)

    def astype(self, dtype, order=None, casting=None, subok=None, copy=True):
        if order is not None or casting is not None or subok is not None:
            raise TypeError("order, casting and subok are not supported yet")
        return Traced(self._array.astype(dtype, copy=copy))

    def copy(self):
        return Traced(self._array.copy())

    def __setitem__(self, slices, value):
        if not (slices is Ellipsis or slices == slice(None)):
            raise ValueError("The fusion supports `[...]` or `[:]`.")
        self._array[...] = untraced(value)

    def __bool__(self):
        raise Exception("Can't cast to bool")


class _Number:
    """What the function sees of a number: one for a kernel to take, so that it has no value yet."""

    def _refuse(self, other=None):
        if isinstance(other, Traced):
            return NotImplemented
        raise TypeError("arithmetic of two numbers in a fused function gives float64 or int64: do it outside")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = _refuse
    __rpow__ = __floordiv__ = __mod__ = __neg__ = __bool__ = _refuse
    __and__ = __or__ = __xor__ = __lshift__ = __rshift__ = __rand__ = __ror__ = __rxor__ = _refuse


class TracedFloat(_Number, float):
    plain = float


class TracedInt(_Number, int):
    plain = int


NUMBERS = (TracedFloat, TracedInt)


def untraced(value):
    if isinstance(value, _Number):
        return value.plain(value)
    return value._array if isinstance(value, Traced) else value


COMPARISONS = ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
RANKS = "bif"  # of kinds: bool, integer, float


def _check_numbers(values):
    """A number of a higher kind than the arrays' (True * 2, an integer * 0.5) does not decide the dtype as outside of a
    fused function: it gives int8, float16 or float32 (the first loop that can hold it). Stricter: none is taken."""
    arrays = [value.dtype.kind.replace("u", "i") for value in values if isinstance(value, Traced)]
    numbers = ["f" if isinstance(value, float) else "i" for value in values if type(value) in (int, float, *NUMBERS)]
    if numbers and max(map(RANKS.index, numbers)) > max(map(RANKS.index, arrays), default=2):
        raise TypeError("a number decides no dtype in a fused function: cast the array with astype first")


def over_traced(function):
    """The function on what is behind its Traced arguments; its result is Traced then."""

    @functools.wraps(function)
    def call(*args, **kwargs):
        values = (*args, *kwargs.values())
        if not any(isinstance(value, Traced) for value in values):
            return function(*args, **kwargs)
        name = function.__name__ if function.__name__ != "__call__" else args[0].__name__
        if name not in COMPARISONS:
            _check_numbers(args[1:] if name == "where" else args)
        result = function(*map(untraced, args), **{name: untraced(value) for name, value in kwargs.items()})
        return tuple(map(Traced, result)) if isinstance(result, tuple) else Traced(result)

    return call


class Fusion:
    def __init__(self, function, kernel_name=None):
        self.func = function
        self.name = kernel_name or function.__name__

    def __call__(self, *args):
        if hasattr(math, self.name):
            raise RuntimeError(f'more than one instance of overloaded function "{self.name}" has "C" linkage')
        if not any(isinstance(arg, cupy.ndarray) for arg in args):
            return self.func(*args)
        for arg in args:
            if not (isinstance(arg, cupy.ndarray) or type(arg) in (int, float)):
                raise TypeError(f"Invalid argument type for '{self.name}': {type(arg)}")
        result = self.func(*map(_traced, args))
        if result is None:
            return None
        given = {id(arg) for arg in args}
        outputs = [untraced(each) for each in (result if isinstance(result, tuple) else (result,))]
        outputs = [each.copy() if id(each) in given else each for each in outputs]
        return tuple(outputs) if isinstance(result, tuple) else outputs[0]


def _traced(arg):
    if isinstance(arg, cupy.ndarray):
        return Traced(arg)
    return {float: TracedFloat, int: TracedInt}[type(arg)](arg)


def fuse(*args, **kwargs):
    """As a decorator, `@fuse` or `@fuse(kernel_name="name")`."""
    if len(args) == 1 and not kwargs and callable(args[0]):
        return functools.update_wrapper(Fusion(args[0]), args[0])
    return lambda function: functools.update_wrapper(Fusion(function, *args, **kwargs), function)
