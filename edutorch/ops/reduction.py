"""Reductions of many numbers to one, along one axis, several, or all."""

from __future__ import annotations

import builtins
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import return_types
from ..autograd.base import TensorBase, wrap
from ..autograd.function import Function, printed_as
from ..backend import add_up, array_module, as_indices, cast, in_c_order
from ..dtypes import get_default_dtype, int64
from .extremes import maximum, minimum
from .gathering import pick_along
from .plumbing.entry import check_tensors
from .plumbing.keywords import numpy_names
from .plumbing.out import into, into_each
from .plumbing.promotion import refuse_bool, tensor_only
from .shape import wrap_dim

if TYPE_CHECKING:
    from ..dtypes import dtype as dtype_
    from ..tensor import Tensor


class Sum(Function):
    """y = sum of x over some axes;  dL/dx = dL/dy, repeated along them"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, dims: tuple[int, ...], keepdim: bool) -> Tensor:
        ctx.shape, ctx.dims = x.array.shape, dims
        return wrap(cast(add_up(x.array, dims, keepdim), x.array.dtype))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None]:
        return spread(gy, ctx.shape, ctx.dims), None, None

    def node_name(self) -> str:
        """PyTorch's name, of all elements and along some axes."""
        return self.pytorch_name or f"SumBackward{int(len(self.dims) < len(self.shape))}"


class Spread(Function):
    """y = x repeated along the axes that a reduction took away, without a copy;  dL/dx = dL/dy summed over them"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, shape: tuple[int, ...], dims: tuple[int, ...]) -> Tensor:
        ctx.shape, ctx.dims = x.array.shape, dims
        kept = tuple([1 if d in dims else n for d, n in enumerate(shape)])
        return wrap(array_module(x).broadcast_to(x.array.reshape(kept), shape))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None]:
        return Sum.apply(gy, ctx.dims, False).reshape(ctx.shape), None, None


class Mean(Function):
    """y = sum of x over some axes / n;  dL/dx = dL/dy / n, repeated along them"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, dims: tuple[int, ...], keepdim: bool) -> Tensor:
        ctx.shape, ctx.dims = x.array.shape, dims
        ctx.count = math.prod(ctx.shape[d] for d in dims) or math.nan
        return wrap(cast(add_up(x.array, dims, keepdim) / ctx.count, x.array.dtype))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None]:
        n = ctx.count
        gx = gy * (1 / n) if n > 65504 else gy / n  # float16 can hold 1e-5, but not 100,000
        return spread(gx, ctx.shape, ctx.dims), None, None

    def node_name(self) -> str:
        """PyTorch's name, of all elements and along some axes."""
        return self.pytorch_name or f"MeanBackward{int(len(self.dims) < len(self.shape))}"


class Extremum(Function):
    """y = max (or min) of x over some axes;  dL/dx = dL/dy at the extreme, shared equally by ties

    Where y is nan, dL/dx is nan; with nan_shares, the elements that are nan share dL/dy."""

    @staticmethod
    def forward(
        ctx: Function, x: Tensor, dims: tuple[int, ...], keepdim: bool, largest: bool, nan_shares: bool
    ) -> Tensor:
        ctx.dims = dims
        y = in_c_order(x.array.max(dims, keepdims=True) if largest else x.array.min(dims, keepdims=True))
        is_extreme = x.array == y
        if nan_shares:
            is_extreme |= x.array != x.array
        ctx.save_for_backward(wrap(is_extreme))
        return wrap(y if keepdim else y.reshape([n for d, n in enumerate(y.shape) if d not in dims]))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None, None, None]:
        (is_extreme,) = ctx.saved_tensors
        shares = is_extreme / is_extreme.sum(list(ctx.dims), keepdim=True)
        return spread(gy, is_extreme.array.shape, ctx.dims) * shares.to(gy.dtype), None, None, None, None


