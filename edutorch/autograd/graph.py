"""What the graph saves for backward, and how to have it saved elsewhere.

Source: torch.autograd.graph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .base import TensorBase
from .grad_mode import thread
from .node import Node
from .versions import version_counter

if TYPE_CHECKING:
    from ..backend import device as Device
    from ..tensor import Tensor

__all__ = [
    "Node",
    "disable_saved_tensors_hooks",
    "increment_version",
    "save_on_cpu",
    "saved_tensors_hooks",
]


class saved_tensors_hooks:
    """Within a `with` block, what operations save for backward is what pack_hook makes of each tensor (an array, a file
    name), and backward gets what unpack_hook makes of that. Of nested blocks the innermost counts.

    pack_hook may not change its tensor in place (RuntimeError); unpack_hook returns a tensor (TypeError). A change in
    place of a saved tensor is not noticed here."""

    def __init__(self, pack_hook: Callable[[Tensor], object], unpack_hook: Callable[..., Tensor]) -> None:
        self.pack_hook, self.unpack_hook = pack_hook, unpack_hook

    def __enter__(self) -> None:
        mode = thread.mode
        if mode.no_saving is not None:
            raise RuntimeError(mode.no_saving)
        mode.saving = (*mode.saving, (self.pack_hook, self.unpack_hook))

    def __exit__(self, *exception: object) -> None:
        thread.mode.saving = thread.mode.saving[:-1]


class save_on_cpu(saved_tensors_hooks):
    """Within a `with` block, what operations on a GPU save for backward waits in the CPU's memory.

    pin_memory and device_type, which do not matter here, are there for programs that give them."""

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        super().__init__(_to_cpu, _back)


def _to_cpu(tensor: Tensor) -> tuple[Device, Tensor]:
    return tensor.device, tensor.cpu()


def _back(packed: tuple[Device, Tensor]) -> Tensor:
    device, tensor = packed
    return tensor.to(device)


@contextmanager
def disable_saved_tensors_hooks(error_message: str) -> Iterator[None]:
    """Within the block, hooks on saved tensors raise RuntimeError(error_message), as they do if there are any now."""
    mode = thread.mode
    if mode.saving:
        raise RuntimeError(error_message)
    before, mode.no_saving = mode.no_saving, error_message
    try:
        yield
    finally:
        mode.no_saving = before


def increment_version(tensor: Tensor | Iterable[Tensor]) -> None:
    """Counts a change in place of a tensor, or of several, that autograd could not see."""
    for each in (tensor,) if isinstance(tensor, TensorBase) else tensor:
        version_counter(each).bump()
