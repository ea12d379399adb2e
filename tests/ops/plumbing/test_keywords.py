"""NumPy's names of arguments stand for PyTorch's."""

import numpy as np
import pytest

import edutorch as torch


@pytest.mark.parametrize("name", ["sum", "mean", "std", "var", "amax", "prod", "all", "logsumexp", "argmax", "norm"])
def test_axis_and_keepdims(name, device):
    x = torch.tensor(np.arange(6.0).reshape(2, 3), device=device)
    axis = 1
    expected = getattr(x, name)(dim=axis, keepdim=True)
    got = getattr(x, name)(axis=axis, keepdims=True)
    assert got.tolist() == expected.tolist() and got.shape == (2, 1)
    assert getattr(torch, name)(x, axis=axis).tolist() == getattr(x, name)(dim=axis).tolist()


def test_other_arguments_stay(device):
    x = torch.ones(2, 3, device=device)
    assert x.sum(axis=0, dtype=torch.float64).dtype is torch.float64
    assert x.cumsum(axis=1)[0].tolist() == [1, 2, 3]
    with pytest.raises(TypeError, match="axes"):
        x.sum(axes=0)