class LogSumExp(Function):
    """y = ln sum e^x over some axes;  dL/dx = dL/dy e^(x - y)"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, dims: tuple[int, ...]) -> Tensor:
        largest = x.array.max(dims, keepdims=True)
        xp = array_module(x)
        shift = xp.where(xp.isfinite(largest), largest, 0)  # inf - inf would be nan
        sums = add_up(xp.exp(x.array - shift), dims, True)
        y = wrap((xp.log(sums) + shift).astype(x.array.dtype, copy=False))
        ctx.save_for_backward(x, y)
        return y

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None]:
        x, y = ctx.saved_tensors
        return gy * (x - y).exp(), None


class NanAsZero(Function):
    """y = x, but 0 where x is nan;  dL/dx = dL/dy there times 0, so nan where dL/dy is infinite"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        is_known = x.array == x.array
        ctx.save_for_backward(wrap(is_known))
        return wrap(array_module(x).where(is_known, x.array, 0).astype(x.array.dtype, copy=False))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        (is_known,) = ctx.saved_tensors
        return gy * is_known


def spread(gradient: Tensor, shape: tuple[int, ...], dims: tuple[int, ...]) -> Tensor:
    """A reduction's gradient, repeated along the axes that were reduced."""
    return Spread.apply(gradient, shape, dims)


def wrap_dims(dim: Any, ndim: int) -> tuple[int, ...]:
    """The axes to reduce, counted from the front; all for None or an empty list.

    Raises RuntimeError for one that is named twice."""
    if type(dim) is int and 0 <= dim < ndim:  # most often
        return (dim,)
    if dim is None or (isinstance(dim, (tuple, list)) and not dim):
        return tuple(range(ndim))
    dims = tuple(wrap_dim(d, ndim) for d in (dim if isinstance(dim, (tuple, list)) else [dim]))
    if len(set(dims)) != len(dims):
        raise RuntimeError(f"dim {dims} appears multiple times in the list of dims")
    return dims if ndim else ()


def addable(name: str, input: Tensor, dtype: dtype_ | None) -> Tensor:
    """input in the dtype of its sums and products: int64 for integers and bools."""
    if dtype is None and tensor_only(name, input).array.dtype.kind != "f":
        dtype = int64
    return input if dtype is None else input.to(dtype)


