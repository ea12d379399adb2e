"""Draws of gamma and Dirichlet distributions through which gradients flow to the parameters.

There is no formula that makes such a number of noise alone; but it is a quantile x of which the parameters a determine
the probability F(x, a), so that dx/da = -(dF/da) / (dF/dx). Source: Figurnov, Mohamed and Mnih, Implicit
reparameterization gradients, 2018."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..autograd.base import wrap
from ..autograd.function import Function, once_differentiable
from ..backend import Array, device_of, to_device, to_numpy
from ..dtypes import from_numpy_dtype
from ..incomplete_functions import beta_shape_gradient, gamma_shape_gradient
from ..random import rejection
from ..random.fill import generator_for

if TYPE_CHECKING:
    from ..tensor import Tensor


def _like(values: Array, tensor: Tensor) -> Tensor:
    """An array of the CPU's memory as a tensor of that dtype and on that device."""
    return wrap(to_device(values.astype(tensor.array.dtype, copy=False), device_of(tensor.array)))


def _width(concentration: Tensor) -> None:
    kind = concentration.array.dtype
    if kind not in ("float32", "float64"):
        raise NotImplementedError(f'"gamma_cpu" not implemented for {from_numpy_dtype(kind)}: use x.float()')


class StandardGamma(Function):
    """x of the gamma distribution with shape a and scale 1;  dL/da = -dL/dx (dP/da) / density, P = gammainc(a, x)"""

    pytorch_name = "StandardGammaBackward0"

    @staticmethod
    def forward(ctx: Function, concentration: Tensor) -> Tensor:
        _width(concentration)
        shapes = to_numpy(concentration.array)
        x = _like(rejection.standard_gamma(generator_for(concentration, None), shapes, shapes.dtype), concentration)
        ctx.save_for_backward(x, concentration)
        return x

    @staticmethod
    @once_differentiable
    def backward(ctx: Function, gx: Tensor) -> Tensor:
        x, concentration = ctx.saved_tensors
        slope = gamma_shape_gradient(to_numpy(concentration.array), to_numpy(x.array))
        return gx * _like(slope, x)


class StandardDirichlet(Function):
    """x of the Dirichlet distribution, (*, K);  dL/da_i = s_i (dL/dx_i - Σ_j x_j dL/dx_j), s_i = dx_i/da_i / (1 - x_i)

    x_i alone is of a beta distribution, which gives dx_i/da_i; the rest shrinks so that the sum stays 1."""

    pytorch_name = "_DirichletBackward"

    @staticmethod
    def forward(ctx: Function, concentration: Tensor) -> Tensor:
        _width(concentration)
        shapes = to_numpy(concentration.array)
        x = _like(rejection.dirichlet(generator_for(concentration, None), shapes, shapes.dtype), concentration)
        ctx.save_for_backward(x, concentration)
        return x

    @staticmethod
    @once_differentiable
    def backward(ctx: Function, gx: Tensor) -> Tensor:
        x, concentration = ctx.saved_tensors
        others = concentration.sum(-1, keepdim=True) - concentration
        slope = beta_shape_gradient(*(to_numpy(each.array) for each in (x, concentration, others)))
        scaled = _like(slope / (1 - to_numpy(x.array).astype("float64")), x)
        return scaled * (gx - (x * gx).sum(-1, keepdim=True))


def standard_gamma(concentration: Tensor) -> Tensor:
    """Numbers of the gamma distribution with these shapes and scale 1; float32 or float64.

    Raises NotImplementedError for another dtype. Source: torch._standard_gamma."""
    return StandardGamma.apply(concentration)


def standard_dirichlet(concentration: Tensor) -> Tensor:
    """Vectors of the Dirichlet distribution, (*, K). Source: torch._sample_dirichlet."""
    return StandardDirichlet.apply(concentration)
