"""Hooks of modules: what they get, what they may replace, how they go."""

import importlib
from typing import NamedTuple

import pytest

import edutorch
import edutorch as torch
from edutorch import nn


def layer():
    made = nn.Linear(1, 1)
    made.weight.data.fill_(3)
    made.bias.data.zero_()
    return made


X = torch.tensor([[2.0]])


def test_forward_hooks_see_and_replace():
    net, seen = layer(), []
    first = net.register_forward_pre_hook(lambda module, args: (args[0] + 1,))
    net.register_forward_hook(lambda module, args, output: seen.append((args[0].item(), output.item())))
    net.register_forward_hook(lambda module, args, output: output * 10)
    net.register_forward_hook(lambda module, args, output: seen.append("first"), prepend=True)
    assert net(X).item() == 90 and seen == ["first", (3, 9)]
    first.remove()
    assert net(X).item() == 60


def test_hooks_with_keywords():
    class Times(nn.Module):
        def forward(self, x, factor=1):
            return x * factor

    net = Times()
    net.register_forward_pre_hook(
        lambda module, args, kwargs: (args, {"factor": kwargs["factor"] + 1}), with_kwargs=True
    )
    net.register_forward_hook(lambda module, args, kwargs, output: output + kwargs["factor"], with_kwargs=True)
    assert net(X, factor=4).item() == 15
    net.register_forward_pre_hook(lambda module, args, kwargs: 3, with_kwargs=True)
    with pytest.raises(RuntimeError, match="must return None or a tuple of"):
        net(X, factor=4)


def test_a_hook_that_is_always_called():
    net, seen = layer(), []
    net.register_forward_hook(lambda module, args, output: seen.append(output), always_call=True)
    with pytest.raises(RuntimeError, match="cannot be multiplied"):
        net(torch.zeros(1, 5))
    assert seen == [None]


def test_backward_hooks_see_and_replace():
    net, seen = layer(), []
    net.register_full_backward_pre_hook(lambda module, grad_output: (grad_output[0] * 2,))
    net.register_full_backward_hook(lambda module, gi, go: seen.append((gi[0].item(), go[0].item())))
    last = net.register_full_backward_hook(lambda module, gi, go: (gi[0] * 100,))
    x = X.clone().requires_grad_()
    net(x).sum().backward()
    assert seen == [(6, 2)] and x.grad.item() == 600 and net.weight.grad.item() == 4
    last.remove()
    x.grad = None
    net(x).sum().backward()
    assert x.grad.item() == 6


def test_backward_hook_where_no_input_has_a_gradient():
    net, seen = layer(), []
    net.register_full_backward_hook(lambda module, gi, go: seen.append((gi, go[0].item())))
    net(X).sum().backward()
    assert seen == [((None,), 1.0)] and net.weight.grad.item() == 2


def test_several_outputs():
    class Two(nn.Module):
        def forward(self, x):
            return x * 2, x * 3

    net, seen = Two(), []
    net.register_full_backward_hook(lambda module, gi, go: seen.append([None if g is None else g.item() for g in go]))
    x = X.clone().requires_grad_()
    net(x)[1].sum().backward()
    assert seen == [[None, 1.0]] and x.grad.item() == 3


def test_what_came_by_another_way_than_the_outputs_calls_no_backward_hook():
    class Pair(torch.nn.Module):
        def forward(self, x):
            return {"double": x * 2, "same": x}

    seen = []
    module = Pair()
    module.register_full_backward_hook(lambda *args: seen.append(args))
    x = torch.ones(2, requires_grad=True)
    module(x)["double"].sum().backward()
    assert x.grad.tolist() == [2.0, 2.0] and seen == []


class Pair(NamedTuple):
    first: torch.Tensor
    second: torch.Tensor


class Mixed(nn.Module):
    """What a module may take and give: tensors among other things, a named tuple."""

    def forward(self, x, times, other, word="word"):
        return Pair(x * times, x + 1)


