"""quantize_dynamic: PyTorch's numbers to the last bits of float32."""

import numpy as np
import pytest

import edutorch
from edutorch import nn, quantization

from .agreement import both, set_state

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated")


def network(torch):
    return set_state(torch, torch.nn.Sequential(torch.nn.Linear(64, 30), torch.nn.ReLU(), torch.nn.Linear(30, 5)))


@pytest.mark.parametrize("name", ["default_dynamic_qconfig", "per_channel_dynamic_qconfig"])
def test_a_network(name):
    x = np.random.default_rng(0).normal(size=(2, 40, 64)).astype("float32")
    outputs, sizes = [], []
    for torch, its in both():
        model = network(torch)
        small = its.quantize_dynamic(model, {torch.nn.Linear: getattr(its, name)})
        assert type(model[0]) is torch.nn.Linear
        outputs.append([small(torch.tensor(x * width)).detach().numpy() for width in (1, 20, 0)])
        outputs[-1].append(small(torch.tensor(abs(x))).detach().numpy())
        if torch is edutorch:
            sizes = [sum(each.array.nbytes for each in m.state_dict().values()) for m in (model, small)]
            error = abs(small(torch.tensor(x)) - model(torch.tensor(x))).max().item()
    for mine, its in zip(*outputs, strict=True):
        np.testing.assert_allclose(mine, its, rtol=2e-6, atol=2e-6)
    assert sizes[1] < 0.3 * sizes[0]
    assert 0 < error < 0.1


def test_on_each_device(device):
    x = edutorch.tensor(np.random.default_rng(0).normal(size=(4, 64)), dtype=edutorch.float32)
    small = quantization.quantize_dynamic(network(edutorch))
    expected = small(x)
    np.testing.assert_allclose(small.to(device)(x.to(device)).cpu().numpy(), expected.numpy(), rtol=1e-6, atol=1e-6)
    again = quantization.quantize_dynamic(network(edutorch).to(device))
    assert edutorch.equal(again[0].weight, small[0].weight)


def test_which_layers():
    model = nn.Sequential(nn.Linear(2, 2), nn.ModuleDict({"inner": nn.Linear(2, 2)}), nn.Conv1d(1, 1, 1))

    def kinds(spec):
        made = quantization.quantize_dynamic(model, spec)
        return [type(m).__module__.rpartition(".")[2] for m in (made[0], made[1]["inner"], made[2])]

    assert kinds(None) == kinds({nn.Linear}) == ["dynamic", "dynamic", "conv"]
    assert kinds({"1.inner"}) == ["linear", "dynamic", "conv"]
    assert kinds({nn.Linear: quantization.default_dynamic_qconfig, "0": None}) == ["linear", "dynamic", "conv"]


def test_recurrent_layers_and_other_dtypes():
    model = nn.Sequential(nn.LSTM(2, 2))
    with pytest.warns(UserWarning, match="0 stays in float32: only Linear is quantized"):
        assert type(quantization.quantize_dynamic(model)[0]) is nn.LSTM
    with pytest.raises(ValueError, match="use torch.qint8"):
        quantization.quantize_dynamic(model, dtype=edutorch.float16)


def test_no_numbers_and_how_it_prints():
    made = quantization.quantize_dynamic(nn.Sequential(nn.Linear(3, 2)), inplace=True)
    assert made(edutorch.zeros(0, 3)).shape == (0, 2)
    assert repr(made[0]) == "DynamicQuantizedLinear(in_features=3, out_features=2, bias=True)"
