"""Which accelerator there is, without naming its kind. Source: torch.accelerator."""

from __future__ import annotations

from . import cuda
from .backend import device


def is_available() -> bool:
    """Whether there is a GPU."""
    return cuda.is_available()


def device_count() -> int:
    """How many GPUs there are."""
    return cuda.device_count()


def current_accelerator(check_available: bool = False) -> device | None:
    """device("cuda") where there is a GPU, else None."""
    return device("cuda") if cuda.is_available() else None


def synchronize() -> None:
    """Waits for the GPU to finish what it was given."""
    cuda.synchronize()
