"""Held against PyTorch, and against finite differences."""

import pytest

import edutorch as torch
import edutorch.nn.functional as F
from tests.golden.nn_cases import CASES
from tests.ops.agreement import check_gradients, check_values


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["normalization"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("normalization", case, device, name)


@pytest.mark.parametrize("case", CASES["normalization"])
def test_gradients_and_their_gradients_are_those_of_finite_differences(case):
    check_gradients("normalization", case)


def test_squares_of_float16_do_not_overflow(device):
    x = torch.tensor([[300.0, -300.0]], dtype=torch.float16, device=device)
    for y in (F.layer_norm(x, (2,)), F.group_norm(x, 1), F.batch_norm(x.t(), None, None, training=True).t(),
              F.rms_norm(x, (2,)), F.normalize(x) * 2**0.5):  # fmt: skip
        assert y.dtype == torch.float16 and y.float().round(decimals=2).tolist() == [[1.0, -1.0]]
