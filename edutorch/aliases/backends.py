"""The settings of PyTorch's backends that programs change. Source: torch.backends.

There is one backend for each device here, so the settings of cudnn and cuda.matmul have no effect; they can be set and
read. `mps`, Apple's GPUs, is never available.
"""

from __future__ import annotations

from types import SimpleNamespace


def _never() -> bool:
    return False


cudnn = SimpleNamespace(
    enabled=False, benchmark=False, deterministic=False, allow_tf32=False, is_available=_never, version=lambda: None
)
cuda = SimpleNamespace(matmul=SimpleNamespace(allow_tf32=False), is_built=_never)
mps = SimpleNamespace(is_available=_never, is_built=_never)
mkldnn = SimpleNamespace(is_available=_never)
