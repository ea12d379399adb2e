"""What registering a hook returns."""

from __future__ import annotations

import itertools
from typing import TypeVar

Hook = TypeVar("Hook")


class RemovableHandle:
    """What registering a hook returns: `remove()` takes the hook away again.
    Source: torch.utils.hooks.RemovableHandle."""

    _next_id = itertools.count().__next__

    def __init__(self, hooks: dict[int, Hook], hook: Hook) -> None:
        self.hooks = hooks
        self.id = RemovableHandle._next_id()
        hooks[self.id] = hook

    def remove(self) -> None:
        """Takes the hook away. A second call does nothing."""
        self.hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()
