"""More operations held against PyTorch, as in ops_cases.py: shapes, indices, matrices.

make_arrays.py runs them with PyTorch and writes arrays.npz; tests/ops/ runs them with edutorch.
"""

from tests.golden.ops_cases import at, pos, real, unary


def method(name, *inputs, label="", **kwargs):
    """A case for a method of the first tensor, with numbers, tuples and keywords as other arguments."""
    tensors = [each for each in inputs if _is_input(each)]
    rest = [each for each in inputs if not _is_input(each)]
    words = " ".join(map(str, [*rest, *kwargs.values()]))
    return {f"{name} {label}{words}".strip(): (lambda torch, x, *y: getattr(x, name)(*y, *rest, **kwargs), *tensors)}


def _is_input(each):
    return isinstance(each, tuple) and bool(each) and isinstance(each[0], str)


def joined(torch, parts):
    """Several tensors as one, each with a weight of its own."""
    return torch.cat([part.reshape(-1) * (i + 1) for i, part in enumerate(parts)])


def split_case(name, *arguments, shape=(5, 4), **kwargs):
    words = " ".join(map(str, [*arguments, *kwargs.values()]))
    return {f"{name} {words}": (lambda torch, x: joined(torch, getattr(x, name)(*arguments, **kwargs)), real(*shape))}


SHAPE = {
    **method("reshape", real(2, 6), 3, -1),
    **method("view", real(2, 6), (4, 3)),
    **method("flatten", real(2, 3, 4), 1),
    **method("flatten", real(2, 3, 4), start_dim=0, end_dim=1),
    **method("unflatten", real(2, 6), 1, (2, -1)),
    **method("ravel", real(2, 3)),
    **method("squeeze", real(1, 3, 1)),
    **method("squeeze", real(1, 3, 1), -1),
    **method("squeeze", real(1, 3, 1), (0, 1)),
    **method("unsqueeze", real(2, 3), -2),
    **method("permute", real(2, 3, 4), 2, 0, 1),
    **method("permute", real(2, 3, 4), dims=(-1, 0, 1)),
    **method("transpose", real(2, 3, 4), 0, -1),
    **method("movedim", real(2, 3, 4), 0, -1),
    **method("movedim", real(2, 3, 4), (0, 1), (1, 2)),
    **method("t", real(2, 3)),
    **method("view_as", real(2, 3), real(3, 2)),
    **method("reshape_as", real(2, 3), real(6)),
    **method("contiguous", real(2, 3)),
    "T": (lambda torch, x: x.T, real(2, 3)),
    "mT": (lambda torch, x: x.mT, real(2, 3, 4)),
    "reshape of a transpose": (lambda torch, x: x.t().reshape(6), real(2, 3)),
}

BROADCASTING = {
    **method("expand", real(2, 1), 4, -1, 3),
    **method("expand_as", real(3), real(2, 3)),
    **method("broadcast_to", real(3, 1), (2, 3, 2)),
    "broadcast_tensors": (lambda torch, x, y: joined(torch, torch.broadcast_tensors(x, y)), real(2, 1), real(3)),
    "atleast": (
        lambda torch, x: joined(torch, [torch.atleast_1d(x[0]), torch.atleast_2d(x), *torch.atleast_3d(x, x)]),
        real(3),
    ),
}

JOINING = {
    "cat": (lambda torch, x, y: torch.cat([x, y, x], 1), real(2, 3), real(2, 1)),
    "cat mixed": (lambda torch, x, y: torch.cat((x, y), dim=-1), real(2, 3), at("integer", 2, 2)),
    "cat with empty": (lambda torch, x: torch.cat([x, x.new_empty(0)]), real(2, 3)),
    "stack": (lambda torch, x, y: torch.stack([x, y, x], -1), real(2, 3), real(2, 3)),
    "hstack": (lambda torch, x, y: torch.hstack([x, y]), real(2, 3), real(2, 1)),
    "hstack vectors": (lambda torch, x, y: torch.hstack([x, y]), real(2), real(3)),
    "vstack": (lambda torch, x, y: torch.vstack([x, y]), real(2, 3), real(3)),
    "dstack": (lambda torch, x, y: torch.dstack([x, y]), real(2, 3), real(2, 3)),
    "column_stack": (lambda torch, x, y: torch.column_stack([x, y]), real(2), real(2, 3)),
    "block_diag": (lambda torch, x, y: torch.block_diag(x, y), real(2, 3), real(1, 2)),
}