@numpy_names
def sum(
    input: Tensor,
    dim: int | Sequence[int] | None = None,
    keepdim: bool = False,
    *,
    dtype: dtype_ | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The sum over `dim` (all axes by default). Integers and bools are added up in int64. Source: torch.sum."""
    x = addable("sum", input, dtype)
    y = Sum.apply(x, wrap_dims(dim, x.array.ndim), keepdim)
    return y if out is None else into(out, y, "sum")


@numpy_names
def mean(
    input: Tensor,
    dim: int | Sequence[int] | None = None,
    keepdim: bool = False,
    *,
    dtype: dtype_ | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The mean over `dim` (all axes by default), of floating tensors. Source: torch.mean. Raises RuntimeError for
    integers, whose mean is not one: give dtype= or use .float()."""
    x = tensor_only("mean", input) if dtype is None else input.to(dtype)
    if x.array.dtype.kind != "f":
        raise RuntimeError(
            "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype."
            f" Got: {x.dtype}. Use x.float().mean() or mean(dtype=torch.float32)."
        )
    y = Mean.apply(x, wrap_dims(dim, x.array.ndim), keepdim)
    return y if out is None else into(out, y, "mean")


@numpy_names
def nansum(
    input: Tensor,
    dim: int | Sequence[int] | None = None,
    keepdim: bool = False,
    *,
    dtype: dtype_ | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The sum over `dim` with nan counted as 0. Source: torch.nansum."""
    check_tensors("nansum", input=input)
    y = sum(NanAsZero.apply(input), dim, keepdim, dtype=dtype)
    return into(out, printed_as("NansumBackward0", y), "nansum")


@numpy_names
def nanmean(
    input: Tensor,
    dim: int | Sequence[int] | None = None,
    keepdim: bool = False,
    *,
    dtype: dtype_ | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """The mean over `dim` of the elements that are not nan. Source: torch.nanmean."""
    check_tensors("nanmean", input=input)
    if input.array.dtype.kind != "f":
        raise RuntimeError(
            f"nanmean(): expected input to have floating point dtype but got {input.dtype}: use .float()"
        )
    return into(out, nansum(input, dim, keepdim, dtype=dtype) / sum(input == input, dim, keepdim), "nanmean")


@numpy_names
def logsumexp(input: Tensor, dim: int | Sequence[int], keepdim: bool = False, *, out: Tensor | None = None) -> Tensor:
    """ln of the sum of e^x over `dim`, without overflow. Source: torch.logsumexp."""
    x = input.to(get_default_dtype()) if tensor_only("logsumexp", input).array.dtype.kind != "f" else input
    dims = wrap_dims(dim, x.array.ndim)
    if builtins.any(x.array.shape[d] == 0 for d in dims):
        return into(out, sum(x.exp(), dims, keepdim).log(), "logsumexp")  # the sum of no elements
    y = LogSumExp.apply(x, dims)
    return into(out, printed_as("LogsumexpBackward0", y if keepdim else y.squeeze(dims)), "logsumexp")


@numpy_names
def count_nonzero(input: Tensor, dim: int | Sequence[int] | None = None) -> Tensor:
    """How many elements are not 0, over `dim`. int64. Source: torch.count_nonzero."""
    return sum(tensor_only("count_nonzero", input) != 0, dim)


@numpy_names
def all(
    input: Tensor, dim: int | Sequence[int] | None = None, keepdim: bool = False, *, out: Tensor | None = None
) -> Tensor:
    """Whether all elements over `dim` are not 0; uint8 for uint8, else bool. Source: torch.all."""
    return into(out, _truth("all", input, dim, keepdim), "all")


@numpy_names
def any(
    input: Tensor, dim: int | Sequence[int] | None = None, keepdim: bool = False, *, out: Tensor | None = None
) -> Tensor:
    """Whether any element over `dim` is not 0; uint8 for uint8, else bool. Source: torch.any."""
    return into(out, _truth("any", input, dim, keepdim), "any")


def _truth(name: str, input: Tensor, dim: int | Sequence[int] | None, keepdim: bool) -> Tensor:
    array = tensor_only(name, input).array
    found = getattr(array.astype(bool), name)(axis=wrap_dims(dim, array.ndim), keepdims=keepdim)
    return wrap(array_module(input).asarray(found, dtype=np.uint8 if array.dtype == np.uint8 else bool))


@numpy_names
def amax(input: Tensor, dim: int | Sequence[int] = (), keepdim: bool = False, *, out: Tensor | None = None) -> Tensor:
    """The largest value over `dim`; ties share the gradient. Source: torch.amax."""
    return into(out, printed_as("AmaxBackward0", extremum("amax", input, dim, keepdim, True)), "amax")


@numpy_names
def amin(input: Tensor, dim: int | Sequence[int] = (), keepdim: bool = False, *, out: Tensor | None = None) -> Tensor:
    """The smallest value over `dim`; ties share the gradient. Source: torch.amin."""
    return into(out, printed_as("AminBackward0", extremum("amin", input, dim, keepdim, False)), "amin")


def aminmax(
    input: Tensor, *, dim: int | None = None, keepdim: bool = False, out: tuple[Tensor, Tensor] | None = None
) -> return_types.aminmax:
    """Named tuple (min, max) of amin and amax. Source: torch.aminmax."""
    over = () if dim is None else dim
    both = [printed_as("AminmaxBackward0", each(input, over, keepdim)) for each in (amin, amax)]
    return into_each(out, return_types.aminmax(*both), "aminmax")


def extremum(
    name: str, input: Tensor, dim: int | Sequence[int], keepdim: bool, largest: bool, nan_shares: bool = False
) -> Tensor:
    """amax and amin. With nan_shares, the gradients of PyTorch's max() and min() of all elements, and of its norms."""
    dims = wrap_dims(dim, tensor_only(name, input).array.ndim)
    if builtins.any(input.array.shape[d] == 0 for d in dims):
        raise IndexError(
            f"{name}(): Expected reduction dim to have non-zero size: the shape is {list(input.array.shape)}."
        )
    return Extremum.apply(input, dims, keepdim, largest, nan_shares)


@numpy_names
def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False, *, out: Tensor | None = None) -> Tensor:
    """The index of the largest element, the first of equal ones; along `dim`, or in the flattened tensor.

    int64, no gradient. Source: torch.argmax."""
    refuse_bool("argmax", tensor_only("argmax", input))
    return into(out, _arg("argmax", input, dim, keepdim), "argmax")


@numpy_names
def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False, *, out: Tensor | None = None) -> Tensor:
    """The index of the smallest element, as argmax. Source: torch.argmin."""
    refuse_bool("argmin", tensor_only("argmin", input))
    return into(out, _arg("argmin", input, dim, keepdim), "argmin")


