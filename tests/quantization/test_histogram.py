"""HistogramObserver: tests/quantization/test_observer.py compares it with PyTorch on small data; here is the rest."""

import numpy as np
import pytest

from edutorch import quantization

from .test_observer import assert_same, seen

SCHEME = ("quint8", "per_tensor_affine")


def batches(*sizes):
    rng = np.random.default_rng(0)
    return [(rng.standard_t(3, size=size) * (i + 1)).astype("float32") for i, size in enumerate(sizes)]


@pytest.mark.parametrize("bins", [64, 2048])
def test_rare_large_numbers_are_left_out_as_in_pytorch(bins):
    ours, theirs = seen("HistogramObserver", batches(2000, 3000, 500), *SCHEME, bins=bins)
    assert_same(ours, theirs)
    np.testing.assert_allclose(ours.histogram.numpy(), theirs.histogram.numpy(), rtol=1e-5, atol=1e-3)
    whole, _ = seen("MinMaxObserver", batches(2000, 3000, 500), *SCHEME)
    assert ours.calculate_qparams()[0] < whole.calculate_qparams()[0]


def test_one_number_many_times_and_then_others():
    ones = np.ones(7, dtype="float32")
    assert_same(*seen("HistogramObserver", [ones, ones], *SCHEME))
    assert_same(*seen("HistogramObserver", [ones, *batches(200)], *SCHEME))


@pytest.mark.filterwarnings("ignore:torch.inf detected")
def test_inf_is_left_out():
    x = batches(100)[0]
    x[3], x[7] = np.inf, -np.inf
    assert_same(*seen("HistogramObserver", [x], *SCHEME))


def test_nothing_seen_is_told():
    with pytest.warns(UserWarning, match="must run observer"):
        quantization.HistogramObserver().calculate_qparams()