SPLITTING = {
    **split_case("split", 2),
    **split_case("split", [1, 3, 1]),
    **split_case("split", 3, dim=-1),
    **split_case("split_with_sizes", [4, 0], 1),
    **split_case("chunk", 2),
    **split_case("chunk", 3, dim=1),
    **split_case("unbind", 1),
    **split_case("tensor_split", 3),
    **split_case("tensor_split", (1, 3), dim=1),
    **split_case("hsplit", 2),
    **split_case("vsplit", [2, 3]),
    **method("narrow", real(5, 4), 0, 1, 3),
    **method("narrow", real(5, 4), 1, -2, 2),
    **method("select", real(5, 4), 1, -1),
    **split_case("dsplit", 2, shape=(2, 1, 4)),
}

ARRANGING = {
    **method("repeat", real(2, 3), 2, 1, 2),
    **method("tile", real(2, 3), (2,)),
    **method("tile", real(2, 3), 2, 1, 3),
    **method("roll", real(2, 3), 2),
    **method("roll", real(2, 3), (1, -1), (0, 1), label="two "),
    **method("flip", real(2, 3), 0),
    **method("flip", real(2, 3), dims=(0, 1)),
    **unary("fliplr flipud", real(2, 3)),
    **{k: v for turns in (-1, 1, 2, 4) for k, v in method("rot90", real(2, 3), turns).items()},
    **method("rot90", real(2, 3, 2), 1, (2, 0)),
    **method("repeat_interleave", real(2, 3), 2),
    **method("repeat_interleave", real(2, 3), 2, 1),
    "repeat_interleave tensor": (
        lambda torch, x: torch.repeat_interleave(x, torch.tensor([2, 0, 3], device=x.device), 1),
        real(2, 3),
    ),
    "meshgrid": (lambda torch, x, y: joined(torch, torch.meshgrid(x, y, indexing="ij")), real(2), real(3)),
    "meshgrid xy": (lambda torch, x, y: joined(torch, torch.meshgrid([x, y], indexing="xy")), real(2), real(3)),
    "combinations": (lambda torch, x: torch.combinations(x), real(4)),
    "combinations 3": (lambda torch, x: torch.combinations(x, 3, with_replacement=True), real(3)),
    "cartesian_prod": (lambda torch, x, y: torch.cartesian_prod(x, y), real(2), real(3)),
}

DIAGONALS = {
    **{k: v for offset in (-1, 0, 2) for k, v in method("diagonal", real(3, 4), offset).items()},
    **method("diagonal", real(2, 3, 4), 1, -1, 0, label="dims "),
    **method("diag", real(3)),
    **method("diag", real(3), -1),
    **method("diag", real(3, 4), 1),
    **method("diag_embed", real(2, 3), 1, 0, 2),
    **method("diagflat", real(2, 2), 1),
    **method("diagonal_scatter", real(3, 4), real(3)),
    **method("trace", real(3, 4)),
    **{k: v for offset in (-1, 0, 1) for k, v in method("tril", real(3, 4), offset).items()},
    **{k: v for offset in (-1, 0, 1) for k, v in method("triu", real(2, 3, 3), offset).items()},
}

