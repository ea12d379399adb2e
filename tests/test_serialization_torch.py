"""Files of save in PyTorch's safetensors loader, and of its writer in load."""

import numpy as np
import pytest

import edutorch
from edutorch.serialization import load, save

torch = pytest.importorskip("torch", reason="PyTorch is for comparison only")
from safetensors.torch import load_file, save_file  # noqa: E402

DTYPES = ["float16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64", "bool"]


def pytorch_model():
    torch.manual_seed(3)
    return torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.BatchNorm1d(5), torch.nn.Linear(5, 2))


def test_pytorch_opens_what_was_saved_here(tmp_path):
    tensors = {name: edutorch.tensor(np.arange(6).reshape(2, 3) % 2).to(getattr(edutorch, name)) for name in DTYPES}
    save({**tensors, "scalar": edutorch.tensor(2.5), "none": edutorch.zeros(0, 3)}, tmp_path / "f")
    opened = load_file(tmp_path / "f")
    for name in DTYPES:
        assert opened[name].dtype is getattr(torch, name)
        assert opened[name].tolist() == tensors[name].tolist()
    assert opened["scalar"].item() == 2.5 and opened["none"].shape == (0, 3)


def test_a_pytorch_model_takes_a_state_dict_of_ours(tmp_path):
    model = pytorch_model()
    ours = {name: edutorch.tensor(v.numpy()) * 2 for name, v in model.state_dict().items()}
    save(ours, tmp_path / "f")
    model.load_state_dict(load_file(tmp_path / "f"))
    assert all((model.state_dict()[name].numpy() == ours[name].numpy()).all() for name in ours)


def test_weights_of_pytorch_are_read_here(tmp_path):
    state = pytorch_model().state_dict()
    save_file(state, tmp_path / "f", metadata={"format": "pt"})
    loaded = load(tmp_path / "f")
    assert set(loaded) == set(state)
    for name, tensor in state.items():
        assert str(loaded[name].dtype) == str(tensor.dtype)
        assert (loaded[name].numpy() == tensor.numpy()).all()
