"""Pinned memory: what is sent from there is not copied before, and waited for unless the caller says otherwise."""

import cupy
import pytest

import edutorch as torch


@pytest.fixture
def sent(monkeypatch):
    """What goes to the device: (array, whether it is waited for)."""
    seen, asarray = [], cupy.asarray

    def watched(array, *args, blocking=False, **kwargs):
        seen.append((array, blocking))
        return asarray(array, *args, blocking=blocking, **kwargs)

    monkeypatch.setattr(cupy, "asarray", watched)
    return seen


def test_a_copy_in_pinned_memory():
    x = torch.arange(6.0).reshape(2, 3).requires_grad_()
    y = x.pin_memory()
    assert y.is_pinned() and y[1:].is_pinned() and not x.is_pinned() and not y.clone().is_pinned()
    assert y.pin_memory() is y and torch.equal(y, x.detach())
    assert not y.to("cuda").is_pinned()


@pytest.mark.parametrize(
    ("send", "waits"),
    [
        (lambda x: x.to("cuda"), True),
        (lambda x: x.cuda(), True),
        (lambda x: x.to("cuda", non_blocking=True), False),
        (lambda x: x.to("cuda", torch.float32, True), False),
        (lambda x: x.cuda(non_blocking=True), False),
    ],
)
def test_it_is_sent_from_there(send, waits, sent):
    x = torch.arange(6.0).pin_memory()
    there = send(x)
    ((array, blocking),) = sent
    assert array is x.array and blocking == waits and there.tolist() == x.tolist()


def test_other_memory_is_never_waited_for(sent):
    x = torch.arange(6.0)
    x.to("cuda")
    ((array, blocking),) = sent
    assert array is x.array and not blocking


def test_a_tensor_of_the_gpu_cannot_be_pinned():
    with pytest.raises(RuntimeError, match="only dense CPU tensors can be pinned"):
        torch.ones(2, device="cuda").pin_memory()
