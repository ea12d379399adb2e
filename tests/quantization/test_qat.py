"""Training with rounding: PyTorch's losses and, after convert, its network."""

import numpy as np
import pytest

import edutorch
from edutorch import nn, quantization

from .agreement import GROUPS, both, images, network, set_state

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated", "ignore:.*reduce_range will be deprecated")
LABELS = np.random.default_rng(5).integers(0, 10, 16)


def trained(torch, its, backend):
    model = its.fuse_modules_qat(set_state(torch, network(torch, its)).train(), GROUPS)
    model.qconfig = its.get_default_qat_qconfig(backend, version=0)
    model = its.prepare_qat(model)
    optimizer, losses = torch.optim.SGD(model.parameters(), lr=0.05), []
    for step in range(4):
        loss = torch.nn.functional.cross_entropy(model(torch.tensor(images(seed=step))), torch.tensor(LABELS))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return model.eval(), losses


@pytest.mark.parametrize("backend", ["x86", "qnnpack"])
def test_a_network(backend):
    losses, states, outputs = [], [], []
    for torch, its in both():
        model, its_losses = trained(torch, its, backend)
        losses.append(its_losses)
        states.append({key: value.numpy().copy() for key, value in model.state_dict().items()})
        converted = its.convert(model)
        outputs.append([m(torch.tensor(images(seed=9))).detach().numpy() for m in (model, converted)])
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-5)
    assert list(states[0]) == list(states[1])
    for key, value in states[0].items():
        np.testing.assert_allclose(value, states[1][key], rtol=1e-4, atol=1e-5, err_msg=key)
    step = states[0]["10.activation_post_process.scale"].item()
    for mine, its in zip(outputs[0], outputs[1], strict=True):
        np.testing.assert_allclose(mine, its, atol=1.01 * step)
    np.testing.assert_allclose(outputs[0][0], outputs[0][1], atol=2.01 * step)  # what it was trained for


def test_on_each_device(device):
    losses = []
    for where in ("cpu", device):
        model = quantization.fuse_modules_qat(set_state(edutorch, network(edutorch, quantization)).train(), GROUPS)
        model.qconfig = quantization.get_default_qat_qconfig()
        model = quantization.prepare_qat(model.to(where))
        loss = nn.functional.cross_entropy(
            model(edutorch.tensor(images()).to(where)), edutorch.tensor(LABELS).to(where)
        )
        loss.backward()
        assert model[1].weight.grad.device.type == where
        losses.append(loss.item())
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-5)


def test_eval_mode_is_refused_and_the_model_is_copied():
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    model.qconfig = quantization.default_qat_qconfig
    prepared = quantization.prepare_qat(model)
    assert prepared[0].weight_fake_quant.qscheme is edutorch.per_tensor_symmetric and type(model[0]) is nn.Linear
    with pytest.raises(AssertionError, match=r"call model.train\(\)"):
        quantization.prepare_qat(model.eval())


def test_quantize_qat_is_prepare_train_and_convert():
    model = network(edutorch, quantization)
    model = quantization.fuse_modules_qat(model, GROUPS)
    model.qconfig = quantization.get_default_qat_qconfig()
    seen = []
    whole = quantization.quantize_qat(
        model, lambda prepared, x: seen.append(prepared(x).shape), [edutorch.rand(2, 1, 12, 12)]
    )
    assert seen == [(2, 10)] and type(whole[1]).__name__ == "ConvReLU2d" and whole[1].weight.dtype is edutorch.int8
