"""Lazy layers: plain ones after their first input, with the same weights."""

import copy
import pickle

import pytest

import edutorch as torch
from edutorch import nn

KINDS = {
    "Linear": (lambda lazy: lazy(3), lambda plain: plain(4, 3), (2, 4)),
    "Conv1d": (lambda lazy: lazy(3, 2, stride=2), lambda plain: plain(4, 3, 2, stride=2), (2, 4, 5)),
    "Conv2d": (lambda lazy: lazy(4, 2, 1, 1, groups=2), lambda plain: plain(4, 4, 2, 1, 1, groups=2), (2, 4, 5, 3)),
    "Conv3d": (lambda lazy: lazy(3, 2, bias=False), lambda plain: plain(4, 3, 2, bias=False), (1, 4, 3, 2, 2)),
    "ConvTranspose1d": (lambda lazy: lazy(3, 2), lambda plain: plain(4, 3, 2), (4, 5)),
    "ConvTranspose2d": (lambda lazy: lazy(3, 2), lambda plain: plain(4, 3, 2), (2, 4, 5, 3)),
    "ConvTranspose3d": (lambda lazy: lazy(3, 2), lambda plain: plain(4, 3, 2), (1, 4, 3, 2, 2)),
    "BatchNorm1d": (lambda lazy: lazy(), lambda plain: plain(4), (3, 4)),
    "BatchNorm2d": (lambda lazy: lazy(affine=False), lambda plain: plain(4, affine=False), (2, 4, 3, 2)),
    "BatchNorm3d": (lambda lazy: lazy(momentum=0.3), lambda plain: plain(4, momentum=0.3), (1, 4, 2, 2, 2)),
}


@pytest.mark.parametrize("name", KINDS)
def test_the_first_input_makes_it_plain(name, device):
    make_lazy, make_plain, shape = KINDS[name]
    x = torch.ones(shape, device=device)
    torch.manual_seed(0)
    plain = make_plain(getattr(nn, name)).to(device)
    lazy = make_lazy(getattr(nn, "Lazy" + name)).to(device)
    parameters = list(lazy.parameters())
    torch.manual_seed(0)
    y = lazy(x)
    assert torch.equal(y, plain(x)) and type(lazy) is type(plain) and repr(lazy) == repr(plain)
    assert all(a is b for a, b in zip(parameters, lazy.parameters(), strict=True))
    assert all(type(p) is nn.Parameter for p in parameters)
    state = plain.state_dict()
    assert list(lazy.state_dict()) == list(state) and all(torch.equal(lazy.state_dict()[k], state[k]) for k in state)


def test_trained_copied_and_loaded_before_the_first_input():
    net = nn.Sequential(nn.LazyLinear(3), nn.ReLU(), nn.LazyLinear(1))
    assert repr(net[0]) == "LazyLinear(in_features=0, out_features=3, bias=True)"
    twin = copy.deepcopy(net)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    net(torch.ones(2, 5)).sum().backward()
    before = net[2].bias.item()
    optimizer.step()
    assert net[2].bias.item() == pytest.approx(before - 0.2) and isinstance(twin[0], nn.LazyLinear)
    twin.load_state_dict(net.state_dict())
    assert torch.equal(twin(torch.ones(2, 5)), net(torch.ones(2, 5)))


def test_a_shape_that_is_not_known_yet():
    layer = nn.LazyConv2d(3, 2, groups=3)
    with pytest.raises(RuntimeError, match="Can't access the shape of an uninitialized parameter"):
        layer.weight.shape  # noqa: B018 (the attribute is the test)
    with pytest.raises(RuntimeError, match="Expected 3D .* input to LazyConv2d"):
        layer(torch.ones(2, 2))
    with pytest.raises(ValueError, match="in_channels must be divisible by groups"):
        layer(torch.ones(1, 4, 5, 5))
    assert repr(layer.weight) == "<UninitializedParameter>"


def test_a_state_comes_before_the_first_input():
    for name, (make_lazy, make_plain, shape) in KINDS.items():
        plain, lazy = make_plain(getattr(nn, name)), make_lazy(getattr(nn, "Lazy" + name))
        plain(torch.randn(shape))
        assert str(lazy.load_state_dict(plain.state_dict())) == "<All keys matched successfully>", name
        x = torch.randn(shape)
        assert torch.equal(lazy.eval()(x), plain.eval()(x)) and type(lazy) is type(plain)


def test_an_uninitialized_state_goes_to_a_lazy_module_alone():
    state = nn.LazyBatchNorm1d().state_dict()
    assert {type(state[name]).__name__ for name in ("weight", "running_var")} == {
        "UninitializedParameter",
        "UninitializedBuffer",
    }
    nn.LazyBatchNorm1d().load_state_dict(state)
    with pytest.raises(RuntimeError, match='"weight" is uninitialized in the checkpoint'):
        nn.BatchNorm1d(3).load_state_dict(state)


@pytest.mark.parametrize(
    "ask",
    [
        lambda w: w.numel(),
        lambda w: w.dim(),
        lambda w: w.sum(),
        lambda w: w.clone(),
        lambda w: w + 1,
        lambda w: torch.exp(w),
        lambda w: len(w),
        lambda w: w.detach().numpy(),
        lambda w: w.requires_grad_().tolist(),
    ],
)
def test_nothing_is_computed_with_what_has_no_shape(ask):
    for waiting in (nn.LazyLinear(3).weight, nn.LazyBatchNorm1d().running_mean):
        with pytest.raises(ValueError, match="Attempted to use <Uninitialized.*first input"):
            ask(waiting)


def test_dtype_and_device_are_known_and_change():
    layer = nn.LazyBatchNorm1d().double()
    assert layer.weight.dtype == layer.running_mean.dtype == torch.float64 and layer.weight.device.type == "cpu"
    assert layer.weight.is_floating_point() and "running_mean" in pickle.loads(pickle.dumps(layer)).state_dict()
    assert layer(torch.ones(2, 3, dtype=torch.float64)).dtype == layer.running_var.dtype == torch.float64
