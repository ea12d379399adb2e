"""Transforms of random numbers. Source: torch.distributions.transforms.

transform.py says what a transform is; transforms_of_matrices.py and transforms_of_parts.py have those of matrices and
of several parts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..dtypes import finfo
from ..ops.activation import sigmoid
from ..ops.broadcasting import broadcast_shapes
from ..ops.creation import full_like
from ..ops.padding import pad
from ..ops.smooth import logsigmoid, softplus
from ..tensor import Size, Tensor
from . import constraints
from .constraints import Constraint
from .transform import ComposeTransform, IndependentTransform, Transform, check_dims
from .transforms_of_matrices import CorrCholeskyTransform, LowerCholeskyTransform, PositiveDefiniteTransform
from .transforms_of_parts import CatTransform, CumulativeDistributionTransform, ReshapeTransform, StackTransform
from .utils import broadcast_all, is_number, lazy_property

if TYPE_CHECKING:
    Number = int | float

__all__ = [
    "AbsTransform",
    "AffineTransform",
    "CatTransform",
    "ComposeTransform",
    "CorrCholeskyTransform",
    "CumulativeDistributionTransform",
    "ExpTransform",
    "IndependentTransform",
    "LowerCholeskyTransform",
    "PositiveDefiniteTransform",
    "PowerTransform",
    "ReshapeTransform",
    "SigmoidTransform",
    "SoftmaxTransform",
    "SoftplusTransform",
    "StackTransform",
    "StickBreakingTransform",
    "TanhTransform",
    "Transform",
    "identity_transform",
]

identity_transform = ComposeTransform([])


class PlainTransform(Transform):
    """A transform without parameters: all of one class are equal."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self))

    __hash__ = Transform.__hash__


class ExpTransform(PlainTransform):
    """y = e^x. Source: torch.distributions.transforms.ExpTransform."""

    domain: Constraint = constraints.real
    codomain: Constraint = constraints.positive
    bijective = True
    sign = 1

    def _call(self, x: Tensor) -> Tensor:
        return x.exp()

    def _inverse(self, y: Tensor) -> Tensor:
        return y.log()

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """x"""
        return x


class PowerTransform(Transform):
    """y = x^exponent, a tensor or a number. Source: torch.distributions.transforms.PowerTransform."""

    domain: Constraint = constraints.positive
    codomain: Constraint = constraints.positive
    bijective = True

    def __init__(self, exponent: Tensor | float, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        (self.exponent,) = broadcast_all(exponent)

    def _like(self, cache_size: int) -> Transform:
        return PowerTransform(self.exponent, cache_size)

    @lazy_property
    def sign(self) -> Tensor:
        """That of the exponent."""
        return self.exponent.sign()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PowerTransform) and bool((self.exponent == other.exponent).all())

    __hash__ = Transform.__hash__

    def _call(self, x: Tensor) -> Tensor:
        return x.pow(self.exponent)

    def _inverse(self, y: Tensor) -> Tensor:
        return y.pow(1 / self.exponent)

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """ln |exponent y / x|"""
        return (self.exponent * y / x).abs().log()

    def forward_shape(self, shape: Size) -> Size:
        """Broadcast with the exponent's"""
        return broadcast_shapes(shape, self.exponent.shape)

    inverse_shape = forward_shape


def clipped_sigmoid(x: Tensor) -> Tensor:
    """The sigmoid of x, neither 0 nor 1."""
    info = finfo(x.dtype)
    return sigmoid(x).clamp(info.tiny, 1.0 - info.eps)


class SigmoidTransform(PlainTransform):
    """y = 1 / (1 + e^-x), neither 0 nor 1. Source: torch.distributions.transforms.SigmoidTransform."""

    domain: Constraint = constraints.real
    codomain: Constraint = constraints.unit_interval
    bijective = True
    sign = 1

    def _call(self, x: Tensor) -> Tensor:
        return clipped_sigmoid(x)

    def _inverse(self, y: Tensor) -> Tensor:
        info = finfo(y.dtype)
        y = y.clamp(info.tiny, 1.0 - info.eps)
        return y.log() - (-y).log1p()

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """ln y (1 - y)"""
        return -softplus(-x) - softplus(x)


class SoftplusTransform(PlainTransform):
    """y = ln (1 + e^x). Source: torch.distributions.transforms.SoftplusTransform."""

    domain: Constraint = constraints.real
    codomain: Constraint = constraints.positive
    bijective = True
    sign = 1

    def _call(self, x: Tensor) -> Tensor:
        return softplus(x)

    def _inverse(self, y: Tensor) -> Tensor:
        return (-(-y).expm1()).log() + y

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """ln of the sigmoid of x"""
        return -softplus(-x)


class TanhTransform(PlainTransform):
    """y = tanh x. Source: torch.distributions.transforms.TanhTransform."""

    domain: Constraint = constraints.real
    codomain: Constraint = constraints.interval(-1.0, 1.0)
    bijective = True
    sign = 1

    def _call(self, x: Tensor) -> Tensor:
        return x.tanh()

    def _inverse(self, y: Tensor) -> Tensor:
        return y.atanh()

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """ln (1 - tanh^2 x), which stays finite"""
        return 2.0 * (math.log(2.0) - x - softplus(-2.0 * x))


