"""Other shapes for the same numbers, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.ops.agreement import CASES, check_gradients, check_values, differentiable


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["shape"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("shape", case, device, name)


@pytest.mark.parametrize("case", differentiable("shape"))
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("shape", case)


def test_movedim_of_a_number(device):
    assert torch.movedim(torch.tensor(3.0, device=device), 0, -1).item() == 3


def test_bools_are_neither_sizes_nor_dims():
    x = torch.arange(3.0)
    for call in (
        lambda: torch.zeros(True),
        lambda: x.view(True, 3),
        lambda: x.expand((True, 3)),
        lambda: x.repeat(True),
    ):
        with pytest.raises(TypeError, match="must be tuple of ints, but found element of type bool at pos 0: True"):
            call()
    for call in (lambda: x.sum(False), lambda: x.unsqueeze(False), lambda: x.permute(False)):
        with pytest.raises(TypeError, match="bool"):
            call()
