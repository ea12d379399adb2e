"""Live beside PyTorch, with other parameters than the golden file's: draws, densities, gradients, dtypes, errors."""

import numpy as np
import pytest

import edutorch
from tests.distributions.agreement import check_same
from tests.golden.distributions_cases import CASES, make, outcomes, quietly

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("case", CASES)
def test_all_answers_are_those_of_pytorch(case, dtype):
    spec = CASES[case](np.random.RandomState(7))
    theirs = quietly(outcomes, torch, make, spec, dtype)
    check_same(case, quietly(outcomes, edutorch, make, spec, dtype, theirs["values"]), theirs)
