"""QConfig: the defaults make what PyTorch's make."""

import pytest

import edutorch
from edutorch import quantization

from .agreement import both

SETTINGS = "quant_min quant_max dtype qscheme reduce_range".split()
NAMED = "default_qconfig default_per_channel_qconfig default_qat_qconfig".split()


def described(make):
    made = make()
    observer = getattr(made, "activation_post_process", made)
    own = type(made).__name__.replace("FusedMovingAvgObs", "")
    return own, type(observer).__name__, [str(getattr(observer, name)) for name in SETTINGS]


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.filterwarnings("ignore:.*reduce_range will be deprecated")
def test_by_name(name):
    ours, theirs = (getattr(its, name) for _, its in both())
    assert [described(make) for make in ours] == [described(make) for make in theirs]


@pytest.mark.parametrize("backend", ["x86", "fbgemm", "qnnpack"])
@pytest.mark.filterwarnings("ignore:.*reduce_range will be deprecated")
def test_of_a_backend(backend):
    for get in ("get_default_qconfig", "get_default_qat_qconfig"):
        ours, theirs = (getattr(its, get)(backend) for _, its in both())
        assert [described(make) for make in ours] == [described(make) for make in theirs]


def test_the_weights_of_dynamic_layers():
    for name in ("default_dynamic_qconfig", "per_channel_dynamic_qconfig"):
        ours, theirs = (getattr(its, name) for _, its in both())
        assert described(ours.weight) == described(theirs.weight)


@pytest.mark.filterwarnings("error")
def test_nothing_warns():
    model = edutorch.nn.Sequential(quantization.QuantStub(), edutorch.nn.Linear(2, 2)).eval()
    model.qconfig = quantization.get_default_qconfig()
    prepared = quantization.prepare(model)
    assert prepared[0].activation_post_process.reduce_range
    prepared(edutorch.ones(1, 2))
    assert quantization.convert(prepared)(edutorch.ones(1, 2)).shape == (1, 2)


def test_errors():
    with pytest.raises(ValueError, match="received observer instance"):
        quantization.QConfig(quantization.MinMaxObserver(), quantization.MinMaxObserver)
    for get in (quantization.get_default_qconfig, quantization.get_default_qat_qconfig):
        with pytest.raises(AssertionError, match="backend must be one of"):
            get("tpu")
        with pytest.raises(AssertionError, match="Version number: 7"):
            get("x86", 7)
