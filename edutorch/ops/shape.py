"""Other shapes for the same numbers: views where PyTorch returns views, copies where it copies."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..autograd.base import wrap
from ..autograd.function import Function, printed_as
from ..autograd.versions import alias
from ..backend import is_contiguous, shares_memory
from ..dtypes import dtype as dtype_
from .conversion import check_format
from .conversion import memory_format as memory_format_
from .plumbing.entry import check_tensors

if TYPE_CHECKING:
    from ..tensor import Tensor


class Reshape(Function):
    """y = x in another shape, on the same memory;  dL/dx = dL/dy in x's shape"""

    pytorch_name = "ViewBackward0"

    is_view = True

    @staticmethod
    def forward(ctx: Function, x: Tensor, shape: tuple[int, ...]) -> Tensor:
        ctx.shape = x.array.shape
        return wrap(x.array.reshape(shape))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None]:
        return gy.reshape(ctx.shape), None


class Permute(Function):
    """y = x with its axes in another order;  dL/dx = dL/dy with them back in place"""

    is_view = True

    @staticmethod
    def forward(ctx: Function, x: Tensor, dims: tuple[int, ...]) -> Tensor:
        ctx.dims = dims
        return wrap(x.array.transpose(dims))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None]:
        back = sorted(range(len(ctx.dims)), key=ctx.dims.__getitem__)
        return Permute.apply(gy, tuple(back)), None


class Clone(Function):
    """y = x in memory of its own;  dL/dx = dL/dy"""

    @staticmethod
    def forward(ctx: Function, x: Tensor) -> Tensor:
        return wrap(x.array.copy())

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> Tensor:
        return gy


def shape_from(
    name: str, sizes: tuple[Any, ...], named: Sequence[int] | None = None, argument: str = "size"
) -> tuple[int, ...]:
    """The shape in the arguments of x.view(2, 3) or x.view((2, 3)) or x.view(size=(2, 3)), as plain ints.

    Raises TypeError, naming the operation, for anything but an int."""
    if named is not None:
        sizes = (named,)
    if len(sizes) == 1 and not hasattr(sizes[0], "__index__"):
        if not isinstance(sizes[0], Iterable) or isinstance(sizes[0], str):
            raise TypeError(f"{name}(): argument '{argument}' must be tuple of ints, not {type(sizes[0]).__name__}")
        sizes = tuple(sizes[0])
    try:
        if sizes and isinstance(sizes[0], bool):  # PyTorch looks no further
            raise TypeError
        return tuple(map(operator.index, sizes))
    except TypeError:
        at, wrong = next((i, n) for i, n in enumerate(sizes) if isinstance(n, bool) or not hasattr(n, "__index__"))
        kind = type(wrong).__name__
        raise TypeError(
            f"{name}(): argument '{argument}' must be tuple of ints, but found element of type {kind} at pos {at}:"
            f" {wrong!r}"
        ) from None


def wrap_dim(dim: int, ndim: int) -> int:
    """The axis, counted from the front. Raises IndexError, as in PyTorch, for one that does not exist."""
    if dim is True or dim is False:
        raise TypeError(f"argument 'dim' must be int, not bool: {dim}")
    dim = operator.index(dim)
    bound = max(ndim, 1)
    if not -bound <= dim < bound:
        raise IndexError(f"Dimension out of range (expected to be in range of [{-bound}, {bound - 1}], but got {dim})")
    return dim % bound


def contiguous_strides(shape: Sequence[int]) -> tuple[int, ...]:
    """The strides, in elements, of a tensor of that shape which lies in memory in C order: 1 along the last axis, along
    each other axis the product of the sizes after it, where a size of 0 counts as 1."""
    return tuple(math.prod(max(n, 1) for n in shape[d + 1 :]) for d in range(len(shape)))


