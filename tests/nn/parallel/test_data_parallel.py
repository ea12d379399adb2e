"""DataParallel: the module itself on a CPU, a split batch on several GPUs."""

import pytest

import edutorch as torch
from edutorch import cuda, nn
from edutorch.nn.parallel import data_parallel


def test_on_a_cpu_it_is_the_module_itself(monkeypatch):
    monkeypatch.setattr(cuda, "is_available", lambda: False)
    net = nn.Linear(3, 2)
    model = nn.DataParallel(net)
    x = torch.randn(4, 3)
    assert model.device_ids == [] and torch.equal(model(x), net(x))
    assert list(model.state_dict()) == ["module.weight", "module.bias"]


@pytest.mark.parametrize("rows", [5, 1])
def test_a_batch_is_split_and_gradients_come_back(rows, monkeypatch):
    """Two devices that are the CPU twice: more than one GPU was not at hand."""
    monkeypatch.setattr(cuda, "is_available", lambda: True)
    monkeypatch.setattr(cuda, "device_count", lambda: 2)
    monkeypatch.setattr(data_parallel, "device", lambda kind, index: torch.device("cpu"))
    seen = []

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2).eval())

        def forward(self, x, scale=1.0):
            seen.append(tuple(x.shape))
            return {"y": self.layers(x) * scale, "count": torch.tensor(float(len(x)))}

    net = Net()
    model = nn.DataParallel(net)
    x = torch.randn(rows, 3, requires_grad=True)
    found = model(x, scale=2.0)
    assert sorted(seen) == ([(2, 3), (3, 3)] if rows == 5 else [(1, 3)])
    assert torch.allclose(found["y"], net(x, 2.0)["y"]) and found["count"].sum() == rows
    found["y"].sum().backward()
    own = torch.autograd.grad(net(x, 2.0)["y"].sum(), [*net.parameters(), x])
    for tensor, expected in zip([*net.parameters(), x], own, strict=True):
        assert torch.allclose(tensor.grad, expected)
