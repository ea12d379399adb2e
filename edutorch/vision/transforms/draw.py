"""The random numbers of transforms: one at a time, from the default generator.

They are those that torchvision draws with torch.rand, uniform_ and torch.randint."""

import numpy as np

from ...random import default_generator, draws


def uniform(low: float, high: float) -> float:
    """A float32 in [low, high)."""
    return float(draws.uniform(default_generator, 1, np.float32, low, high)[0])


def below(n: int) -> int:
    """A whole number in [0, n)."""
    return int(draws.integers(default_generator, 1, np.int64, 0, n)[0])


def order(n: int) -> list[int]:
    """0 to n - 1, shuffled."""
    return draws.shuffled(default_generator, n)


def happens(p: float, or_equal: bool = False) -> bool:
    """True with probability p: torch.rand(1) < p, or <= where `or_equal`."""
    drawn = np.float32(uniform(0.0, 1.0))
    return bool(drawn <= np.float32(p) if or_equal else drawn < np.float32(p))
