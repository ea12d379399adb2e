"""Switches of PyTorch's that programs set: what they ask for holds here anyhow, or is told.

Source: torch.compile and torch.use_deterministic_algorithms, say.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Called = Callable[..., object]


def compile(model: Called | None = None, **options: object) -> Any:
    """The function or module itself: nothing is compiled, every line runs as it stands; also `@compile(mode=...)`.

    Its options (fullgraph, dynamic, backend, mode, disable ...) are for PyTorch's compiler. Source: torch.compile."""
    known = "fullgraph dynamic backend mode options disable name recompile_limit isolate_recompiles shapes_spec".split()
    for name in options:
        if name not in known:
            raise TypeError(f"compile() got an unexpected keyword argument '{name}'")
    return (lambda decorated: decorated) if model is None else model
