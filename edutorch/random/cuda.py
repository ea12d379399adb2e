"""Seeds and states of what is drawn for tensors on "cuda". Source: torch.cuda.random.

That is drawn from two sources: dropout masks by an engine of the GPU's own, all else by the CPU's default generator, so
that a seed gives the same numbers on both devices. Here a seed or a state is that of both.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from ..autograd.base import wrap
from ..backend import GPU, find_cupy, gpu_number, to_numpy
from .generator import default_generator
from .generator import manual_seed as _manual_seed
from .generator import seed as _seed
from .philox import STATE, engines

if TYPE_CHECKING:
    from ..tensor import Tensor


def manual_seed(seed: int) -> None:
    """Seed the numbers drawn for tensors on the current GPU; without one, nothing, as in PyTorch.

    Source: torch.cuda.manual_seed."""
    if find_cupy() is not None:
        default_generator.manual_seed(int(seed))
        engines[gpu_number(None)].restart(default_generator.first_seed)


def manual_seed_all(seed: int) -> None:
    """Seed the numbers drawn on all GPUs; without one, nothing. Source: torch.cuda.manual_seed_all."""
    if find_cupy() is not None:
        _manual_seed(seed)


def seed() -> None:
    """Seed as `manual_seed` does, with a seed that the system draws. Source: torch.cuda.seed."""
    manual_seed(int.from_bytes(os.urandom(8), "little"))


def seed_all() -> None:
    """Seed all GPUs with a seed that the system draws. Source: torch.cuda.seed_all."""
    if find_cupy() is not None:
        _seed()


def initial_seed() -> int:
    """The seed of the current GPU's engine. Raises RuntimeError without a GPU. Source: torch.cuda.initial_seed."""
    return engines[gpu_number(None)].seed


def get_rng_state(device: GPU = "cuda") -> Tensor:
    """The state of what is drawn on a GPU: 16 bytes of its engine, in PyTorch's layout, and 5056 of the default
    generator. (5072,) uint8, on the CPU.

    Raises RuntimeError without a GPU. Source: torch.cuda.get_rng_state."""
    state = engines[gpu_number(device)].state_bytes() + default_generator.state_bytes()
    return wrap(np.frombuffer(state, np.uint8).copy())


def set_rng_state(new_state: Tensor, device: GPU = "cuda") -> None:
    """Return to a state that `get_rng_state` returned. new_state: (5072,) uint8; or (16,), that of PyTorch's, for the
    engine of the GPU alone.

    Raises TypeError for another dtype, RuntimeError for bytes that are not a state and without a GPU.
    Source: torch.cuda.set_rng_state."""
    engine, array = engines[gpu_number(device)], to_numpy(new_state.array)
    if array.dtype != np.uint8:
        raise TypeError("RNG state must be a torch.ByteTensor: a tensor of dtype torch.uint8")
    state = array.tobytes()
    if len(state) < STATE.size:
        raise RuntimeError(f"RNG state is wrong size: {len(state)} bytes; pass what get_rng_state() gave")
    if len(state) > STATE.size:
        default_generator.load_state_bytes(state[STATE.size :])
    engine.load_state_bytes(state[: STATE.size])


def get_rng_state_all() -> list[Tensor]:
    """The state of each GPU; none without one. Source: torch.cuda.get_rng_state_all."""
    cupy = find_cupy()
    return [] if cupy is None else [get_rng_state(i) for i in range(cupy.cuda.runtime.getDeviceCount())]


def set_rng_state_all(new_states: Iterable[Tensor]) -> None:
    """Return each GPU to its state. Source: torch.cuda.set_rng_state_all."""
    for i, state in enumerate(new_states):
        set_rng_state(state, i)
