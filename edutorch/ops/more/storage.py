"""Where a tensor's elements lie in memory: storage, in-place changes of shape, and new tensors like a given one."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ...autograd.base import TensorBase, wrap
from ...autograd.edges import move_edge
from ...autograd.grad_mode import set_grad_enabled, thread
from ...autograd.inplace import check_in_place
from ...autograd.versions import alias, version_counter
from ...autograd.views import refresh_view
from ...backend import Array, DeviceLike, address, array_module, device_of, is_contiguous, owner, to_device, to_numpy
from ...backend import as_strided as as_strided_array
from ...dtypes import dtype as dtype_
from ...dtypes import from_numpy_dtype
from ..creation import empty, full
from ..from_data import tensor
from ..plumbing.inplace import overwrite
from ..plumbing.size import Size
from ..shape import shape_from, squeeze, t, transpose, unsqueeze
from ..strides import as_strided

if TYPE_CHECKING:
    from ...tensor import Tensor


class UntypedStorage:
    """The memory that a tensor and its views share, as bytes. Source: torch.UntypedStorage."""

    def __init__(self, array: Array) -> None:
        self.array = array

    @classmethod
    def from_file(cls, filename: str, shared: bool = False, nbytes: int = 0) -> UntypedStorage:
        """The first bytes of a file, on memory that maps it and is not written back. Source:
        torch.UntypedStorage.from_file."""
        return cls(np.asarray(np.memmap(filename, np.uint8, "c", shape=(nbytes,))))

    def __getitem__(self, index: slice) -> UntypedStorage:
        return UntypedStorage(self.array.reshape(-1).view(np.uint8)[index])

    def untyped(self) -> UntypedStorage:
        """Itself."""
        return self

    def __array__(self, dtype: np.dtype | None = None, copy: bool | None = None) -> np.ndarray:
        return to_numpy(self.array).reshape(-1).view(np.uint8)

    def nbytes(self) -> int:
        """Its size in bytes."""
        return self.array.nbytes

    size = __len__ = nbytes

    def data_ptr(self) -> int:
        """Its address."""
        return address(self.array)

    def __repr__(self) -> str:
        return f"UntypedStorage of {self.nbytes()} bytes on {device_of(self.array)}"


class TypedStorage:
    """The memory that a tensor and its views share, as a flat sequence of numbers. Source: torch.TypedStorage."""

    def __init__(self, array: Array) -> None:
        self.array = array.ravel("K")

    def __len__(self) -> int:
        return self.array.size

    size = __len__

    def __getitem__(self, index: int | slice) -> float | list[float]:
        return self.array[index].tolist()

    def __setitem__(self, index: int, value: float) -> None:
        self.array[index] = value

    def tolist(self) -> list[float]:
        """The numbers."""
        return self.array.tolist()

    def data_ptr(self) -> int:
        """Its address."""
        return address(self.array)

    def __repr__(self) -> str:
        kind, numbers = from_numpy_dtype(self.array.dtype), "".join(f" {each}\n" for each in self.tolist())
        about = f"dtype={kind}, device={device_of(self.array)}) of size {len(self)}"
        return f"{numbers}[torch.storage.TypedStorage({about}]"


def storage(input: Tensor) -> TypedStorage:
    """The numbers in the memory of the tensor, in their order there: those of its base for a
    view. Source: torch.Tensor.storage."""
    return TypedStorage(owner(input.array))


def untyped_storage(input: Tensor) -> UntypedStorage:
    """The memory of the tensor: that of its base for a view. Source: torch.Tensor.untyped_storage."""
    return UntypedStorage(owner(input.array))


def storage_offset(input: Tensor) -> int:
    """How many elements of the storage come before this tensor's first. Source: torch.Tensor.storage_offset."""
    if not input.array.size:
        return 0
    return (address(input.array) - address(owner(input.array))) // input.array.itemsize


