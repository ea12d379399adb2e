"""Packing batches for another process, here unpacked in the same one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import edutorch as torch
from edutorch.utils.data import shared

ARRAYS = hnp.arrays(
    st.sampled_from(["u1", "i8", "f4", "f8", "?"]), hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5)
)


@pytest.fixture(params=[0, 1 << 16], ids=["block", "inline"])
def small(request, monkeypatch):
    monkeypatch.setattr(shared, "SMALL", request.param)


@settings(deadline=None, max_examples=40)
@given(st.lists(ARRAYS, max_size=4))
@pytest.mark.parametrize("limit", [0, 1 << 16])
def test_arrays_arrive_bit_by_bit(limit, arrays):
    before, shared.SMALL = shared.SMALL, limit
    try:
        unpacked = shared.unpack(shared.pack({"arrays": arrays, "again": arrays}))
    finally:
        shared.SMALL = before
    for got, sent in zip(unpacked["arrays"] + unpacked["again"], arrays * 2, strict=True):
        assert got.dtype == sent.dtype and got.shape == sent.shape and got.tobytes() == sent.tobytes()
        assert got.flags.writeable


def test_tensors_keep_what_they_are(small):
    sent = [torch.randn(3, 4).t(), torch.tensor(5), torch.ones(2).requires_grad_(), torch.zeros(0, 2)]
    got = shared.unpack(shared.pack(sent))
    assert [t.tolist() for t in got] == [t.tolist() for t in sent]
    assert [t.dtype for t in got] == [t.dtype for t in sent]
    assert got[2].requires_grad and not got[0].requires_grad


def test_what_nobody_wants_is_freed_once():
    packed = shared.pack(np.zeros(100_000))
    assert packed.block is not None
    shared.discard(packed)
    shared.discard(packed)  # it is gone already
    with pytest.raises(FileNotFoundError):
        shared.unpack(packed)


def test_what_cannot_be_pickled_raises_and_leaves_nothing():
    with pytest.raises(Exception, match="lambda|pickle"):
        shared.pack([np.zeros(100_000), lambda: 0])
