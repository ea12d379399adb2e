"""The source of random bits. The same seed gives the bits of PyTorch's CPU generator."""

from __future__ import annotations

import functools
import struct
from typing import Any

import numpy as np

Array = np.ndarray

WORDS = 624  # of the Mersenne twister's state

# How PyTorch lays its generator out in bytes: the seed; how many numbers of the block are left,
# whether it was seeded, which is next; 624 words; three doubles, the second being the waiting
# normal, and whether it waits; a float32 normal and whether it waits, both unused.
STATE = struct.Struct(f"<QiiQ{WORDS}Q3di4xf?3x")

LARGEST_SEED, SMALLEST_SEED = 2**64 - 1, -(2**63)


class RandomBits:
    """MT19937, seeded like NumPy's RandomState, and the second normal of a pair, if one is waiting.

    Source: Matsumoto and Nishimura, 1998; PyTorch's CPUGeneratorImpl."""

    def __init__(self, seed: int) -> None:
        self.restart(seed)

    def restart(self, seed: int) -> None:
        """Start over. Only the low 32 bits of the seed reach the engine, as in PyTorch."""
        self.first_seed = seed
        self.next_normal: float | None = None
        vars(self).pop("engine", None)

    @functools.cached_property
    def engine(self) -> np.random.MT19937:
        """NumPy's Mersenne twister, made for the first draw: numpy.random is slow to load."""
        engine = np.random.MT19937()
        np.random.RandomState(engine).seed(self.first_seed & 0xFFFFFFFF)  # seeds the engine that it is given
        return engine

    def random32(self, count: int) -> Array:
        """(count,) uint32, every bit random."""
        return self.engine.random_raw(count).astype(np.uint32)

    def random64(self, count: int) -> Array:
        """(count,) uint64: two draws each, the first one high."""
        high, low = self.random32(2 * count).astype(np.uint64).reshape(-1, 2).T
        return (high << np.uint64(32)) | low

    def state_bytes(self) -> bytes:
        """The whole state, in the layout of PyTorch's get_state."""
        state = self.engine.state
        words, used = state["state"]["key"].tolist(), int(state["state"]["pos"])
        if used == WORDS and words[0] == self.first_seed & 0xFFFFFFFF:
            used = 0  # just seeded: PyTorch stores 0 for a block that has yet to be made
        left = WORDS + 1 - used if used else 1
        waiting = self.next_normal is not None
        normal = self.next_normal or 0.0
        return STATE.pack(self.first_seed, left, 1, used, *words, 0.0, normal, 0.0, waiting, 0.0, False)

    def load_state_bytes(self, state: bytes) -> None:
        """Continue from the state in these bytes.

        Raises RuntimeError if they are not the state of a generator."""
        if len(state) != STATE.size:
            raise RuntimeError(
                f"Expected a CPUGeneratorImplState of size {STATE.size} but found the input RNG "
                f"state size to be {len(state)}; pass what get_state() gave"
            )
        seed, left, seeded, used, *rest = STATE.unpack(state)
        words, (_, normal, _, waiting, _, _) = rest[:WORDS], rest[WORDS:]
        if not (seeded == 1 and 0 < left <= WORDS and used <= WORDS):
            raise RuntimeError("Invalid mt19937 state; pass what get_state() gave")
        self.first_seed, self.next_normal = seed, normal if waiting else None
        position = WORDS + 1 - left
        twister: Any = {"key": np.array(words, np.uint32), "pos": position}
        self.engine.state = {"bit_generator": "MT19937", "state": twister}
