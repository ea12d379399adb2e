"""What NumPy does otherwise in a browser, under Pyodide: it has no BLAS, and is not told of invalid divisions."""

from __future__ import annotations

import operator
import sys

import numpy as np

MOST_PRODUCTS = 2**30  # of numbers in one call of einsum, which counts them with 32 bits there


def _product_in_a_browser(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """x @ y. einsum takes half of the time for large ones, with numbers side by side in memory that are multiplied."""
    if y.ndim != 2 or len(y) < 32 or x.size * y.shape[1] <= 2**16 or x.dtype.char not in "fd":
        return x @ y
    rows, columns = np.ascontiguousarray(x).reshape(-1, len(y)), np.ascontiguousarray(y.T)
    product = np.empty((len(rows), len(columns)), x.dtype)
    step = max(1, MOST_PRODUCTS // columns.size)
    for start in range(0, len(rows), step):
        np.einsum("ik,jk->ij", rows[start : start + step], columns, out=product[start : start + step])
    return product.reshape(*x.shape[:-1], len(columns))


matrix_product = _product_in_a_browser if sys.platform == "emscripten" else operator.matmul  # of CuPy's arrays, too


def checked_in_a_browser(solution: np.ndarray, *given: np.ndarray) -> np.ndarray:
    """A solver's result. Raises LinAlgError in a browser for a matrix that is all nan: there WebAssembly does not tell
    NumPy that a division was invalid."""
    if sys.platform == "emscripten" and all(np.isfinite(each).all() for each in given):
        if solution.size and np.isnan(solution).all(axis=tuple(range(solution.ndim))[-2:]).any():
            raise np.linalg.LinAlgError("Singular matrix")
    return solution