STRIDES = {
    **method("unfold", real(5, 4), 0, 3, 1),
    **method("unfold", real(5, 4), 1, 2, 2),
    "as_strided": (lambda torch, x: x.as_strided((2, 3), (2, 1), 1), real(3, 3)),
    "as_strided of a view": (lambda torch, x: (x * 1)[1:].as_strided((2, 2), (1, 3)), real(3, 3)),
}


def index_case(label, index, *shape):
    return {label: (lambda torch, x: x[index(torch, x)], real(*shape))}


def put_case(label, index, value_shape, *shape):
    def run(torch, x, v):
        y = x * 1
        y[index(torch, x)] = v
        return y

    return {label: (run, real(*shape), real(*value_shape))}


def tensor_index(*places):
    return lambda torch, x: torch.tensor(places[0] if len(places) == 1 else places, device=x.device)


BASIC = {
    "int": lambda torch, x: 1,
    "negative": lambda torch, x: (-1, -2),
    "slice": lambda torch, x: slice(1, None),
    "steps": lambda torch, x: (slice(None, None, 2), slice(0, 3, 2)),
    "ellipsis": lambda torch, x: (..., 0),
    "none": lambda torch, x: (None, slice(None), None, 1),
    "tensor": tensor_index([2, 0, 2]),
    "two tensors": lambda torch, x: (tensor_index([0, 1])(torch, x), tensor_index([2, 0])(torch, x)),
    "broadcast": lambda torch, x: (tensor_index([[0], [1]])(torch, x), tensor_index([2, 0])(torch, x)),
    "list": lambda torch, x: [0, 2],
    "slice and tensor": lambda torch, x: (slice(1, None), tensor_index([3, 0])(torch, x)),
    "int and tensor": lambda torch, x: (1, tensor_index([3, 0])(torch, x)),
    "0-d tensor": lambda torch, x: tensor_index(1)(torch, x),
    "mask": lambda torch, x: torch.arange(12, device=x.device).reshape(3, 4) % 3 == 0,
    "row mask": lambda torch, x: torch.tensor([True, False, True], device=x.device),
    "mask and int": lambda torch, x: (torch.tensor([True, False, True], device=x.device), 1),
    "uint8 mask": lambda torch, x: torch.tensor([1, 0, 1], dtype=torch.uint8, device=x.device),
    "bool": lambda torch, x: True,
    "empty": lambda torch, x: [],
}

INDEXING = {
    **{k: v for label, index in BASIC.items() for k, v in index_case("x[" + label + "]", index, 3, 4).items()},
    **index_case("x[int, :, tensor]", lambda torch, x: (0, slice(None), tensor_index([1, 0])(torch, x)), 2, 3, 4),
    **index_case(
        "x[tensor, :, tensor]",
        lambda torch, x: (tensor_index([1, 0])(torch, x), slice(None), tensor_index([1, 3])(torch, x)),
        2,
        3,
        4,
    ),
    **index_case("x[..., tensor, None]", lambda torch, x: (..., tensor_index([1, 0])(torch, x), None), 2, 3, 4),
    **put_case("x[1] = v", BASIC["int"], (4,), 3, 4),
    **put_case("x[1:] = row", BASIC["slice"], (1, 4), 3, 4),
    **put_case("x[..., 0] = v", BASIC["ellipsis"], (3,), 3, 4),
    **put_case("x[tensor] = v", tensor_index([2, 0]), (2, 4), 3, 4),
    **put_case("x[mask] = 0-d", BASIC["mask"], (), 3, 4),
    **put_case("x[mask] = v", BASIC["mask"], (4,), 3, 4),
    **put_case("x[:, tensor] = v", BASIC["slice and tensor"], (2, 2), 3, 4),
    **put_case("x[0] = (1, 4)", BASIC["int"], (1, 4), 3, 4),
    "index_put": (
        lambda torch, x, v: x.index_put((tensor_index([0, 2])(torch, x), tensor_index([1, 1])(torch, x)), v),
        real(3, 4),
        real(2),
    ),
    "index_put accumulate": (
        lambda torch, x, v: x.index_put((tensor_index([0, 0])(torch, x),), v, accumulate=True),
        real(3, 4),
        real(2, 4),
    ),
    "select_scatter": (lambda torch, x, v: x.select_scatter(v, 1, -1), real(3, 4), real(3)),
    "slice_scatter": (lambda torch, x, v: x.slice_scatter(v, 1, 1, None, 2), real(3, 4), real(3, 2)),
    "fill": (lambda torch, x: torch.fill(x, 2.5) + x * 0, real(3)),
    "fill tensor": (lambda torch, x, v: (x * 1).fill_(v.sum()), real(3), real(2)),
    "copy_": (lambda torch, x, v: (x * 2).copy_(v), real(2, 3), real(3)),
    "zero_": (lambda torch, x: (x * 2).zero_() + x, real(3)),
}

