"""Elementwise arithmetic as one kernel on a GPU."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeVar

import numpy as np

Result = TypeVar("Result")


def fused(function: Callable[..., Result]) -> Callable[..., Result]:
    """Makes a function of arrays and numbers one kernel on a GPU; on the CPU it runs line by line.

    Each operation on a GPU is a separate launch, about 10 us in Python, and one more pass over memory. cupy.fuse traces
    the function once for each combination of dtypes, and compiles what it saw. So the function may contain operators
    (in place too, on its arguments as well), elementwise functions of `xp`, its first parameter (with `out=`, too),
    astype, and at most one xp.sum or xp.max at the end; no shape, no index, and no arithmetic of two numbers (which
    would be float64 or int64)."""
    kernel: Any = None

    @functools.wraps(function)
    def call(xp: ModuleType, *args: Any) -> Result:
        nonlocal kernel
        if xp is np:
            return function(xp, *args)
        if kernel is None:
            name = f"edutorch{function.__name__}"  # a name of C's, as `remainder`, would not compile
            kernel = xp.fuse(kernel_name=name)(functools.partial(function, xp))
        return kernel(*args)

    return call
