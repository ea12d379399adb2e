"""torch.cuda.amp: the older spelling of `amp`, for one kind of device."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .. import amp
from ..dtypes import dtype as dtype_
from ..dtypes import float16

__all__ = ["GradScaler", "autocast", "custom_bwd", "custom_fwd"]

Called = TypeVar("Called", bound=Callable[..., object])


class autocast(amp.autocast):
    """amp.autocast("cuda", ...). Source: torch.cuda.amp.autocast."""

    def __init__(self, enabled: bool = True, dtype: dtype_ = float16, cache_enabled: bool = True) -> None:
        super().__init__("cuda", dtype, enabled, cache_enabled)


class GradScaler(amp.GradScaler):
    """amp.GradScaler("cuda", ...). Source: torch.cuda.amp.GradScaler."""

    def __init__(
        self,
        init_scale: float = 65536.0,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        enabled: bool = True,
    ) -> None:
        super().__init__("cuda", init_scale, growth_factor, backoff_factor, growth_interval, enabled)


def custom_fwd(fwd: Callable[..., object] | None = None, *, cast_inputs: dtype_ | None = None) -> object:
    """Marks a Function's forward for autocast: the function itself. Source: torch.cuda.amp.custom_fwd."""
    return amp.custom_fwd(fwd, device_type="cuda", cast_inputs=cast_inputs)


def custom_bwd(bwd: Called) -> Called:
    """Marks a Function's backward for autocast: the function itself. Source: torch.cuda.amp.custom_bwd."""
    return bwd
