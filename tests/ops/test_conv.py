"""Held against PyTorch, and against finite differences, both with a matrix product for each image and with one for all."""

import pytest

from edutorch.ops import conv
from tests.golden.nn_cases import CASES
from tests.ops.agreement import check_gradients, check_values


@pytest.fixture(autouse=True, params=[0, 10**9], ids=["a product for each image", "one for all"])
def few_windows(request, monkeypatch):
    monkeypatch.setattr(conv, "FEW_WINDOWS", request.param)


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["conv"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("conv", case, device, name)


@pytest.mark.parametrize("case", CASES["conv"])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("conv", case)
