"""Diagonals and triangles of matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..autograd.base import wrap
from ..autograd.function import Function, printed_as
from ..backend import Array, array_module, as_strided
from .masking import masked_fill
from .plumbing.entry import check_ints, check_tensors
from .plumbing.inplace import in_place
from .plumbing.out import into
from .shape import movedim, wrap_dim

if TYPE_CHECKING:
    from ..tensor import Tensor


class Diagonal(Function):
    """y = the diagonal of x's last two axes, `offset` above the main one: a view;
    dL/dx = zeros with dL/dy on that diagonal"""

    is_view = True

    @staticmethod
    def forward(ctx: Function, x: Tensor, offset: int) -> Tensor:
        ctx.shape, ctx.offset = x.array.shape, offset
        return wrap(_diagonal(x.array, offset))

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None]:
        return PutDiagonal.apply(gy, ctx.shape, ctx.offset), None


class PutDiagonal(Function):
    """y = zeros with x on a diagonal of the last two axes: the transpose of Diagonal;
    dL/dx = the diagonal of dL/dy"""

    @staticmethod
    def forward(ctx: Function, x: Tensor, shape: tuple[int, ...], offset: int) -> Tensor:
        ctx.offset = offset
        y = array_module(x).zeros(shape, x.array.dtype)
        _diagonal(y, offset)[...] = x.array
        return wrap(y)

    @staticmethod
    def backward(ctx: Function, gy: Tensor) -> tuple[Tensor, None, None]:
        return Diagonal.apply(gy, ctx.offset).clone(), None, None


def _diagonal(array: Array, offset: int) -> Array:
    """A view that can be written to, which NumPy's own diagonal can't."""
    *batch, n, m = array.shape
    *batch_strides, down, right = array.strides
    start = array[..., max(-offset, 0) :, max(offset, 0) :]
    return as_strided(start, (*batch, diagonal_length(n, m, offset)), (*batch_strides, down + right))


def diagonal_length(n: int, m: int, offset: int) -> int:
    """How many elements a diagonal of an n x m matrix has."""
    return max(min(n + min(offset, 0), m - max(offset, 0)), 0)


def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """The diagonal of the plane of two axes, as one last axis in their place: a view.

    Raises RuntimeError if both axes are the same. Source: torch.diagonal."""
    a, b = wrap_dim(dim1, input.array.ndim), wrap_dim(dim2, input.array.ndim)
    if a == b:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    return Diagonal.apply(movedim(input, (a, b), (-2, -1)), offset)


def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Square matrices, in the axes dim1 and dim2, with input's last axis on their diagonal.

    Source: torch.diag_embed."""
    check_tensors("diag_embed", input=input)
    ndim = input.array.ndim + 1
    a, b = wrap_dim(dim1, ndim), wrap_dim(dim2, ndim)
    if a == b:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    *batch, n = input.array.shape
    size = n + abs(offset)
    y = movedim(PutDiagonal.apply(input, (*batch, size, size), offset), (-2, -1), (a, b))
    return printed_as("DiagEmbedBackward0", y)


def diag(input: Tensor, diagonal: int = 0, *, out: Tensor | None = None) -> Tensor:
    """For a vector, the matrix with it on the diagonal; for a matrix, a copy of its diagonal. Source: torch.diag.

    Raises RuntimeError for more than two axes."""
    check_tensors("diag", input=input)
    if input.array.ndim == 1:
        return into(out, diag_embed(input, diagonal), "diag")
    if input.array.ndim != 2:
        raise RuntimeError(f"diag(): Supports 1D or 2D tensors. Got {input.array.ndim}D")
    return into(out, Diagonal.apply(input, diagonal).clone(), "diag")


def diagflat(input: Tensor, offset: int = 0) -> Tensor:
    """The matrix with the flattened input on a diagonal. Source: torch.diagflat."""
    return diag_embed(input.reshape(-1), offset)


def diagonal_scatter(input: Tensor, src: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """A copy of input with src on its diagonal. Source: torch.diagonal_scatter."""
    check_tensors("diagonal_scatter", input=input, src=src)
    result = input.clone()
    diagonal(result, offset, dim1, dim2).copy_(src)
    return result


def trace(input: Tensor) -> Tensor:
    """The sum of the diagonal of a matrix. Source: torch.trace."""
    check_tensors("trace", input=input)
    if input.array.ndim != 2:
        raise RuntimeError(f"trace: expected a matrix, but got tensor with dim {input.array.ndim}")
    return printed_as("TraceBackward0", Diagonal.apply(input, 0).sum())


def tril(input: Tensor, diagonal: int = 0, *, out: Tensor | None = None) -> Tensor:
    """The part on and below a diagonal of each matrix, zeros elsewhere. Source: torch.tril."""
    y = masked_fill(input, _above("tril", input, diagonal), 0)
    return into(out, printed_as("TrilBackward0", y), "tril")


def triu(input: Tensor, diagonal: int = 0, *, out: Tensor | None = None) -> Tensor:
    """The part on and above a diagonal of each matrix, zeros elsewhere. Source: torch.triu."""
    y = masked_fill(input, wrap(~_above("triu", input, diagonal - 1).array), 0)
    return into(out, printed_as("TriuBackward0", y), "triu")


tril_ = in_place(tril)
triu_ = in_place(triu)


def _above(name: str, input: Tensor, diagonal: int) -> Tensor:
    """Whether each element lies above a diagonal: (n, m) bools."""
    check_ints(name, diagonal=diagonal)
    if input.array.ndim < 2:
        raise RuntimeError(f"{name}: input tensor must have at least 2 dimensions, got {input.array.ndim}")
    rows, columns = (array_module(input).arange(n) for n in input.array.shape[-2:])
    return wrap(columns > rows.reshape(-1, 1) + diagonal)


def fill_diagonal_(input: Tensor, fill_value: float, wrap: bool = False) -> Tensor:
    """Sets the main diagonal of a matrix, in place. Source: torch.Tensor.fill_diagonal_."""
    if input.array.ndim != 2 or wrap:
        raise NotImplementedError("fill_diagonal_ is written for matrices, and without wrap=True")
    Diagonal.apply(input, 0).fill_(fill_value)
    return input
