"""The same small networks, weights and calibration here and in PyTorch."""

import numpy as np
import pytest

import edutorch


def both():
    """(edutorch, PyTorch), each beside its quantization."""
    theirs = pytest.importorskip("torch")
    return (edutorch, edutorch.quantization), (theirs, pytest.importorskip("torch.ao.quantization"))


def skip_where_pytorchs_sums_overflow(backend):
    """PyTorch adds two products of 8 bits in 16 where a processor has no VNNI, which is right only if weights have 7
    bits, as x86's do."""
    theirs = pytest.importorskip("torch")
    if backend == "qnnpack" and not theirs.cpu._is_vnni_supported():
        pytest.skip("PyTorch's sums overflow on this processor")


def images(n=16, seed=0):
    return np.random.default_rng(seed).normal(size=(n, 1, 12, 12)).astype("float32")


def network(torch, quantization):
    nn = torch.nn
    return nn.Sequential(
        quantization.QuantStub(),
        nn.Conv2d(1, 6, 3, padding=1),
        nn.BatchNorm2d(6),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 8, 3, stride=2, bias=False),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(32, 12),
        nn.ReLU(),
        nn.Linear(12, 10),
        quantization.DeQuantStub(),
    )


GROUPS = [["1", "2", "3"], ["5", "6"], ["8", "9"]]


def set_state(torch, model, seed=1):
    """Gives a model's float tensors numbers of a seed: a batch norm, too, has something to do."""
    rng = np.random.default_rng(seed)
    state = {}
    for name, tensor in model.state_dict().items():
        shape = tuple(tensor.shape)
        if len(shape) > 1:
            numbers = rng.normal(size=shape) / np.sqrt(np.prod(shape[1:]))
        else:
            numbers = rng.uniform(0.5, 1.5, shape)
        state[name] = torch.tensor(np.asarray(numbers), dtype=tensor.dtype)
    model.load_state_dict(state)
    return model


def float_network(torch, quantization):
    return set_state(torch, network(torch, quantization)).eval()