def test_backward_hooks_have_a_place_for_every_argument():
    net, seen = Mixed(), []
    net.register_full_backward_hook(lambda module, grad_input, grad_output: seen.append((grad_input, grad_output)))
    net.register_full_backward_pre_hook(lambda module, grad_output: seen.append(grad_output))
    x, other = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    result = net(x * 1, 3, other, "word")
    assert type(result) is Pair
    result.first.sum().backward()
    (ones, none), (grad_input, grad_output) = seen
    assert ones.tolist() == [1, 1] and none is None and grad_output == (ones, None)
    assert [None if each is None else each.tolist() for each in grad_input] == [[3, 3], None, [0, 0], None]


def test_a_backward_hook_that_returns_another_number_of_gradients():
    net = Mixed()
    net.register_full_backward_hook(lambda module, grad_input, grad_output: grad_input[:1])
    with pytest.raises(RuntimeError, match="invalid number of grad_input, got 1, but expected 3"):
        net(torch.ones(2, requires_grad=True), 3, None).first.sum().backward()


def test_one_backward_is_one_call_of_the_hooks():
    class Square(nn.Module):
        def forward(self, x):
            return (x**2).sum()

    net, calls = Square(), []
    net.register_full_backward_hook(lambda *given: calls.append("after"))
    net.register_full_backward_pre_hook(lambda *given: calls.append("before"))
    x = torch.ones(2, requires_grad=True)
    (g,) = torch.autograd.grad(net(x), x, create_graph=True)
    assert calls == ["before", "after"]
    g.sum().backward()  # comes by at the inputs again, but not through the outputs
    assert calls == ["before", "after"]


def test_hooks_of_all_modules_come_before_a_modules_own():
    torch = pytest.importorskip("torch", reason="PyTorch is for comparison only")

    def run(lib):
        module = importlib.import_module(
            f"{lib.__name__}.nn.modules.module" if lib is torch else "edutorch.nn.global_hooks"
        )
        net, log = lib.nn.Sequential(lib.nn.Linear(2, 2), lib.nn.ReLU()), []
        net[0].register_forward_pre_hook(lambda m, args: log.append("own pre"))
        net[0].register_forward_hook(lambda m, args, output: log.append("own"))
        net[0].register_full_backward_hook(lambda m, grad_in, grad_out: log.append("own backward"))
        handles = [
            module.register_module_forward_pre_hook(lambda m, args: log.append(("pre", type(m).__name__))),
            module.register_module_forward_hook(
                lambda m, args, kwargs, output: log.append((type(m).__name__, kwargs)), with_kwargs=True
            ),
            module.register_module_full_backward_pre_hook(lambda m, grad_out: log.append(("b", type(m).__name__))),
            module.register_module_full_backward_hook(
                lambda m, grad_in, grad_out: log.append((type(m).__name__, len(grad_in), len(grad_out)))
            ),
        ]
        with handles[0], handles[1], handles[2], handles[3]:
            net(lib.ones(1, 2, requires_grad=True)).sum().backward()
        net(lib.ones(1, 2))
        return log

    assert run(edutorch) == run(torch)


def test_a_hook_of_all_modules_replaces_what_passes():
    from edutorch.nn.global_hooks import register_module_forward_hook, register_module_forward_pre_hook

    with register_module_forward_pre_hook(lambda m, args: args[0] + 1):
        assert layer()(X).item() == 9
    with register_module_forward_hook(lambda m, args, output: output * 2):
        assert layer()(X).item() == 12
    assert layer()(X).item() == 6


def test_programs_find_hooks_where_pytorch_keeps_them():
    net, log = layer(), []

    def hook(module, args, output):
        log.append(output.item())

    handle = net.register_forward_hook(hook)
    assert dict(net._forward_hooks) == {handle.id: hook} and len(net._forward_pre_hooks) == 0
    net._forward_hooks.clear()
    net._backward_hooks = {}
    net._forward_pre_hooks[0] = lambda module, args: args[0] * 2
    assert net(X).item() == 12 and log == []
