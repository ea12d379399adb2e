"""Sums in float32 are as exact along every axis as PyTorch's: the error does not grow with the rows."""

import numpy as np
import pytest

import edutorch as torch
from edutorch import summation

F = torch.nn.functional


@pytest.mark.parametrize("number", [0.1, 0.3, 0.7, 1000.3, None])
@pytest.mark.parametrize("shape", [(100, 100), (256, 784), (1_000, 784), (100_000, 16), (10_000_000, 2)])
def test_columns_are_as_exact_as_in_pytorch(shape, number):
    """Of one number, where each block rounds in the same direction, or of random ones."""
    x = np.random.default_rng(0).random(shape, np.float32) if number is None else np.full(shape, number, np.float32)
    exact = x.sum(0, np.float64)
    assert abs(summation.add_up(x, (0,)) / exact - 1).max() < 6e-7  # PyTorch: 0.4e-7 to 2e-7 (9e-7 at ten million)


@pytest.mark.parametrize(
    ("shape", "axes"),
    [
        ((3000,), (0,)),
        ((1, 1000, 1), (1,)),
        ((1000, 64), (0,)),
        ((1009, 3), (0,)),
        ((4, 1000, 5), (1,)),
        ((4, 1000, 5), (0, 1)),
        ((300, 2, 40), (0, 2)),
        ((300, 2, 7), (0, 2)),
        ((300, 2, 7), (0, 1, 2)),
        ((20, 3, 30, 4), (0, 2)),
        ((20, 3, 30, 4), (1, 3)),
        ((1, 10_000), (0,)),
        ((10_000, 1), (1,)),
        ((300, 40, 1), (0, 2)),
        ((1, 300, 40), (0, 1)),
        ((2, 100, 100), (0,)),
        ((16, 6, 30, 4), (0, 2, 3)),
        ((0, 300), (0,)),
        ((300, 0), (0,)),
        ((), ()),
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_every_layout_in_memory_has_the_sum_of_its_elements(shape, axes, dtype):
    values = (np.random.default_rng(0).random(shape) * 100).astype(dtype)
    layouts = {
        "C": values,
        "Fortran": np.asfortranarray(values),
        "every other": np.repeat(values, 2, axis=-1)[..., ::2] if values.ndim else values,
        "backwards": values[::-1] if values.ndim else values,
        "expanded": np.broadcast_to(values[:1], shape) if values.ndim and values.size else values,
        "one number": np.broadcast_to(values.reshape(-1)[:1], shape) if values.ndim and values.size else values,
    }
    for name, array in layouts.items():
        for keepdims in (False, True):
            total = summation.add_up(array, axes, keepdims)
            expected = array.astype(np.float64).sum(axes, keepdims=keepdims)
            assert total.shape == expected.shape and total.dtype == dtype, name
            assert not np.shares_memory(total, array), name
            np.testing.assert_allclose(total, expected, rtol=1e-6 if dtype is np.float32 else 1e-12, err_msg=name)


@pytest.mark.parametrize("shape", [(1, 3, 5000), (200, 3, 5), (70, 2, 1500), (1000, 4, 1), (4, 5, 6), (0, 3, 2)])
def test_sums_of_squares_of_any_shape_are_exact(shape):
    x = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    np.testing.assert_allclose(summation.add_products(x, x), (x.astype(np.float64) ** 2).sum((0, 2)), rtol=5e-7)


ROWS = 100_000
OPERATIONS = {
    "sum": lambda x: x.sum(0),
    "sum of all, transposed": lambda x: x.t()[:, ::2].sum(),
    "mean": lambda x: x.mean(0),
    "nansum": lambda x: x.nansum(0),
    "var": lambda x: x.var(0),
    "std": lambda x: x.std(0),
    "logsumexp": lambda x: x.logsumexp(0),
    "softmax": lambda x: x.softmax(0) * ROWS,
    "log_softmax": lambda x: x.log_softmax(0),
    "norm": lambda x: x.norm(dim=0),
    "norm of order 3": lambda x: x.norm(3, dim=0),
    "cumsum": lambda x: x.cumsum(0)[-1],
    "logcumsumexp": lambda x: x[:1000].logcumsumexp(0)[-1],
    "a bias's gradient": lambda x: (torch.zeros(3, dtype=x.dtype, requires_grad=True), x.detach()),
    "batch_norm": lambda x: F.batch_norm(x, None, None, training=True),
    "batch_norm of signals": lambda x: F.batch_norm(x.t().unsqueeze(0), None, None, training=True),
    "group_norm": lambda x: F.group_norm(x.t().unsqueeze(0), 3),
    "layer_norm": lambda x: F.layer_norm(x.t(), (ROWS,)),
    "mse_loss": lambda x: F.mse_loss(x, 2 * x),
    "cross_entropy along rows": lambda x: F.cross_entropy(x.unsqueeze(0), torch.zeros(1, 3, dtype=torch.int64)),
    "adaptive_avg_pool1d": lambda x: F.adaptive_avg_pool1d(x.t().unsqueeze(0), 1),
}


def _results(operation, x):
    y = operation(x)
    if isinstance(y, tuple):
        bias, rows = y
        (rows * (bias + 1)).sum().backward()
        return [bias.grad]
    (y * torch.arange(1.0, y.numel() + 1, dtype=x.dtype).reshape(y.shape).cos()).sum().backward()
    return [y, x.grad]


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_reduction_of_many_rows_is_exact_forward_and_backward(name):
    values = np.random.default_rng(0).random((ROWS, 3)) + 1
    values = values.astype(np.float32)
    got = _results(OPERATIONS[name], torch.tensor(values, requires_grad=True))
    exact = _results(OPERATIONS[name], torch.tensor(values.astype(np.float64), requires_grad=True))
    for y, z in zip(got, exact, strict=True):
        largest = z.abs().max().item()
        assert (y.double() - z).abs().max().item() < 1e-6 * largest


def test_float16_adds_up_in_float32_everywhere():
    x = torch.full((100_000, 2), 0.1, dtype=torch.float16, requires_grad=True)
    x.mean(0).sum().backward()
    assert x.grad[0, 0].item() == pytest.approx(1e-5, rel=2e-2)
    assert F.mse_loss(x, 0 * x).item() == pytest.approx(0.01, rel=2e-3)
    assert F.avg_pool1d(x.t(), 100_000)[0, 0].item() == pytest.approx(0.1, rel=1e-3)
    assert torch.zeros(1, dtype=torch.float16).index_add(0, torch.zeros(10_000).long(), x[:10_000, 0]).item() == 1000
    assert F.batch_norm(x, None, None, training=True).isfinite().all()


def test_what_the_issue_of_long_sums_found():
    assert torch.full((2_000_000, 3), 0.1).sum(0)[0].item() == pytest.approx(200_000.003, rel=1e-6)
    assert torch.ones(20_000_000, 2).sum(0).tolist() == [20_000_000.0, 20_000_000.0]
