"""Quantized layers: integers alone, exactly summed, and a quarter of the bytes."""

import numpy as np
import pytest

import edutorch
from edutorch import nn, quantization
from edutorch.quantization import layers
from edutorch.quantization.quantized_tensor import QuantizedTensor

from .agreement import both, skip_where_pytorchs_sums_overflow

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated", "ignore:.*reduce_range will be deprecated")


def converted(model, x, qconfig=None, torch=edutorch, its=quantization):
    model = its.QuantWrapper(model).eval()
    model.qconfig = qconfig or its.get_default_qconfig("x86")
    prepared = its.prepare(model)
    prepared(torch.tensor(x))
    return its.convert(prepared)


def test_the_sums_are_those_of_int32():
    x = np.random.default_rng(0).normal(size=(5, 300)).astype("float32")
    model = converted(nn.Linear(300, 7), x)
    quantized = model.quant(edutorch.tensor(x))
    q = quantized.int_repr().numpy().astype("int32") - quantized.q_zero_point()
    sums = q @ model.module.weight.numpy().astype("int32").T
    assert model.module.weight.dtype is edutorch.int8
    weight, shifted = model.module.weight.double(), quantized.int_repr().double() - quantized.q_zero_point()
    assert model.module.product(shifted, weight).numpy().astype("int32").tolist() == sums.tolist()


KINDS = {
    "Linear": (lambda nn: nn.Linear(6, 5), (4, 3, 6)),
    "no bias": (lambda nn: nn.Linear(6, 5, bias=False), (4, 6)),
    "Conv1d": (lambda nn: nn.Conv1d(3, 4, 3, padding=1), (2, 3, 9)),
    "Conv2d": (lambda nn: nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2), (2, 4, 9, 9)),
    "dilation": (lambda nn: nn.Conv2d(2, 3, 3, dilation=2, bias=False), (2, 2, 9, 9)),
    "reflect": (lambda nn: nn.Conv2d(2, 3, 3, padding=1, padding_mode="reflect"), (2, 2, 9, 9)),
    "Conv3d": (lambda nn: nn.Conv3d(2, 3, 2), (2, 2, 4, 5, 6)),
}


@pytest.mark.parametrize("backend", ["x86", "qnnpack"])  # a weight scale for each output, or one
@pytest.mark.parametrize("kind", KINDS)
def test_each_integer_is_pytorchs(kind, backend):
    skip_where_pytorchs_sums_overflow(backend)
    make, shape = KINDS[kind]
    x = np.random.default_rng(1).normal(size=shape).astype("float32")
    found = []
    for torch, its in both():
        layer, rng = make(torch.nn), np.random.default_rng(2)
        for each in layer.parameters():
            each.data = torch.tensor(rng.normal(size=tuple(each.shape)).astype("float32"))
        model = converted(layer, x, its.get_default_qconfig(backend), torch, its)
        quantized = model.module(model.quant(torch.tensor(x)))
        weight = model.module.weight if torch is edutorch else model.module.weight().int_repr()
        found.append((quantized.int_repr().numpy(), weight.numpy(), model(torch.tensor(x)).numpy()))
    np.testing.assert_array_equal(found[0][1], found[1][1])
    np.testing.assert_array_equal(found[0][0], found[1][0])
    np.testing.assert_allclose(found[0][2], found[1][2], rtol=1e-6)


def test_fewer_bits_have_fewer_integers():
    weight = quantization.MinMaxObserver.with_args(
        dtype=edutorch.qint8, qscheme=edutorch.per_tensor_symmetric, quant_min=-2, quant_max=1
    )
    x = np.random.default_rng(0).normal(size=(8, 20)).astype("float32")
    model = converted(nn.Linear(20, 30), x, quantization.QConfig(quantization.MinMaxObserver, weight))
    assert {-1, 0, 1} <= set(model.module.weight.unique().tolist()) <= {-2, -1, 0, 1}


def test_a_layer_needs_numbers_with_a_scale_and_a_weight_of_qint8():
    x = np.ones((2, 3), dtype="float32")
    model = converted(nn.Linear(3, 3), x)
    with pytest.raises(TypeError, match="QuantizedLinear: the input has no scale. Put a QuantStub before"):
        model.module(edutorch.tensor(x))
    with pytest.raises(NotImplementedError, match="dtype=torch.qint8"):
        converted(nn.Linear(3, 3), x, quantization.QConfig(quantization.MinMaxObserver, quantization.MinMaxObserver))


def test_a_layer_prints_what_it_is():
    model = converted(nn.Linear(3, 2), np.ones((2, 3), dtype="float32"))
    assert type(model.module) is layers.Linear and isinstance(model.quant(edutorch.ones(3)), QuantizedTensor)
    assert repr(model.module).startswith("QuantizedLinear(in_features=3, out_features=2, bias=True, scale=")


def test_the_file_is_a_quarter(tmp_path):
    model = nn.Linear(500, 400)
    small = converted(model, np.ones((1, 500), dtype="float32"))
    edutorch.save(model.state_dict(), tmp_path / "float")
    edutorch.save(small.state_dict(), tmp_path / "int8")
    sizes = [(tmp_path / name).stat().st_size for name in ("float", "int8")]
    assert 0.25 < sizes[1] / sizes[0] < 0.26
    again = converted(nn.Linear(500, 400), np.ones((1, 500), dtype="float32"))
    again.load_state_dict(edutorch.load(tmp_path / "int8"))
    x = edutorch.randn(3, 500)
    assert edutorch.equal(again(x), small(x))