GATHERING = {
    "gather": (lambda torch, x, i: x.gather(1, i), real(3, 4), at("class 4", 3, 2)),
    "gather dim 0": (lambda torch, x, i: x.gather(0, i), real(3, 4), at("class 3", 5, 4)),
    "take": (lambda torch, x, i: x.take(i - 6), real(3, 4), at("class 12", 2, 3)),
    "take_along_dim": (lambda torch, x, i: torch.take_along_dim(x, i, 1), real(3, 4), at("class 4", 1, 2)),
    "take_along_dim flat": (lambda torch, x, i: torch.take_along_dim(x, i), real(3, 4), at("class 12", 5)),
    "unravel_index": (lambda torch, i: torch.stack(torch.unravel_index(i, (3, 4))), at("class 12", 2, 3)),
    "index_select": (lambda torch, x, i: x.index_select(1, i), real(3, 4), at("class 4", 6)),
    "scatter": (lambda torch, x, v: x.scatter(0, tensor_index([[0, 2, 1, 1]])(torch, x), v), real(3, 4), real(1, 4)),
    "scatter number": (lambda torch, x: x.scatter(1, tensor_index([[0], [2], [3]])(torch, x), 1.5), real(3, 4)),
    "scatter add": (
        lambda torch, x: x.scatter(1, tensor_index([[0], [2], [3]])(torch, x), 1.5, reduce="add").detach(),
        real(3, 4),
    ),
    "scatter_add": (lambda torch, x, i, v: x.scatter_add(1, i, v), real(3, 4), at("class 4", 3, 6), real(3, 6)),
    **{
        f"scatter_reduce {how} {own}": (
            lambda torch, x, i, v, how=how, own=own: x.scatter_reduce(0, i, v, how, include_self=own),
            pos(3, 4),
            at("class 3", 5, 4),
            pos(5, 4),
        )
        for how in ("sum", "mean", "prod", "amax", "amin")
        for own in (True, False)
    },
    "index_add": (lambda torch, x, i, v: x.index_add(0, i, v, alpha=2), real(3, 4), at("class 3", 5), real(5, 4)),
    "index_copy": (lambda torch, x, v: x.index_copy(1, tensor_index([3, 0])(torch, x), v), real(3, 4), real(3, 2)),
    "index_fill": (lambda torch, x, i: x.index_fill(1, i, -1.0), real(3, 4), at("class 4", 2)),
    "index_fill tensor": (lambda torch, x, i, v: x.index_fill(1, i, v.sum()), real(3, 4), at("class 4", 3), real(1)),
}

