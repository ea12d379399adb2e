"""Mixed precision by PyTorch's names, without its effect: every operation computes in its tensors' dtype.

Source: torch.amp. Programs written for it run, in the precision of their weights.
"""

from __future__ import annotations

import contextlib
import functools
import warnings
from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

from .dtypes import dtype as dtype_
from .optim.optimizer import Closure, Optimizer
from .tensor import Tensor

__all__ = ["GradScaler", "autocast", "custom_bwd", "custom_fwd", "is_autocast_available"]

Called = TypeVar("Called", bound=Callable[..., object])
Value = TypeVar("Value")


class autocast(contextlib.ContextDecorator):
    """A block, or a function, that PyTorch runs in float16 or bfloat16. Nothing is cast here, and a warning says so.

    Raises RuntimeError for a device type other than "cpu" and "cuda". Source: torch.autocast."""

    def __init__(
        self, device_type: str, dtype: dtype_ | None = None, enabled: bool = True, cache_enabled: bool | None = None
    ) -> None:
        if not isinstance(device_type, str):
            raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")
        if not is_autocast_available(device_type):
            raise RuntimeError(
                f"User specified an unsupported autocast device_type '{device_type}': use 'cpu' or 'cuda'"
            )
        self.device, self.fast_dtype = device_type, dtype
        self._enabled = False
        if enabled:
            warnings.warn(
                "autocast: nothing is cast, each operation computes in its tensors' dtype; model.half() halves memory",
                stacklevel=2,
            )

    def __enter__(self) -> autocast:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Nothing to restore."""


def is_autocast_available(device_type: str) -> bool:
    """Whether autocast takes this type of device. Source: torch.amp.is_autocast_available."""
    return device_type in ("cpu", "cuda")


def custom_fwd(fwd: Called | None = None, *, device_type: str, cast_inputs: dtype_ | None = None) -> object:
    """Marks a Function's forward for autocast: the function itself. Source: torch.amp.custom_fwd."""
    return functools.partial(custom_fwd, device_type=device_type) if fwd is None else fwd


def custom_bwd(bwd: Called | None = None, *, device_type: str) -> object:
    """Marks a Function's backward for autocast: the function itself. Source: torch.amp.custom_bwd."""
    return functools.partial(custom_bwd, device_type=device_type) if bwd is None else bwd


class GradScaler:
    """A scaler of losses that is disabled, as PyTorch's own is without a GPU: gradients in float32 do not underflow.

    `scale` gives the loss as it is, `step` calls optimizer.step(). Source: torch.amp.GradScaler."""

    def __init__(
        self,
        device: str = "cuda",
        init_scale: float = 65536.0,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        enabled: bool = True,
    ) -> None:
        """All arguments are for scaling, which is left out."""

    def scale(self, outputs: Value) -> Value:
        """The loss itself."""
        return outputs

    def unscale_(self, optimizer: Optimizer) -> None:
        """Nothing was scaled."""

    def step(self, optimizer: Optimizer, closure: Closure | None = None) -> Tensor | float | None:
        """optimizer.step(...)."""
        return optimizer.step(closure)

    def update(self, new_scale: float | None = None) -> None:
        """There is no factor to update."""

    def get_scale(self) -> float:
        """1.0."""
        return 1.0

    def is_enabled(self) -> bool:
        """False."""
        return False

    def state_dict(self) -> dict[str, object]:
        """Empty, as of every disabled scaler."""
        return {}

    def load_state_dict(self, state_dict: dict[str, object]) -> None:
        """Takes any state, and needs none."""
