"""Batches between processes: their arrays go through shared memory, the rest through a pipe.

Pickle's protocol 5 hands out the buffers of arrays instead of copying them into the pickle. They are laid side by side
in one block of shared memory, and only its name is sent. Source: PEP 574.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pickle
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

try:
    from multiprocessing.shared_memory import SharedMemory
except ImportError:  # Pyodide, in a browser: see pool.py
    pass

from .interrupts import interrupts_held

ALIGNMENT = 64  # bytes: a cache line
SMALL = 1 << 16  # bytes: up to this size a pipe is faster than a block
_numbers = itertools.count()


class Packed(NamedTuple):
    """An object on its way: its pickle, and its buffers in a block or, without a block, inline."""

    pickled: bytes
    sizes: list[int]
    block: str | None
    inline: list[bytes]


def pack(value: object) -> Packed:
    """Packs a value for `unpack` or `discard` in another process. Raises whatever pickling raises."""
    buffers: list[pickle.PickleBuffer] = []
    pickled = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    views = [buffer.raw() for buffer in buffers]
    sizes = [view.nbytes for view in views]
    total = _places(sizes)[-1]
    if total <= SMALL or not _room_for(total):
        return Packed(pickled, sizes, None, [bytes(view) for view in views])
    block = _new_block(total)
    memory = _memory(block)
    for place, view in zip(_places(sizes), views, strict=False):
        memory[place : place + view.nbytes] = view
    del memory  # a block with a view of it can't be closed
    block.close()
    return Packed(pickled, sizes, block.name, [])


def unpack(packed: Packed) -> Any:
    """The value; its arrays are writable and belong to this process alone. Frees the block."""
    if packed.block is None:
        return pickle.loads(packed.pickled, buffers=[bytearray(part) for part in packed.inline])
    total = _places(packed.sizes)[-1]
    with interrupts_held(), _last_use(packed.block) as block:
        own = np.array(_memory(block)[:total])
    places = zip(_places(packed.sizes), packed.sizes, strict=False)
    return pickle.loads(packed.pickled, buffers=[own[p : p + size] for p, size in places])


@interrupts_held()
def discard(packed: Packed) -> None:
    """Frees the block of a value that is no longer needed, if it is still there."""
    if packed.block is not None:
        with contextlib.suppress(FileNotFoundError), _last_use(packed.block):
            pass


@contextlib.contextmanager
def _last_use(name: str) -> Iterator[SharedMemory]:
    """The block of this name, which is freed afterwards. Raises FileNotFoundError if there is none.

    Within `interrupts_held`: a block that is unlinked, but not yet struck off the list of
    multiprocessing's resource tracker, would be called leaked."""
    block = SharedMemory(name)
    try:
        yield block
    finally:
        block.unlink()
        block.close()


def _new_block(size: int) -> SharedMemory:
    """A block named after the main process and this one, so that one can see whose it is."""
    while True:
        name = f"edutorch_{os.getppid()}_{os.getpid()}_{next(_numbers)}"
        try:
            return SharedMemory(name, create=True, size=size)
        except FileExistsError:  # left behind by a killed process with the same numbers
            continue


def _memory(block: SharedMemory) -> np.ndarray:
    """The block's bytes, as an array on it; the system may have rounded its size up."""
    assert block.buf is not None
    return np.frombuffer(block.buf, np.uint8)


def _places(sizes: list[int]) -> list[int]:
    """Where each buffer begins in the block, and finally where the block ends."""
    places = [0]
    for size in sizes:
        places.append(places[-1] + -(-size // ALIGNMENT) * ALIGNMENT)
    return places


def _room_for(size: int) -> bool:
    """Whether a block of shared memory may be made.

    On Windows it would vanish when the worker closes it. In a container there is often little of it,
    and writing past its end kills the process."""
    if os.name == "nt":
        return False
    if not os.path.isdir("/dev/shm"):
        return True
    free = os.statvfs("/dev/shm")
    return free.f_bavail * free.f_frsize > 2 * size
