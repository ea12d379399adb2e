"""What an annotated signature of CuPy's accepts, and how NumPy does the work behind it."""

import functools
import inspect

import numpy as np

import cupy
from cupy import _transfers
from cupy._convert import device_array, nested, operand, wrap
from cupy._fusion import Traced, over_traced

IN_FUSION = ("sum", "prod", "max", "min", "amax", "amin")  # reductions that a fused function may end with


class Array: ...


class Operand: ...


class Arrays: ...


def _check(parameter, value):
    if value is None or value is parameter.default:
        return
    if parameter.kind is parameter.VAR_POSITIONAL or parameter.annotation is Arrays:
        if isinstance(value, np.ndarray) or not all(isinstance(item, cupy.ndarray) for item in value):
            raise TypeError("Only cupy arrays can be joined, got host arrays or scalars")
    elif parameter.annotation is Array:
        device_array(value)
    elif parameter.annotation is Operand:
        operand(value)


def on_device(stub, synchronizes=False):
    """The stub's name, signature and checks; NumPy's function as its body.

    synchronizes: CuPy reads a size from the device there, which is a transfer."""
    signature = inspect.signature(stub)
    host_function = getattr(np, stub.__name__)

    @functools.wraps(stub)
    def function(*args, **kwargs):
        if stub.__name__ in IN_FUSION and any(isinstance(arg, Traced) for arg in args):
            if kwargs.get("keepdims"):
                raise NotImplementedError(f"cupy.{stub.__name__} does not support `keepdims` in fusion yet.")
            return over_traced(function)(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        for name, value in bound.arguments.items():
            if name != "kwargs":
                _check(signature.parameters[name], value)
        if synchronizes:
            _transfers.to_host(8)
        with np.errstate(all="ignore"):
            result = host_function(*nested(args), **nested(kwargs))
        out = bound.arguments.get("out")
        return wrap(result) if out is None else out

    return function


def synchronizing(stub):
    return on_device(stub, synchronizes=True)
