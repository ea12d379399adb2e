"""Random numbers: the same seed gives the numbers of PyTorch's CPU generator. Source: torch.random.

bits.py has the engine, draws.py what is made of its bits, generator.py the Generator, fill.py the
in-place methods of tensors, tensors.py the functions that make new ones, philox.py the dropout masks of a GPU.
"""

from . import fill, tensors
from .generator import (
    Generator,
    default_generator,
    fork_rng,
    get_rng_state,
    initial_seed,
    manual_seed,
    seed,
    set_rng_state,
)

__all__ = [
    "Generator",
    "default_generator",
    "fork_rng",
    "get_rng_state",
    "initial_seed",
    "manual_seed",
    "seed",
    "set_rng_state",
]
