"""Where new tensors are made: set_default_device, and a device as a block."""

import numpy as np
import pytest

import edutorch as torch


@pytest.fixture(autouse=True)
def back_to_the_cpu():
    yield
    torch.set_default_device(None)
    assert torch.get_default_device() == torch.device("cpu")


MAKE = {
    "tensor of numbers": lambda: torch.tensor([1.0, 2.0]),
    "tensor of an array": lambda: torch.tensor(np.ones(2)),
    "as_tensor of an array": lambda: torch.as_tensor(np.ones(2)),
    "zeros": lambda: torch.zeros(2),
    "full": lambda: torch.full((2,), 3.0),
    "empty": lambda: torch.empty(2),
    "eye": lambda: torch.eye(2),
    "arange": lambda: torch.arange(3),
    "linspace": lambda: torch.linspace(0, 1, 3),
    "rand": lambda: torch.rand(2),
    "randn": lambda: torch.randn(2),
    "randint": lambda: torch.randint(3, (2,)),
    "randperm": lambda: torch.randperm(3),
    "tril_indices": lambda: torch.tril_indices(2, 2),
    "a layer": lambda: torch.nn.Linear(2, 2).weight,
    "batch norm": lambda: torch.nn.BatchNorm1d(2).running_mean,
}


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_a_block_says_where(make):
    with torch.device("cuda"):
        made = make()
        with torch.device("cpu"):
            assert make().device.type == "cpu"
        assert make().device.type == "cuda"
    assert made.device.type == "cuda" and make().device.type == "cpu"


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_a_default_says_where(make):
    torch.set_default_device("cuda")
    assert make().device.type == "cuda" and torch.get_default_device() == torch.device("cuda", 0)


def test_a_device_that_is_named_counts():
    torch.set_default_device("cuda")
    assert torch.zeros(1, device="cpu").device.type == "cpu"
    assert torch.tensor(np.ones(1), device="cpu").device.type == "cpu"
    assert torch.zeros_like(torch.zeros(1, device="cpu")).device.type == "cpu"
    assert torch.zeros(1, device="cpu").new_zeros(1).device.type == "cpu"


def test_memory_of_numpy_stays():
    torch.set_default_device("cuda")
    assert torch.from_numpy(np.ones(2)).device.type == "cpu"


def test_the_numbers_do_not_depend_on_it():
    torch.manual_seed(0)
    here = torch.rand(3).tolist()
    with torch.device("cuda"):
        torch.manual_seed(0)
        assert torch.rand(3).tolist() == here


def test_a_step_under_a_default_device():
    torch.set_default_device("cuda")
    layer = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.LSTM(4, 2))
    optimizer = torch.optim.Adam(layer.parameters())
    output, _ = layer(torch.randn(5, 3))
    output.mean().backward()
    optimizer.step()
    assert all(p.device.type == "cuda" and p.grad.device.type == "cuda" for p in layer.parameters())


def test_a_device_that_is_not_there():
    with pytest.raises(RuntimeError, match="Expected one of cpu, cuda"):
        torch.set_default_device("tpu")