MASKING = {
    "where": (lambda torch, c, x, y: torch.where(c, x, y), at("bool", 2, 3), real(3), real(2, 1)),
    "where number": (lambda torch, c, x: torch.where(c, x, 2.5), at("bool", 2, 3), real(2, 3)),
    "where numbers": (lambda torch, c: torch.where(c, 1.5, 0.0), at("bool", 2, 3)),
    "where integers": (lambda torch, c: torch.where(c, 1, 0), at("bool", 2, 3)),
    "where mixed": (lambda torch, c, i: torch.where(c, i, 0.5), at("bool", 2, 3), at("integer", 2, 3)),
    "masked_fill": (lambda torch, x, c: x.masked_fill(c, -1e9), real(2, 3), at("bool", 3)),
    "masked_fill tensor": (lambda torch, x, c, v: x.masked_fill(c, v.sum()), real(2, 3), at("bool", 2, 1), real(1)),
    "masked_select": (lambda torch, x, c: x.masked_select(c), real(2, 3), at("bool", 2, 3)),
    "masked_scatter": (lambda torch, x, c, v: x.masked_scatter(c, v), real(2, 3), at("bool", 2, 3), real(6)),
    "nonzero": (lambda torch, x: x.nonzero(), at("zeros too", 3, 4)),
    "nonzero as_tuple": (lambda torch, x: torch.stack(torch.nonzero(x, as_tuple=True)), at("zeros too", 3, 4)),
    "argwhere": (lambda torch, x: torch.argwhere(x), at("zeros too", 3, 4)),
}

SORTING = {
    **{
        f"sort {dim} {down}": (lambda torch, x, dim=dim, down=down: x.sort(dim, descending=down).values, real(3, 4))
        for dim in (0, -1)
        for down in (False, True)
    },
    "sort equal": (lambda torch, i: torch.sort(i, stable=True).indices, at("class 3", 2, 9)),
    "sort equal down": (lambda torch, i: torch.sort(i, stable=True, descending=True)[1], at("class 3", 2, 9)),
    "sort nan": (lambda torch, x: torch.sort(x.detach()).values, at("special", 7)),
    "argsort": (lambda torch, x: x.argsort(0, descending=True), real(3, 4)),
    "msort": (lambda torch, x: torch.msort(x), real(3, 4)),
    "topk": (lambda torch, x: x.topk(2).values, real(3, 4)),
    "topk smallest": (lambda torch, x: x.topk(2, 0, largest=False).values, real(3, 4)),
    "topk indices": (lambda torch, x: x.topk(3).indices, real(3, 4)),
    "kthvalue": (lambda torch, x: x.kthvalue(2, 0).values, real(3, 4)),
    "kthvalue keepdim": (lambda torch, x: x.kthvalue(3, keepdim=True).indices, real(3, 4)),
    "unique": (lambda torch, i: torch.unique(i), at("class 5", 3, 4)),
    "unique inverse": (lambda torch, i: torch.unique(i, return_inverse=True)[1], at("class 5", 3, 4)),
    "unique counts": (lambda torch, i: i.unique(return_counts=True)[1], at("class 5", 3, 4)),
    "unique dim": (lambda torch, i: torch.unique(i, dim=1), at("class 2", 2, 9)),
    "unique_consecutive": (
        lambda torch, i: torch.cat(torch.unique_consecutive(i, return_inverse=True, return_counts=True)),
        at("class 2", 9),
    ),
    "searchsorted": (lambda torch, x, v: torch.searchsorted(x.sort().values, v), real(5), real(2, 3)),
    "searchsorted right": (
        lambda torch, i, v: torch.searchsorted(i.sort().values, v, side="right"),
        at("class 4", 6),
        at("class 4", 3),
    ),
    "searchsorted rows": (
        lambda torch, x, v: torch.searchsorted(x.sort().values, v, right=True),
        real(2, 5),
        real(2, 3),
    ),
    "bucketize": (lambda torch, x, b: torch.bucketize(x, b.sort().values), real(2, 3), real(4)),
    "bincount": (lambda torch, i: torch.bincount(i, minlength=7), at("class 5", 9)),
    "bincount weights": (lambda torch, i, w: torch.bincount(i, w), at("class 5", 9), at("weight", 9)),
    "isin": (lambda torch, i, j: torch.isin(i, j), at("class 9", 3, 4), at("class 9", 3)),
    "isin number": (lambda torch, i: torch.isin(i, 3, invert=True), at("class 9", 3, 4)),
}

