"""Views by strides, held against PyTorch and against finite differences."""

import numpy as np
import pytest

import edutorch as torch
from tests.ops.agreement import CASES, check_gradients, check_values, differentiable


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["strides"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("strides", case, device, name)


@pytest.mark.parametrize("case", differentiable("strides"))
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("strides", case)


def test_as_strided_takes_contiguous_memory_alone(device):
    own = torch.from_numpy(np.zeros((2, 3), order="F")).to(device)
    with pytest.raises(RuntimeError, match=r"contiguous tensors and views of them: use x.contiguous\(\)"):
        own.as_strided((2,), (1,))
    x = torch.arange(6.0, device=device).reshape(2, 3)
    assert x.t().as_strided((2, 2), (1, 2), 1).tolist() == [[1, 3], [2, 4]]  # a view of contiguous memory
