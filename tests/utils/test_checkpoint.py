"""checkpoint gives the values and gradients of the part itself, as PyTorch's own does, and keeps less."""

import gc
import warnings

import pytest

import edutorch as torch
from edutorch import nn
from edutorch.utils.checkpoint import checkpoint, checkpoint_sequential


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Dropout(0.5), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 3))


def gradients(run, wants_input):
    net, x = network(), torch.randn(5, 4).requires_grad_(wants_input)
    torch.manual_seed(1)
    y = run(net, x)
    (y**2).sum().backward()
    return [y.detach(), *(p.grad for p in net.parameters()), *([x.grad] if wants_input else [])], torch.rand(3)


@pytest.mark.parametrize("wants_input", [True, False])
@pytest.mark.parametrize(
    "run",
    [
        lambda net, x: checkpoint(net, x, use_reentrant=False),
        lambda net, x: checkpoint_sequential(net, 3, x, use_reentrant=False),
        lambda net, x: net[3:](checkpoint(lambda a, b: net[:3](a + b), x, torch.zeros(4), use_reentrant=False)),
    ],
)
def test_values_gradients_and_random_numbers_are_those_of_the_part_itself(run, wants_input):
    expected, then = gradients(lambda net, x: net(x), wants_input)
    got, after = gradients(run, wants_input)
    assert all(torch.equal(a, b) for a, b in zip(got, expected, strict=True))
    assert torch.equal(after, then)  # the backward leaves the generator where it was


def test_the_part_runs_again_in_the_backward_and_its_graph_is_gone_before():
    calls = []

    def part(x):
        calls.append(torch.is_grad_enabled())
        return (x.exp().sin() * x,)

    x = torch.ones(3, requires_grad=True)
    (y,) = checkpoint(part, x, use_reentrant=False)
    gc.collect()
    assert type(y.grad_fn).__name__ == "Checkpoint" and calls == [True]
    (gradient,) = torch.autograd.grad(y.sum(), x, create_graph=True)
    assert calls == [True, True]
    (second,) = torch.autograd.grad(gradient.sum(), x)
    z = torch.ones(3, requires_grad=True)
    (first,) = torch.autograd.grad((z.exp().sin() * z).sum(), z, create_graph=True)
    assert torch.equal(gradient, first) and torch.allclose(second, torch.autograd.grad(first.sum(), z)[0])


def test_the_older_way_has_no_gradient_without_an_input_that_requires_one():
    layer = nn.Linear(2, 2)
    with pytest.warns(UserWarning, match="None of the inputs have requires_grad=True"):
        assert not checkpoint(layer, torch.ones(2), use_reentrant=True).requires_grad
    with pytest.warns(UserWarning, match="use_reentrant parameter should be passed explicitly"):
        checkpoint(layer, torch.ones(2, requires_grad=True)).sum().backward()
    assert layer.weight.grad is not None
    with pytest.raises(ValueError, match="Unexpected keyword arguments: scale"):
        checkpoint(layer, torch.ones(2, requires_grad=True), use_reentrant=True, scale=2)


def test_a_tensor_computed_before_must_be_an_argument():
    before = torch.ones(2, requires_grad=True) * 2
    with pytest.raises(RuntimeError, match="uses a tensor that was computed before"):
        checkpoint(lambda x: x * before, torch.ones(2, requires_grad=True), use_reentrant=False)


def test_without_recording_it_is_the_call_itself():
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert checkpoint(lambda x, scale: x * scale, torch.ones(1), scale=3, use_reentrant=False).item() == 3


def test_as_pytorch_does():
    theirs = pytest.importorskip("torch")
    from torch.utils.checkpoint import checkpoint as their_checkpoint

    def part(x, w):
        return (x @ w).tanh() * x.sum(), x * 2

    def run(lib, call):
        x = (lib.arange(6.0).reshape(2, 3) / 9).requires_grad_()
        w = (lib.arange(12.0).reshape(3, 4) / 7).requires_grad_()
        y, z = call(part, x, w, use_reentrant=False)
        ((y**2).sum() + z.sum()).backward()
        return [y.tolist(), z.tolist(), x.grad.tolist(), w.grad.tolist()]

    for ours, expected in zip(run(torch, checkpoint), run(theirs, their_checkpoint), strict=True):
        assert torch.allclose(torch.tensor(ours), torch.tensor(expected), rtol=1e-5)
