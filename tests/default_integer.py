"""Arrays where NumPy's default integer has 32 bits, as in a browser: counts and positions come as int32.

Functions that give positions, counts or ranges give int32 then, and those that take counts refuse int64. On "cpu" the
methods of numpy.ndarray stay as they are, since nothing can stand in for them; on "cuda", with the stand-in for CuPy,
methods give int32, too.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

GIVE = """argmax argmin argsort argwhere argpartition arange bincount count_nonzero cumsum digitize flatnonzero indices
    lexsort nonzero searchsorted tril_indices triu_indices unravel_index ravel_multi_index""".split()
METHODS = "argmax argmin argsort argpartition cumsum nonzero searchsorted sum".split()


def use_32_bits(monkeypatch: pytest.MonkeyPatch, device: str) -> None:
    """Makes the array module of `device` one whose default integer has 32 bits."""
    if device == "cpu":
        module: Any = np
    else:
        import cupy as module

        for name in METHODS:
            monkeypatch.setattr(module.ndarray, name, _narrow(getattr(module.ndarray, name)))
    for name in GIVE:
        if hasattr(module, name):
            monkeypatch.setattr(module, name, _narrow(getattr(module, name)))
    monkeypatch.setattr(np, "intp", np.int32)  # of both modules
    monkeypatch.setattr(module, "bincount", _refusing_int64(module.bincount))
    monkeypatch.setattr(module, "unique", _narrow_unique(module.unique))
    for name in ("array", "asarray"):
        monkeypatch.setattr(module, name, _narrow_numbers(getattr(module, name)))


def _int32(answer: Any) -> Any:
    if isinstance(answer, (tuple, list)):
        return type(answer)([_int32(each) for each in answer])
    return answer.astype(np.int32) if getattr(answer, "dtype", None) == np.int64 else answer


def _narrow(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with int32 for int64, unless the caller names a dtype; running sums keep the dtype of int64."""

    def narrow(*args: Any, **kwargs: Any) -> Any:
        answer = function(*args, **kwargs)
        adds = function.__name__ in ("cumsum", "sum") and getattr(args[0], "dtype", None) == np.int64
        return answer if adds or kwargs.get("dtype") is not None else _int32(answer)

    return narrow


def _refusing_int64(function: Callable[..., Any]) -> Callable[..., Any]:
    def bincount(x: Any, *args: Any, **kwargs: Any) -> Any:
        if x.dtype in (np.int64, np.uint32, np.uint64):
            raise TypeError(f"Cannot cast array data from {x.dtype!r} to dtype('int32') according to the rule 'safe'")
        return function(x, *args, **kwargs)

    return bincount


def _narrow_unique(function: Callable[..., Any]) -> Callable[..., Any]:
    def unique(ar: Any, **kwargs: Any) -> Any:
        answer = function(ar, **kwargs)
        return (answer[0], *map(_int32, answer[1:])) if isinstance(answer, tuple) else answer

    return unique


def _narrow_numbers(function: Callable[..., Any]) -> Callable[..., Any]:
    """array() and asarray(): Python's integers that 32 bits hold become int32."""

    def array(obj: Any, *args: Any, **kwargs: Any) -> Any:
        answer = function(obj, *args, **kwargs)
        given = args or kwargs.get("dtype") is not None or hasattr(obj, "dtype")
        fits = not given and answer.dtype == np.int64 and abs(np.asanyarray(answer)).max(initial=0) < 2**31
        return _int32(answer) if fits else answer

    return array
