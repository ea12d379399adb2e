"""Models as ONNX files, which other programs run: `onnx.export`. Source: torch.onnx.

trace.py runs a model and notes its operations, nodes.py has each of them in ONNX's words, export.py makes the file.
"""

from .export import export
from .trace import is_in_onnx_export

__all__ = ["export", "is_in_onnx_export"]
