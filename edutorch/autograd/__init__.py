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
from .versions import alias


def Variable(tensor: base.TensorBase, requires_grad: bool = False, volatile: bool = False) -> base.TensorBase:
    """A leaf on the tensor's memory: Variable is what a tensor with a gradient was called before PyTorch 0.4.

    volatile, which once meant no_grad, warns that it has no effect, as in PyTorch."""
    if volatile:
        warnings.warn("volatile was removed and now has no effect. Use `with torch.no_grad():` instead.", stacklevel=2)
    return alias(tensor).requires_grad_(requires_grad)


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