class AbsTransform(PlainTransform):
    """y = |x|; its inverse gives the x that is not negative. Source: torch.distributions.transforms.AbsTransform."""

    domain: Constraint = constraints.real
    codomain: Constraint = constraints.positive

    def _call(self, x: Tensor) -> Tensor:
        return x.abs()

    def _inverse(self, y: Tensor) -> Tensor:
        return y


class AffineTransform(Transform):
    """y = loc + scale x: tensors or numbers. event_dim: how many dimensions make one value.

    Source: torch.distributions.transforms.AffineTransform."""

    bijective = True

    def __init__(self, loc: Tensor | float, scale: Tensor | float, event_dim: int = 0, cache_size: int = 0) -> None:
        super().__init__(cache_size)
        self.loc, self.scale, self._event_dim = loc, scale, event_dim

    @property
    def event_dim(self) -> int:
        """How many dimensions make one value."""
        return self._event_dim

    @constraints.dependent_property(is_discrete=False)
    def domain(self) -> Constraint:
        """Any numbers"""
        return constraints.independent(constraints.real, self.event_dim) if self.event_dim else constraints.real

    codomain = domain

    def _like(self, cache_size: int) -> Transform:
        return AffineTransform(self.loc, self.scale, self.event_dim, cache_size)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AffineTransform) and _equal(self.loc, other.loc) and _equal(self.scale, other.scale)

    __hash__ = Transform.__hash__

    @property
    def sign(self) -> int | Tensor:
        """That of scale."""
        scale = self.scale
        return scale.sign() if isinstance(scale, Tensor) else (scale > 0) - (scale < 0)

    def _call(self, x: Tensor) -> Tensor:
        return self.loc + self.scale * x

    def _inverse(self, y: Tensor) -> Tensor:
        return (y - self.loc) / self.scale

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """ln |scale|, summed over an event"""
        scale, shape = self.scale, x.shape
        result = full_like(x, math.log(abs(scale))) if not isinstance(scale, Tensor) else scale.abs().log()
        if self.event_dim:
            result = result.reshape(*result.shape[: -self.event_dim], -1).sum(-1)
            shape = shape[: -self.event_dim]
        return result.expand(shape)

    def forward_shape(self, shape: Size) -> Size:
        """Broadcast with those of loc and scale"""
        return broadcast_shapes(shape, *(each.shape for each in (self.loc, self.scale) if isinstance(each, Tensor)))

    inverse_shape = forward_shape


def _equal(a: Tensor | float, b: Tensor | float) -> bool:
    if is_number(a) and is_number(b):
        return a == b
    same = a == b
    return bool(same.all()) if isinstance(same, Tensor) else bool(same)


class SoftmaxTransform(PlainTransform):
    """y = softmax x over the last dimension; its inverse is the logarithm.

    Source: torch.distributions.transforms.SoftmaxTransform."""

    domain: Constraint = constraints.real_vector
    codomain: Constraint = constraints.simplex

    def _call(self, x: Tensor) -> Tensor:
        weights = (x - x.max(-1, keepdim=True)[0]).exp()
        return weights / weights.sum(-1, keepdim=True)

    def _inverse(self, y: Tensor) -> Tensor:
        return y.log()

    def forward_shape(self, shape: Size) -> Size:
        """The same"""
        check_dims(len(shape), 1)
        return shape

    inverse_shape = forward_shape


class StickBreakingTransform(PlainTransform):
    """K - 1 numbers as K that sum to 1: each is the sigmoid's share of what those before it left.

    Source: torch.distributions.transforms.StickBreakingTransform."""

    domain: Constraint = constraints.real_vector
    codomain: Constraint = constraints.simplex
    bijective = True

    @staticmethod
    def _left(x: Tensor) -> Tensor:
        """K - 1, ..., 1: how many shares are still to come, x having K - 1 numbers"""
        return x.shape[-1] + 1 - x.new_ones((x.shape[-1],)).cumsum(-1)

    def _call(self, x: Tensor) -> Tensor:
        share = clipped_sigmoid(x - self._left(x).log())
        left = (1 - share).cumprod(-1)
        return pad(share, (0, 1), value=1) * pad(left, (1, 0), value=1)

    def _inverse(self, y: Tensor) -> Tensor:
        first = y[..., :-1]
        left = (1 - first.cumsum(-1)).clamp(min=finfo(y.dtype).tiny)
        return first.log() - left.log() + self._left(first).log()

    def log_abs_det_jacobian(self, x: Tensor, y: Tensor) -> Tensor:
        """Of the lower triangular jacobian"""
        x = x - self._left(x).log()
        return (-x + logsigmoid(x) + y[..., :-1].log()).sum(-1)

    def forward_shape(self, shape: Size) -> Size:
        """One number more"""
        check_dims(len(shape), 1)
        return Size((*shape[:-1], shape[-1] + 1))

    def inverse_shape(self, shape: Size) -> Size:
        """One number less"""
        check_dims(len(shape), 1)
        return Size((*shape[:-1], shape[-1] - 1))
