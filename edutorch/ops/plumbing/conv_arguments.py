"""The arguments of convolutions: what they mean, and errors for those that do not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...autograd.base import TensorBase
from ...dtypes import from_numpy_dtype
from .entry import check_devices
from .per_axis import Ints, ints_per_axis, same_padding
from .windows import Windows

if TYPE_CHECKING:
    from ...tensor import Tensor


class Layout(NamedTuple):
    """The windows of a convolution, how many there are along each axis (a transposed one may leave out the
    last), and into how many groups its channels are split."""

    windows: Windows
    out_size: tuple[int, ...]
    groups: int


def check_input(name: str, n: int, input: Tensor) -> None:
    """Raises RuntimeError for what is neither (N, C, *size) nor (C, *size), TypeError for anything but a tensor."""
    if not isinstance(input, TensorBase):
        raise TypeError(
            f"{name}() received an invalid combination of arguments: input must be Tensor, not {type(input).__name__}"
        )
    if input.array.ndim not in (n + 1, n + 2):
        raise RuntimeError(
            f"Expected {n + 1}D (unbatched) or {n + 2}D (batched) input to {name}, but got input of size:"
            f" {list(input.array.shape)}"
        )


def conv_windows(
    n: int,
    weight: Tensor,
    stride: Ints,
    padding: Ints | str,
    dilation: Ints,
) -> Windows:
    """The windows of a convolution by `weight`. Raises RuntimeError for impossible numbers."""
    if not isinstance(weight, TensorBase):
        raise TypeError(
            f"convolution received an invalid combination of arguments: weight must be Tensor, not"
            f" {type(weight).__name__}"
        )
    if weight.array.ndim != n + 2:
        raise RuntimeError(
            f"expected {n + 2}-dimensional weight (outputs, channels / groups, *kernel), but got"
            f" weight of size {list(weight.array.shape)}"
        )
    strides, dilations = conv_ints("stride", stride, n), conv_ints("dilation", dilation, n)
    if min(strides) < 1:
        raise RuntimeError(f"non-positive stride is not supported: got stride={stride}")
    if min(dilations) < 1:
        raise RuntimeError(f"non-positive dilation is not supported: got dilation={dilation}")
    kernel = weight.array.shape[2:]
    return Windows(kernel, strides, _padding(padding, n, kernel, strides, dilations), dilations)


def conv_ints(name: str, value: Ints, n: int) -> tuple[int, ...]:
    """One int for each of n axes. Raises RuntimeError, naming the argument, for another length; TypeError for what
    is no int."""
    try:
        return ints_per_axis(value, n)
    except TypeError:
        raise TypeError(f"{name} must be an int or a tuple of {n} ints, but got {value!r}") from None
    except ValueError:
        raise RuntimeError(
            f"expected {name} to be a single integer value or a list of {n} values to match the"
            f" convolution dimensions, but got {name}={[int(each) for each in value]}"  # type: ignore[union-attr]
        ) from None


def _padding(
    padding: Ints | str,
    n: int,
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> tuple[tuple[int, int], ...]:
    if padding == "valid":
        return ((0, 0),) * n
    if padding == "same":
        if max(stride) > 1:
            raise RuntimeError(f"padding='same' is not supported for strided convolutions: got stride={stride}")
        return same_padding(kernel, dilation)
    if isinstance(padding, str):
        raise RuntimeError(f"Invalid padding string: '{padding}': it is 'valid', 'same' or a number")
    sizes = conv_ints("padding", padding, n)
    if min(sizes) < 0:
        raise RuntimeError(f"negative padding is not supported: got padding={padding}")
    return tuple((p, p) for p in sizes)


def check_convolution(
    name: str, given: Tensor, x: Tensor, weight: Tensor, bias: Tensor | None, windows: Windows, groups: int
) -> None:
    """Raises RuntimeError if input, weight, bias and groups do not fit."""
    _check_groups(weight, groups)
    outputs, channels = weight.array.shape[:2]
    if x.array.shape[1] != channels * groups:
        raise RuntimeError(
            f"Given groups={groups}, weight of size {list(weight.array.shape)}, expected"
            f" input{list(given.array.shape)} to have {channels * groups} channels, but got"
            f" {x.array.shape[1]} channels instead"
        )
    _check_bias(weight, bias, outputs)
    _check_types(x, weight, bias)
    padded, extent = windows.padded(x.array.shape[2:]), windows.extent()
    if any(size < need for size, need in zip(padded, extent, strict=True)):
        raise RuntimeError(
            f"Calculated padded input size per channel: ({' x '.join(map(str, padded))}). Kernel size:"
            f" ({' x '.join(map(str, extent))}). Kernel size can't be greater than actual input size"
        )


def check_transposed(given: Tensor, y: Tensor, weight: Tensor, bias: Tensor | None, groups: int) -> None:
    """Raises RuntimeError if the operands of a transposed convolution do not fit."""
    _check_groups(weight, groups)
    if y.array.shape[1] != len(weight.array):
        raise RuntimeError(
            f"Given transposed=1, weight of size {list(weight.array.shape)}, expected"
            f" input{list(given.array.shape)} to have {len(weight.array)} channels, but got"
            f" {y.array.shape[1]} channels instead"
        )
    _check_bias(weight, bias, weight.array.shape[1] * groups)
    _check_types(y, weight, bias)


def output_padding_of(output_padding: Ints, windows: Windows) -> tuple[int, ...]:
    """The output padding of a transposed convolution. Raises RuntimeError if it is not smaller than
    the stride or the dilation: no window reaches those places."""
    extra = conv_ints("output_padding", output_padding, len(windows.kernel))
    if min(extra) < 0:
        raise RuntimeError("negative output_padding is not supported")
    for e, stride, dilation in zip(extra, windows.stride, windows.dilation, strict=True):
        if e >= max(stride, dilation):
            raise RuntimeError(
                "output padding must be smaller than either stride or dilation, but got output_padding:"
                f" {extra} stride: {windows.stride} dilation: {windows.dilation}"
            )
    return extra


def _check_groups(weight: Tensor, groups: int) -> None:
    if groups < 1:
        raise RuntimeError(f"non-positive groups is not supported: got groups={groups}")
    if len(weight.array) % groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got weight"
            f" of size {list(weight.array.shape)} instead"
        )


def _check_bias(weight: Tensor, bias: Tensor | None, outputs: int) -> None:
    if bias is not None and bias.array.shape != (outputs,):
        raise RuntimeError(
            f"Given weight of size {list(weight.array.shape)}, expected bias to be 1-dimensional with {outputs}"
            f" elements, but got bias of size {list(bias.array.shape)} instead"
        )


def _check_types(x: Tensor, weight: Tensor, bias: Tensor | None) -> None:
    check_devices("convolution", x, weight, bias)
    for name, each in (("weight", weight), ("bias", bias)):
        if each is None:
            continue
        if each.array.dtype != x.array.dtype:
            raise RuntimeError(
                f"Input type ({from_numpy_dtype(x.array.dtype)}) and {name} type"
                f" ({from_numpy_dtype(each.array.dtype)}) should be the same: convert one with .to(dtype)"
            )
