"""New tensors of random numbers: `rand`, `randn`, `randint`, `randperm` and what is drawn from
probabilities.

After `manual_seed` they hold the numbers of PyTorch's CPU generator, on "cuda" too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..autograd.base import wrap
from ..backend import Array, DeviceLike, device_of, to_device, to_numpy
from ..dtypes import dtype as DType
from ..dtypes import int64
from ..ops.broadcasting import broadcast_shapes
from ..ops.creation import empty, empty_like
from ..ops.plumbing.entry import check_ints
from ..ops.plumbing.out import resize
from ..ops.shape import shape_from
from . import draws, rejection
from .fill import bernoulli_, check_std, fill, generator_for, in_memory_order, normal_, random_, uniform_
from .generator import Generator

if TYPE_CHECKING:
    from ..tensor import Tensor


def _target(
    size: tuple[int | Sequence[int], ...],
    out: Tensor | None,
    dtype: DType | None,
    device: DeviceLike,
    name: str,
) -> Tensor:
    """The tensor to fill: `out`, in that shape, or a new one."""
    if not size:
        raise TypeError(f"{name}() needs a size: {name}(2, 3) or {name}((2, 3))")
    shape = shape_from(name, size)
    if out is None:
        return empty(shape, dtype=dtype, device=device)
    fresh = empty(shape, dtype=dtype or out.dtype, device="cpu")
    if out.dtype != fresh.dtype:
        raise RuntimeError(f"{name}: out has dtype {out.dtype}, expected {fresh.dtype}")
    if out.array.shape != fresh.array.shape:
        resize(out, fresh.array.shape, name)
    return out


def rand(
    *sizes: int | Sequence[int],
    size: tuple[int, ...] | None = None,
    generator: Generator | None = None,
    out: Tensor | None = None,
    dtype: DType | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """Uniform numbers in [0, 1) of shape `size`: rand(2, 3) or rand((2, 3)).

    dtype: floating, the default dtype when None. Raises NotImplementedError for another.
    Source: torch.rand."""
    sizes = sizes if size is None else (size,)
    target = _target(sizes, out, dtype, device, "rand")
    return uniform_(target, generator=generator).requires_grad_(requires_grad)


def randn(
    *sizes: int | Sequence[int],
    size: tuple[int, ...] | None = None,
    generator: Generator | None = None,
    out: Tensor | None = None,
    dtype: DType | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """Normal numbers of mean 0 and standard deviation 1: randn(2, 3) or randn((2, 3)).

    dtype: floating, the default dtype when None. Raises NotImplementedError for another.
    Source: torch.randn."""
    sizes = sizes if size is None else (size,)
    target = _target(sizes, out, dtype, device, "randn")
    return normal_(target, generator=generator).requires_grad_(requires_grad)


def _bounds(name: str, numbers: tuple[object, ...], low: Any, high: Any) -> tuple[int, int]:
    """(low, high) of randint(high, ...) and randint(low, high, ...), each by place or by name."""
    if len(numbers) > 2 or (numbers and high is not None and low is not None):
        raise TypeError(f"{name}() takes (high, size) or (low, high, size), got {numbers}")
    if len(numbers) == 2:
        low, high = numbers
    elif numbers and high is None:
        high = numbers[0]
    elif numbers:
        low = numbers[0]
    for argument, value in (("low", low), ("high", high)):
        if not (argument == "low" and value is None):
            check_ints(name, **{argument: value})
    return int(low or 0), int(high)


def randint(
    *args: Any,
    low: int | None = None,
    high: int | None = None,
    size: Sequence[int] | None = None,
    generator: Generator | None = None,
    out: Tensor | None = None,
    dtype: DType | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """Whole numbers in [low, high): randint(high, size) or randint(low, high, size), size a tuple.

    dtype: int64 when None. Raises RuntimeError if low >= high or the dtype can't hold them.
    Source: torch.randint."""
    if size is None:
        *numbers, size = args or (None,)
    else:
        numbers = list(args)
    if not isinstance(size, (tuple, list)):
        raise TypeError(
            f"randint(): argument 'size' must be tuple of ints, not {type(size).__name__}: "
            "randint(10, (3,)) gives three numbers"
        )
    bounds = _bounds("randint", tuple(numbers), low, high)
    target = _target((size,), out, dtype or (int64 if out is None else None), device, "randint")
    return random_(target, *bounds, generator=generator).requires_grad_(requires_grad)


def randperm(
    n: int,
    *,
    generator: Generator | None = None,
    out: Tensor | None = None,
    dtype: DType = int64,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """The numbers 0 to n - 1 in random order. Shape (n,).

    Raises RuntimeError for n < 0 and where the dtype can't hold n. Source: torch.randperm."""
    if not isinstance(n, (int, np.integer)) or isinstance(n, bool):
        raise TypeError(f"randperm(): argument 'n' must be int, not {type(n).__name__}")
    target = _target((int(n),), out, None if out is not None else dtype, device, "randperm")
    _check_holds(target.array.dtype, n, target.dtype)
    fill(target, lambda source, count: draws.permutation(source, count), generator=generator)
    return target.requires_grad_(requires_grad)


