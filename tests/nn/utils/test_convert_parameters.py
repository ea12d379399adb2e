"""Parameters as a vector, and back."""

import pytest

import edutorch as torch
from edutorch import nn
from edutorch.nn.utils import parameters_to_vector, vector_to_parameters


def test_there_and_back(device):
    net = nn.Linear(2, 3).to(device)
    vector = parameters_to_vector(net.parameters())
    assert vector.shape == (9,) and vector.requires_grad
    vector_to_parameters(torch.arange(9.0, device=device), net.parameters())
    assert net.weight.tolist() == [[0, 1], [2, 3], [4, 5]] and net.bias.tolist() == [6, 7, 8]
    assert isinstance(net.weight, nn.Parameter)
    with pytest.raises(TypeError, match="expected torch.Tensor, but got: list"):
        vector_to_parameters([1.0], net.parameters())
