"""Live beside PyTorch, with drawn parameters: draws, densities, gradients, shapes, dtypes, errors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import edutorch
from tests.distributions.agreement import check_same
from tests.golden.distributions_cases import CASES, make, outcomes, quietly

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("case", CASES)
@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_all_answers_are_those_of_pytorch(case, dtype, seed):
    spec = CASES[case](np.random.RandomState(seed))
    theirs = quietly(outcomes, torch, make, spec, dtype)
    check_same(case, quietly(outcomes, edutorch, make, spec, dtype, theirs["values"]), theirs)