def copy_with_memory(input: Tensor, copies: dict[Any, Any]) -> Tensor:
    """A tensor in a copy of the whole memory, at the same place as input in its own memory. The copy is made once for
    all tensors on that memory and kept in `copies`, the memo of copy.deepcopy; with it they share its version
    counter."""
    array, whole = input.array, owner(input.array)
    if not array.size or not whole.flags.owndata:  # for a memory-mapped file, only what the tensor shows
        return wrap(array.copy())
    key = "memory", id(whole)
    if key not in copies:
        copies[key] = wrap(whole.ravel("K").view(np.uint8).copy())
    offset = address(array) - address(whole)
    rest = copies[key].array[offset:]
    typed = rest[: len(rest) // array.itemsize * array.itemsize].view(array.dtype)
    copy = alias(copies[key])
    copy.array = as_strided_array(typed, array.shape, array.strides)
    return copy


def new_tensor(
    input: Tensor,
    data: object,
    *,
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """A copy of data with input's dtype and device, unless others are given. Source: torch.Tensor.new_tensor."""
    return tensor(data, dtype=dtype or input.dtype, device=device or input.device, requires_grad=requires_grad)


def new_full(input: Tensor, size: tuple[int, ...], fill_value: float, **kwargs: Any) -> Tensor:
    """A new tensor of one value with input's dtype and device. Source: torch.Tensor.new_full."""
    return full(shape_from("new_full", (size,)), fill_value, **_like(input, kwargs))


def new_zeros(input: Tensor, *sizes: int | Sequence[int], size: tuple[int, ...] | None = None, **kwargs: Any) -> Tensor:
    """Zeros with input's dtype and device. Source: torch.Tensor.new_zeros."""
    return full(shape_from("new_zeros", sizes, size), 0, **_like(input, kwargs))


def new_ones(input: Tensor, *sizes: int | Sequence[int], size: Sequence[int] | None = None, **kwargs: Any) -> Tensor:
    """Ones with input's dtype and device. Source: torch.Tensor.new_ones."""
    return full(shape_from("new_ones", sizes, size), 1, **_like(input, kwargs))


def new_empty(input: Tensor, *sizes: int | Sequence[int], size: Sequence[int] | None = None, **kwargs: Any) -> Tensor:
    """Uninitialized memory with input's dtype and device. Source: torch.Tensor.new_empty."""
    return empty(shape_from("new_empty", sizes, size), **_like(input, kwargs))


def new(input: Tensor, *data: Any, device: DeviceLike = None) -> Tensor:
    """A tensor of input's dtype and device: x.new([1, 2]) copies data, x.new(2, 3) is uninitialized, x.new(y) is on y's
    memory: the historical name; use new_tensor and new_empty. Source: torch.Tensor.new."""
    first = data[0] if data else 0
    if len(data) == 1 and isinstance(first, TensorBase):
        if first.array.dtype != input.array.dtype:
            raise TypeError(
                f"expected {input.dtype} (got {from_numpy_dtype(first.array.dtype)}): x.new(y) needs a y of its own"
                " dtype"
            )
        return alias(first)
    if len(data) == 1 and not isinstance(first, (int, Size)):
        if isinstance(first, float):
            raise TypeError("new(): data must be a sequence (got float): x.new([2.5])")
        return new_tensor(input, first, device=device)
    return new_empty(input, *(data or (0,)), device=device)


def _like(input: Tensor, kwargs: dict[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in kwargs.items() if value is not None}
    return {"dtype": input.dtype, "device": input.device, **given}


def share_memory_(input: Tensor) -> Tensor:
    """The tensor itself: workers get their copy of the data, not shared memory.
    Source: torch.Tensor.share_memory_."""
    return input


def apply_(input: Tensor, callable: Callable[[float], float]) -> Tensor:
    """Replaces each element x by callable(x), one by one and therefore slowly; CPU only, no gradient.

    Source: torch.Tensor.apply_."""
    return map_(input, input, lambda x, _: callable(x))


def map_(input: Tensor, tensor: Tensor, callable: Callable[[float, float], float]) -> Tensor:
    """Replaces each element x by callable(x, y) with tensor's element y, one by one; CPU only, no gradient.

    Source: torch.Tensor.map_."""
    if input.requires_grad:
        raise RuntimeError("Can't call map_() or apply_() on Variable that requires grad. Use var.detach().map_().")
    other = np.broadcast_to(to_numpy(tensor.array), input.array.shape)
    pairs = zip(to_numpy(input.array).ravel().tolist(), other.ravel().tolist(), strict=True)
    values = np.array([callable(x, y) for x, y in pairs], dtype=input.array.dtype).reshape(input.array.shape)
    overwrite(input, to_device(values, device_of(input.array)))
    return input


def _becomes(view: Callable[..., Tensor], name: str) -> Callable[..., Tensor]:
    """The in-place form of a view: the tensor itself takes the view's shape, on the same memory."""

    def method(self: Tensor, *args: object, **kwargs: object) -> Tensor:
        refresh_view(self)
        if thread.mode.recording:
            check_in_place(self, self._requires_grad)
        before = _before(self)
        with set_grad_enabled(_is_followed(self)):
            after = view(before, *args, **kwargs)
        if _place(after.array) != _place(before.array):
            self.array = after.array
            move_edge(self, after._edge or self._edge)  # under no_grad the gradient goes where it went before
            if before._view is not None:
                self._view = after._view
            version_counter(self).refuse_saved()  # a saved tensor would have other elements in each place
        return self

    method.__name__ = name
    method.__qualname__ = f"Tensor.{name}"
    method.__doc__ = f"In-place version of {name[:-1]}: changes this tensor's shape and returns it.\n\n{view.__doc__}"
    return method


def _is_followed(tensor: TensorBase) -> bool:
    """Whether the graph sees the change of shape. Under no_grad it does for a view, which then becomes another view."""
    return thread.mode.recording or (tensor._view is not None and tensor._view.recorded)


def _place(array: Array) -> tuple[int, tuple[int, ...], tuple[int, ...]]:
    return address(array), array.shape, array.strides


def _before(tensor: TensorBase) -> Tensor:
    """The tensor as it was before: same memory, same place in the graph, still a view if it was one."""
    same = alias(tensor)
    same._edge, same._requires_grad = tensor._edge, tensor._requires_grad
    same._view = tensor._view
    return same


squeeze_ = _becomes(squeeze, "squeeze_")
unsqueeze_ = _becomes(unsqueeze, "unsqueeze_")
transpose_ = _becomes(transpose, "transpose_")
t_ = _becomes(t, "t_")
as_strided_ = _becomes(as_strided, "as_strided_")


def resize_(input: Tensor, *sizes: int | Sequence[int], size: Sequence[int] | None = None) -> Tensor:
    """Another shape in place, starting from the first element of its memory. If the memory is too small, the tensor
    gets a larger one, whose additional elements are uninitialized; other tensors keep the old one. Use reshape, or a
    new tensor.

    Raises RuntimeError if a gradient is wanted, for a view that would grow beyond its memory and for what is not
    contiguous. Source: torch.Tensor.resize_."""
    refresh_view(input)
    if input._requires_grad:
        raise RuntimeError("resize_: cannot resize variables that require grad")
    shape = shape_from("resize_", sizes, size)
    if min(shape, default=0) < 0:
        raise RuntimeError(f"resize_: a size can't be negative: {list(shape)}")
    n, whole, start = math.prod(shape), owner(input.array), storage_offset(input)
    in_order = is_contiguous(input.array) and is_contiguous(whole) and whole.dtype == input.array.dtype
    if input._view is not None and in_order and start + n <= whole.size:
        return as_strided_(input, shape, [math.prod(shape[d + 1 :]) for d in range(len(shape))])
    if input._view is not None or not is_contiguous(input.array):
        raise RuntimeError(
            "resize_: the tensor is a view whose memory ends sooner, or not contiguous: use reshape(), or clone()"
        )
    old = whole.reshape(-1)[start:] if in_order else input.array.reshape(-1)
    if n > old.size:
        larger = array_module(input).empty(n, old.dtype)
        larger[: old.size] = old
        old, input._counter = larger, None  # tensors on the old memory keep the old counter
    version_counter(input).refuse_saved()
    input.array = old[:n].reshape(shape)
    return input
