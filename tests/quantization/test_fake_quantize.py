"""FakeQuantize: PyTorch's numbers and state."""

import numpy as np
import pytest

import edutorch
from edutorch import quantization

from .agreement import both

RECIPES = "default_fake_quant default_weight_fake_quant default_per_channel_weight_fake_quant".split()


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.filterwarnings("ignore:.*reduce_range will be deprecated")
def test_numbers_gradients_and_state(name):
    rng = np.random.default_rng(0)
    batches = [(rng.normal(size=(4, 6)) * (i + 1)).astype("float32") for i in range(4)]
    found = []
    for torch, its in both():
        module, numbers = getattr(its, name)(), []
        for i, batch in enumerate(batches):
            if i == 3:
                module.apply(its.disable_observer)
            x = torch.tensor(batch, requires_grad=True)
            y = module(x)
            (y * y).sum().backward()
            numbers += [y.detach().numpy(), x.grad.numpy()]
        found.append((numbers, {key: value.numpy() for key, value in module.state_dict().items()}))
    for mine, its in zip(found[0][0], found[1][0], strict=True):
        np.testing.assert_array_equal(mine, its)
    assert list(found[0][1]) == list(found[1][1])
    for key, value in found[0][1].items():
        np.testing.assert_array_equal(value, found[1][1][key], err_msg=key)
        assert value.dtype == found[1][1][key].dtype


def test_its_two_halves_can_be_switched_off():
    module = quantization.FakeQuantize(observer=quantization.MinMaxObserver, quant_min=0, quant_max=3)
    x = edutorch.tensor([0.0, 0.4, 3.0])
    assert module(x).tolist() == [0, 0, 3]
    module.apply(quantization.disable_fake_quant)
    assert module(x * 2) is not None and module.scale.item() == 2
    assert module(x).tolist() == x.tolist()
    module.apply(quantization.enable_fake_quant)
    module.apply(quantization.disable_observer)
    assert module(x * 100).tolist() == [0, 6, 6]
    module.apply(quantization.enable_observer)
    module(x * 100)
    assert module.scale.item() == 100


def test_a_new_one_loads_the_state_of_one_with_channels():
    one, other = (quantization.default_per_channel_weight_fake_quant() for _ in range(2))
    one(edutorch.tensor(np.random.default_rng(0).normal(size=(5, 3))))
    other.load_state_dict(one.state_dict())
    assert other.scale.tolist() == one.scale.tolist() and other.zero_point.dtype is edutorch.int32


@pytest.mark.parametrize("bounds", [(-1, 5), (0, 256), (5, 2)])
def test_a_range_beyond_the_dtype_is_refused(bounds):
    for _, its in both():
        with pytest.raises(AssertionError):
            its.FakeQuantize(quant_min=bounds[0], quant_max=bounds[1])
    with pytest.raises(AssertionError, match="out of bound"):
        quantization.FakeQuantize(quantization.MinMaxObserver.with_args(dtype=edutorch.qint8), 0, 200)
