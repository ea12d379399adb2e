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
    for y in (
        F.layer_norm(x, (2,)),
        F.group_norm(x, 1),
        F.batch_norm(x.t(), None, None, training=True).t(),
        F.rms_norm(x, (2,)),
        F.normalize(x) * 2**0.5,
    ):
        assert y.dtype == torch.float16 and y.float().round(decimals=2).tolist() == [[1.0, -1.0]]


NORMS = {
    "batch_norm": lambda x, w: torch.nn.functional.batch_norm(x, None, None, w, w, training=True),
    "layer_norm": lambda x, w: torch.nn.functional.layer_norm(x, (4,), w, w),
    "group_norm": lambda x, w: torch.nn.functional.group_norm(x, 2, w, w),
    "instance_norm": lambda x, w: torch.nn.functional.instance_norm(x, weight=w, bias=w),
}


@pytest.mark.parametrize("name", NORMS)
def test_parameters_have_the_dtype_of_the_input_or_are_float32_with_float16(name):
    x = torch.arange(32.0).reshape(2, 4, 4)
    assert NORMS[name](x.half(), torch.ones(4)).dtype == torch.float16
    for given, weight in ((x.double(), torch.ones(4)), (x, torch.ones(4).half()), (x, torch.ones(4).double())):
        with pytest.raises(RuntimeError, match=f"{name}: mixed dtype"):
            NORMS[name](given, weight)


def test_rms_norm_gives_the_dtype_of_its_input():
    y = torch.nn.functional.rms_norm(torch.ones(2, 4), (4,), torch.ones(4, dtype=torch.float64))
    assert y.dtype == torch.float32
