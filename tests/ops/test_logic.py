"""and, or, not, held against PyTorch and against finite differences."""

import pytest

import edutorch as torch
from tests.golden.ops_cases import CASES
from tests.ops.agreement import check_values


@pytest.mark.parametrize("name", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES["logic"])
def test_values_and_gradients_are_those_of_pytorch(case, name, device):
    check_values("logic", case, device, name)


def test_shifts_on_the_right_and_in_place(device):
    x = torch.tensor([1, 2, 3], dtype=torch.uint8, device=device)
    assert (1 << x).tolist() == [2, 4, 8] and (16 >> x).tolist() == [8, 4, 2]
    y = x
    y <<= torch.tensor([7], dtype=torch.int16, device=device)
    assert y is x and x.dtype == torch.uint8 and x.tolist() == [128, 0, 128]
    y >>= 1
    assert x.tolist() == [64, 0, 64]
    with pytest.raises(RuntimeError, match="Bool"):
        torch.tensor([True], device=device) << True


def test_floats_have_no_bits():
    x, n = torch.ones(2), torch.ones(2, dtype=torch.int64)
    for call in (lambda: x & x, lambda: x | 1, lambda: n ^ 1.5, lambda: n << 1.5, lambda: torch.bitwise_not(x)):
        with pytest.raises(NotImplementedError, match='_cpu" not implemented for'):
            call()
    with pytest.raises(TypeError, match="~ .*only implemented on integer and Boolean-type tensors"):
        _ = ~x
