"""The number of threads: BLAS's own word on it, and PyTorch's errors."""

import os
import subprocess
import sys

import numpy as np
import pytest

import edutorch as torch

TWO = """
import threadpoolctl, edutorch
blas = threadpoolctl.ThreadpoolController().select(user_api="blas")
for number in (1, 2, 1):
    edutorch.set_num_threads(number)
    print(edutorch.get_num_threads(), *{each["num_threads"] for each in blas.info()})
"""


def test_blas_takes_the_number():
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2", "MKL_NUM_THREADS": "2"}
    done = subprocess.run([sys.executable, "-c", TWO], env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout.split("\n")[:3] == ["1 1", "2 2", "1 1"], done.stderr


def test_results_differ_by_rounding_alone():
    before = torch.get_num_threads()
    a, b = torch.randn(300, 200), torch.randn(200, 100)
    try:
        found = []
        for number in (1, 2):
            torch.set_num_threads(number)
            found.append((a @ b).numpy())
    finally:
        torch.set_num_threads(before)
    np.testing.assert_allclose(*found, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("setter", ["set_num_threads", "set_num_interop_threads"])
@pytest.mark.parametrize(
    ("number", "message"),
    [("two", "got str"), (1.0, "got float"), (True, "got bool"), (0, "positive integer, but got 0")],
)
def test_anything_but_a_positive_int_is_refused(setter, number, message):
    with pytest.raises(RuntimeError, match=f"{setter} expects .*{message}"):
        getattr(torch, setter)(number)


def test_operations_run_one_after_the_other():
    torch.set_num_interop_threads(4)
    assert torch.get_num_interop_threads() == 1


def test_in_a_browser_there_is_one(monkeypatch):
    monkeypatch.setattr(sys, "platform", "emscripten")
    torch.set_num_threads(4)
    assert torch.get_num_threads() == 1