MATRICES = {
    **unary("mm", real(2, 3), real(3, 4)),
    **unary("bmm", real(2, 2, 3), real(2, 3, 4)),
    **unary("mv", real(2, 3), real(3)),
    **unary("dot vdot", real(3), real(3)),
    **unary("inner", real(2, 3), real(4, 3)),
    **unary("outer", real(2), real(3)),
    **unary("kron", real(2, 3), real(2, 2)),
    **unary("cross", real(2, 3), real(2, 3)),
    **unary("addmm", real(2, 4), real(2, 3), real(3, 4)),
    **unary("addmv", real(2), real(2, 3), real(3)),
    **unary("addr", real(2, 3), real(2), real(3)),
    **unary("baddbmm addbmm", real(2, 4), real(2, 2, 3), real(2, 3, 4)),
    "addmm scaled": (lambda torch, x, a, b: torch.addmm(x, a, b, beta=0.5, alpha=2), real(4), real(2, 3), real(3, 4)),
    "addmm beta 0": (
        lambda torch, x, a, b: torch.addmm(x * float("nan"), a, b, beta=0).detach(),
        real(4),
        real(2, 3),
        real(3, 4),
    ),
    "tensordot": (lambda torch, x, y: torch.tensordot(x, y, 1), real(2, 3), real(3, 4)),
    "tensordot dims": (lambda torch, x, y: torch.tensordot(x, y, ([0, 1], [1, 0])), real(2, 3, 2), real(3, 2, 4)),
    "cross dim": (lambda torch, x, y: torch.linalg.cross(x, y, dim=0), real(3, 2), real(3, 1)),
    "vecdot": (lambda torch, x, y: torch.linalg.vecdot(x, y, dim=0), real(3, 2), real(3, 2)),
    "multi_dot": (lambda torch, x, y, z: torch.linalg.multi_dot([x, y, z]), real(2, 5), real(5, 3), real(3)),
    "chain_matmul": (lambda torch, x, y, z: torch.chain_matmul(x, y, z), real(2, 5), real(5, 3), real(3, 2)),
    **{
        f"cdist {p}": (lambda torch, x, y, p=p: torch.cdist(x, y, p), real(2, 3, 4), real(2, 2, 4))
        for p in (1.0, 2.0, 3.0, float("inf"))
    },
}


def einsum_case(equation, *shapes):
    return {equation: (lambda torch, *x: torch.einsum(equation, *x), *(real(*shape) for shape in shapes))}


EINSUM = {
    **einsum_case("ij,jk->ik", (2, 3), (3, 4)),
    **einsum_case("ij,jk", (2, 3), (3, 4)),
    **einsum_case("ij->", (2, 3)),
    **einsum_case("ij->ji", (2, 3)),
    **einsum_case("ii->i", (3, 3)),
    **einsum_case("ii", (3, 3)),
    **einsum_case("i,j", (2,), (3,)),
    **einsum_case("bij,bjk->bik", (2, 2, 3), (2, 3, 4)),
    **einsum_case("bhid,bhjd->bhij", (2, 2, 3, 2), (2, 2, 4, 2)),
    **einsum_case("...ij,...jk->...ik", (2, 1, 2, 3), (4, 3, 2)),
    **einsum_case("i...,i", (3, 2), (3,)),
    **einsum_case("ij,jk,kl->li", (2, 3), (3, 4), (4, 2)),
    **einsum_case("iji,ij->j", (2, 3, 2), (2, 3)),
    **einsum_case("ij,ij->j", (2, 3), (1, 3)),
    **einsum_case("i,i,i->", (3,), (3,), (3,)),
    "sublists": (lambda torch, x, y: torch.einsum(x, [0, 1], y, [1, 2], [2, 0]), real(2, 3), real(3, 4)),
    "list of operands": (lambda torch, x, y: torch.einsum("i, i -> i", [x, y]), real(3), real(3)),
}


