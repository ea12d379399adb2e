"""Activation functions as layers: any shape in, the same out. Source: torch.nn.modules.activation."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from ..dtypes import dtype as dtype_
from ..ops.creation import empty
from ..ops.plumbing.entry import check_tensors
from ..tensor import Tensor
from . import functional as F
from . import init
from .module import Module
from .parameter import Parameter

if TYPE_CHECKING:
    from ..backend import DeviceLike


class _InPlace(Module):
    """inplace: whether the result overwrites the input."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class ReLU(_InPlace):
    """max(x, 0). Source: torch.nn.ReLU."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.relu(input, inplace=self.inplace)


class Hardtanh(Module):
    """x clamped to [min_val, max_val]. Source: torch.nn.Hardtanh."""

    def __init__(
        self,
        min_val: float = -1.0,
        max_val: float = 1.0,
        inplace: bool = False,
        min_value: float | None = None,
        max_value: float | None = None,
    ) -> None:
        super().__init__()
        if min_value is not None or max_value is not None:
            warnings.warn(
                "keyword arguments `min_value` and `max_value` are deprecated; rename them to `min_val` and `max_val`",
                FutureWarning,
                stacklevel=2,
            )
        self.min_val = min_val if min_value is None else min_value
        self.max_val = max_val if max_value is None else max_value
        self.inplace = inplace
        if self.max_val <= self.min_val:
            raise AssertionError("max_val must be larger than min_val")

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.hardtanh(input, self.min_val, self.max_val, self.inplace)

    def extra_repr(self) -> str:
        return f"min_val={self.min_val}, max_val={self.max_val}" + (", inplace=True" if self.inplace else "")


class ReLU6(Hardtanh):
    """min(max(x, 0), 6). Source: torch.nn.ReLU6."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(0.0, 6.0, inplace)

    def extra_repr(self) -> str:
        return "inplace=True" if self.inplace else ""


class LeakyReLU(Module):
    """x, with negative elements multiplied by negative_slope. Source: torch.nn.LeakyReLU."""

    def __init__(self, negative_slope: float = 1e-2, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope = negative_slope
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.leaky_relu(input, self.negative_slope, self.inplace)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}" + (", inplace=True" if self.inplace else "")


class PReLU(Module):
    """LeakyReLU whose slope is learned: one for all, or one for each of num_parameters channels.
    Source: torch.nn.PReLU."""

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, device: DeviceLike = None, dtype: dtype_ | None = None
    ) -> None:
        super().__init__()
        self.num_parameters = num_parameters
        self.init = init
        self.weight = Parameter(empty(num_parameters, device=device, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Sets all slopes to the first one."""
        init.constant_(self.weight, self.init)

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, *) or any shape; the same out."""
        return F.prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class ELU(Module):
    """x, with negative elements replaced by alpha (e^x - 1). Source: torch.nn.ELU."""

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.elu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}" + (", inplace=True" if self.inplace else "")


class CELU(ELU):
    """x, with negative elements replaced by alpha (e^(x / alpha) - 1). Source: torch.nn.CELU."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.celu(input, self.alpha, self.inplace)


class SELU(_InPlace):
    """ELU, scaled so that it keeps a mean of 0 and a variance of 1. Source: torch.nn.SELU."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.selu(input, self.inplace)


class GELU(Module):
    """x times the normal distribution's Phi(x); approximate='tanh' for the faster formula. Source: torch.nn.GELU."""

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.gelu(input, approximate=self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


class SiLU(_InPlace):
    """x sigmoid(x). Source: torch.nn.SiLU."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.silu(input, inplace=self.inplace)


class Mish(_InPlace):
    """x tanh(softplus(x)). Source: torch.nn.Mish."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.mish(input, inplace=self.inplace)


class Sigmoid(Module):
    """1 / (1 + e^-x). Source: torch.nn.Sigmoid."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.sigmoid(input)


class LogSigmoid(Module):
    """ln sigmoid(x). Source: torch.nn.LogSigmoid."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.logsigmoid(input)


class Hardsigmoid(_InPlace):
    """x / 6 + 1 / 2, clamped to [0, 1]. Source: torch.nn.Hardsigmoid."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.hardsigmoid(input, self.inplace)


class Hardswish(_InPlace):
    """x times Hardsigmoid(x). Source: torch.nn.Hardswish."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.hardswish(input, self.inplace)


class Tanh(Module):
    """Hyperbolic tangent. Source: torch.nn.Tanh."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.tanh(input)


class Tanhshrink(Module):
    """x - tanh(x). Source: torch.nn.Tanhshrink."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.tanhshrink(input)


class Softsign(Module):
    """x / (1 + |x|). Source: torch.nn.Softsign."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.softsign(input)


class Softplus(Module):
    """ln(1 + e^(beta x)) / beta, and x itself where beta x > threshold. Source: torch.nn.Softplus."""

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"


class _Shrink(Module):
    """lambd: elements no farther than this from 0 become 0."""

    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def extra_repr(self) -> str:
        return str(self.lambd)


class Hardshrink(_Shrink):
    """x, but 0 within lambd of 0. Source: torch.nn.Hardshrink."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.hardshrink(input, self.lambd)


class Softshrink(_Shrink):
    """x moved towards 0 by lambd. Source: torch.nn.Softshrink."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.softshrink(input, self.lambd)


class Threshold(Module):
    """x where x > threshold, else value. Source: torch.nn.Threshold."""

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        self.threshold = threshold
        self.value = value
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.threshold(input, self.threshold, self.value, self.inplace)

    def extra_repr(self) -> str:
        return f"threshold={self.threshold}, value={self.value}" + (", inplace=True" if self.inplace else "")


class GLU(Module):
    """The first half of an axis times sigmoid of the second. Source: torch.nn.GLU."""

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """(*, 2n, *) -> (*, n, *)"""
        return F.glu(input, self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class _AlongDim(Module):
    """Activations that are computed along one axis, `dim`."""

    dim: int | None

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(_AlongDim):
    """e^x normalized to sum 1 along dim. Source: torch.nn.Softmax."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.softmax(input, self.dim)


class Softmin(_AlongDim):
    """Softmax of -x. Source: torch.nn.Softmin."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.softmin(input, self.dim)


class LogSoftmax(_AlongDim):
    """The logarithm of Softmax. Source: torch.nn.LogSoftmax."""

    def forward(self, input: Tensor) -> Tensor:
        """Any shape; the same out."""
        return F.log_softmax(input, self.dim)


class Softmax2d(Module):
    """Softmax over the channels of (N, C, H, W) or (C, H, W). Source: torch.nn.Softmax2d."""

    def forward(self, input: Tensor) -> Tensor:
        """(N, C, H, W) or (C, H, W); the same out."""
        check_tensors("Softmax2d", input=input)
        if input.dim() not in (3, 4):
            raise ValueError(f"Softmax2d: expected input to be 3D or 4D, got {input.dim()}D instead")
        return F.softmax(input, -3)
