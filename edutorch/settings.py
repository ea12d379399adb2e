"""Switches of PyTorch's that programs set: what they ask for holds here anyhow, or is told.

Source: torch.compile and torch.use_deterministic_algorithms, say.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from .devices import set_default_device
from .dtypes import float16, float32, float64, set_default_dtype
from .ops.more.storage import TypedStorage, UntypedStorage
from .tensor import Tensor

Called = Callable[..., object]


def compile(model: Called | None = None, **options: object) -> Any:
    """The function or module itself: nothing is compiled, every line runs as it stands; also `@compile(mode=...)`.

    Its options (fullgraph, dynamic, backend, mode, disable ...) are for PyTorch's compiler. Source: torch.compile."""
    known = "fullgraph dynamic backend mode options disable name recompile_limit isolate_recompiles shapes_spec".split()
    for name in options:
        if name not in known:
            raise TypeError(f"compile() got an unexpected keyword argument '{name}'")
    return (lambda decorated: decorated) if model is None else model


_state = {"deterministic": False, "warn_only": False, "matmul": "highest", "always": False}


def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Asks for the same numbers in each run, which holds here anyhow. Source: torch.use_deterministic_algorithms."""
    _state["deterministic"], _state["warn_only"] = mode, warn_only


def are_deterministic_algorithms_enabled() -> bool:
    """Whether they were asked for. Source: torch.are_deterministic_algorithms_enabled."""
    return bool(_state["deterministic"])


def is_deterministic_algorithms_warn_only_enabled() -> bool:
    """Whether a warning was to be enough. Source: torch.is_deterministic_algorithms_warn_only_enabled."""
    return bool(_state["warn_only"])


def set_deterministic_debug_mode(debug_mode: int | str) -> None:
    """0 or "default", 1 or "warn", 2 or "error". Source: torch.set_deterministic_debug_mode."""
    modes: dict[int | str, int] = {"default": 0, "warn": 1, "error": 2, 0: 0, 1: 1, 2: 2}
    if debug_mode not in modes:
        raise RuntimeError(f"invalid value of debug_mode, expected `default`, `warn`, `error`, got {debug_mode}")
    use_deterministic_algorithms(modes[debug_mode] > 0, warn_only=modes[debug_mode] == 1)


def get_deterministic_debug_mode() -> int:
    """0, 1 or 2. Source: torch.get_deterministic_debug_mode."""
    return (1 if _state["warn_only"] else 2) if _state["deterministic"] else 0


def set_float32_matmul_precision(precision: str) -> None:
    """ "highest", "high" or "medium": how much of float32 products a GPU of PyTorch's keeps. Here it is all, always.

    Other words have no effect, with a warning. Source: torch.set_float32_matmul_precision."""
    if precision not in ("highest", "high", "medium"):
        warnings.warn(f"{precision} is not one of 'highest', 'high', or 'medium': it has no effect", stacklevel=2)
        return
    _state["matmul"] = precision


def get_float32_matmul_precision() -> str:
    """The last that was set, "highest" at first. Source: torch.get_float32_matmul_precision."""
    return str(_state["matmul"])


def set_flush_denormal(mode: bool) -> bool:
    """False: the processor's way with the smallest numbers stays as it is. Source: torch.set_flush_denormal."""
    return False


def set_warn_always(b: bool) -> None:
    """Takes the switch; Python's own warnings filter decides. Source: torch.set_warn_always."""
    _state["always"] = b


def is_warn_always_enabled() -> bool:
    """The last that was set. Source: torch.is_warn_always_enabled."""
    return bool(_state["always"])


def set_default_tensor_type(t: object) -> None:
    """The dtype and device of new tensors by a historical type, torch.DoubleTensor or its name; use set_default_dtype.

    Raises TypeError for a type that is not floating. Source: torch.set_default_tensor_type."""
    name = t if isinstance(t, str) else repr(t)
    on_gpu, short = ".cuda." in name, name.rpartition(".")[2]
    kinds = {"FloatTensor": float32, "DoubleTensor": float64, "HalfTensor": float16}
    if short not in kinds:
        raise TypeError(f"only floating-point types are supported as the default type, got {name}")
    set_default_dtype(kinds[short])
    set_default_device("cuda" if on_gpu else None)


def typename(obj: object) -> str:
    """A type's name, with its module: "torch.FloatTensor" of a tensor. Source: torch.typename."""
    if isinstance(obj, Tensor):
        return str(obj.type())
    kind = obj if isinstance(obj, type) else type(obj)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def is_storage(obj: object) -> bool:
    """Whether it is a tensor's storage. Source: torch.is_storage."""
    return isinstance(obj, (TypedStorage, UntypedStorage))
