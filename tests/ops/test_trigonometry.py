"""Sine and its relatives, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_gradients, check_values

NOT_SMOOTH = ("of integers",)  # integers, no gradient, or a point where differences have none


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["trigonometry"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("trigonometry", case, device, name)


@pytest.mark.parametrize("case", [case for case in CASES["trigonometry"] if case not in NOT_SMOOTH])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("trigonometry", case)


def test_hypot_neither_overflows_nor_takes_integers(device):
    x, y = torch.tensor([3.0, 0.0, 1e30], device=device), torch.tensor([4, 0, 0], dtype=torch.uint8, device=device)
    assert torch.hypot(x, y).tolist() == [5.0, 0.0, torch.tensor(1e30).item()]
    assert torch.hypot(y + 250, x).tolist()[0] == pytest.approx(254.0177, abs=1e-3)
    with pytest.raises(NotImplementedError, match="hypot.*float"):
        torch.hypot(y, y)
