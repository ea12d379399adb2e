"""Versions: how backward finds out that a saved tensor was changed in place since.

Each piece of memory has a counter of its changes, which all tensors on that memory share.
"""

from __future__ import annotations

import itertools
from collections import deque
from typing import TYPE_CHECKING

from .base import TensorBase, wrap

if TYPE_CHECKING:
    from ..tensor import Tensor

# One clock numbers the nodes of the graph and the changes in place, so that it is known which came first.
tick = itertools.count().__next__


class VersionCounter:
    """Counts the in-place changes of one piece of memory; views share their base's counter.

    times: when the last few changes were made. None until the first one: nearly all memory never changes, and for that
    backward only has to look at this."""

    count = 0
    times: deque[int] | None = None

    def bump(self) -> None:
        """Counts a change, made now."""
        self.count += 1
        self.refuse_saved()

    def refuse_saved(self) -> None:
        """Makes backward refuse this memory if it was saved before now. A change of shape in place calls this alone,
        without a new count, because the views of the memory stay as they were."""
        self.recorded_times().append(tick())

    def recorded_times(self) -> deque[int]:
        """The times of the last changes, recorded from now on."""
        if self.times is None:
            self.times = deque(maxlen=8)
        return self.times

    def changes_since(self, time: int) -> int:
        """How many of the last few changes were made after `time`."""
        if not self.times or self.times[-1] < time:
            return 0
        return sum(each > time for each in self.times)


def version_counter(tensor: TensorBase) -> VersionCounter:
    """The counter of the tensor's memory, made on first use."""
    if tensor._counter is None:
        tensor._counter = VersionCounter()
    return tensor._counter


def version_of(tensor: TensorBase) -> int:
    """How often the tensor's memory was changed in place."""
    return 0 if tensor._counter is None else tensor._counter.count


def alias(tensor: TensorBase) -> Tensor:
    """A leaf tensor on the same memory, with the same version counter: `detach`."""
    result = wrap(tensor.array)
    result._counter = version_counter(tensor)
    return result
