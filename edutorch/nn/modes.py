"""Training or evaluation for a while, and then each module as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .module import Module


@contextmanager
def in_mode(module: Module, training: bool) -> Iterator[None]:
    """Within the block the module and all below are in that mode. Afterwards each is in its own again: one that was
    frozen, say, in a network that trains."""
    before = {each: each.training for each in module.modules()}
    try:
        module.train(training)
        yield
    finally:
        for each, mode in before.items():
            each.training = mode
