"""Losses that compare, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from edutorch import nn
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_gradients, check_values

NOT_SMOOTH = ("cosine_similarity short",)  # integers, no gradient, or a point where differences have none


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["ranking_loss"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("ranking_loss", case, device, name)


@pytest.mark.parametrize("case", [case for case in CASES["ranking_loss"] if case not in NOT_SMOOTH])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("ranking_loss", case)


def test_shapes_that_do_not_broadcast_are_refused(device):
    with pytest.raises(RuntimeError, match=r"\(8, 20\), \(5, 20\)"):
        nn.functional.cosine_similarity(torch.zeros(8, 20, device=device), torch.zeros(5, 20, device=device))
