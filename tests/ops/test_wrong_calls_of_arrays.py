"""Wrong shapes, indices and matrices fail at once, with PyTorch's type of error and words that tell what was wrong."""

import pytest

import edutorch as torch

X = torch.arange(6.0).reshape(2, 3)
W = torch.ones(2, 3, requires_grad=True)


def places(*numbers, **kwargs):
    return torch.tensor(list(numbers), **kwargs)


def assign(x, index, value):
    x.clone()[index] = value


CALLS = {
    # shapes
    "view": (lambda: X.view(4), RuntimeError, r"shape '\[4\]' is invalid for input of size 6"),
    "view of a transpose": (lambda: X.t().view(6), RuntimeError, r"view size is not compatible.*reshape"),
    "reshape two -1": (lambda: X.reshape(-1, -1), RuntimeError, "only one dimension can be inferred"),
    "reshape -2": (lambda: X.reshape(-2, 3), RuntimeError, "invalid shape dimension -2"),
    "reshape of nothing": (
        lambda: torch.zeros(0, 3).reshape(-1, 0),
        RuntimeError,
        r"cannot reshape tensor of 0 elements.*ambiguous",
    ),
    "transpose": (lambda: X.transpose(0, 5), IndexError, r"Dimension out of range.*\[-2, 1\], but got 5"),
    "permute twice": (lambda: X.permute(0, 0), RuntimeError, "duplicate dims are not allowed"),
    "permute few": (lambda: X.permute(0), RuntimeError, "2 dimensions but 1 were named"),
    "t": (lambda: torch.zeros(1, 1, 1).t(), RuntimeError, r"t\(\) expects a tensor with <= 2 dimensions.*3D"),
    "mT": (lambda: torch.zeros(3).mT, RuntimeError, "matrices or batches of matrices. Got 1-D"),
    "H": (lambda: torch.zeros(2, 2, 2).H, RuntimeError, r"matrices \(2-D tensors\). Got 3-D"),
    "squeeze": (lambda: X.squeeze(4), IndexError, "Dimension out of range"),
    "unsqueeze": (lambda: X.unsqueeze(4), IndexError, r"\[-3, 2\], but got 4"),
    "flatten": (lambda: X.flatten(1, 0), RuntimeError, "start_dim cannot come after end_dim"),
    "unflatten": (
        lambda: X.unflatten(1, (2, 2)),
        RuntimeError,
        r"\[2, 2\] don't multiply up to the size of dim 1 \(3\)",
    ),
    "movedim": (lambda: X.movedim((0, 1), 0), RuntimeError, "same number of"),
    "movedim twice": (lambda: X.movedim((0, 0), (0, 1)), RuntimeError, "repeated dim"),
    "expand": (
        lambda: X.expand(3, 3),
        RuntimeError,
        r"expanded size of the tensor \(3\) must match the existing size \(2\)",
    ),
    "expand few": (lambda: X.expand(3), RuntimeError, r"number of sizes provided \(1\)"),
    "expand -1": (lambda: X.expand(-1, 2, 3), RuntimeError, "isn't allowed in a leading"),
    "broadcast_tensors": (lambda: torch.broadcast_tensors(X, torch.ones(4)), RuntimeError, "cannot be broadcast"),
    # joining, parts, repeats
    "cat nothing": (lambda: torch.cat([]), ValueError, "expected a non-empty list of Tensors"),
    "cat a tensor": (lambda: torch.cat(X), TypeError, r"cat\(\): argument 'tensors'.*must be tuple of Tensors"),
    "cat a number": (lambda: torch.cat([X, 1]), TypeError, "expected Tensor as element 1 in argument 0, but got int"),
    "cat axes": (lambda: torch.cat([X, torch.ones(2)]), RuntimeError, "same number of dimensions: got 2 and 1"),
    "cat sizes": (
        lambda: torch.cat([X, torch.ones(3, 2)]),
        RuntimeError,
        "Expected size 3 but got size 2 for tensor number 1",
    ),
    "cat 0-d": (lambda: torch.cat([torch.tensor(1.0)]), RuntimeError, "zero-dimensional.*torch.stack"),
    "stack": (
        lambda: torch.stack([X, torch.ones(3, 2)]),
        RuntimeError,
        r"equal size, but got \[2, 3\] at entry 0 and \[3, 2\]",
    ),
    "stack nothing": (lambda: torch.stack([]), RuntimeError, "non-empty TensorList"),
    "split 0": (lambda: X.split(0), RuntimeError, "split_size can only be 0.*size of 2"),
    "split sizes": (lambda: X.split([1, 2]), RuntimeError, r"sum exactly to 2.*split_sizes=\[1, 2\]"),
    "chunk": (lambda: X.chunk(0), RuntimeError, "chunks` to be greater than 0, got: 0"),
    "tensor_split": (lambda: X.tensor_split(0), RuntimeError, "sections must be larger than 0, got 0"),
    "unbind": (lambda: X.unbind(3), IndexError, "Dimension out of range"),
    "select": (lambda: X.select(0, 5), IndexError, r"select\(\): index 5 out of range for tensor of size \[2, 3\]"),
    "narrow": (lambda: X.narrow(0, 1, 5), RuntimeError, r"start \(1\) \+ length \(5\) exceeds dimension size \(2\)"),
    "narrow start": (lambda: X.narrow(0, 3, 0), IndexError, r"start out of range.*\[-2, 2\], but got 3"),
    "repeat": (lambda: X.repeat(2), RuntimeError, "repeat dims can not be smaller"),
    "repeat_interleave": (lambda: X.repeat_interleave(places(1, 2, 3), 0), RuntimeError, r"repeats.size\(0\) = 3"),
    "repeat_interleave -1": (lambda: X.repeat_interleave(-1), RuntimeError, "repeats can not be negative"),
    "roll": (lambda: X.roll((1, 2), (0,)), RuntimeError, "shifts and dimensions must align. shifts: 2, dims:1"),
    "flip": (lambda: X.flip(0, 0), RuntimeError, "dim 0 appears multiple times"),
    "rot90": (lambda: X.rot90(1, (0, 0)), RuntimeError, "rotation dims to be different"),
    "meshgrid": (lambda: torch.meshgrid(X, X), RuntimeError, r"0D or 1D tensor.*\[2, 3\]"),
    "meshgrid indexing": (lambda: torch.meshgrid(X[0], indexing="yx"), RuntimeError, '"xy" or "ij", but received: yx'),
    "diagonal": (lambda: X.diagonal(0, 1, 1), RuntimeError, "diagonal dimensions cannot be identical"),
    "diag": (lambda: torch.diag(torch.ones(1, 1, 1)), RuntimeError, "Supports 1D or 2D tensors. Got 3D"),
    "trace": (lambda: torch.ones(3).trace(), RuntimeError, "expected a matrix, but got tensor with dim 1"),
    "tril": (lambda: torch.ones(3).tril(), RuntimeError, "tril: input tensor must have at least 2 dimensions"),
    "unfold": (lambda: X.unfold(0, 5, 1), RuntimeError, "maximum size for tensor at dimension 0 is 2 but size is 5"),
    "as_strided": (lambda: X.as_strided((3, 3), (3, 1)), RuntimeError, "out of bounds for storage of 6 elements"),
    # indices
    "x[5]": (lambda: X[5], IndexError, "index 5 is out of bounds for dimension 0 with size 2"),
    "x[0, 0, 0]": (lambda: X[0, 0, 0], IndexError, r"too many indices for tensor of dimension 2: got 3.*\[2, 3\]"),
    "x[0.5]": (lambda: X[0.5], IndexError, r"only integers, slices.*\(got float\)"),
    "x[float tensor]": (
        lambda: X[places(0.5)],
        IndexError,
        "must be long, int, byte or bool tensors, not torch.float32",
    ),
    "x[mask]": (
        lambda: X[places(True, False, True)],
        IndexError,
        r"shape of the mask \[3\] at index 0 does not match.*\[2, 3\]",
    ),
    "x[tensor]": (lambda: X[:, places(0, 5)], IndexError, "index 5 is out of bounds for dimension 1 with size 3"),
    "x[two tensors]": (
        lambda: X[places(0, 1), places(0, 1, 2)],
        IndexError,
        r"could not be broadcast together with shapes \[2\], \[3\]",
    ),
    "x[::-1]": (lambda: X[::-1], ValueError, "step must be greater than zero.*flip"),
    "0-d": (lambda: torch.tensor(1.0)[0], IndexError, r"invalid index of a 0-dim tensor. Use `tensor.item\(\)`"),
    "x[0] = list": (lambda: assign(X, 0, [1, 2, 3]), TypeError, "can't assign a list.*torch.tensor"),
    "x[0] = too long": (
        lambda: assign(X, 0, torch.ones(4)),
        RuntimeError,
        r"expanded size.*\(3\).*existing size \(4\)",
    ),
    "x[tensor] = too long": (
        lambda: assign(X, places(0), torch.ones(4)),
        RuntimeError,
        r"value tensor of shape \[4\].*result of shape \[1, 3\]",
    ),
    "x[tensor] = double": (
        lambda: assign(X, places(0), torch.ones(3).double()),
        RuntimeError,
        "dtypes match.*float32.*float64",
    ),
    "x[0] = y of a leaf": (lambda: W.__setitem__(0, 1.0), RuntimeError, "leaf Variable that requires grad"),
    "gather": (lambda: X.gather(1, places([5])), RuntimeError, "index 5 is out of bounds for dimension 1 with size 3"),
    "gather -1": (lambda: X.gather(1, places([-1])), RuntimeError, "index -1 is out of bounds"),
    "gather float": (lambda: X.gather(1, places([0.0])), RuntimeError, "Expected dtype int32/int64 for index.*long"),
    "gather axes": (lambda: X.gather(1, places(0)), RuntimeError, r"same number of dimensions.*\[1\] and \[2, 3\]"),
    "gather rows": (
        lambda: X.gather(1, places([0], [0], [0])),
        RuntimeError,
        r"index \[3, 1\] to be no larger than self \[2, 3\]",
    ),
    "index_select": (lambda: X.index_select(1, places(-1)), RuntimeError, "index -1.*index_select"),
    "index_select matrix": (lambda: X.index_select(1, places([1])), IndexError, "supposed to be a vector"),
    "index_add": (
        lambda: X.index_add(0, places(0), torch.ones(1, 2)),
        RuntimeError,
        r"self.shape = \[2, 3\] source.shape = \[1, 2\]",
    ),
    "index_copy dtype": (lambda: X.index_copy(0, places(0), torch.ones(1, 3).double()), RuntimeError, "same dtype"),
    "index_fill": (lambda: X.index_fill(0, places(5), 1.0), IndexError, "index 5 is out of bounds"),
    "scatter": (lambda: X.scatter(1, places([7]), 1.0), RuntimeError, "index 7 is out of bounds"),
    "scatter src": (
        lambda: X.scatter(1, places([0, 1]), torch.ones(1, 1)),
        RuntimeError,
        r"no larger size than src \[1, 1\]",
    ),
    "scatter dtype": (
        lambda: X.scatter(1, places([0]), torch.ones(1, 1).double()),
        RuntimeError,
        "self.dtype to be equal to src.dtype",
    ),
    "scatter reduce": (lambda: X.scatter(1, places([0]), 1.0, reduce="max"), RuntimeError, "either add or multiply"),
    "scatter_reduce": (
        lambda: X.scatter_reduce(1, places([0]), X, "median"),
        RuntimeError,
        "sum, prod, mean, amax or amin",
    ),
    "take": (lambda: X.take(places(9)), IndexError, "tried to access index 9 on a tensor of 6 elements"),
    # masks, order
    "masked_fill": (lambda: X.masked_fill(places(1, 0, 1), 0), RuntimeError, "only supports boolean masks.*int64"),
    "masked_fill shape": (
        lambda: X.masked_fill(places(True, False), 0),
        RuntimeError,
        r"size of tensor a \(2\) must match",
    ),
    "masked_fill value": (lambda: X.masked_fill(X > 1, torch.ones(2)), RuntimeError, "0-dimensional value tensor"),
    "masked_select": (lambda: X.masked_select(places(1, 0, 1)), RuntimeError, "expected BoolTensor for mask"),
    "masked_scatter": (lambda: X.masked_scatter(X > 1, torch.ones(2)), RuntimeError, "2 < 4"),
    "where": (
        lambda: torch.where(places(1, 0, 1), 1.0, 2.0),
        RuntimeError,
        "expected condition to be a boolean tensor.*int64",
    ),
    "where shapes": (lambda: torch.where(X > 1, X, torch.ones(4)), RuntimeError, "must match the size of tensor b"),
    "topk": (lambda: X.topk(5), RuntimeError, "selected index k out of range"),
    "sort": (lambda: X.sort(2), IndexError, "Dimension out of range"),
    "kthvalue": (lambda: X.kthvalue(5), RuntimeError, "selected number k out of range"),
    "bincount": (lambda: torch.bincount(places(-1)), RuntimeError, "1-d non-negative integral"),
    "bincount float": (lambda: torch.bincount(places(1.0)), NotImplementedError, "not implemented for.*long"),
    "searchsorted": (lambda: torch.searchsorted(X, torch.ones(3, 1)), RuntimeError, "first N-1 dimensions"),
    # matrices
    "mm vector": (lambda: X.mm(torch.ones(3)), RuntimeError, "mat2 must be a matrix"),
    "mm sizes": (lambda: X.mm(X), RuntimeError, r"cannot be multiplied \(2x3 and 2x3\)"),
    "bmm": (
        lambda: torch.ones(2, 2, 2).bmm(torch.ones(3, 2, 2)),
        RuntimeError,
        r"batch2 tensor to be: \[2, 2\] but got: \[3, 2\]",
    ),
    "bmm matrix": (lambda: X.bmm(X), RuntimeError, "batch1 must be a 3D tensor"),
    "mv": (lambda: X.mv(torch.ones(2)), RuntimeError, r"size mismatch, got input \(2\), mat \(2x3\), vec \(2\)"),
    "dot": (lambda: torch.ones(2).dot(torch.ones(3)), RuntimeError, r"same number of elements, but got 2 and 3"),
    "dot matrix": (lambda: torch.ones(2).dot(X), RuntimeError, "1D tensors expected, but got 1D and 2D"),
    "dot dtype": (lambda: torch.ones(2).dot(torch.ones(2).double()), RuntimeError, "same dtype"),
    "outer": (lambda: torch.outer(X, X), RuntimeError, "outer: Expected 1-D argument self, but got 2-D"),
    "cross": (lambda: X.cross(X, dim=0), RuntimeError, "must have length 3. Got 2 and 2"),
    "tensordot": (lambda: torch.tensordot(X, X, 1), RuntimeError, "contracted dimensions need to match"),
    "cdist": (lambda: torch.cdist(X, torch.ones(2, 4)), RuntimeError, "same number of columns. X1: 3 X2: 4"),
    "einsum sizes": (
        lambda: torch.einsum("ij,jk->ik", X, X),
        RuntimeError,
        "subscript j has size 2 for operand 1.*size 3",
    ),
    "einsum output": (lambda: torch.einsum("ij->iz", X), RuntimeError, "output subscript z does not appear"),
    "einsum axes": (
        lambda: torch.einsum("ijk->i", X),
        RuntimeError,
        r"number of subscripts in the equation \(3\).*\(2\)",
    ),
    "einsum operands": (lambda: torch.einsum("ij,jk", X), RuntimeError, "fewer operands were provided"),
    "einsum letters": (lambda: torch.einsum("i1->i", X), RuntimeError, "subscripts must be letters"),
    # linear algebra
    "inv": (lambda: torch.linalg.inv(X), RuntimeError, "must be batches of square matrices, but they are 2 by 3"),
    "inv singular": (lambda: torch.linalg.inv(torch.zeros(2, 2)), torch.linalg.LinAlgError, "linalg.inv:.*singular"),
    "inv int": (lambda: torch.linalg.inv(torch.eye(2).int()), RuntimeError, "Expected a floating point.*int32.*float"),
    "inv half": (lambda: torch.linalg.inv(torch.eye(2).half()), RuntimeError, "Low precision dtypes not supported"),
    "inv vector": (lambda: torch.linalg.inv(torch.ones(2)), RuntimeError, "at least 2 dimensions"),
    "cholesky": (lambda: torch.linalg.cholesky(-torch.eye(2)), torch.linalg.LinAlgError, "not positive-definite"),
    "solve": (lambda: torch.linalg.solve(torch.eye(2), torch.ones(3)), RuntimeError, r"AX = B \(2x2 and 3x1\)"),
    "solve singular": (lambda: torch.linalg.solve(torch.zeros(2, 2), torch.ones(2)), RuntimeError, "solve.*singular"),
    "qr mode": (lambda: torch.linalg.qr(X, "full"), RuntimeError, "unrecognized mode 'full'"),
    "qr complete": (
        lambda: torch.linalg.qr(W.t(), "complete").Q.sum().backward(),
        RuntimeError,
        "not differentiable when mode='complete'",
    ),
    "lstsq": (lambda: torch.linalg.lstsq(X, X, driver="qr"), RuntimeError, "should be one of .gels.*got qr"),
    "eigh": (lambda: torch.linalg.eigh(torch.eye(2), "X"), RuntimeError, "UPLO argument to be 'L' or 'U', but got X"),
    "matrix_power": (lambda: torch.linalg.matrix_power(X, 2), RuntimeError, r"square matrices, got shape \[2, 3\]"),
    # memory and conversion
    "to": (lambda: X.to(1.5), TypeError, r"to\(\) takes a dtype, a device or a tensor, not float"),
    "channels_last": (lambda: X.contiguous(memory_format=torch.channels_last), NotImplementedError, "C order here"),
    "type": (lambda: X.type("torch.Float"), ValueError, "invalid type: 'torch.Float'"),
    "map_": (lambda: W.map_(X, max), RuntimeError, "requires grad"),
    "item": (lambda: X.item(), RuntimeError, "a Tensor with 6 elements cannot be converted to Scalar"),
}


@pytest.mark.parametrize("name", CALLS)
def test_wrong_call(name):
    call, error, message = CALLS[name]
    with pytest.raises(error, match=message) as caught:
        call()
    assert type(caught.value) is error or error is RuntimeError
