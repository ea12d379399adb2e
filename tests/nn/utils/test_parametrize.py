"""Parametrizations, weight norm of old, and batch norm folded in (values: test_layers.py)."""

import copy

import pytest

import edutorch as torch
from edutorch import nn
from edutorch.nn.utils import fuse_conv_bn_eval, fuse_linear_bn_eval, parametrize, remove_weight_norm, weight_norm
from edutorch.nn.utils.parametrizations import spectral_norm


class Symmetric(nn.Module):
    def forward(self, x):
        return x.triu() + x.triu(1).T

    def right_inverse(self, x):
        return x.triu()


def test_computed_whenever_it_is_read():
    net = nn.Linear(3, 3)
    assert parametrize.register_parametrization(net, "weight", Symmetric()) is net
    assert isinstance(net, nn.Linear) and parametrize.is_parametrized(net, "weight")
    assert torch.equal(net.weight, net.weight.T) and not isinstance(net.weight, nn.Parameter)
    assert [name for name, _ in net.named_parameters()] == ["bias", "parametrizations.weight.original"]
    net(torch.ones(1, 3)).sum().backward()
    assert net.parametrizations.weight.original.grad is not None
    with parametrize.cached():
        assert net.weight is net.weight
    net.weight = torch.eye(3)
    assert torch.equal(net.weight, torch.eye(3))
    twin = copy.deepcopy(net)
    parametrize.remove_parametrizations(net, "weight")
    assert type(net) is nn.Linear and isinstance(net.weight, nn.Parameter) and torch.equal(net.weight, torch.eye(3))
    assert parametrize.is_parametrized(twin) and torch.equal(twin.weight, torch.eye(3))


def test_one_after_the_other_and_wrong_calls():
    class Double(nn.Module):
        def forward(self, x):
            return x * 2

    net = nn.Linear(2, 2)
    parametrize.register_parametrization(net, "weight", Symmetric())
    before = net.weight
    parametrize.register_parametrization(net, "weight", Double())
    assert torch.equal(net.weight, before * 2)
    with pytest.raises(RuntimeError, match="Double has no right_inverse"):
        net.weight = torch.eye(2)
    with pytest.raises(ValueError, match="does not have a parameter, a buffer, or a parametrized element"):
        parametrize.register_parametrization(net, "nothing", Double())
    with pytest.raises(ValueError, match="does not have a parametrization on bias"):
        parametrize.remove_parametrizations(net, "bias")
    with pytest.raises(ValueError, match="may not change the shape or dtype"):
        parametrize.register_parametrization(nn.Linear(2, 3), "weight", nn.Flatten(0))


def test_spectral_norm_follows_the_largest_singular_value():
    torch.manual_seed(0)
    net = spectral_norm(nn.Conv2d(2, 3, 2))
    for _ in range(50):
        weight = net.weight
    assert torch.linalg.svd(weight.detach().flatten(1)).S[0].item() == pytest.approx(1, abs=1e-4)
    assert torch.equal(net.eval().weight, net.weight)
    with pytest.raises(ValueError, match="Expected n_power_iterations to be positive"):
        spectral_norm(nn.Linear(2, 2), n_power_iterations=0)


def test_weight_norm_of_old_and_back():
    net = nn.Linear(3, 2)
    before = net.weight.detach().clone()
    weight_norm(net)
    assert list(net.state_dict()) == ["bias", "weight_g", "weight_v"] and net.weight_g.shape == (2, 1)
    with torch.no_grad():
        net.weight_g.mul_(2)
    net(torch.ones(1, 3)).sum().backward()
    assert torch.allclose(net.weight, before * 2) and net.weight_g.grad is not None
    with pytest.raises(RuntimeError, match="Cannot register two weight_norm hooks"):
        weight_norm(net)
    remove_weight_norm(net)
    assert isinstance(net.weight, nn.Parameter) and torch.allclose(net.weight, before * 2)
    with pytest.raises(ValueError, match="weight_norm of 'weight' not found"):
        remove_weight_norm(net)


@pytest.mark.parametrize(
    "conv, transpose", [(nn.Conv2d(2, 3, 2), False), (nn.ConvTranspose2d(2, 3, 2, bias=False), True)]
)
def test_batch_norm_folded_into_a_convolution(conv, transpose):
    torch.manual_seed(0)
    bn = nn.BatchNorm2d(3)
    x = torch.randn(4, 2, 5, 5)
    bn(conv(x))
    with torch.no_grad():
        bn.weight.uniform_()
        bn.bias.uniform_()
    with pytest.raises(AssertionError, match="Fusion only for eval"):
        fuse_conv_bn_eval(conv, bn)
    fused = fuse_conv_bn_eval(conv.eval(), bn.eval(), transpose)
    assert torch.allclose(fused(x), bn(conv(x)), atol=1e-5)


def test_batch_norm_folded_into_a_linear_layer():
    torch.manual_seed(0)
    linear, bn, x = nn.Linear(2, 3), nn.BatchNorm1d(3), torch.randn(8, 2)
    bn(linear(x))
    assert torch.allclose(fuse_linear_bn_eval(linear.eval(), bn.eval())(x), bn(linear(x)), atol=1e-5)
