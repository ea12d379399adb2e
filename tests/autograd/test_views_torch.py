"""Programs of views and in-place changes beside the real PyTorch: values, requires_grad and gradients."""

import warnings

import numpy as np
import pytest

import edutorch

from .test_views import OVERLAP, check_against_differences_or_refusal
from .view_programs import Run, random_program

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("first", range(1000, 1400, 20))
def test_programs(first):
    compared = 0
    for seed in range(first, first + 20):
        program = random_program(seed, no_grad=seed % 4 == 3)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PyTorch warns of writes to expanded tensors
            reference = Run(torch, program)
        run = Run(edutorch, program, skip=reference.refused)
        refused_here = [error for error in run.refused.values() if error is not None]
        if refused_here:
            assert all(OVERLAP in str(error) for error in refused_here), seed
            continue
        for a, b in zip(reference.values(), run.values(), strict=True):
            assert (a is None) == (b is None), seed
            if a is not None:
                np.testing.assert_allclose(b, a, err_msg=str(seed))
        compared += compare_gradients(seed, program, reference, run)
    assert compared > 2


def compare_gradients(seed, program, reference, run):
    try:
        expected = reference.gradients()
    except RuntimeError:
        row = {"program": program, "refused": list(reference.refused)}
        check_against_differences_or_refusal(run, row)
        return 0
    for found, gradient in zip(run.gradients(), expected, strict=True):
        np.testing.assert_allclose(found, gradient, rtol=1e-6, atol=1e-8, err_msg=str(seed))
    return 1
