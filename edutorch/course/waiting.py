"""Where a program would wait for a GPU, counted on the CPU.

    with waiting() as waits:
        step()
    len(waits), waits  # 1, ["item"]

On a GPU a program goes on while its orders are carried out, until a line needs a result: `loss.item()`, `if loss > 10`,
`x[x > 0]`. On the CPU these lines cost nothing. This counts them there, where a tensor becomes a number, a list, a text
or an array of NumPy's, and where the size of a result depends on the numbers. What reads `x.array` itself is not seen.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator
from typing import ParamSpec, TypeVar

from .. import dtypes
from ..autograd.base import TensorBase
from ..tensor import Tensor
from .framework import instead

P = ParamSpec("P")
R = TypeVar("R")
FUNCTIONS = (
    *("allclose", "argwhere", "equal", "is_nonzero", "masked_select", "nonzero", "unique", "unique_consecutive"),
)
METHODS = (
    *(*FUNCTIONS, "cpu", "item", "numpy", "tolist", "__array__", "__bool__", "__complex__", "__contains__"),
    *("__float__", "__format__", "__getitem__", "__index__", "__int__", "__repr__"),
)


@contextlib.contextmanager
def waiting() -> Iterator[list[str]]:
    """Within the block, what was read, in order, by the names of Tensor's methods: each would wait for a GPU once."""
    waits: list[str] = []
    busy: list[str] = []  # printing reads by tolist, and that is no second wait

    def seen(name: str, read: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(read)
        def call(*inputs: P.args, **options: P.kwargs) -> R:
            if not busy and (name != "__getitem__" or _has_mask(inputs[1])):
                waits.append(name)
            busy.append(name)
            try:
                return read(*inputs, **options)
            finally:
                busy.pop()

        return call

    package = sys.modules[Tensor.__module__.partition(".")[0]]  # torch.equal(a, b), too
    with contextlib.ExitStack() as stack:
        for owner, names in ((Tensor, METHODS), (package, FUNCTIONS)):
            for name in names:
                stack.enter_context(instead(owner, name, seen(name, getattr(owner, name))))
        yield waits


def _has_mask(index: object) -> bool:
    """Whether an index holds a tensor of bool: the size of what it picks depends on its numbers."""
    each = index if isinstance(index, tuple) else (index,)
    return any(isinstance(one, TensorBase) and one.array.dtype == dtypes.bool.numpy for one in each)