def _check_holds(numpy_dtype: np.dtype, n: int, dtype: DType) -> None:
    if numpy_dtype == np.bool_:
        raise NotImplementedError('"randperm" not implemented for torch.bool: use int64')
    floating = numpy_dtype.kind == "f"
    most = 2 ** (np.finfo(numpy_dtype).nmant + 1) + 1 if floating else np.iinfo(numpy_dtype).max
    if n > most:
        raise RuntimeError(f"randperm: n cannot be greater than {most} for {dtype}, got {n}")


def rand_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: DType | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """Uniform numbers in [0, 1) of input's shape, dtype and device. Source: torch.rand_like."""
    target = empty_like(input, dtype=dtype, device=device)
    return uniform_(target, generator=generator).requires_grad_(requires_grad)


def randn_like(
    input: Tensor,
    *,
    generator: Generator | None = None,
    dtype: DType | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """Standard normal numbers of input's shape, dtype and device. Source: torch.randn_like."""
    target = empty_like(input, dtype=dtype, device=device)
    return normal_(target, generator=generator).requires_grad_(requires_grad)


def randint_like(
    input: Tensor,
    *numbers: int,
    low: int | None = None,
    high: int | None = None,
    generator: Generator | None = None,
    dtype: DType | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """Whole numbers in [low, high) of input's shape, dtype and device: randint_like(x, high) or
    randint_like(x, low, high). Source: torch.randint_like."""
    bounds = _bounds("randint_like", numbers, low, high)
    target = empty_like(input, dtype=dtype, device=device)
    return random_(target, *bounds, generator=generator).requires_grad_(requires_grad)


def normal(
    mean: Tensor | float = 0.0,
    std: Tensor | float = 1.0,
    size: tuple[int, ...] | None = None,
    *,
    generator: Generator | None = None,
    out: Tensor | None = None,
    dtype: DType | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """Normal numbers: normal(0.0, 1.0, size=(2, 3)), or with a tensor as mean, std or both, whose
    shapes broadcast to the result's; it has the dtype and device of the mean (else of std).

    Raises RuntimeError for a negative std. Source: torch.normal."""
    tensors: list[Any] = [each for each in (mean, std) if hasattr(each, "array")]
    if not tensors:
        if size is None:
            raise TypeError("normal(): numbers need a size, as in normal(0., 1., (2, 3))")
        target = _target((size,), out, dtype, device, "normal")
        numbers: Any = (mean, std)
        return normal_(target, *numbers, generator=generator).requires_grad_(requires_grad)
    if size is not None:
        raise TypeError("normal(): size goes with numbers; tensors have their own shapes")
    shape = broadcast_shapes(*(each.array.shape for each in tensors))
    target = _target((shape,), out, tensors[0].dtype, tensors[0].device, "normal")
    return _shift_and_scale(target, mean, std, generator).requires_grad_(requires_grad)


def _shift_and_scale(target: Tensor, mean: Any, std: Any, generator: Generator | None) -> Tensor:
    """Normal numbers times std, plus mean: PyTorch's three steps, each rounded."""
    if hasattr(std, "array"):
        if std.array.size:
            check_std(float(std.array.min()))
        normal_(target, generator=generator)
        values = target.array
        values *= std.array
    else:
        normal_(target, 0.0, std, generator=generator)
    values = target.array
    values += mean.array if hasattr(mean, "array") else mean
    return target


def bernoulli(
    input: Tensor, p: float | None = None, *, generator: Generator | None = None, out: Tensor | None = None
) -> Tensor:
    """A one with probability input[i], else a zero, for each element; p is one probability for all.

    input: floating, in [0, 1]. Same shape and dtype out. Raises RuntimeError outside of [0, 1].
    Source: torch.bernoulli."""
    target = _target((input.array.shape,), out, input.dtype, input.device, "bernoulli")
    return bernoulli_(target, input if p is None else p, generator=generator)


def poisson(input: Tensor, generator: Generator | None = None) -> Tensor:
    """How many events occur where input[i] are expected, for each element: the Poisson distribution.

    input: floating, not negative. Same shape and dtype out, no gradient. Raises RuntimeError for
    negative rates. Source: torch.poisson."""
    rates = to_numpy(input.array)
    if rates.dtype.kind != "f":
        raise NotImplementedError(f'"poisson_cpu" not implemented for {input.dtype}: use x.float()')
    if not (rates >= 0).all():
        raise RuntimeError("invalid Poisson rate, expected rate to be non-negative")
    counts = rejection.poisson(generator_for(input, generator), rates.astype(np.float64))
    return wrap(to_device(counts.astype(rates.dtype), device_of(input.array)))


def binomial(count: Tensor, prob: Tensor, generator: Generator | None = None) -> Tensor:
    """How many of count[i] trials succeed, each with the chance prob[i], for each element: the binomial distribution.

    count, prob: of one floating dtype; their shapes broadcast. That dtype out, no gradient. Raises RuntimeError for two
    dtypes, NotImplementedError for integers. Source: torch.binomial."""
    if count.dtype != prob.dtype:
        raise RuntimeError(f"Found dtype {prob.dtype} but expected {count.dtype}: binomial needs one dtype for both")
    if count.array.dtype.kind != "f":
        raise NotImplementedError(f'"binomial_cpu" not implemented for {count.dtype}: use x.float()')
    source = generator_for(count, generator)
    wide = (to_numpy(each.array).astype(np.float64) for each in (count, prob))
    drawn = rejection.binomial(source, *np.broadcast_arrays(*wide))
    return wrap(to_device(drawn.astype(count.array.dtype), device_of(count.array)))


def multinomial(
    input: Tensor,
    num_samples: int,
    replacement: bool = False,
    *,
    generator: Generator | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """Draws `num_samples` indices of each row with the probabilities that its weights give.

    input: (n,) or (rows, n), floating, not negative; a row need not sum to one. Out: (num_samples,)
    or (rows, num_samples), int64. Raises RuntimeError for impossible weights or numbers.
    Source: torch.multinomial."""
    weights = np.atleast_2d(to_numpy(input.array))
    _check_weights(input.array, weights, num_samples, replacement)
    source = generator_for(input, generator)
    if replacement and num_samples > 1:  # a single draw is a race, too, as in PyTorch
        indices = draws.multinomial_with_replacement(source, weights, num_samples)
    else:
        like = empty_like(input).array
        noise = in_memory_order(draws.exponential(source, like.size, like.dtype, 1.0), like)
        indices = draws.first_in_race(weights, np.atleast_2d(noise), num_samples)
    shape = (*input.array.shape[:-1], num_samples)
    target = _target((shape,), out, int64, device_of(input.array), "multinomial")
    target.array[...] = to_device(indices.reshape(shape), device_of(input.array))
    return wrap(target.array) if out is None else out


def _check_weights(array: Array, weights: Array, num_samples: int, replacement: bool) -> None:
    if array.ndim not in (1, 2):
        raise RuntimeError(f"multinomial: prob_dist must be 1 or 2 dim, got shape {array.shape}")
    if array.dtype.kind != "f":
        raise RuntimeError(f"multinomial only supports floating-point dtypes for input, got: {array.dtype}")
    if num_samples <= 0:
        raise RuntimeError(f"multinomial: cannot sample n_sample <= 0 samples, got {num_samples}")
    if not replacement and num_samples > weights.shape[1]:
        raise RuntimeError(
            "multinomial: cannot sample n_sample > prob_dist.size(-1) samples without "
            f"replacement: {num_samples} > {weights.shape[1]}; use replacement=True"
        )
    if not (np.isfinite(weights).all() and (weights >= 0).all()):
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    if weights.size and not (weights.sum(axis=1) > 0).all():
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")
