"""NumPy's argument names, which PyTorch accepts, too: `x.sum(axis=0, keepdims=True)`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    pass


Op = TypeVar("Op", bound=Callable[..., object])

_NUMPY_NAMES = {"axis": "dim", "keepdims": "keepdim"}


def numpy_names(op: Op) -> Op:
    """The operation, which now also accepts axis= for dim= and keepdims= for keepdim=."""

    @functools.wraps(op)
    def call(*args: object, **kwargs: object) -> object:
        if "axis" in kwargs or "keepdims" in kwargs:
            kwargs = {_NUMPY_NAMES.get(name, name): value for name, value in kwargs.items()}
        return op(*args, **kwargs)

    return call  # type: ignore[return-value]
