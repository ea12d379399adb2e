"""The methods that fill a tensor with random numbers: `uniform_`, `normal_`, `random_`, ...

Each changes the tensor in place and returns it; gradients do not flow through. The numbers go to
the elements in the order in which these lie in memory, as in PyTorch, and are drawn on the CPU also
for a tensor on "cuda". Source: the methods of torch.Tensor of the same names.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ..autograd.base import TensorBase, wrap
from ..autograd.grad_mode import thread
from ..autograd.inplace import check_in_place, rebase
from ..autograd.views import refresh_view
from ..backend import Array, device_of, is_contiguous, to_device, to_numpy
from ..dtypes import from_numpy_dtype
from ..ops.plumbing.entry import check_numbers
from ..ops.plumbing.inplace import overwrite
from . import draws
from .generator import Generator, default_generator

if TYPE_CHECKING:
    from ..tensor import Tensor


def generator_for(tensor: TensorBase, generator: Generator | None) -> Generator:
    """The generator to draw from: the given one, else the default one. Raises TypeError for anything but a generator,
    RuntimeError for one of another device."""
    if generator is None:
        return default_generator
    if not isinstance(generator, Generator):
        raise TypeError(f"argument 'generator' must be torch.Generator, not {type(generator).__name__}")
    wanted = device_of(tensor.array).type
    if generator.device.type != wanted:
        raise RuntimeError(
            f"Expected a '{wanted}' device type for generator but found "
            f"'{generator.device.type}': make it by torch.Generator(device='{wanted}')"
        )
    return generator


def fill(tensor: Tensor, draw: Callable[..., Array], *args: object, generator: Generator | None) -> Tensor:
    """Writes draw(generator, count, *args), flat, into the tensor in the order of its memory."""
    refresh_view(tensor)
    if thread.mode.recording:
        check_in_place(tensor)
    source, array = generator_for(tensor, generator), tensor.array
    if array.size == 0:
        return tensor
    flat = thread.mode.quietly(draw, source, array.size, *args)
    values = to_device(in_memory_order(flat, array), device_of(array))
    recorded = thread.mode.recording and tensor._requires_grad
    overwrite(tensor, values)
    if recorded:
        rebase(tensor, wrap(values))  # the graph ends here
    return tensor


def _by_strides(array: Array) -> list[int]:
    """The axes, from the longest strides to the shortest."""
    return sorted(range(array.ndim), key=lambda axis: -array.strides[axis])


def in_memory_order(flat: Array, array: Array) -> Array:
    """`flat` in the shape of `array`, its numbers in the order of array's memory."""
    if is_contiguous(array):
        return flat.reshape(array.shape)
    axes = _by_strides(array)
    return flat.reshape([array.shape[axis] for axis in axes]).transpose(np.argsort(axes))


def _floating(tensor: Tensor, name: str) -> np.dtype:
    """The tensor's dtype. Raises NotImplementedError if it is not a floating one."""
    dtype = tensor.array.dtype
    if dtype.kind != "f":
        raise NotImplementedError(
            f'"{name}" not implemented for {from_numpy_dtype(dtype)}: it draws fractions, use a floating dtype'
        )
    return np.dtype(dtype)


def uniform_(self: Tensor, from_: float = 0, to: float = 1, *, generator: Generator | None = None) -> Tensor:
    """Fill with numbers evenly spread over [from, to).

    Any shape, floating dtype. Raises RuntimeError if from > to.
    Source: torch.Tensor.uniform_."""
    dtype = _floating(self, "uniform_")
    if not from_ <= to:
        raise RuntimeError(f"uniform_ expects to return a [from, to) range, but found from={from_} > to={to}")
    if max(abs(from_), abs(to), to - from_) > float(np.finfo(dtype).max):
        raise RuntimeError(f"uniform_: from={from_} to to={to} is out of bounds for {dtype}")
    return fill(self, draws.uniform, dtype, from_, to, generator=generator)


