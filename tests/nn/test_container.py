"""Containers: as lists and dictionaries are, and parts of the module that has them."""

from collections import OrderedDict

import pytest

import edutorch as torch
from edutorch import nn


def test_sequential():
    net = nn.Sequential(OrderedDict([("one", nn.Linear(2, 3)), ("act", nn.ReLU())]))
    assert net.one is net[0] and len(net) == 2 and list(net)[1] is net.act
    assert list(net[1:]._modules) == ["act"] and net[-1] is net.act
    net = nn.Sequential(nn.Linear(2, 2), nn.ReLU()).append(nn.Linear(2, 1))
    assert net(torch.ones(1, 2)).shape == (1, 1)
    net.insert(1, nn.Tanh())
    assert [type(m).__name__ for m in net] == ["Linear", "Tanh", "ReLU", "Linear"]
    assert isinstance(net.pop(1), nn.Tanh) and list(net._modules) == ["0", "1", "2"]
    net[1] = nn.Sigmoid()
    del net[-1]
    assert [type(m).__name__ for m in net + nn.Sequential(nn.ReLU())] == ["Linear", "Sigmoid", "ReLU"]
    net.extend([nn.ReLU()])
    assert len(net) == 3
    with pytest.raises(IndexError, match="out of range"):
        net[7]
    with pytest.raises(TypeError, match="int is not a Module subclass"):
        nn.Sequential(3)


def test_module_list():
    layers = nn.ModuleList([nn.Linear(1, 1) for _ in range(3)])
    layers += [nn.ReLU()]
    assert len(layers) == 4 and len(list(layers.parameters())) == 6 and isinstance(layers[1:3], nn.ModuleList)
    assert repr(layers) == (
        "ModuleList(\n  (0-2): 3 x Linear(in_features=1, out_features=1, bias=True)\n  (3): ReLU()\n)"
    )
    assert len(layers + [nn.Tanh()]) == 5
    del layers[0:2]
    assert list(layers._modules) == ["0", "1"]
    with pytest.raises(NotImplementedError, match="ModuleList"):
        layers(torch.ones(1))
    with pytest.raises(TypeError, match="should be called with an iterable"):
        layers.extend(3)


def test_module_dict():
    layers = nn.ModuleDict({"a": nn.Linear(1, 1), "b": nn.ReLU()})
    layers["c"] = nn.Tanh()
    layers.update([("d", nn.Sigmoid())])
    assert list(layers) == list(layers.keys()) == ["a", "b", "c", "d"] and "c" in layers and len(layers) == 4
    assert isinstance(layers.pop("c"), nn.Tanh) and [k for k, _ in layers.items()] == ["a", "b", "d"]
    del layers["b"]
    assert len(list(layers.values())) == 2
    with pytest.raises(ValueError, match="has length 1; 2 is required"):
        layers.update([(1,)])
    with pytest.raises(TypeError, match="iterable of key/value pairs, but got int"):
        layers.update(3)
    layers.clear()
    assert len(layers) == 0


def test_parameter_list():
    listed = nn.ParameterList([torch.ones(2), nn.Parameter(torch.zeros(1))])
    listed.append(torch.ones(3))
    listed += [torch.ones(1)]
    assert [p.shape[0] for p in listed] == [2, 1, 3, 1] and all(isinstance(p, nn.Parameter) for p in listed)
    assert list(listed.state_dict()) == ["0", "1", "2", "3"] and len(listed[1:3]) == 2
    assert listed.pop(0).shape == (2,) and [p.shape[0] for p in listed] == [1, 3, 1]
    listed[0] = torch.ones(5)
    assert listed[-3].shape == (5,)
    assert "(0): Parameter containing: [torch.float32 of size 5]" in repr(listed)


def test_parameter_dict():
    named = nn.ParameterDict({"a": torch.ones(2)})
    named["b"] = torch.zeros(1)
    named.update({"c": torch.ones(3)})
    assert list(named) == ["a", "b", "c"] and "b" in named and named.get("z") is None
    assert "(a): Parameter containing: [torch.FloatTensor of size 2]" in repr(named)  # as PyTorch writes it
    assert named.pop("b").shape == (1,) and len(named) == 2 and list(named.state_dict()) == ["a", "c"]
    del named["a"]
    assert [k for k, _ in named.items()] == ["c"] and named.values()[0] is named["c"]
    with pytest.raises(KeyError):
        named["a"]
    with pytest.raises(TypeError, match="not a string"):
        named[3] = torch.ones(1)


def test_parameter_dict_takes_a_plain_dict_by_name_and_others_in_order():
    """As PyTorch: the order of parameters is the order in which an optimizer numbers them."""
    a, b = nn.Parameter(torch.ones(1)), nn.Parameter(torch.zeros(1))
    assert list(nn.ParameterDict({"b": b, "a": a})) == ["a", "b"]
    for kept in (OrderedDict(b=b, a=a), [("b", b), ("a", a)], nn.ParameterDict([("b", b), ("a", a)])):
        named = nn.ParameterDict(kept)
        assert list(named) == ["b", "a"] and [n for n, _ in named.named_parameters()] == ["b", "a"]


def test_parameter_dict_is_used_like_a_dict():
    named = nn.ParameterDict({"a": torch.ones(1), "b": torch.zeros(2)})
    other = named | {"c": torch.ones(3)}
    assert list(reversed(other)) == ["c", "b", "a"] and list(named) == ["a", "b"] and other["a"] is named["a"]
    other |= {"d": torch.ones(4)}
    assert other.popitem()[0] == "d" and list(other.copy()) == ["a", "b", "c"]
    assert other.setdefault("a", 3) is named["a"] and other.setdefault("e", 3) == 3
    other.clear()
    assert len(other) == 0 and list(other.parameters()) == []
    assert list(named.fromkeys(["x", "y"], 1).items()) == [("x", 1), ("y", 1)]


def test_module_dict_takes_the_modules_of_another():
    layers = nn.ModuleDict({"a": nn.ReLU()})
    layers.update(nn.ModuleDict({"b": nn.Tanh()}))
    assert list(layers) == ["a", "b"] and list(nn.ModuleDict(layers)) == ["a", "b"]


def test_sequential_several_times_shares_its_modules():
    twice = 2 * nn.Sequential(nn.Linear(1, 1), nn.ReLU())
    assert len(twice) == 4 and twice[0] is twice[2] and len(list(twice.parameters())) == 2
    with pytest.raises(ValueError, match="Non-positive"):
        twice * 0
    with pytest.raises(TypeError, match="unsupported operand"):
        twice * 1.5
