"""What each distribution draws and answers is what PyTorch draws and answers."""

import numpy as np
import pytest

import edutorch
from tests.distributions.agreement import check_same, golden
from tests.golden.distributions_cases import CASES, make, outcomes, quietly


@pytest.mark.parametrize("case", CASES)
def test_all_answers_are_those_of_pytorch(case):
    expected = golden()[case]
    spec = CASES[case](np.random.RandomState(3))
    check_same(case, quietly(outcomes, edutorch, make, spec, "float64", expected["values"]), expected)
