"""torch.onnx, which programs import and few use: an export is refused. Source: torch.onnx."""

from __future__ import annotations

from typing import NoReturn

__all__ = ["export", "is_in_onnx_export"]


def export(*args: object, **kwargs: object) -> NoReturn:
    """Raises RuntimeError: edutorch writes no ONNX files. Source: torch.onnx.export."""
    raise RuntimeError(
        "torch.onnx.export: edutorch leaves it out: save(model.state_dict(), path) writes a safetensors file, from"
        " which PyTorch's model can be exported"
    )


def is_in_onnx_export() -> bool:
    """False. Source: torch.onnx.is_in_onnx_export."""
    return False