def definite(x):
    """A symmetric positive-definite matrix."""
    return x @ x.mT + 2 * diagonal_of_ones(x)


def diagonal_of_ones(x):
    return x.new_ones(x.shape[-2:]).tril() * x.new_ones(x.shape[-2:]).triu()


def regular(x):
    """A matrix that is far from singular."""
    return x + 4 * diagonal_of_ones(x)


LINALG = {
    "inv": (lambda torch, x: torch.linalg.inv(regular(x)), real(2, 3, 3)),
    "inverse": (lambda torch, x: regular(x).inverse(), real(3, 3)),
    "det": (lambda torch, x: torch.linalg.det(x), real(2, 3, 3)),
    "det of a singular matrix": (lambda torch, x: torch.det(x * x.new_tensor([[1.0], [1.0], [0.0]])), real(3, 3)),
    "logdet": (lambda torch, x: torch.logdet(definite(x)), real(3, 3)),
    "logdet below 0": (lambda torch, x: (-definite(x)).logdet().detach(), real(3, 3)),
    "slogdet": (lambda torch, x: torch.stack(list(torch.linalg.slogdet(x))), real(3, 3)),
    **{
        f"matrix_power {n}": (lambda torch, x, n=n: torch.linalg.matrix_power(regular(x), n), real(3, 3))
        for n in (-2, 0, 1, 2, 5)
    },
    "matrix_exp": (lambda torch, x: torch.linalg.matrix_exp(x), real(2, 3, 3)),
    "matrix_exp large": (lambda torch, x: torch.matrix_exp(-6 * definite(x)), real(2, 2)),
    "vander": (lambda torch, x: torch.linalg.vander(x, N=4), real(2, 3)),
    "linalg.diagonal": (lambda torch, x: torch.linalg.diagonal(x, offset=1), real(2, 3, 3)),
}

SOLVING = {
    "solve": (lambda torch, a, b: torch.linalg.solve(regular(a), b), real(3, 3), real(3, 2)),
    "solve vector": (lambda torch, a, b: torch.linalg.solve(regular(a), b), real(3, 3), real(3)),
    "solve batch": (lambda torch, a, b: torch.linalg.solve(regular(a), b), real(2, 1, 3, 3), real(4, 3, 2)),
    "solve right": (lambda torch, a, b: torch.linalg.solve(regular(a), b, left=False), real(3, 3), real(2, 3)),
    "solve_triangular": (
        lambda torch, a, b: torch.linalg.solve_triangular(regular(a), b, upper=True),
        real(3, 3),
        real(3, 2),
    ),
    "solve_triangular unit": (
        lambda torch, a, b: torch.linalg.solve_triangular(regular(a), b, upper=False, unitriangular=True),
        real(3, 3),
        real(3, 2),
    ),
    "cholesky": (lambda torch, x: torch.linalg.cholesky(definite(x)), real(2, 3, 3)),
    "cholesky upper": (lambda torch, x: torch.linalg.cholesky(definite(x), upper=True), real(3, 3)),
    "cholesky_solve": (
        lambda torch, b, x: torch.cholesky_solve(b, torch.linalg.cholesky(definite(x))),
        real(3, 2),
        real(3, 3),
    ),
    "cholesky_inverse": (lambda torch, x: torch.cholesky_inverse(torch.linalg.cholesky(definite(x))), real(3, 3)),
    "pinv": (lambda torch, x: torch.linalg.pinv(x), real(2, 4, 3)),
    "pinv wide": (lambda torch, x: x.pinverse(), real(2, 3)),
    "pinv of rank 1": (lambda torch, x, y: torch.linalg.pinv(torch.outer(x, y), rtol=1e-6).detach(), real(3), real(4)),
}