def infer_size(shape: tuple[int, ...], numel: int) -> tuple[int, ...]:
    """The shape with its -1 worked out. Raises RuntimeError if it does not have `numel` elements."""
    if shape.count(-1) > 1:
        raise RuntimeError("only one dimension can be inferred")
    if any(n < -1 for n in shape):
        raise RuntimeError(f"invalid shape dimension {min(shape)} in {list(shape)}")
    known = math.prod(n for n in shape if n != -1)
    if -1 in shape and known > 0 and numel % known == 0:
        return tuple(numel // known if n == -1 else n for n in shape)
    if -1 in shape and known == 0:
        raise RuntimeError(
            f"cannot reshape tensor of {numel} elements into shape {list(shape)} because the unspecified dimension"
            " size -1 can be any value and is ambiguous"
        )
    if -1 in shape or known != numel:
        raise RuntimeError(f"shape '{list(shape)}' is invalid for input of size {numel}")
    return shape


def reshape(input: Tensor, *sizes: int | Sequence[int], shape: Sequence[int] | None = None) -> Tensor:
    """The same elements in another shape, one size of which may be -1: a view where the memory allows
    it, else a copy. Raises RuntimeError for a shape of another number of elements.

    Source: torch.reshape."""
    new = infer_size(shape_from("reshape", sizes, shape, "shape"), input.array.size)
    if shares_memory(input.array.reshape(new), input.array):
        return Reshape.apply(input, new)
    return Reshape.apply(clone(input), new)


def view(
    input: Tensor, *sizes: int | Sequence[int], size: Sequence[int] | None = None, dtype: dtype_ | None = None
) -> Tensor:
    """The same memory in another shape (or, given a dtype, read as another dtype of the same width, or
    bytes as one of any width: then the last axis gets shorter).

    Raises RuntimeError if that needs a copy: use reshape. Source: torch.Tensor.view."""
    if len(sizes) == 1 and isinstance(sizes[0], dtype_):
        return _read_as(input, sizes[0])
    if dtype is not None:
        return _read_as(input, dtype)
    new = infer_size(shape_from("view", sizes, size), input.array.size)
    if not shares_memory(input.array.reshape(new), input.array):
        raise RuntimeError(
            "view size is not compatible with input tensor's size and stride (at least one dimension spans across"
            f" two contiguous subspaces): {list(input.array.shape)} to {list(new)}. Use .reshape(...) instead."
        )
    return Reshape.apply(input, new)


def _read_as(input: Tensor, kind: dtype_) -> Tensor:
    if input._requires_grad or input.array.itemsize not in (kind.itemsize, 1):
        raise RuntimeError(
            f"view(dtype) reads the same bytes without a gradient, as a dtype of the same width: {input.dtype} as"
            f" {kind}. Use .to({kind}) to convert."
        )
    result = alias(input)
    result.array = input.array.view(kind.numpy)
    return result


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The axes start_dim to end_dim as one: (N, C, H, W) from 1 gives (N, C*H*W). Source: torch.flatten."""
    shape = input.array.shape
    if not shape:
        return reshape(input, 1)
    start, end = wrap_dim(start_dim, len(shape)), wrap_dim(end_dim, len(shape))
    if start > end:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    if start == end:
        return input
    return reshape(input, *shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :])


def squeeze(input: Tensor, dim: int | Sequence[int] | None = None) -> Tensor:
    """Without the axes of size 1: all of them, or those named. A view. Source: torch.squeeze."""
    shape = input.array.shape
    named = range(len(shape)) if dim is None else [dim] if isinstance(dim, int) else dim
    gone = {wrap_dim(d, len(shape)) for d in named}
    y = Reshape.apply(input, tuple(n for d, n in enumerate(shape) if d not in gone or n != 1))
    return printed_as("SqueezeBackward0" if dim is None else "SqueezeBackward1", y)


def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """With an axis of size 1 inserted at `dim`. A view. Source: torch.unsqueeze."""
    shape = input.array.shape
    at = wrap_dim(dim, len(shape) + 1)
    return printed_as("UnsqueezeBackward0", Reshape.apply(input, (*shape[:at], 1, *shape[at:])))


def permute(input: Tensor, *axes: int | Sequence[int], dims: tuple[int, ...] | None = None) -> Tensor:
    """The axes in another order, as a view: permute(x, (2, 0, 1)). Source: torch.permute."""
    order = tuple(wrap_dim(d, input.array.ndim) for d in shape_from("permute", axes, dims, "dims"))
    if len(order) != input.array.ndim:
        raise RuntimeError(
            f"permute(): the tensor has {input.array.ndim} dimensions but {len(order)} were named: {list(order)}"
        )
    if len(set(order)) != len(order):
        raise RuntimeError(f"permute(): duplicate dims are not allowed, got {list(order)}")
    return Permute.apply(input, order)


def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two axes exchanged, as a view. Source: torch.transpose."""
    order = list(range(input.array.ndim))
    a, b = wrap_dim(dim0, len(order)), wrap_dim(dim1, len(order))
    if order:
        order[a], order[b] = order[b], order[a]
    return printed_as("TransposeBackward0", Permute.apply(input, tuple(order)))


def t(input: Tensor) -> Tensor:
    """The transpose of a matrix, as a view; vectors stay. Raises RuntimeError for more than two axes.

    Source: torch.t."""
    if input.array.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {input.array.ndim}D")
    return input if input.array.ndim < 2 else printed_as("TBackward0", transpose(input, 0, 1))


def clone(input: Tensor, *, memory_format: memory_format_ | None = None) -> Tensor:
    """A copy in memory of its own, through which gradients flow. Source: torch.clone."""
    check_format(memory_format)
    return Clone.apply(input)


def contiguous(input: Tensor, memory_format: memory_format_ | None = None) -> Tensor:
    """The tensor itself if its memory is in C order, else a copy that is. Source: torch.Tensor.contiguous."""
    check_format(memory_format)
    return input if is_contiguous(input.array) else clone(input)


def view_as(input: Tensor, other: Tensor) -> Tensor:
    """input in other's shape, on the same memory. Source: torch.Tensor.view_as."""
    check_tensors("view_as", input=input)
    check_tensors("view_as", other=other)  # on any device
    return view(input, other.array.shape)


def reshape_as(input: Tensor, other: Tensor) -> Tensor:
    """input in other's shape. Source: torch.Tensor.reshape_as."""
    check_tensors("reshape_as", input=input)
    check_tensors("reshape_as", other=other)  # on any device
    return reshape(input, other.array.shape)


def ravel(input: Tensor) -> Tensor:
    """All axes as one, contiguous. Source: torch.ravel."""
    return reshape(input, -1).contiguous()


def unflatten(input: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    """One axis as several, one of whose sizes may be -1: a view. Source: torch.unflatten.

    Raises RuntimeError if the sizes don't multiply up to the axis's."""
    shape = input.array.shape
    at = wrap_dim(dim, len(shape))
    if not sizes:
        raise RuntimeError("unflatten: sizes must be non-empty")
    try:
        new = infer_size(shape_from("unflatten", (sizes,), argument="sizes"), shape[at])
    except RuntimeError:
        raise RuntimeError(
            f"unflatten: Provided sizes {list(sizes)} don't multiply up to the size of dim {at} ({shape[at]}) in the"
            " input tensor"
        ) from None
    return view(input, *shape[:at], *new, *shape[at + 1 :])


def movedim(input: Tensor, source: int | Sequence[int], destination: int | Sequence[int]) -> Tensor:
    """The axes `source` moved to the places `destination`, the others kept in order: a view.

    Source: torch.movedim."""
    ndim = input.array.ndim
    moved, places = (
        [wrap_dim(d, ndim) for d in ([dims] if isinstance(dims, int) else dims)] for dims in (source, destination)
    )
    if len(moved) != len(places):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({source} dims) should contain the same number of"
            f" dims as destination ({destination} dims)"
        )
    if len(set(moved)) < len(moved) or len(set(places)) < len(places):
        raise RuntimeError(f"movedim: repeated dim in source ({source}) or in destination ({destination})")
    if ndim == 0:
        return input
    order = [d for d in range(ndim) if d not in moved]
    for place, d in sorted(zip(places, moved, strict=True)):
        order.insert(place, d)
    return Permute.apply(input, tuple(order))


def T(input: Tensor) -> Tensor:
    """x.T: the axes in reverse order, as a view. Source: torch.Tensor.T."""
    return Permute.apply(input, tuple(reversed(range(input.array.ndim))))


def mT(input: Tensor) -> Tensor:
    """x.mT: the last two axes exchanged, as a view. Source: torch.Tensor.mT."""
    if input.array.ndim < 2:
        raise RuntimeError(
            f"tensor.mT is only supported on matrices or batches of matrices. Got {input.array.ndim}-D tensor."
        )
    return transpose(input, -2, -1)


def H(input: Tensor) -> Tensor:
    """x.H: the transpose of a matrix, as a view. Source: torch.Tensor.H."""
    if input.array.ndim not in (0, 2):
        raise RuntimeError(f"tensor.H is only supported on matrices (2-D tensors). Got {input.array.ndim}-D tensor.")
    return T(input)
