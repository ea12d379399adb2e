"""The matrix product of a browser, where NumPy has no BLAS, is that of NumPy elsewhere."""

import numpy as np
import pytest

from edutorch import browser_numpy
from edutorch.browser_numpy import _product_in_a_browser

RANDOM = np.random.default_rng(0)


def matrices(*shape: int, dtype: str = "float32") -> np.ndarray:
    return RANDOM.integers(-9, 9, shape).astype(dtype)  # whose products are exact, in any order


@pytest.mark.parametrize(
    ("x", "y"),
    [
        (matrices(50, 40), matrices(40, 60)),
        (matrices(50, 40), matrices(60, 40).T),
        (matrices(40, 50).T, matrices(40, 60)),
        (matrices(8, 16, 40), matrices(60, 40).T),
        (matrices(40, 16, 8).T, matrices(40, 60)),
        (matrices(8, 16, 40), matrices(8, 40, 60)),
        (matrices(50, 40, dtype="float64"), matrices(40, 60, dtype="float64")),
        (matrices(50, 40, dtype="int64"), matrices(40, 60, dtype="int64")),
        (matrices(2, 3), matrices(3, 4)),
        (matrices(0, 40), matrices(40, 60)),
    ],
    ids=lambda array: "x".join(map(str, array.shape)),
)
def test_it_is_the_product_of_numpy(x: np.ndarray, y: np.ndarray) -> None:
    found, expected = _product_in_a_browser(x, y), x @ y
    np.testing.assert_array_equal(found, expected, strict=True)
    assert found.flags.c_contiguous


@pytest.mark.parametrize("most", [1, 60 * 40, 3 * 60 * 40, 49 * 60 * 40])
def test_a_product_too_long_for_one_call_is_computed_in_parts(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_numpy, "MOST_PRODUCTS", most)
    for x in (matrices(50, 40), matrices(5, 10, 40)):
        y = matrices(40, 60)
        np.testing.assert_array_equal(_product_in_a_browser(x, y), x @ y, strict=True)
