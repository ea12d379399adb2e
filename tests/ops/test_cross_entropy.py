"""Losses of classification, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_gradients, check_values


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["cross_entropy"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("cross_entropy", case, device, name)


@pytest.mark.parametrize("case", CASES["cross_entropy"])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("cross_entropy", case)


def test_a_reduction_that_is_none_is_refused(device):
    with pytest.raises(ValueError, match="not a valid value for reduction"):
        torch.nn.functional.cross_entropy(
            torch.zeros(2, 3, device=device), torch.tensor([0, 1], device=device), reduction="average"
        )


def test_probabilities_have_no_class_to_ignore():
    with pytest.raises(RuntimeError, match="ignore_index is not supported for floating point target"):
        torch.nn.functional.cross_entropy(torch.zeros(1, 2), torch.ones(1, 2), ignore_index=1)
