"""Comparisons, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_values


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["comparison"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("comparison", case, device, name)


def test_a_tensor_equals_no_other_object():
    x = torch.ones(2)
    assert (x == None) is False and (x != None) is True  # noqa: E711 (what is tested)
    assert (x == "a") is False and ("a" != x) is True
    assert x not in [[1, 2], None] and [x, None].index(None) == 1


def test_a_comparison_has_no_gradient():
    x = torch.ones(2, requires_grad=True)
    assert not (x > 0).requires_grad and (x > 0).grad_fn is None


def test_bools_are_close_where_they_are_equal(device):
    x = torch.tensor([True, False], device=device)
    assert torch.isclose(x, ~x).tolist() == [False, False] and torch.isclose(x, x).tolist() == [True, True]


@pytest.mark.parametrize("name", ["eq", "ne", "lt", "le", "gt", "ge"])
def test_a_number_comes_second(name):
    with pytest.raises(TypeError, match=f"{name}\\(\\): argument 'input'.*must be Tensor, not int"):
        getattr(torch, name)(2, torch.ones(2))


def test_numbers_beyond_the_dtype_are_compared_as_they_are():
    x = torch.tensor([5, -7])
    assert (x < 2**63).all() and (x < 2**64 - 1).all() and not (x == 2**63).any()
