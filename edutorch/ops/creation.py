"""New tensors, filled with one value or uninitialized."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..autograd.base import TensorBase, wrap
from ..autograd.grad_mode import quiet
from ..backend import Array, DeviceLike, array_module, device_module, to_device
from ..dtypes import INTEGER, as_dtype, get_default_dtype, limits, of_number
from ..dtypes import dtype as dtype_
from .conversion import check_format
from .conversion import memory_format as memory_format_
from .plumbing.entry import check_numbers
from .plumbing.out import into
from .plumbing.promotion import tensor_only
from .shape import shape_from

if TYPE_CHECKING:
    from types import ModuleType

    from ..tensor import Tensor


def zeros(
    *sizes: int | Sequence[int],
    size: tuple[int, ...] | None = None,
    out: Tensor | None = None,
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """Zeros: zeros(2, 3) or zeros((2, 3)), in the default dtype. Source: torch.zeros."""
    shape = _shape("zeros", sizes, size)
    return into(out, full(shape, 0, dtype=_kind(dtype, out), device=device, requires_grad=requires_grad), "zeros")


def ones(
    *sizes: int | Sequence[int],
    size: Sequence[int] | None = None,
    out: Tensor | None = None,
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """Ones: ones(2, 3) or ones((2, 3)), in the default dtype. Source: torch.ones."""
    shape = _shape("ones", sizes, size)
    return into(out, full(shape, 1, dtype=_kind(dtype, out), device=device, requires_grad=requires_grad), "ones")


def empty(
    *sizes: int | Sequence[int],
    size: tuple[int, ...] | None = None,
    out: Tensor | None = None,
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
    pin_memory: bool = False,
) -> Tensor:
    """An uninitialized tensor: it has whatever values were in memory. Source: torch.empty."""
    kind = as_dtype("empty", dtype or get_default_dtype())
    made = _finish(device_module(device).empty(_shape("empty", sizes, size), kind.numpy), device, requires_grad)
    return into(out, made, "empty")


def full(
    size: tuple[int, ...],
    fill_value: float,
    *,
    out: Tensor | None = None,
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """A tensor filled with one value, in that value's dtype unless one is given. size: a tuple of ints.

    Raises RuntimeError if the dtype can't hold the value. Source: torch.full."""
    if isinstance(size, int):
        raise TypeError(f"full(): argument 'size' (position 1) must be tuple of ints, not int: full(({size},), ...)")
    if isinstance(fill_value, TensorBase):
        fill_value = fill_value.item()
    check_numbers("full", fill_value=fill_value)
    kind = as_dtype("full", dtype or of_number(fill_value))
    value = _checked(fill_value, kind)
    array = _filled(device_module(device), _shape("full", (), size), value, kind)
    return into(out, _finish(array, device, requires_grad), "full")


@quiet
def _filled(xp: ModuleType, shape: tuple[int, ...], value: float, kind: dtype_) -> Array:
    return xp.full(shape, value, kind.numpy)


def zeros_like(
    input: Tensor,
    *,
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
    memory_format: memory_format_ | None = None,
) -> Tensor:
    """Zeros with input's shape, dtype and device. Source: torch.zeros_like."""
    return full_like(input, 0, dtype=dtype, device=device, requires_grad=requires_grad, memory_format=memory_format)


def ones_like(
    input: Tensor,
    *,
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
    memory_format: memory_format_ | None = None,
) -> Tensor:
    """Ones with input's shape, dtype and device. Source: torch.ones_like."""
    return full_like(input, 1, dtype=dtype, device=device, requires_grad=requires_grad, memory_format=memory_format)


def full_like(
    input: Tensor,
    fill_value: float,
    *,
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
    memory_format: memory_format_ | None = None,
) -> Tensor:
    """A tensor filled with one value, with input's shape, dtype, device and order of strides. Source:
    torch.full_like."""
    value = _checked(fill_value, as_dtype("full_like", dtype or tensor_only("full_like", input).dtype))
    made = empty_like(input, dtype=dtype, device=device, memory_format=memory_format)
    made.array[...] = value
    return made.requires_grad_() if requires_grad else made


def empty_like(
    input: Tensor,
    *,
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
    memory_format: memory_format_ | None = None,
) -> Tensor:
    """Uninitialized memory of input's shape, dtype, device and order of strides. Source: torch.empty_like."""
    check_format(memory_format)
    kind = as_dtype("empty_like", dtype or tensor_only("empty_like", input).dtype)
    expanded = any(n > 1 and stride == 0 for n, stride in zip(input.array.shape, input.array.strides, strict=True))
    order = "C" if expanded else "K"  # an expanded axis has no stride of its own to keep
    like = array_module(input).empty_like(input.array, kind.numpy, order)
    return _finish(like, device or input.device, requires_grad)


def eye(
    n: int,
    m: int | None = None,
    *,
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
    out: Tensor | None = None,
) -> Tensor:
    """The n x m matrix (n x n without m) with ones on its diagonal. Source: torch.eye."""
    if n < 0 or (m is not None and m < 0):
        raise RuntimeError(f"n must be greater or equal to 0, got {n if n < 0 else m}: eye() makes a matrix of n rows")
    kind = as_dtype("eye", _kind(dtype, out))
    return into(out, _finish(device_module(device).eye(n, m, dtype=kind.numpy), device, requires_grad), "eye")


def scalar_tensor(
    s: int, *, dtype: dtype_ | None = None, device: DeviceLike = None, requires_grad: bool = False
) -> Tensor:
    """A 0-d tensor of the default dtype. Source: torch.scalar_tensor."""
    return full((), s, dtype=dtype or get_default_dtype(), device=device, requires_grad=requires_grad)


def _checked(value: float, kind: dtype_) -> float:
    """The number to fill with. Raises RuntimeError if integers of that dtype can't hold it."""
    number = value.item() if isinstance(value, TensorBase) else value
    check_numbers("full", fill_value=number)
    if kind.category == INTEGER and not limits(kind)[0] <= number <= limits(kind)[1]:
        raise RuntimeError(f"value cannot be converted to type {kind.name} without overflow: {number}")
    return number


def _kind(dtype: dtype_ | None, out: Tensor | None) -> dtype_:
    """The dtype asked for, else that of `out`, else the default."""
    return dtype or (get_default_dtype() if out is None else out.dtype)


def _finish(array: Array, device: DeviceLike, requires_grad: bool) -> Tensor:
    made = wrap(to_device(array, device))
    return made.requires_grad_() if requires_grad else made


def _shape(name: str, sizes: tuple[Any, ...], size: Sequence[int] | None) -> tuple[int, ...]:
    if not sizes and size is None:
        raise TypeError(f"{name}() missing the argument 'size': {name}(2, 3), or {name}(()) for a 0-d tensor")
    shape = shape_from(name, sizes if size is None else (size,))
    if any(n < 0 for n in shape):
        raise RuntimeError(f"{name}: Trying to create tensor with negative dimension {min(shape)}: {list(shape)}")
    return shape
