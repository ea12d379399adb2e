"""Pinned memory: batches that a GPU can fetch directly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...tensor import Tensor
from .collate import mapping_like, sequence_like


def pin(batch: object) -> object:
    """The batch with every CPU tensor in it copied into pinned memory.

    For an object of another type its own `pin_memory()` is called, if it has one.
    Source: torch.utils.data._utils.pin_memory."""
    if isinstance(batch, Tensor):
        return batch if batch.is_cuda else batch.pin_memory()
    if isinstance(batch, (str, bytes)):
        return batch
    if isinstance(batch, Mapping):
        return mapping_like(batch, {key: pin(value) for key, value in batch.items()})
    if isinstance(batch, tuple) and not hasattr(batch, "_fields"):
        return tuple(pin(value) for value in batch)
    if isinstance(batch, Sequence):
        return sequence_like(batch, [pin(value) for value in batch])
    return batch.pin_memory() if hasattr(batch, "pin_memory") else batch
