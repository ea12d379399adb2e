"""Max pooling and back."""

import pytest

import edutorch as torch
from edutorch import nn


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_every_maximum_is_back_in_its_place(axes, device):
    torch.manual_seed(0)
    x = torch.randn(2, 3, *[4] * axes, device=device)
    pool = getattr(nn, f"MaxPool{axes}d")(2, return_indices=True)
    unpool = getattr(nn, f"MaxUnpool{axes}d")(2)
    values, positions = pool(x)
    back = unpool(values, positions)
    assert back.shape == x.shape and torch.equal(pool(back)[0], values.clamp_min(0))
    assert torch.equal(back[back != 0], x[back != 0])
    assert repr(unpool) == f"MaxUnpool{axes}d(kernel_size={(2,) * axes}, stride={(2,) * axes}, padding={(0,) * axes})"


def test_wrong_calls():
    values, positions = nn.MaxPool2d(2, return_indices=True)(torch.zeros(1, 1, 4, 4))
    with pytest.raises(ValueError, match="invalid output_size"):
        nn.MaxUnpool2d(2)(values, positions, output_size=(9, 9))
    with pytest.raises(RuntimeError, match="Expected shape of indices to be same as that of the input tensor"):
        nn.MaxUnpool2d(2)(values, positions[:, :, :1])
    with pytest.raises(RuntimeError, match="Found an invalid max index: 99"):
        nn.MaxUnpool2d(2)(values, positions * 0 + 99)
