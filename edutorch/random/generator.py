"""Generator, and the default one, from which all draw that name no other. Source: torch.random.

>>> import edutorch as torch
>>> _ = torch.manual_seed(0)
>>> torch.rand(2)
tensor([0.4963, 0.7682])
"""

from __future__ import annotations

import copy
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from ..autograd.base import TensorBase, wrap
from ..backend import CPU, device_module, to_numpy
from ..backend import device as Device
from .bits import RandomBits
from .philox import Philox, engines

if TYPE_CHECKING:
    from ..tensor import Tensor

UNSEEDED = 67280421310721  # what PyTorch gives a new Generator


class Generator(RandomBits):
    """A source of random numbers; the same seed gives the numbers of PyTorch's CPU generator.

    device: where the tensors are that it fills. On "cuda", too, the bits come from the CPU's engine, so that the
    numbers are the same. Source: torch.Generator.

    Raises RuntimeError for an unknown device, and for "cuda" without one."""

    __module__ = "edutorch"  # where users find it

    def __init__(self, device: Device | str | None = None) -> None:
        super().__init__(UNSEEDED)
        device_module(device)  # raises where there is no such device
        self._device = CPU if device is None else Device(device)

    @property
    def device(self) -> Device:
        """The device of the tensors it fills."""
        return self._device

    def manual_seed(self, seed: int) -> Generator:
        """Start over from this seed; returns the generator. A negative seed counts from 2^64 down.

        Raises RuntimeError for anything but an int, ValueError outside of [-2^63, 2^64)."""
        if not isinstance(seed, int) or isinstance(seed, bool):
            raise RuntimeError(f"manual_seed expected a long, but got {type(seed).__name__}")
        if not -(2**63) <= seed < 2**64:
            raise ValueError(f"Overflow when unpacking long long: the seed {seed} must be in [-2**63, 2**64)")
        self.restart(seed % 2**64)
        return self

    def seed(self) -> int:
        """Start over from a seed that the system draws; returns it."""
        self.restart(int.from_bytes(os.urandom(8), "little"))
        return self.first_seed

    def initial_seed(self) -> int:
        """The seed it last started from."""
        return self.first_seed

    def get_state(self) -> Tensor:
        """Its state, in PyTorch's layout. (5056,) uint8, on the CPU."""
        return wrap(np.frombuffer(self.state_bytes(), np.uint8).copy())

    def set_state(self, new_state: Tensor) -> Generator:
        """Continue from a state that `get_state` returned, here or in PyTorch; returns the generator.

        new_state: (5056,) uint8. Raises TypeError for another dtype, RuntimeError for bytes that are not a state."""
        if not isinstance(new_state, TensorBase):
            raise TypeError(f"expected a torch.ByteTensor, but got {type(new_state).__name__}")
        if new_state.array.dtype != np.uint8:
            raise TypeError("RNG state must be a torch.ByteTensor: a tensor of dtype torch.uint8")
        self.load_state_bytes(to_numpy(new_state.array).tobytes())
        return self

    def clone_state(self) -> Generator:
        """Another generator in the same state."""
        return copy.deepcopy(self)


default_generator = Generator()
engines.restart(default_generator.seed())


def manual_seed(seed: int) -> Generator:
    """Seed the default generator, which serves all draws that name no other, and the engines of the GPUs, which draw
    dropout masks; returns it.

    seed: a number (or what `int` makes one) in [-2^63, 2^64). Raises ValueError outside of it.
    Source: torch.manual_seed."""
    default_generator.manual_seed(int(seed))
    engines.restart(default_generator.first_seed)
    return default_generator


def seed() -> int:
    """Seed as `manual_seed` does, with a seed that the system draws; returns that seed. Source: torch.seed."""
    return manual_seed(default_generator.seed()).first_seed


def initial_seed() -> int:
    """The seed of the default generator. Source: torch.initial_seed."""
    return default_generator.initial_seed()


def get_rng_state() -> Tensor:
    """The state of the default generator. (5056,) uint8. Source: torch.get_rng_state."""
    return default_generator.get_state()


def set_rng_state(new_state: Tensor) -> None:
    """Return the default generator to such a state. Source: torch.set_rng_state."""
    default_generator.set_state(new_state)


States = tuple[bytes, tuple[int, dict[int, Philox]]]


def all_states() -> States:
    """The states of the default generator and of the engines of the GPUs, to go back to."""
    return default_generator.state_bytes(), engines.state()


def load_all_states(states: States) -> None:
    """Return all to what `all_states` gave."""
    of_default, of_gpus = states
    default_generator.load_state_bytes(of_default)
    engines.load_state(of_gpus)


@contextmanager
def fork_rng(
    devices: Iterable[object] | None = None, enabled: bool = True, device_type: str = "cuda"
) -> Iterator[None]:
    """`with fork_rng():` draws inside do not affect those outside. Source: torch.random.fork_rng.

    `devices` and `device_type` are PyTorch's; here the draws on all devices are kept apart."""
    states = all_states()
    try:
        yield
    finally:
        if enabled:
            load_all_states(states)
