"""Fake quantization: PyTorch's values, gradients and errors."""

import numpy as np
import pytest

import edutorch

RAMP = [-2.0, -1.5, -0.5, 0.5, 1.5, 2.5, float("nan"), float("inf"), -float("inf"), 300.0, 3e9]


def per_tensor(torch, x, scale, zero_point, low, high):
    return torch.fake_quantize_per_tensor_affine(x, scale, zero_point, low, high)


def per_channel(torch, x, scale, zero_point, axis, low, high):
    s, z = torch.tensor(scale, dtype=torch.float32), torch.tensor(zero_point, dtype=torch.int32)
    return torch.fake_quantize_per_channel_affine(x, s, z, axis, low, high)


def both(function, array, *arguments):
    """(values, gradient of their weighted sum) here and in PyTorch."""
    found = []
    for torch in (edutorch, pytest.importorskip("torch")):
        x = torch.tensor(array, requires_grad=True)
        y = function(torch, x, *arguments)
        assert str(y.dtype) == str(x.dtype)
        (y * torch.arange(1, y.numel() + 1).reshape(y.shape)).sum().backward()
        found.append((y.detach().numpy(), x.grad.numpy()))
    return found


def test_by_hand():
    x = edutorch.tensor(RAMP, requires_grad=True)
    y = edutorch.fake_quantize_per_tensor_affine(x, 1.0, 0, -2, 2)
    assert y.tolist() == [-2, -2, 0, 0, 2, 2, -2, 2, -2, 2, 2]  # halves go to the even number
    y.sum().backward()
    assert x.grad.tolist() == [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0]  # 2.5 is 2, within the range


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_one_scale_against_pytorch(dtype):
    x = np.concatenate([np.random.default_rng(0).normal(size=500) * 3, RAMP[:10]]).astype(dtype)
    for scale, zero_point, low, high in [(0.1, 0, -128, 127), (0.0731, 128, 0, 255), (1.0, 3, -8, 7), (0.5, 0, 0, 0)]:
        (ours, gradient), (theirs, its) = both(per_tensor, x, scale, zero_point, low, high)
        np.testing.assert_array_equal(ours, theirs)
        np.testing.assert_array_equal(gradient, its)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_scale_for_each_channel_against_pytorch(dtype, axis):
    rng = np.random.default_rng(1)
    x = (rng.normal(size=(4, 5, 6)) * 3).astype(dtype)
    n = x.shape[axis]
    scale, zero_point = rng.uniform(0.01, 0.5, n).tolist(), rng.integers(-8, 8, n).tolist()
    (ours, gradient), (theirs, its) = both(per_channel, x, scale, zero_point, axis, -8, 7)
    np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(gradient, its)


def test_scale_and_zero_point_as_tensors_of_one_element():
    x = np.random.default_rng(2).normal(size=50).astype("float32")

    def call(torch, x):
        s, z = torch.tensor([0.05]), torch.tensor([12], dtype=torch.int32)
        return torch.fake_quantize_per_tensor_affine(x, s, z, 0, 15)

    (ours, gradient), (theirs, its) = both(call, x)
    np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(gradient, its)


def test_the_gradient_can_be_differentiated():
    x = edutorch.tensor([-9.0, 0.3, 2.0], requires_grad=True)
    y = edutorch.fake_quantize_per_tensor_affine(x, 1.0, 0, -2, 2)
    (gradient,) = edutorch.autograd.grad((y * y * y).sum(), x, create_graph=True)
    assert gradient.tolist() == [0, 0, 12]
    gradient.sum().backward()
    assert x.grad.tolist() == [0, 0, 12]  # 6 y: y, too, is taken as x


def test_inf_is_the_end_of_the_range_on_its_side():
    for function, arguments in [(per_tensor, (1.0, 0, -2, 2)), (per_channel, ([1.0], [0], 0, -2, 2))]:
        x = edutorch.tensor([[float("inf"), -float("inf"), 1e20, -1e20, float("nan")]])
        assert function(edutorch, x, *arguments).tolist() == [[2, -2, 2, -2, -2]]


S, Z = [0.1, 0.2], [0, 1]


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (per_tensor, (0.1, 0, 5, 2), "quant_min should be less than or equal to quant_max, got 5 and 2"),
        (per_tensor, (0.1, 300, 0, 255), "zero_point must be between quant_min=0 and quant_max=255, got 300"),
        (per_tensor, (0.1, 1.5, 0, 255), "zero_point"),
        (per_tensor, (0.1, 0, 0.5, 255), "quant_min"),
        (per_channel, (S, Z, 1, 0, 255), "dimensions of scale and zero-point are not consistent"),
        (per_channel, (S, Z, -2, 0, 255), "axis must be between 0 and 1, got -2"),
        (per_channel, (S, Z, 2, 0, 255), "Dimension out of range"),
        (per_channel, (S, Z, 0, 5, 2), "quant_min should be less"),
        (per_channel, (S, [0, 300], 0, 0, 255), "zero_point must be between quant_min=0 and quant_max=255, got 300"),
        (per_channel, (S, [0], 0, 0, 255), r"zero_point of shape \[1\]"),
    ],
)
def test_errors(function, arguments, message):
    theirs = pytest.importorskip("torch")
    with pytest.raises(Exception) as expected:
        function(theirs, theirs.zeros(2, 3), *arguments)
    with pytest.raises(type(expected.value), match=message):
        function(edutorch, edutorch.zeros(2, 3), *arguments)


def test_other_dtypes_are_refused():
    for x in (edutorch.zeros(2, 3).long(), edutorch.zeros(2, 3) > 0):
        with pytest.raises(NotImplementedError, match="use x.float"):
            per_tensor(edutorch, x, 0.1, 0, 0, 255)
    x, s, z = edutorch.zeros(2, 3), edutorch.tensor(S), edutorch.tensor(Z)
    with pytest.raises(RuntimeError, match=r"found torch.int64: use zero_point.int\(\)"):
        edutorch.fake_quantize_per_channel_affine(x, s, z, 0, 0, 255)
    with pytest.raises(RuntimeError, match="Zero-point must be int32, found torch.float32"):
        edutorch.fake_quantize_per_channel_affine(x, s, z.float(), 0, 0, 255)
    with pytest.raises(RuntimeError, match="Scale must be float32, found torch.float64"):
        edutorch.fake_quantize_per_channel_affine(x, s.double(), z.int(), 0, 0, 255)
    with pytest.raises(RuntimeError, match="not differentiable with respect to argument 'scale'"):
        edutorch.fake_quantize_per_channel_affine(x, s.requires_grad_(), z.int(), 0, 0, 255)


def test_a_number_alone_and_no_numbers():
    x = edutorch.tensor(0.26, requires_grad=True)
    y = edutorch.fake_quantize_per_tensor_affine(x, 0.1, 0, 0, 255)
    y.backward()
    assert y.shape == () and abs(y.item() - 0.3) < 1e-7 and x.grad.item() == 1
    assert edutorch.fake_quantize_per_tensor_affine(edutorch.zeros(0), 0.1, 0, 0, 255).shape == (0,)
