"""Views by strides, held against PyTorch and against finite differences."""

import numpy as np
import pytest

import edutorch as torch
from edutorch.ops.shape import contiguous_strides
from edutorch.ops.strides import position
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


def test_what_pytorch_lays_in_c_order_lies_so(device):
    x = torch.arange(12.0, device=device).reshape(3, 4).t()
    made = {
        "cat": torch.cat([x, x], -1),
        "stack": torch.stack([x, x]),
        "softmax": x.softmax(0),
        "roll": x.roll(1, 0),
        "log_softmax": x.log_softmax(0),
        "cumsum": x.cumsum(0),
        "cumprod": x.cumprod(0),
        "masked_fill": x.masked_fill(x > 3, 0),
        "layer_norm": torch.layer_norm(x, (3,)),
        "pick": x[:, [0, 1]],
    }
    z = torch.arange(24.0, device=device).reshape(2, 3, 4).permute(2, 0, 1)
    made |= {"sum": z.sum(1), "mean": z.mean(1), "amax": z.amax(1), "max": z.max(1).values}
    assert {name: y.is_contiguous() for name, y in made.items()} == dict.fromkeys(made, True)


def test_a_position_is_the_offset_plus_each_index_times_its_stride():
    assert position((2, 1), (4, 1)) == 9
    assert position((2, 1), (1, 4), 3) == 9
    assert position((), (), 5) == 5
    with pytest.raises(ValueError):
        position((1, 2), (1,))


CONTIGUOUS = {
    (): (),
    (5,): (1,),
    (3, 4): (4, 1),
    (2, 3, 4): (12, 4, 1),
    (2, 0, 3): (3, 3, 1),
    (1, 1, 7): (7, 7, 1),
    (0,): (1,),
}  # as PyTorch gives them for torch.zeros(shape)


@pytest.mark.parametrize("shape", CONTIGUOUS)
def test_contiguous_strides_are_those_of_a_new_tensor(shape):
    assert contiguous_strides(shape) == CONTIGUOUS[shape] == torch.zeros(shape).stride()
