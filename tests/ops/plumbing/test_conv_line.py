"""The input gradient on one line equals the plain one of conv.py."""

import numpy as np
import pytest

from edutorch.ops import conv
from edutorch.ops.plumbing import conv_line
from edutorch.ops.plumbing.conv_arguments import Layout
from edutorch.ops.plumbing.windows import Windows

# kernel, stride, padding (before, after), dilation, size, channels, outputs, groups
CASES = {
    "3 x 3, padded": ((3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1), (14, 14), 4, 6, 1),
    "5 x 5": ((5, 5), (1, 1), ((0, 0), (0, 0)), (1, 1), (32, 32), 3, 6, 1),
    "not square": ((3, 2), (1, 1), ((2, 0), (0, 1)), (1, 1), (9, 17), 2, 3, 1),
    "dilated": ((3, 3), (1, 1), ((2, 2), (2, 2)), (2, 2), (16, 15), 3, 5, 1),
    "groups": ((3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1), (12, 12), 6, 8, 2),
    "one axis": ((4,), (1,), ((2, 1),), (1,), (50,), 2, 4, 1),
    "three axes": ((2, 3, 2), (1, 1, 1), ((0, 1), (1, 1), (0, 0)), (1, 1, 1), (5, 8, 9), 2, 3, 1),
    "stride 2": ((3, 3), (2, 2), ((1, 1), (1, 1)), (1, 1), (16, 16), 4, 6, 1),
    "stride 2, an odd size and even kernel": ((4, 4), (2, 2), ((0, 1), (1, 0)), (1, 1), (15, 17), 3, 4, 1),
    "stride 3 and 1, groups": ((5, 2), (3, 1), ((2, 2), (0, 0)), (1, 2), (20, 9), 4, 6, 2),
    "stride 2, the last elements in no window": ((3, 3), (2, 2), ((0, 0), (0, 0)), (1, 1), (14, 14), 3, 5, 1),
    "stride 2, much padding": ((3, 3), (2, 2), ((2, 2), (2, 2)), (1, 1), (9, 9), 3, 5, 1),
    "stride along three axes": ((2, 3, 3), (1, 2, 2), ((0, 1), (1, 1), (0, 0)), (1, 1, 1), (4, 8, 9), 2, 3, 1),
}


def operands(case, dtype):
    kernel, stride, padding, dilation, size, channels, outputs, groups = CASES[case]
    windows = Windows(kernel, stride, padding, dilation)
    layout = Layout(windows, windows.out_size(size), groups)
    random = np.random.RandomState(0)
    y = random.randn(7, outputs, *layout.out_size).astype(dtype)
    w = random.randn(outputs, channels // groups, *kernel).astype(dtype)
    return y, w, (7, channels, *size), layout


def plain(y, w, shape, layout, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(conv, "FEW_WINDOWS", 0)
        patch.setattr(conv_line, "is_worth_it", lambda *_: False)
        return conv.spread_back(np, y, w, shape, layout)


@pytest.mark.parametrize("block", [1, 20_000, 1 << 20])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("case", CASES)
def test_it_equals_the_plain_one(case, dtype, block, monkeypatch):
    y, w, shape, layout = operands(case, dtype)
    monkeypatch.setattr(conv_line, "block_bytes", lambda _: block)
    expected = plain(y, w, shape, layout, monkeypatch)
    found = conv_line.spread_back(np, y, w, shape, layout)
    np.testing.assert_allclose(found, expected, atol=1e-12 if dtype is np.float64 else 2e-5)
    assert found.dtype == dtype


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_an_infinite_weight_reaches_the_same_places(value, monkeypatch):
    y, w, shape, layout = operands("3 x 3, padded", np.float64)
    w[1, 2, 0, 0] = value
    assert conv_line.is_worth_it(w, shape, layout)
    expected = plain(y, w, shape, layout, monkeypatch)
    assert np.isfinite(expected).any()
    np.testing.assert_array_equal(conv.spread_back(np, y, w, shape, layout), expected)


def test_an_infinite_gradient_reaches_the_same_places(monkeypatch):
    y, w, shape, layout = operands("3 x 3, padded", np.float64)
    y[2, 1, 0, 13] = np.inf
    expected = plain(y, w, shape, layout, monkeypatch)
    np.testing.assert_allclose(conv.spread_back(np, y, w, shape, layout), expected, atol=1e-12)


def test_where_it_is_worth_it():
    _, w, shape, layout = operands("5 x 5", np.float32)
    assert conv_line.is_worth_it(w, shape, layout)
    strided = layout._replace(windows=layout.windows._replace(stride=(2, 1)), out_size=(14, 28))
    assert conv_line.is_worth_it(w, shape, strided)
    for changes in ({"stride": (5, 1)}, {"stride": (2, 1), "dilation": (2, 1)}):
        assert not conv_line.is_worth_it(w, shape, layout._replace(windows=layout.windows._replace(**changes)))
    small = Windows((3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1))  # 4 windows, a line of 13 columns
    assert not conv_line.is_worth_it(w[:, :, :3, :3], (7, 3, 9, 9), Layout(small, (2, 2), 1))
    assert not conv_line.is_worth_it(np.zeros((32, 1, 3, 3)), (7, 1, 28, 28), Layout(small, (28, 28), 1))
