"""Errors in indices that a GPU found, raised when the program next waits for it.

A program runs ahead of its GPU. Looking at a bool that is computed there would stop the program until all earlier work
is done. So the bool stays there until the program waits for another reason: item(), cpu(), synchronize().
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .backend import Array


def check_later(largest: Array, limit: int, wrong: Callable[[int], Exception]) -> None:
    """Raises wrong(number) where the number `largest`, a 0-d array of uint64, is not below `limit`: on the CPU now,
    on a GPU when the program next waits for it, or after many such checks."""
    if isinstance(largest, (np.generic, np.ndarray)):
        _raise_beyond(int(largest), limit, wrong)
        return
    _pending.append((largest, limit, wrong))
    if len(_pending) > 1000:
        raise_pending()


def raise_pending() -> None:
    """Raises the error of the first check_later that has failed since."""
    while _pending:
        largest, limit, wrong = _pending.popleft()
        _raise_beyond(int(largest), limit, wrong)


def _raise_beyond(found: int, limit: int, wrong: Callable[[int], Exception]) -> None:
    if found >= limit:
        _pending.clear()
        raise wrong(found - (1 << 64) if found >> 63 else found)


_pending: deque[tuple[Array, int, Callable[[int], Exception]]] = deque()