def normal_(self: Tensor, mean: float = 0, std: float = 1, *, generator: Generator | None = None) -> Tensor:
    """Fill with normally distributed numbers.

    Any shape, floating dtype. Raises RuntimeError for std < 0. Source: torch.Tensor.normal_."""
    dtype, together = _floating(self, "normal_"), is_contiguous(self.array)
    mean, std = _numbers("normal_", mean=mean, std=std)
    check_std(std)
    return fill(self, draws.normal, dtype, mean, std, together, generator=generator)


def _numbers(function: str, **arguments: Tensor | float) -> list[float]:
    """The numbers, also those in tensors of one element. Raises TypeError for anything else."""
    plain = {name: each.array.item() if isinstance(each, TensorBase) else each for name, each in arguments.items()}
    check_numbers(function, **plain)
    return list(plain.values())


def check_std(std: float) -> None:
    """Raises RuntimeError for a negative standard deviation."""
    if not std >= 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std}")


def log_normal_(self: Tensor, mean: float = 1, std: float = 2, *, generator: Generator | None = None) -> Tensor:
    """Fill with numbers whose logarithm is normal with this mean and std.

    Any shape, floating dtype. Raises RuntimeError for std <= 0.
    Source: torch.Tensor.log_normal_."""
    dtype = _floating(self, "log_normal_")
    mean, std = _numbers("log_normal_", mean=mean, std=std)
    if not std > 0:
        raise RuntimeError(f"log_normal_ expects std > 0.0, but found std={std}")
    return fill(self, draws.log_normal, dtype, mean, std, generator=generator)


def exponential_(self: Tensor, lambd: float = 1, *, generator: Generator | None = None) -> Tensor:
    """Fill with waiting times at the rate lambd: density lambd e^(-lambd x).

    Any shape, floating dtype. Raises RuntimeError for lambd <= 0.
    Source: torch.Tensor.exponential_."""
    dtype = _floating(self, "exponential_")
    if not lambd > 0:
        raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={lambd}")
    return fill(self, draws.exponential, dtype, lambd, generator=generator)


def cauchy_(self: Tensor, median: float = 0, sigma: float = 1, *, generator: Generator | None = None) -> Tensor:
    """Fill from the Cauchy distribution, whose tails are too heavy for it to have a mean.

    Any shape, floating dtype. Raises RuntimeError for sigma <= 0. Source: torch.Tensor.cauchy_."""
    dtype = _floating(self, "cauchy_")
    median, sigma = _numbers("cauchy_", median=median, sigma=sigma)
    if not sigma > 0:
        raise RuntimeError(f"cauchy_ expects sigma > 0.0, but found sigma={sigma}")
    return fill(self, draws.cauchy, dtype, median, sigma, generator=generator)


def geometric_(self: Tensor, p: float, *, generator: Generator | None = None) -> Tensor:
    """Fill with the number of trials up to the first success, each with probability p.

    Any shape, any dtype but bool. Raises RuntimeError unless 0 < p < 1.
    Source: torch.Tensor.geometric_."""
    if self.array.dtype == np.bool_:
        raise NotImplementedError('"geometric_" not implemented for torch.bool: it counts trials')
    if not 0 < p < 1:
        raise RuntimeError(f"geometric_ expects p to be in (0, 1), but got p={p}")
    return fill(self, draws.geometric, self.array.dtype, p, generator=generator)


def bernoulli_(self: Tensor, p: Tensor | float = 0.5, *, generator: Generator | None = None) -> Tensor:
    """Fill with ones, each with probability p, and zeros.

    Any shape and dtype. p: a number, or a floating tensor whose shape expands to this one's. Raises
    RuntimeError unless 0 <= p <= 1. Source: torch.Tensor.bernoulli_."""
    if isinstance(p, TensorBase):
        return _bernoulli_each(self, p, generator)
    if not 0 <= p <= 1:
        raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p}")
    return fill(self, draws.bernoulli, float(p), generator=generator)


