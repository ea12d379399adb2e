"""Automatic differentiation: Function, the backward walk, grad mode, gradient checks.

Source: torch.autograd.
"""

import warnings

from . import anomaly, base, engine, function, functional, grad_mode
from .anomaly import detect_anomaly, set_detect_anomaly
from .engine import backward, grad
from .function import Function
from .grad_mode import enable_grad, inference_mode, no_grad, set_grad_enabled
from .gradcheck import gradcheck, gradgradcheck


def Variable(tensor: base.TensorBase, requires_grad: bool | None = None, volatile: bool = False) -> base.TensorBase:
    """The tensor itself: Variable is what a tensor with a gradient was called before PyTorch 0.4.

    volatile, which once meant no_grad, warns that it has no effect, as in PyTorch."""
    if volatile:
        warnings.warn("volatile was removed and now has no effect. Use `with torch.no_grad():` instead.", stacklevel=2)
    if requires_grad is not None:
        tensor.requires_grad_(requires_grad)  # type: ignore[attr-defined]
    return tensor


__all__ = [
    "Function",
    "Variable",
    "anomaly",
    "backward",
    "base",
    "detect_anomaly",
    "enable_grad",
    "engine",
    "function",
    "functional",
    "grad",
    "grad_mode",
    "gradcheck",
    "gradgradcheck",
    "inference_mode",
    "no_grad",
    "set_detect_anomaly",
    "set_grad_enabled",
]