def _arg(name: str, input: Tensor, dim: int | None, keepdim: bool) -> Tensor:
    array = tensor_only(name, input).array
    at = 0 if dim is None else wrap_dim(dim, array.ndim)
    if (array.size if dim is None or not array.ndim else array.shape[at]) == 0:
        raise IndexError(f"{name}(): Expected reduction dim {at} to have non-zero size, got shape {list(array.shape)}")
    if dim is None:
        found = as_indices(getattr(array.reshape(-1), name)())
        return wrap(found.reshape((1,) * array.ndim) if keepdim else found)
    xp = array_module(input)
    if array.ndim == 0:
        return wrap(xp.zeros((), np.int64))
    found = as_indices(getattr(array, name)(at))
    return wrap(xp.expand_dims(found, at) if keepdim else found)


@numpy_names
def max(
    input: Tensor,
    dim: Tensor | int | None = None,
    keepdim: bool = False,
    *,
    other: Tensor | None = None,
    out: Any = None,
) -> Any:
    """max(x): the largest value. max(x, dim): named tuple (values, indices) along an axis.
    max(x, y): the larger of two, elementwise. Source: torch.max."""
    other = dim if isinstance(dim, TensorBase) else other
    if other is not None:
        return maximum(input, other, out=out)
    return _along_axis("max", input, dim, keepdim, return_types.max, out)


@numpy_names
def min(
    input: Tensor,
    dim: Tensor | int | None = None,
    keepdim: bool = False,
    *,
    other: Tensor | None = None,
    out: Any = None,
) -> Any:
    """min(x), min(x, dim) or min(x, y), as max. Source: torch.min."""
    other = dim if isinstance(dim, TensorBase) else other
    if other is not None:
        return minimum(input, other, out=out)
    return _along_axis("min", input, dim, keepdim, return_types.min, out)


def _along_axis(
    name: str, input: Tensor, dim: Any, keepdim: bool, kind: Callable[[Tensor, Tensor], object], out: Any
) -> Any:
    if dim is None:
        if tensor_only(name, input).array.size == 0:
            raise RuntimeError(
                f"{name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim"
                f" with the 'dim' argument: the shape is {list(input.array.shape)}."
            )
        y = extremum(name, input, (), False, name == "max", nan_shares=True)
        return into(out, printed_as(f"{name.capitalize()}Backward1", y), name)
    indices = _arg("arg" + name, input, dim, keepdim=True)
    values = pick_along(input, dim, indices)
    if not keepdim:
        values, indices = values.squeeze(dim), indices.squeeze(dim)
    printed_as(f"{name.capitalize()}Backward0", values)
    return kind(values, indices) if out is None else into_each(out, kind(values, indices), name)
