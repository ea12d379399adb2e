"""QuantizedTensor: float32 numbers with the integers that they are."""

import copy

import numpy as np
import pytest

import edutorch
from edutorch.quantization.quantized_tensor import QuantizedTensor, quantize, with_scale

from .agreement import both

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated")  # PyTorch plans to remove its own

X = np.random.default_rng(0).normal(size=(3, 4)).astype("float32") * 3


def ours(scale=0.1, zero_point=3, dtype="quint8"):
    s, z = edutorch.tensor([scale]), edutorch.tensor([zero_point])
    return quantize(edutorch.tensor(X), s, z, getattr(edutorch, dtype))


@pytest.mark.parametrize(
    ("scale", "zero_point", "dtype"), [(0.1, 3, "quint8"), (0.0137, 128, "quint8"), (0.04, -5, "qint8")]
)
def test_the_integers_are_pytorchs(scale, zero_point, dtype):
    theirs, _ = both()[1]
    x, y = (
        ours(scale, zero_point, dtype),
        theirs.quantize_per_tensor(theirs.tensor(X), scale, zero_point, getattr(theirs, dtype)),
    )
    np.testing.assert_array_equal(x.int_repr().numpy(), y.int_repr().numpy())
    np.testing.assert_array_equal(x.numpy(), y.dequantize().numpy())
    assert str(x.int_repr().dtype) == str(y.int_repr().dtype)
    assert (np.float32(x.q_scale()), x.q_zero_point()) == (np.float32(y.q_scale()), y.q_zero_point())


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x.relu(),
        lambda x: x.flatten(),
        lambda x: x.view(2, 6),
        lambda x: x.reshape(12),
        lambda x: x.transpose(0, 1),
        lambda x: x.permute(1, 0),
        lambda x: x.unsqueeze(0),
        lambda x: x[1:],
        lambda x: x.clone().detach().contiguous(),
        copy.deepcopy,
    ],
)
def test_what_keeps_the_scale(change):
    theirs, _ = both()[1]
    x = change(ours())
    y = change(theirs.quantize_per_tensor(theirs.tensor(X), 0.1, 3, theirs.quint8))
    assert isinstance(x, QuantizedTensor)
    np.testing.assert_array_equal(x.int_repr().numpy(), y.int_repr().numpy())


def test_all_else_gives_ordinary_tensors():
    x = ours()
    for y in (x + 1, x.sin(), edutorch.relu(x), x.dequantize(), x.sum()):
        assert type(y) is edutorch.Tensor
    with pytest.raises(TypeError, match="Put a QuantStub before the first quantized layer"):
        with_scale("QuantizedLinear", x + 1)


def test_it_prints_its_scale():
    text = repr(quantize(edutorch.tensor([0.5]), edutorch.tensor([0.25]), edutorch.tensor([7]), edutorch.quint8))
    assert text == "tensor([0.5000], scale=0.25, zero_point=7)"
