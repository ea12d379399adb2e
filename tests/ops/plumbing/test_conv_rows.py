"""A convolution by the rows of its kernel, and its weight gradient, equal the plain ones of conv.py."""

import numpy as np
import pytest

from edutorch.ops import conv
from edutorch.ops.plumbing import conv_rows, im2col
from edutorch.ops.plumbing.conv_arguments import Layout
from edutorch.ops.plumbing.windows import Windows

# kernel, stride, padding (before, after), dilation, size, channels, outputs, groups
CASES = {
    "3 x 3, padded": ((3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1), (14, 14), 6, 4, 1),
    "5 x 5": ((5, 5), (1, 1), ((0, 0), (0, 0)), (1, 1), (32, 32), 3, 6, 1),
    "not square": ((3, 2), (1, 1), ((2, 0), (0, 1)), (1, 1), (9, 17), 5, 3, 1),
    "dilated": ((3, 3), (1, 1), ((2, 2), (2, 2)), (2, 3), (16, 15), 5, 3, 1),
    "a stride along the rows": ((3, 3), (1, 2), ((1, 1), (1, 1)), (1, 1), (8, 13), 4, 2, 1),
    "groups": ((3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1), (12, 12), 8, 6, 2),
    "three axes": ((2, 3, 2), (1, 1, 1), ((0, 1), (1, 1), (0, 0)), (1, 1, 1), (5, 8, 9), 3, 1, 1),
}


def operands(case, dtype):
    kernel, stride, padding, dilation, size, channels, outputs, groups = CASES[case]
    windows = Windows(kernel, stride, padding, dilation)
    layout = Layout(windows, windows.out_size(size), groups)
    random = np.random.RandomState(0)
    x = random.randn(7, channels, *size).astype(dtype)
    w = random.randn(outputs, channels // groups, *kernel).astype(dtype)
    y = random.randn(7, outputs, *layout.out_size).astype(dtype)
    assert conv_rows.is_worth_it(w.shape, layout)
    return x, w, y, layout


@pytest.fixture
def plain(monkeypatch):
    """Calls a function of conv.py as if rows were never worth it."""

    def call(function, *arguments):
        with monkeypatch.context() as patch:
            patch.setattr(conv, "FEW_WINDOWS", 0)
            patch.setattr(conv_rows, "is_worth_it", lambda *_: False)
            return function(np, *arguments)

    return call


@pytest.mark.parametrize("block", [1, 20_000, 1 << 20])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("case", CASES)
def test_it_equals_the_plain_one(case, dtype, block, plain, monkeypatch):
    x, w, y, layout = operands(case, dtype)
    monkeypatch.setattr(im2col, "block_bytes", lambda _: block)
    b = np.arange(len(w), dtype=dtype)
    near = {"atol": 1e-12, "rtol": 1e-12} if dtype is np.float64 else {"atol": 1e-3, "rtol": 1e-5}
    for function, plain_one, arguments in (
        (conv_rows.correlate, conv.correlate, (x, w, b, layout)),
        (conv_rows.correlate, conv.correlate, (x, w, None, layout)),
        (conv_rows.weight_gradient, conv.weight_gradient, (y, x, w.shape, layout)),
    ):
        found = function(np, *arguments)
        np.testing.assert_allclose(found, plain(plain_one, *arguments), **near)
        assert found.dtype == dtype and found.flags.c_contiguous


@pytest.mark.parametrize("value", [np.inf, np.nan])
@pytest.mark.parametrize("place", ["an input", "a weight", "a gradient"])
def test_what_is_not_finite_reaches_the_same_places(place, value, plain):
    x, w, y, layout = operands("5 x 5", np.float64)
    {"an input": x, "a weight": w, "a gradient": y}[place][1, 0, 2, 3] = value
    for function, arguments in (
        (conv.correlate, (x, w, None, layout)),
        (conv.weight_gradient, (y, x, w.shape, layout)),
    ):
        with np.errstate(invalid="ignore"):
            expected, found = plain(function, *arguments), function(np, *arguments)
        assert np.isfinite(expected).any()
        np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_where_it_is_worth_it():
    _, w, _, layout = operands("5 x 5", np.float32)
    strided = layout._replace(windows=layout.windows._replace(stride=(2, 1)))
    assert not conv_rows.is_worth_it(w.shape, strided)
    assert not conv_rows.is_worth_it((32, 1, 3, 3), layout)  # many parts of outputs for few copies
    assert not conv_rows.is_worth_it((6, 3, 1, 5), layout)  # one row is the whole kernel
    assert not conv_rows.is_worth_it((128, 128, 3, 3), layout)
    of_depth = layout._replace(groups=32)
    assert conv_rows.is_worth_it((32, 1, 5, 5), of_depth) and not conv_rows.is_worth_it((32, 1, 3, 3), of_depth)
