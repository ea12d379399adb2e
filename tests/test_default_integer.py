"""Indices and counts are int64 as well where NumPy's default integer has 32 bits."""

import numpy as np
import pytest

import edutorch as torch
from tests.conftest import REAL_CUPY
from tests.default_integer import use_32_bits
from tests.op_table import OPS
from tests.test_all_ops_on_devices import tensors

F = torch.nn.functional
CALLS = {
    **{f"of the table: {name}": call for name, call in OPS.items()},
    "argmax of all": lambda T, F, v: (v.x.argmax(), v.x.argmin(), v.x.argmax(keepdim=True)),
    "argmax of an axis": lambda T, F, v: (v.x.argmax(1), v.x.argmin(0, keepdim=True), v.i.argmax(0)),
    "max and min": lambda T, F, v: (*v.x.max(1), *v.x.min(0), *v.at.max(1, keepdim=True)),
    "argsort": lambda T, F, v: (v.x.argsort(), v.x.argsort(0, descending=True), *v.x.sort(descending=True)),
    "topk": lambda T, F, v: (*v.x.topk(2), *v.x.topk(2, largest=False), *v.x.kthvalue(1), *v.x.kthvalue(1, 0, True)),
    "median": lambda T, F, v: (*v.x.median(1), *v.x.nanmedian(1), *v.at.mode(1), *v.x.mode(0), v.at.median()),
    "cummax": lambda T, F, v: (*v.x.cummax(0), *v.x.cummin(1)),
    "sums": lambda T, F, v: (v.b.sum(), v.at.int().sum(1), v.b.cumsum(0), v.at.byte().cumsum(1), v.b.prod(1)),
    "counts": lambda T, F, v: (v.b.count_nonzero(), v.at.count_nonzero(1), v.b.long().trace()),
    "nonzero": lambda T, F, v: (v.b.nonzero(), *v.b.nonzero(as_tuple=True), T.argwhere(v.x), *T.where(v.b)),
    "unique": lambda T, F, v: T.unique(v.at, return_inverse=True, return_counts=True),
    "unique rows": lambda T, F, v: T.unique(v.at, return_inverse=True, return_counts=True, dim=0),
    "unique_consecutive": lambda T, F, v: T.unique_consecutive(v.i, return_inverse=True, return_counts=True),
    "bincount": lambda T, F, v: (T.bincount(v.i), T.bincount(v.i, v.x[:, 0]), T.bincount(v.i.byte())),
    "histc": lambda T, F, v: (T.histc(v.x, 5), *T.histogram(v.x.detach().cpu(), 5)),
    "searchsorted": lambda T, F, v: (
        T.searchsorted(v.x[0].sort().values, v.y),
        T.bucketize(v.x, v.y[0].sort().values),
        T.searchsorted(v.x.sort(1).values, v.y),
        T.searchsorted(v.x[0].sort().values, v.y, out_int32=True),
    ),
    "unravel_index": lambda T, F, v: T.unravel_index(v.at, (2, 2)),
    "repeat_interleave": lambda T, F, v: (T.repeat_interleave(v.i), v.x.repeat_interleave(v.i, 0)),
    "tril_indices": lambda T, F, v: (T.tril_indices(3, 3), T.triu_indices(3, 4), T.combinations(v.i, 2)),
    "arange": lambda T, F, v: (T.arange(4, device=v.x.device), T.arange(1, 9, 3), T.arange(3.0), T.tensor([1, 2])),
    "numbers": lambda T, F, v: (T.tensor(3), T.full((2,), 7), T.as_tensor([1]), v.at + 2, v.i.new_tensor([2, 3])),
    "masks": lambda T, F, v: (v.at[v.b], v.x[v.i], v.x.masked_scatter(v.b, v.y), v.at[[0, 1]], v.i[v.i > 1]),
    "max_pool1d": lambda T, F, v: F.max_pool1d(v.images[0], 2, return_indices=True),
    "max_pool2d": lambda T, F, v: F.max_pool2d(v.images, 3, 2, 1, return_indices=True),
    "max_pool3d": lambda T, F, v: F.max_pool3d(v.images, 2, return_indices=True),
    "adaptive_max_pool": lambda T, F, v: (
        *F.adaptive_max_pool2d(v.images, 4, return_indices=True),
        *F.adaptive_max_pool1d(v.images[0], 4, return_indices=True),
    ),
    "max_unpool": lambda T, F, v: F.max_unpool2d(*F.max_pool2d(v.images, 2, return_indices=True), 2),
    "one_hot": lambda T, F, v: (F.one_hot(v.i), F.one_hot(v.at, 4)),
    "embedding_bag": lambda T, F, v: (
        F.embedding_bag(v.at, v.m, mode="max"),
        F.embedding_bag(v.i, v.m, v.i.new_tensor([0, 2]), mode="mean"),
        F.embedding(v.at, v.m, max_norm=1.0, scale_grad_by_freq=True),
    ),
    "draws": lambda T, F, v: (T.randperm(5), T.randint(9, (3,)), T.multinomial(v.p.detach().cpu(), 2)),
    "matrix_rank": lambda T, F, v: T.linalg.matrix_rank(v.m),
    "grid_sample": lambda T, F, v: F.grid_sample(v.images, v.images[:, :2].permute(0, 2, 3, 1), align_corners=False),
    "unfold and fold": lambda T, F, v: F.fold(F.unfold(v.images, 3), 6, 3),
}


def outcome(name, device):
    """All that the call gives, and the gradients of its floating outputs, on the CPU."""
    torch.manual_seed(0)
    v, leaves = tensors(device)
    found = CALLS[name](torch, F, v)
    found = list(found) if isinstance(found, (tuple, list)) else [found]
    for each in found:
        if isinstance(each, torch.Tensor) and each.requires_grad:
            each.sum().backward(retain_graph=True)
    found += [leaf.grad for leaf in leaves.values() if leaf.grad is not None]
    return [each.detach().cpu().numpy() if isinstance(each, torch.Tensor) else np.asarray(each) for each in found]


@pytest.mark.parametrize("name", CALLS)
def test_the_same_with_32_bits(name, device, monkeypatch):
    if REAL_CUPY and device == "cuda":
        pytest.skip("CuPy's integers have 64 bits")
    expected = outcome(name, device)
    with monkeypatch.context() as patch:
        use_32_bits(patch, device)
        got = outcome(name, device)
    assert [each.dtype for each in got] == [each.dtype for each in expected]
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_array_equal(one, other)


def test_an_index_that_is_int64_is_not_copied():
    array = np.arange(3, dtype=np.int64)
    assert torch.backend.as_indices(array) is array
    assert torch.backend.as_indices(array.astype(np.int32)).dtype == np.int64
