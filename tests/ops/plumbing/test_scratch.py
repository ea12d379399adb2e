"""Memory that an operation keeps for its next call: whose it is, and that no result is a view of it."""

import threading

import numpy as np
import pytest

import edutorch as torch
from edutorch.nn import functional as F
from edutorch.ops.plumbing import scratch

FLOAT = np.dtype("float32")


@pytest.fixture(autouse=True)
def nothing_kept_yet(monkeypatch):
    """What earlier tests in this process left may be as much as is ever kept."""
    monkeypatch.setattr(scratch, "_kept", scratch._Kept())


def test_the_next_array_for_a_use_has_the_same_memory():
    first = scratch.empty(np, "windows", (4, 5), FLOAT)
    second = scratch.empty(np, "windows", (3, 2), np.dtype("float64"))
    assert (second.shape, second.dtype) == ((3, 2), np.float64)
    assert np.shares_memory(first, second)
    assert not np.shares_memory(first, scratch.empty(np, "padded", (4, 5), FLOAT))


def test_what_is_larger_than_all_before_gets_new_memory():
    first = scratch.empty(np, "product", (3,), FLOAT)
    larger = scratch.empty(np, "product", (4,), FLOAT)
    assert not np.shares_memory(first, larger)
    assert np.shares_memory(larger, scratch.empty(np, "product", (3,), FLOAT))


def test_what_is_too_large_is_not_kept():
    array = scratch.empty(np, "windows", (scratch.MOST + 1,), np.dtype("uint8"))
    assert len(scratch._kept.of.get("windows", ())) <= scratch.MOST
    assert not np.shares_memory(array, scratch.empty(np, "windows", (3,), FLOAT))


def test_zeros_are_zeros_again():
    scratch.empty(np, "padded", (100,), FLOAT)[...] = 7
    assert not scratch.zeros(np, "padded", (10, 10), FLOAT).any()


def test_each_thread_has_its_own():
    arrays = []
    thread = threading.Thread(target=lambda: arrays.append(scratch.empty(np, "windows", (3,), FLOAT)))
    thread.start()
    thread.join()
    assert not np.shares_memory(arrays[0], scratch.empty(np, "windows", (3,), FLOAT))


CONVOLUTIONS = {
    "rows of the kernel": ((3, 3, 12, 12), (4, 3, 5, 5), {}),
    "whole windows": ((3, 8, 12, 12), (16, 8, 3, 3), {"padding": 1}),
    "strided": ((3, 8, 15, 15), (16, 8, 3, 3), {"padding": 1, "stride": 2}),
    "groups": ((3, 8, 12, 12), (8, 1, 3, 3), {"padding": 1, "groups": 8}),
    "small images": ((3, 8, 4, 4), (16, 8, 3, 3), {"padding": 1}),
}


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_no_result_of_a_convolution_is_a_view_of_it(name):
    x_shape, w_shape, arguments = CONVOLUTIONS[name]
    x, w = torch.randn(x_shape, requires_grad=True), torch.randn(w_shape, requires_grad=True)
    y = F.conv2d(x, w, **arguments)
    y.square().sum().backward()
    z = F.conv_transpose2d(y.detach(), w.detach(), **arguments)
    assert scratch._kept.of or name == "small images"  # which go through conv_gemm.py
    for result in (y, x.grad, w.grad, z):
        for kept in scratch._kept.of.values():
            assert not np.shares_memory(result.detach().numpy(), kept)


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_no_result_of_a_recurrent_layer_is_a_view_of_it(kind):
    layer, x = getattr(torch.nn, kind)(3, 4), torch.randn(5, 2, 3, requires_grad=True)
    y, last = layer(x)
    y.square().sum().backward()
    assert scratch._kept.of
    for result in (y, x.grad, *(last if kind == "LSTM" else [last]), *(each.grad for each in layer.parameters())):
        for kept in scratch._kept.of.values():
            assert not np.shares_memory(result.detach().numpy(), kept)


def test_convolutions_in_two_threads_give_what_they_give_one_after_the_other():
    images, weight = torch.randn(2, 8, 3, 32, 32), torch.randn(6, 3, 5, 5)
    expected = [F.conv2d(each, weight) for each in images]
    wrong = []

    def work(number):
        for _ in range(50):
            if not torch.equal(F.conv2d(images[number], weight), expected[number]):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
