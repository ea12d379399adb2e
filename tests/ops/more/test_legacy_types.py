"""The names of tensor types from before there were dtypes."""

import pytest

import edutorch as torch


def test_legacy_types(device):
    assert torch.FloatTensor([1, 2]).dtype is torch.float32
    assert torch.LongTensor([1.5, 2]).tolist() == [1, 2]
    assert tuple(torch.ByteTensor(2, 3).shape) == (2, 3)
    x = torch.ones(2, device=device)
    assert isinstance(x, torch.FloatTensor) and not isinstance(x, torch.LongTensor)
    assert x.type(torch.LongTensor).dtype is torch.int64
    assert x.type() == ("torch.FloatTensor" if device == "cpu" else "torch.cuda.FloatTensor")
    with pytest.raises(TypeError, match="data must be a sequence"):
        torch.FloatTensor(2.5)
