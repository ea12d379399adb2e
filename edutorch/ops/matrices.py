"""Products of vectors and matrices beyond matmul: compositions of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..autograd.base import TensorBase
from ..autograd.function import printed_as
from .broadcasting import broadcast_shapes, expand
from .joining import stack
from .matmul import matmul
from .norms import vector_norm
from .plumbing.entry import check_tensors, listed_tensors
from .plumbing.inplace import in_place
from .plumbing.out import into
from .plumbing.promotion import same_device
from .shape import movedim, permute, reshape, unsqueeze, wrap_dim
from .splitting import select

if TYPE_CHECKING:
    from ..tensor import Tensor


def mm(input: Tensor, mat2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The product of two matrices, (n, m) and (m, p). Source: torch.mm.

    Raises RuntimeError for other numbers of axes and for sizes that do not fit."""
    _check_axes("mm", ("self", input, 2), ("mat2", mat2, 2))
    return matmul(input, mat2, out=out)


def bmm(input: Tensor, mat2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The products of two batches of matrices, (b, n, m) and (b, m, p). Source: torch.bmm."""
    _check_axes("bmm", ("batch1", input, 3), ("batch2", mat2, 3))
    due = [input.array.shape[0], input.array.shape[2]]
    if list(mat2.array.shape[:2]) != due:
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: {due} but got:"
            f" {list(mat2.array.shape[:2])}: bmm of shapes {list(input.array.shape)} and {list(mat2.array.shape)}"
        )
    return printed_as("BmmBackward0", matmul(input, mat2, out=out))


def mv(input: Tensor, vec: Tensor, *, out: Tensor | None = None) -> Tensor:
    """A matrix (n, m) times a vector (m,). Source: torch.mv."""
    check_tensors("mv", input=input, vec=vec)
    if input.array.ndim != 2 or vec.array.ndim != 1:
        raise RuntimeError(
            f"vector + matrix @ vector expected, got {vec.array.ndim}, {input.array.ndim}, {vec.array.ndim}: mv takes a"
            " matrix and a vector"
        )
    if input.array.shape[1] != vec.array.size:
        n, m = input.array.shape
        raise RuntimeError(f"size mismatch, got input ({n}), mat ({n}x{m}), vec ({vec.array.size})")
    return matmul(input, vec, out=out)


def dot(input: Tensor, tensor: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The sum of the products of two vectors' elements. Source: torch.dot.

    Raises RuntimeError for other numbers of axes, sizes or dtypes that differ."""
    a, b = _tensors("dot", input, tensor)
    if a.array.ndim != 1 or b.array.ndim != 1:
        raise RuntimeError(f"1D tensors expected, but got {a.array.ndim}D and {b.array.ndim}D tensors")
    if a.array.dtype != b.array.dtype:
        raise RuntimeError(f"dot : expected both vectors to have same dtype, but found {a.dtype} and {b.dtype}")
    if a.array.size != b.array.size:
        raise RuntimeError(
            f"inconsistent tensor size, expected tensor {list(a.array.shape)} and src {list(b.array.shape)} to have the"
            f" same number of elements, but got {a.array.size} and {b.array.size} elements respectively"
        )
    return into(out, matmul(a, b), "dot")


def vdot(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """dot, for real numbers. Source: torch.vdot."""
    return into(out, dot(input, other), "vdot")


def inner(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The products of all rows (last axes) of one with all rows of the other. Source: torch.inner."""
    check_tensors("inner", input=input, other=other)
    if not (input.array.ndim and other.array.ndim):
        return into(out, input * other, "inner")
    if input.array.shape[-1] != other.array.shape[-1]:
        raise RuntimeError(
            "inner() the last dimension must match on both input tensors but got shapes"
            f" {list(input.array.shape)} and {list(other.array.shape)}"
        )
    return into(out, tensordot(input, other, ([-1], [-1])), "inner")


def outer(input: Tensor, vec2: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The products of each element of one vector with each of the other: (n,), (m,) give (n, m).

    Source: torch.outer."""
    check_tensors("outer", input=input, vec2=vec2)
    for name, each in (("self", input), ("vec2", vec2)):
        if each.array.ndim != 1:
            raise RuntimeError(f"outer: Expected 1-D argument {name}, but got {each.array.ndim}-D")
    return into(out, unsqueeze(input, 1) * vec2, "outer")


def vecdot(input: Tensor, other: Tensor, *, dim: int = -1) -> Tensor:
    """The sum of the products along an axis. Source: torch.linalg.vecdot."""
    check_tensors("linalg.vecdot", input=input, other=other)
    return (input * other).sum(dim)


def addmm(
    input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: float = 1, alpha: float = 1, out: Tensor | None = None
) -> Tensor:
    """beta input + alpha mat1 @ mat2; input broadcasts to the product's shape. Source: torch.addmm."""
    check_tensors("addmm", input=input, mat1=mat1, mat2=mat2)
    return into(out, printed_as("AddmmBackward0", _plus(input, mm(mat1, mat2), beta, alpha)), "addmm")


def addmv(
    input: Tensor, mat: Tensor, vec: Tensor, *, beta: float = 1, alpha: float = 1, out: Tensor | None = None
) -> Tensor:
    """beta input + alpha mat @ vec. Source: torch.addmv."""
    check_tensors("addmv", input=input, mat=mat, vec=vec)
    return into(out, printed_as("AddmvBackward0", _plus(input, mv(mat, vec), beta, alpha)), "addmv")


def addr(
    input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: float = 1, alpha: float = 1, out: Tensor | None = None
) -> Tensor:
    """beta input + alpha times the outer product of two vectors. Source: torch.addr."""
    check_tensors("addr", input=input, vec1=vec1, vec2=vec2)
    return into(out, _plus(input, outer(vec1, vec2), beta, alpha), "addr")


def baddbmm(
    input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: float = 1, alpha: float = 1, out: Tensor | None = None
) -> Tensor:
    """beta input + alpha bmm(batch1, batch2). Source: torch.baddbmm."""
    check_tensors("baddbmm", input=input, batch1=batch1, batch2=batch2)
    return into(out, printed_as("BaddbmmBackward0", _plus(input, bmm(batch1, batch2), beta, alpha)), "baddbmm")


def addbmm(
    input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: float = 1, alpha: float = 1, out: Tensor | None = None
) -> Tensor:
    """beta input + alpha times the sum of the products of a batch. Source: torch.addbmm."""
    check_tensors("addbmm", input=input, batch1=batch1, batch2=batch2)
    return into(out, _plus(input, bmm(batch1, batch2).sum(0), beta, alpha), "addbmm")


def _plus(input: Tensor, product: Tensor, beta: float, alpha: float) -> Tensor:
    """beta input + alpha product. beta = 0 ignores input, even its nans."""
    scaled = product if alpha == 1 else product * alpha
    if beta == 0:
        return scaled
    return (input if beta == 1 else input * beta).expand(product.array.shape) + scaled


def chain_matmul(*matrices: Tensor, out: Tensor | None = None) -> Tensor:
    """The product of several matrices. Source: torch.chain_matmul."""
    return into(out, multi_dot(matrices), "chain_matmul")


def multi_dot(tensors: Sequence[Tensor]) -> Tensor:
    """The product of several matrices, the first and last of which may be vectors, in the order that
    needs the fewest multiplications. Source: torch.linalg.multi_dot."""
    tensors = listed_tensors("multi_dot", tensors)
    if len(tensors) < 2:
        raise RuntimeError(f"multi_dot(): expected at least 2 tensors but got {len(tensors)}")
    if len(tensors) == 2:
        return matmul(tensors[0], tensors[1])
    cut = _cheapest_cut([each.array.shape[0] for each in tensors] + [tensors[-1].array.shape[-1]])
    left = tensors[0] if cut == 1 else multi_dot(tensors[:cut])
    right = tensors[-1] if cut == len(tensors) - 1 else multi_dot(tensors[cut:])
    return matmul(left, right)


def _cheapest_cut(sizes: list[int]) -> int:
    """Where to cut a chain of matrices, sizes[i] x sizes[i + 1], for the fewest multiplications."""
    cost = {(i, i + 1): (0, i) for i in range(len(sizes) - 1)}  # (first, end): (multiplications, cut)
    for length in range(2, len(sizes)):
        for i in range(len(sizes) - length):
            j = i + length
            cost[i, j] = min(
                (cost[i, k][0] + cost[k, j][0] + sizes[i] * sizes[k] * sizes[j], k) for k in range(i + 1, j)
            )
    return cost[0, len(sizes) - 1][1]


def tensordot(a: Tensor, b: Tensor, dims: Any = 2) -> Tensor:
    """The products of a and b summed over pairs of axes: the last `dims` of a with the first of b, or
    those in two lists. Raises RuntimeError for sizes that differ. Source: torch.tensordot."""
    check_tensors("tensordot", a=a, b=b)
    if isinstance(dims, TensorBase):
        dims = dims.tolist()  # type: ignore[attr-defined]
    if isinstance(dims, int):
        if dims < 0 or dims > min(a.array.ndim, b.array.ndim):
            raise RuntimeError(f"tensordot expects 0 <= dims <= the tensors' axes, but got dims={dims}")
        dims = range(a.array.ndim - dims, a.array.ndim), range(dims)
    ours = [wrap_dim(d, a.array.ndim) for d in dims[0]]
    theirs = [wrap_dim(d, b.array.ndim) for d in dims[1]]
    for d, e in zip(ours, theirs, strict=False):  # as in PyTorch, a size of 1 broadcasts
        if a.array.shape[d] == 1 or b.array.shape[e] == 1:
            a, b = a.sum(d, keepdim=True), b.sum(e, keepdim=True)
    sizes = [a.array.shape[d] for d in ours]
    if sizes != [b.array.shape[d] for d in theirs]:
        raise RuntimeError(
            f"contracted dimensions need to match, but first has sizes {sizes} in dims {ours} and second has sizes"
            f" {[b.array.shape[d] for d in theirs]} in dims {theirs}"
        )
    rows = [d for d in range(a.array.ndim) if d not in ours]
    columns = [d for d in range(b.array.ndim) if d not in theirs]
    n, m = (math.prod(t.array.shape[d] for d in kept) for t, kept in ((a, rows), (b, columns)))
    x = reshape(permute(a, [*rows, *ours]), n, math.prod(sizes))
    y = reshape(permute(b, [*theirs, *columns]), math.prod(sizes), m)
    return reshape(matmul(x, y), [a.array.shape[d] for d in rows] + [b.array.shape[d] for d in columns])


def kron(input: Tensor, other: Tensor, *, out: Tensor | None = None) -> Tensor:
    """The Kronecker product: each element of input times all of other. Source: torch.kron."""
    check_tensors("kron", input=input, other=other)
    ndim = max(input.array.ndim, other.array.ndim)
    shapes = [(1,) * (ndim - each.array.ndim) + each.array.shape for each in (input, other)]
    x = reshape(input, [n for size in shapes[0] for n in (size, 1)])  # (n, m) -> (n, 1, m, 1)
    y = reshape(other, [n for size in shapes[1] for n in (1, size)])  # (p, q) -> (1, p, 1, q)
    return into(out, reshape(x * y, [n * m for n, m in zip(*shapes, strict=True)]), "kron")


def cross(input: Tensor, other: Tensor, dim: int | None = None, *, out: Tensor | None = None) -> Tensor:
    """The cross product of vectors of 3 elements along `dim`, by default the first axis of size 3.

    Raises RuntimeError for an axis of another size. Source: torch.cross."""
    check_tensors("cross", input=input, other=other)
    if input.array.ndim != other.array.ndim:
        raise RuntimeError(
            "linalg.cross: inputs must have the same number of dimensions, got"
            f" {input.array.ndim} and {other.array.ndim}"
        )
    if dim is None:
        if 3 not in input.array.shape:
            raise RuntimeError(f"no dimension of size 3 in input of shape {list(input.array.shape)}")
        dim = input.array.shape.index(3)
    at = wrap_dim(dim, input.array.ndim)
    if input.array.shape[at] != 3 or other.array.shape[at] != 3:
        raise RuntimeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {input.array.shape[at]} and"
            f" {other.array.shape[at]}"
        )
    common = broadcast_shapes(input.array.shape, other.array.shape)
    x, y = (movedim(expand(each, common), at, -1) for each in (input, other))
    x1, x2, x3 = (select(x, -1, i) for i in range(3))
    y1, y2, y3 = (select(y, -1, i) for i in range(3))
    parts = (x2 * y3 - x3 * y2, x3 * y1 - x1 * y3, x1 * y2 - x2 * y1)
    return into(out, printed_as("LinalgCrossBackward0", stack(parts, at)), "cross")


def linalg_cross(input: Tensor, other: Tensor, *, dim: int = -1) -> Tensor:
    """The cross product of vectors of 3 elements along `dim`. Source: torch.linalg.cross."""
    check_tensors("linalg.cross", input=input, other=other)
    return cross(input, other, dim)


def cdist(x1: Tensor, x2: Tensor, p: float = 2.0, compute_mode: str | None = None) -> Tensor:
    """The p-norm distance of each row of x1 (*, n, d) to each of x2 (*, m, d): (*, n, m).

    Source: torch.cdist."""
    check_tensors("cdist", x1=x1, x2=x2)
    for name, each in (("X1", x1), ("X2", x2)):
        if each.array.ndim < 2:
            raise RuntimeError(f"cdist only supports at least 2D tensors, {name} got: {each.array.ndim}D")
    if x1.array.shape[-1] != x2.array.shape[-1]:
        raise RuntimeError(
            f"X1 and X2 must have the same number of columns. X1: {x1.array.shape[-1]} X2: {x2.array.shape[-1]}"
        )
    if p < 0:
        raise RuntimeError("cdist only supports non-negative p values")
    differences = unsqueeze(x1, -2) - unsqueeze(x2, -3)  # (*, n, m, d)
    if p == 0:  # as in PyTorch, with a gradient, of zeros
        return (differences != 0).sum(-1).to(x1.dtype) + (differences * 0).sum(-1)
    return printed_as("CdistBackward0", vector_norm(differences, p, -1))


def _tensors(name: str, *operands: Tensor) -> tuple[Tensor, ...]:
    for position, each in enumerate(operands, 1):
        if not isinstance(each, TensorBase):
            raise TypeError(f"{name}(): argument {position} must be Tensor, not {type(each).__name__}")
    return same_device(name, operands)


def _check_axes(name: str, *named: tuple[str, Tensor, int]) -> None:
    _tensors(name, *(each for _, each, _ in named))
    for argument, each, ndim in named:
        if each.array.ndim != ndim:
            what = "a matrix" if ndim == 2 else "a 3D tensor"
            raise RuntimeError(f"{argument} must be {what}: {name}() got shape {list(each.array.shape)}")


addmm_ = in_place(addmm)
addmv_ = in_place(addmv)
addr_ = in_place(addr)
baddbmm_ = in_place(baddbmm)
addbmm_ = in_place(addbmm)
