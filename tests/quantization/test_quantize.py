"""prepare and convert: a network of 8 bits has PyTorch's numbers."""

import copy

import numpy as np
import pytest

import edutorch
from edutorch import nn, quantization
from edutorch.quantization import layers
from edutorch.quantization.quantized_tensor import QuantizedTensor

from .agreement import GROUPS, both, float_network, images, skip_where_pytorchs_sums_overflow

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated", "ignore:.*reduce_range will be deprecated")
BACKENDS = {
    "x86": lambda its: its.get_default_qconfig("x86"),
    "qnnpack": lambda its: its.get_default_qconfig("qnnpack"),
    "min and max": lambda its: its.default_per_channel_qconfig,
}


def calibrated(torch, its, qconfig, fused=True):
    model = float_network(torch, its)
    model = its.fuse_modules(model, GROUPS) if fused else model
    model.qconfig = qconfig(its)
    prepared = its.prepare(model)
    for seed in (2, 3):
        prepared(torch.tensor(images(seed=seed)))
    return prepared


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_network(backend):
    skip_where_pytorchs_sums_overflow(backend)
    outputs, states = [], []
    for torch, its in both():
        prepared = calibrated(torch, its, BACKENDS[backend])
        model = its.convert(prepared)
        outputs.append(model(torch.tensor(images())).numpy())
        states.append({key: value.numpy() for key, value in prepared.state_dict().items()})
    assert list(states[0]) == list(states[1])
    for key, value in states[0].items():
        if key.endswith("histogram"):  # the rounding of a float layer may put a number into the next bin
            assert np.abs(np.cumsum(value) - np.cumsum(states[1][key])).max() <= 1e-3 * value.sum()
            continue
        np.testing.assert_allclose(value, states[1][key], rtol=1e-5, atol=1e-6, err_msg=key)
    # a scale may differ in its last bit, since it comes from numbers of float layers
    np.testing.assert_allclose(outputs[0], outputs[1], atol=1e-5)


def test_on_each_device(device):
    x, outputs = edutorch.tensor(images(4)), []
    for where in ("cpu", device):
        model = quantization.fuse_modules(float_network(edutorch, quantization), GROUPS).to(where)
        model.qconfig = quantization.get_default_qconfig("x86")
        prepared = quantization.prepare(model)
        prepared(x.to(where))
        converted = quantization.convert(prepared)
        assert all(each.device.type == where for each in converted.state_dict().values())
        outputs.append(converted(x.to(where)).cpu())
    np.testing.assert_allclose(outputs[0].numpy(), outputs[1].numpy(), atol=1e-5)


def test_without_fusing_batch_norm_is_refused_by_the_next_layer():
    model = quantization.convert(calibrated(edutorch, quantization, BACKENDS["x86"], fused=False))
    with pytest.raises(TypeError, match="QuantizedConv2d: the input has no scale"):
        model(edutorch.tensor(images()))


def test_what_passes_quantized_numbers_on():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 3, 8, 8)).astype("float32")
    kinds = {
        "ReLU": (),
        "MaxPool2d": (2,),
        "Flatten": (),
        "Dropout": (),
        "Identity": (),
        "AvgPool2d": (2,),
        "AdaptiveAvgPool2d": (2,),
    }
    for kind, sizes in kinds.items():
        found = []
        for torch, its in both():
            model = torch.nn.Sequential(its.QuantStub(), getattr(torch.nn, kind)(*sizes)).eval()
            model.qconfig = its.default_qconfig
            prepared = its.prepare(model)
            prepared(torch.tensor(x))
            found.append(its.convert(prepared)(torch.tensor(x)))
        assert isinstance(found[0], QuantizedTensor), kind
        ours, theirs = (each.int_repr().numpy().astype("int32") for each in found)
        # means of integers lie halfway between two of them, now and then
        assert abs(ours - theirs).max() <= ("Avg" in kind), kind


def test_what_has_no_qconfig_stays():
    model = float_network(edutorch, quantization)
    model.qconfig = quantization.default_qconfig
    model[10].qconfig = None
    prepared = quantization.prepare(model)
    prepared(edutorch.tensor(images()))
    converted = quantization.convert(prepared)
    assert type(converted[10]) is nn.Linear and type(converted[8]) is layers.Linear
    assert not any(hasattr(module, "qconfig") for module in converted.modules())
    assert not [name for name in converted.state_dict() if "activation_post_process" in name]
    with pytest.warns(UserWarning, match="None of the submodule got qconfig"):
        quantization.prepare(float_network(edutorch, quantization))


def test_hooks_move_to_the_new_module():
    model = nn.Sequential(quantization.QuantStub(), nn.Linear(3, 3)).eval()
    model.qconfig = quantization.default_qconfig
    calls = []
    model[1].register_forward_pre_hook(lambda *_: calls.append("before"))
    model[1].register_forward_hook(lambda *_: calls.append("after"))
    prepared = quantization.prepare(model, inplace=True)
    assert prepared is model
    prepared(edutorch.ones(1, 3))
    assert quantization.convert(prepared, inplace=True) is model
    calls.clear()
    model(edutorch.ones(1, 3))
    assert calls == ["before", "after"]


def test_quantize_is_prepare_and_convert():
    model = float_network(edutorch, quantization)
    model.qconfig = quantization.default_qconfig
    x = edutorch.tensor(images())
    whole = quantization.quantize(model, lambda prepared, x: prepared(x), [x[:, :, :12]])
    assert type(whole[1]) is layers.Conv2d and type(model[1]) is nn.Conv2d


def test_stubs_around_each_leaf():
    model = nn.Sequential(nn.Linear(3, 3), nn.Sigmoid(), nn.Linear(3, 2)).eval()
    model[0].qconfig = model[2].qconfig = quantization.default_qconfig
    expected = model(edutorch.ones(1, 3))
    prepared = quantization.prepare(quantization.add_quant_dequant(copy.deepcopy(model)))
    prepared(edutorch.ones(1, 3))
    converted = quantization.convert(prepared)
    assert type(converted[0]) is quantization.QuantWrapper and type(converted[0].module) is layers.Linear
    np.testing.assert_allclose(converted(edutorch.ones(1, 3)).numpy(), expected.detach().numpy(), atol=0.05)