def _bernoulli_each(tensor: Tensor, p: Tensor, generator: Generator | None) -> Tensor:
    _floating(p, "bernoulli_ with a tensor p")
    chances = np.broadcast_to(to_numpy(p.array), tensor.array.shape)
    if not ((chances >= 0) & (chances <= 1)).all():
        raise RuntimeError("bernoulli_ expects all elements of p to be in [0, 1]")
    ordered = chances.transpose(_by_strides(tensor.array)).reshape(-1)
    return fill(tensor, draws.bernoulli, ordered, generator=generator)


def random_(self: Tensor, *bounds: int | None, generator: Generator | None = None) -> Tensor:
    """Fill with whole numbers: random_() from 0 to the dtype's largest, random_(to) in [0, to),
    random_(from, to) in [from, to), random_(from, None) from there to the largest.

    Any shape and dtype; floats get whole numbers that they can hold exactly. Raises RuntimeError for an
    empty range and for one the dtype can't hold. Source: torch.Tensor.random_."""
    dtype = self.array.dtype
    if not bounds:
        return fill(self, draws.all_integers, dtype, generator=generator)
    if len(bounds) > 2 or bounds[0] is None:
        raise TypeError(f"random_() takes nothing, (to), (from, to) or (from, None), got {bounds}")
    low, high = (0, bounds[0]) if len(bounds) == 1 else (bounds[0], bounds[1])
    low, high = _representable_bounds(np.dtype(dtype), int(low), high)
    return fill(self, draws.integers, dtype, low, high - low, generator=generator)


def _representable_bounds(dtype: np.dtype, low: int, high: int | None) -> tuple[int, int]:
    """The bounds to draw between, both of them numbers that the dtype can hold: large floats skip whole numbers."""
    if high is None and low == -(2**63) and dtype.itemsize == 8:
        return low, 2**63
    if high is None:
        high = _largest_whole(dtype) + 1
    _check_bounds(dtype, low, high)
    if dtype.kind == "f":
        low, high = _round_up(dtype, low), _round_down(dtype, high)
        if low >= high:
            raise RuntimeError(
                f"random_ expects 'from' casted to dtype to be less than 'to' casted to dtype, but "
                f"got from={low} >= to={high}"
            )
    return low, high


def _check_bounds(dtype: np.dtype, low: int, high: int) -> None:
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    least, most = _limits(dtype)
    for name, value in (("from", low), ("to - 1", high - 1)):
        if not least <= value <= most:
            raise RuntimeError(
                f"{name} is out of bounds for {from_numpy_dtype(dtype)}: {value} is not in [{least}, {most}]"
            )
    exact = _largest_whole(dtype)
    if dtype.kind == "f" and not -exact <= low <= high - 1 <= exact:
        warnings.warn(
            f"random_: {from_numpy_dtype(dtype)} holds every whole number only within "
            f"[-{exact}, {exact}]; in [{low}, {high}) some are never drawn",
            stacklevel=4,
        )


def _largest_whole(dtype: np.dtype) -> int:
    """The largest n for which the dtype holds every whole number from 0 to n."""
    if dtype.kind == "f":
        return int(2 ** (np.finfo(dtype).nmant + 1))
    return 1 if dtype.kind == "b" else int(np.iinfo(dtype).max)


def _limits(dtype: np.dtype) -> tuple[float, float]:
    if dtype.kind == "f":
        return float(np.finfo(dtype).min), float(np.finfo(dtype).max)
    return (0, 1) if dtype.kind == "b" else (np.iinfo(dtype).min, np.iinfo(dtype).max)


def _round_up(dtype: np.dtype, low: int) -> int:
    """The lower bound. Where low + 1 would be rounded down below low, the next number that the dtype holds."""
    rounded = int(dtype.type(low + 1))
    return low if rounded >= low else rounded + _gap(dtype, low + 1)


def _round_down(dtype: np.dtype, high: int) -> int:
    """The upper bound. Where the dtype would round high - 1 up to high or beyond: the last number below it."""
    rounded = int(dtype.type(high - 1))
    return high if rounded < high else rounded - _gap(dtype, high - 1)


def _gap(dtype: np.dtype, value: int) -> int:
    """The distance between neighboring numbers of the dtype around `value`, rounded down."""
    return int(2 ** (abs(value).bit_length() - 1 - np.finfo(dtype).nmant))
