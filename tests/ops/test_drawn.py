"""Properties over drawn shapes and values: broadcasting as NumPy's, reductions and their gradients."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import edutorch as torch

FAST = settings(max_examples=60, deadline=None)
NUMBERS = st.floats(-4, 4, width=32).map(float)


def drawn(shape):
    return arrays.arrays(np.float64, shape, elements=NUMBERS)


@st.composite
def two_that_broadcast(draw):
    shapes = draw(arrays.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3)).input_shapes
    return tuple(draw(drawn(shape)) for shape in shapes)


@st.composite
def one_and_some_axes(draw):
    array = draw(drawn(arrays.array_shapes(min_dims=1, max_dims=4, max_side=3)))
    axes = draw(st.lists(st.integers(0, array.ndim - 1), min_size=1, unique=True))
    signed = [axis - array.ndim * draw(st.booleans()) for axis in axes]
    return array, tuple(signed), draw(st.booleans())


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "maximum", "minimum", "arctan2", "logaddexp", "less"])
@given(two_that_broadcast())
@FAST
def test_shapes_broadcast_as_in_numpy_and_gradients_come_back(name, pair):
    x, y = (torch.tensor(array, requires_grad=True) for array in pair)
    z = getattr(torch, name)(x, y)
    np.testing.assert_allclose(z.detach().numpy(), getattr(np, name)(*pair), rtol=1e-12)
    if name == "less":
        return
    z.sum().backward()
    assert (x.grad.shape, y.grad.shape) == (x.shape, y.shape)
    if name in ("maximum", "minimum", "logaddexp"):  # the shares of the two add up to one
        assert float(x.grad.sum() + y.grad.sum()) == pytest.approx(z.numel())


@pytest.mark.parametrize("name", ["sum", "mean", "amax", "amin", "var", "std", "prod", "logsumexp", "norm"])
@given(one_and_some_axes())
@FAST
def test_reductions_over_drawn_axes(name, drawn_case):
    array, axes, keepdim = drawn_case
    axes = axes[0] if name == "prod" else axes
    expected = {
        "amax": np.max,
        "amin": np.min,
        "logsumexp": lambda a, axis, keepdims: np.log(np.exp(a).sum(axis=axis, keepdims=keepdims)),
        "norm": lambda a, axis, keepdims: np.sqrt((a * a).sum(axis=axis, keepdims=keepdims)),
        "var": lambda a, axis, keepdims: np.var(a, axis=axis, keepdims=keepdims, correction=0),
        "std": lambda a, axis, keepdims: np.std(a, axis=axis, keepdims=keepdims, correction=0),
    }.get(name, getattr(np, name, None))(array, axis=axes, keepdims=keepdim)
    extra = {"correction": 0} if name in ("var", "std") else {}
    x = torch.tensor(array, requires_grad=True)
    y = getattr(x, name)(dim=axes, keepdim=keepdim, **extra)
    np.testing.assert_allclose(y.detach().numpy(), expected, rtol=1e-9, atol=1e-9)
    y.sum().backward()
    assert x.grad.shape == x.shape and not bool(x.grad.isnan().any())


@given(drawn(arrays.array_shapes(min_dims=1, max_dims=3, max_side=4)), st.data())
@FAST
def test_cumulative_sums_and_products(array, data):
    axis = data.draw(st.integers(-array.ndim, array.ndim - 1))
    x = torch.tensor(array)
    np.testing.assert_allclose(x.cumsum(axis).numpy(), array.cumsum(axis), atol=1e-12)
    np.testing.assert_allclose(x.cumprod(axis).numpy(), array.cumprod(axis), atol=1e-12)
    np.testing.assert_array_equal(x.cummax(axis).values.numpy(), np.maximum.accumulate(array, axis))


@given(drawn(st.tuples(st.integers(1, 5), st.integers(2, 5))), st.data())
@FAST
def test_softmax_and_cross_entropy(scores, data):
    n, classes = scores.shape
    target = data.draw(arrays.arrays(np.int64, n, elements=st.integers(0, classes - 1)))
    x = torch.tensor(scores, requires_grad=True)
    p = torch.softmax(x.detach(), 1).numpy()
    np.testing.assert_allclose(p.sum(1), 1)
    loss = torch.nn.functional.cross_entropy(x, torch.tensor(target))
    assert loss.item() == pytest.approx(-np.log(p[range(n), target]).mean())
    loss.backward()
    np.testing.assert_allclose(x.grad.numpy(), (p - np.eye(classes)[target]) / n, atol=1e-12)


@given(st.integers(-100, 100), st.integers(-100, 100).filter(bool), st.sampled_from(["int8", "int32", "int64"]))
@FAST
def test_integer_division_is_python_s_and_c_s(a, b, name):
    x, y = (torch.tensor(n, dtype=getattr(torch, name)) for n in (a, b))
    assert ((x // y).item(), (x % y).item()) == (a // b, a % b)
    quotient = torch.div(x, y, rounding_mode="trunc").item()
    assert (quotient, torch.fmod(x, y).item()) == (int(a / b), a - b * int(a / b))