DECOMPOSITIONS = {
    "qr": (lambda torch, x: torch.matmul(*torch.linalg.qr(x)), real(4, 3)),
    "qr R": (lambda torch, x: torch.linalg.qr(x).R.abs(), real(4, 3)),
    "qr Q": (lambda torch, x: torch.linalg.qr(x).Q ** 2, real(4, 3)),
    "qr wide": (lambda torch, x: torch.linalg.qr(x).R.abs(), real(2, 4)),
    "qr square Q": (lambda torch, x: torch.linalg.qr(x)[0] ** 2, real(2, 3, 3)),
    "qr complete": (lambda torch, x: torch.linalg.qr(x, "complete").R.abs(), real(2, 4)),
    "svdvals": (lambda torch, x: torch.linalg.svdvals(x), real(2, 4, 3)),
    "svd S": (lambda torch, x: torch.linalg.svd(x).S, real(3, 4)),
    "svd U": (lambda torch, x: torch.linalg.svd(x, full_matrices=False).U ** 2, real(4, 3)),
    "svd Vh": (lambda torch, x: torch.linalg.svd(x, full_matrices=False)[2] ** 2, real(3, 4)),
    "torch.svd V": (lambda torch, x: torch.svd(x).V ** 2, real(4, 3)),
    "eigh": (lambda torch, x: torch.linalg.eigh(definite(x)).eigenvalues, real(2, 3, 3)),
    "eigh vectors": (lambda torch, x: torch.linalg.eigh(definite(x))[1] ** 2, real(3, 3)),
    "eigvalsh": (lambda torch, x: torch.linalg.eigvalsh(definite(x), UPLO="U"), real(3, 3)),
}

LEAST_SQUARES = {
    "matrix_rank": (lambda torch, x, y: torch.linalg.matrix_rank(torch.outer(x, y)), real(3), real(4)),
    "matrix_rank full": (lambda torch, x: torch.linalg.matrix_rank(x), real(2, 3, 4)),
    "cond": (lambda torch, x: torch.linalg.cond(regular(x)), real(2, 3, 3)),
    "cond fro": (lambda torch, x: torch.linalg.cond(regular(x), "fro").detach(), real(3, 3)),
    "lstsq": (lambda torch, a, b: torch.linalg.lstsq(a, b).solution, real(5, 3), real(5, 2)),
    **{
        f"lstsq {field}": (
            lambda torch, a, b, field=field: getattr(torch.linalg.lstsq(a, b, driver="gelsd"), field).detach(),
            real(5, 3),
            real(5, 2),
        )
        for field in ("residuals", "rank", "singular_values")
    },
    "matrix norms": (
        lambda torch, x: torch.stack([torch.linalg.matrix_norm(x, ord=p) for p in ("nuc", 2, -2)]),
        real(4, 3),
    ),
}

CONVERSION = {
    **{
        f"to {name}": (lambda torch, x, name=name: x.detach().to(getattr(torch, name)), at("large", 2, 3))
        for name in ("float16", "float32", "float64", "int8", "int32", "int64", "bool")
    },
    "to and back": (lambda torch, x: x.double().type(torch.float64).to(x.dtype) * 2, real(3)),
    "float": (lambda torch, x: x.detach().float(), at("integer", 3)),
}

CASES = {
    "shape": SHAPE,
    "broadcasting": BROADCASTING,
    "joining": JOINING,
    "splitting": SPLITTING,
    "arranging": ARRANGING,
    "diagonals": DIAGONALS,
    "strides": STRIDES,
    "indexing": INDEXING,
    "gathering": GATHERING,
    "masking": MASKING,
    "sorting": SORTING,
    "matrices": MATRICES,
    "einsum": EINSUM,
    "linalg": LINALG,
    "solving": SOLVING,
    "decompositions": DECOMPOSITIONS,
    "least_squares": LEAST_SQUARES,
    "conversion": CONVERSION,
}
