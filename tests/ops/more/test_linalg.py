"""Linear algebra, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.ops.agreement import CASES, check_gradients, check_values, differentiable


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["linalg"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("linalg", case, device, name)


@pytest.mark.parametrize("case", differentiable("linalg"))
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("linalg", case, smooth=case != "det of a singular matrix")


def test_the_second_derivative_of_det_at_a_singular_matrix_is_refused(device):
    x = torch.ones(2, 2, dtype=torch.float64, device=device, requires_grad=True)
    (first,) = torch.autograd.grad(torch.linalg.det(x), x, create_graph=True)
    assert first.round(decimals=9).tolist() == [[1, -1], [-1, 1]]
    with pytest.raises(RuntimeError, match="no second derivative here at a singular matrix"):
        first.sum().backward()


def test_vander_of_a_vector(device):
    x = torch.tensor([1, 2, 3], device=device)
    assert torch.vander(x).tolist() == [[1, 1, 1], [4, 2, 1], [9, 3, 1]]
    assert torch.vander(x, N=2, increasing=True).tolist() == [[1, 1], [1, 2], [1, 3]]
    with pytest.raises(RuntimeError, match="one-dimensional"):
        torch.vander(torch.ones(2, 2, device=device))
