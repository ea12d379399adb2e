"""The names of tensor types from before there were dtypes."""

import subprocess
import sys

import pytest

import edutorch as torch
from edutorch.ops.more import legacy_types


def test_legacy_types(device):
    assert torch.FloatTensor([1, 2]).dtype is torch.float32
    assert torch.LongTensor([1.5, 2]).tolist() == [1, 2]
    assert tuple(torch.ByteTensor(2, 3).shape) == (2, 3)
    x = torch.ones(2, device=device)
    here, there = (torch, torch.cuda) if device == "cpu" else (torch.cuda, torch)
    assert isinstance(x, here.FloatTensor) and not isinstance(x, here.LongTensor)
    assert not isinstance(x, there.FloatTensor) and repr(torch.cuda.ByteTensor) == "torch.cuda.ByteTensor"
    assert isinstance(x.type(here.LongTensor), here.LongTensor)
    assert isinstance(here.HalfTensor([1, 2]), here.HalfTensor) and isinstance(here.IntTensor(2), here.IntTensor)
    if device == "cuda":
        assert isinstance(x.type(torch.FloatTensor), torch.FloatTensor)
    assert x.type(torch.LongTensor).dtype is torch.int64
    assert x.type() == ("torch.FloatTensor" if device == "cpu" else "torch.cuda.FloatTensor")
    with pytest.raises(TypeError, match="data must be a sequence"):
        torch.FloatTensor(2.5)


def test_those_of_cuda_without_a_gpu(monkeypatch):
    monkeypatch.setattr(legacy_types, "find_cupy", lambda: None)
    for call in (lambda: torch.cuda.FloatTensor([1.0]), lambda: torch.cuda.LongTensor(2, 3)):
        with pytest.raises(TypeError, match="type torch.cuda.*Tensor not available: there is no GPU"):
            call()


def test_modules_answer_for_what_they_leave_out_however_they_were_loaded(root):
    code = "import edutorch.cuda, edutorch.serialization\nprint(edutorch.cuda.FloatTensor, edutorch.optim.SGD.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=root)
    assert done.stdout == "torch.cuda.FloatTensor SGD\n", done.stderr
