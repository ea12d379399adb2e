"""Layer norm as one operation against the plain version, which PyTorch's values are compared with elsewhere."""

import numpy as np
import pytest

import edutorch as torch
from edutorch.autograd import gradcheck, gradgradcheck
from edutorch.ops.layer_norm import layer_norm, plain_layer_norm

SHAPES = {
    "rows": ((5, 7), (7,)),
    "sequences": ((4, 3, 70), (70,)),
    "two axes": ((6, 2, 3), (2, 3)),
    "one": ((8,), (8,)),
}


def drawn(shape, last, dtype=torch.float64):
    torch.manual_seed(0)
    x, weight, bias = (torch.randn(*each, dtype=dtype) for each in (shape, last, last))
    return tuple(each.requires_grad_() for each in (x * 3 + 1, weight, bias))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@pytest.mark.parametrize("name", SHAPES)
def test_it_is_the_plain_version(name, dtype):
    shape, last = SHAPES[name]
    found = []
    for function in (layer_norm, plain_layer_norm):
        x, weight, bias = drawn(shape, last, dtype)
        y = function(x, last, weight, bias, 1e-5)
        assert y.grad_fn.name() == "NativeLayerNormBackward0"
        (y * torch.arange(float(y.numel())).reshape(shape)).sum().backward()
        found.append([y, x.grad, weight.grad, bias.grad])
    for ours, plain in zip(*found, strict=True):
        assert ours.dtype == plain.dtype
        scale = abs(plain).max().item()
        np.testing.assert_allclose(
            ours.detach().numpy(), plain.detach().numpy(), atol=scale * (1e-12 if dtype == torch.float64 else 2e-5)
        )


@pytest.mark.parametrize("name", SHAPES)
def test_first_and_second_derivative(name):
    shape, last = SHAPES[name]
    inputs = drawn((2, *shape[1:]) if len(shape) > 1 else shape, last)

    def function(x, weight, bias):
        return layer_norm(x, last, weight, bias)

    assert gradcheck(function, inputs)
    assert gradgradcheck(function, inputs)


@pytest.mark.parametrize("constant", range(3))
def test_inputs_without_a_gradient(constant):
    tensors = [each.detach().requires_grad_(i != constant) for i, each in enumerate(drawn((5, 7), (7,)))]
    y = layer_norm(tensors[0], (7,), *tensors[1:])
    others = [each for each in tensors if each.requires_grad]
    first = torch.autograd.grad(y.square().sum(), others, create_graph=True)
    sum(each.square().sum() for each in first).backward()
    assert [each.grad is not None for each in tensors] == [i != constant for i in range(3)]


def test_one_tensor_may_be_input_and_weight():
    x = torch.tensor([1.0, 2.0, 4.0], dtype=torch.float64, requires_grad=True)
    assert gradcheck(lambda x: layer_norm(x, (3,), x, x), (x,))
    assert gradgradcheck(lambda x: layer_norm(x, (3,), x, x), (x,))


def test_transposed_rows_and_a_change_of_the_input():
    x, weight, bias = drawn((5, 7), (7,))
    turned = x.detach().t().contiguous().t().requires_grad_()
    assert torch.equal(layer_norm(turned, (7,), weight, bias), layer_norm(x, (7,), weight, bias))
    doubled = x * 2
    y = layer_norm(doubled, (7,), weight, bias)
    y.relu_()  # the output is not needed
    doubled += 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation.*NativeLayerNormBackward0 saved it"):
        y.sum().backward()
