"""Philox: random bits that depend on their place alone, so that a GPU draws them all at once.

Dropout masks on "cuda" are made of them; all other random numbers come from the CPU's generator. Each GPU has an
engine, whose whole state is a seed and how far it is, as in PyTorch.
Source: Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, 2011.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, replace
from types import ModuleType

import numpy as np

from ..backend import Array, module_of_array
from ..fusion import fused

WORD = 0xFFFFFFFF  # 32 bits of a number of 64
STATE = struct.Struct("<QQ")  # PyTorch's layout: seed, offset


@dataclass
class Philox:
    """The engine of one GPU: the seed, and how many words a place has drawn, four at a time."""

    seed: int
    offset: int = 0

    def restart(self, seed: int) -> None:
        """Start over from this seed."""
        self.seed, self.offset = seed, 0

    def next_words(self) -> tuple[int, int, int, int]:
        """What a kernel needs to draw four words at each place: low and high half of the counter and of the seed."""
        counter = self.offset // 4
        self.offset += 4
        return counter & WORD, counter >> 32, self.seed & WORD, self.seed >> 32

    def state_bytes(self) -> bytes:
        """The state in 16 bytes, in the layout of PyTorch's get_rng_state."""
        return STATE.pack(self.seed, self.offset)

    def load_state_bytes(self, state: bytes) -> None:
        """Continue from the state in these 16 bytes. Raises RuntimeError for an offset that is no multiple of 4."""
        seed, offset = STATE.unpack(state)
        if offset % 4:
            raise RuntimeError("offset must be a multiple of 4")
        self.seed, self.offset = seed, offset


class Engines:
    """The engine of each GPU, by its number; made when it is first asked for."""

    def __init__(self) -> None:
        self.restart(0)

    def restart(self, seed: int) -> None:
        """Let all begin at this seed."""
        self.seed = seed
        self.made: dict[int, Philox] = {}

    def __getitem__(self, index: int) -> Philox:
        return self.made.setdefault(index, Philox(self.seed))

    def state(self) -> tuple[int, dict[int, Philox]]:
        """What `load_state` takes, cut off from later draws."""
        return self.seed, {index: replace(engine) for index, engine in self.made.items()}

    def load_state(self, state: tuple[int, dict[int, Philox]]) -> None:
        """Return to what `state` returned."""
        seed, made = state
        self.seed, self.made = seed, {index: replace(engine) for index, engine in made.items()}


engines = Engines()


def kept(like: Array, shape: tuple[int, ...], chance: float) -> Array:
    """Ones, each with this chance, and zeros: of the dtype of `like`, drawn on its GPU."""
    xp, count = module_of_array(like), math.prod(shape)
    with like.device as gpu:  # type: ignore[attr-defined]
        places = xp.arange(-(-count // 4), dtype=np.uint64)
        words = xp.empty((places.size, 4), dtype=like.dtype)
        _draw(xp, places, *engines[gpu.id].next_words(), chance, *words.T)
    return words.reshape(-1)[:count].reshape(shape)


@fused
def _draw(
    xp: ModuleType,
    place: Array,
    counter_low: int,
    counter_high: int,
    seed_low: int,
    seed_high: int,
    chance: float,
    first: Array,
    second: Array,
    third: Array,
    fourth: Array,
) -> None:
    """In each of the four arrays 1 where a uniform number in (0, 1] is below `chance`, else 0."""
    none = place & 0
    counter = none + counter_low, none + counter_high, place & WORD, place >> 32
    words = rounds(*counter, none + seed_low, none + seed_high)
    for word, out in zip(words, (first, second, third, fourth), strict=True):
        out[...] = word.astype(np.float32) * 2.0**-32 + 2.0**-33 < chance


def rounds(c0: Array, c1: Array, c2: Array, c3: Array, k0: Array, k1: Array) -> tuple[Array, Array, Array, Array]:
    """Philox4x32-10: four random words of 32 bits, from a counter of four and a key of two. All uint64 of one shape."""
    for _ in range(10):
        left, right = c0 * 0xD2511F53, c2 * 0xCD9E8D57
        c0, c1, c2, c3 = (right >> 32) ^ c1 ^ k0, right & WORD, (left >> 32) ^ c3 ^ k1, left & WORD
        k0, k1 = (k0 + 0x9E3779B9) & WORD, (k1 + 0xBB67AE85) & WORD
    return c0, c1, c2, c3
