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
    assert named.pop("b").shape == (1,) and len(named) == 2 and list(named.state_dict()) == ["a", "c"]
    del named["a"]
    assert [k for k, _ in named.items()] == ["c"] and named.values()[0] is named["c"]
    with pytest.raises(KeyError):
        named["a"]
    with pytest.raises(TypeError, match="not a string"):
        named[3] = torch.ones(1)
