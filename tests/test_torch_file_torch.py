"""Files that PyTorch itself wrote, in both forms."""

import io
import pickle

import numpy as np
import pytest

import edutorch
from edutorch.serialization import load

torch = pytest.importorskip("torch", reason="PyTorch is for comparison only")
FORMS = pytest.mark.parametrize("zipped", [True, False])


def written(obj, zipped, **options):
    buffer = io.BytesIO()
    torch.save(obj, buffer, _use_new_zipfile_serialization=zipped, **options)
    buffer.seek(0)
    return buffer


def same(ours, theirs):
    if isinstance(theirs, torch.Tensor):
        kind = edutorch.nn.Parameter if isinstance(theirs, torch.nn.Parameter) else edutorch.Tensor
        assert type(ours) is kind and ours.requires_grad == theirs.requires_grad
        assert str(ours.dtype) == str(theirs.dtype) and ours.stride() == theirs.stride()
        return (ours.detach().numpy() == theirs.detach().numpy()).all() and tuple(ours.shape) == tuple(theirs.shape)
    if isinstance(theirs, dict):
        return type(ours) is type(theirs) and list(ours) == list(theirs) and all(same(ours[k], theirs[k]) for k in ours)
    if isinstance(theirs, (list, tuple)) and type(theirs).__module__ == "builtins":
        return type(ours) is type(theirs) and len(ours) == len(theirs) and all(map(same, ours, theirs))
    return str(ours) == str(theirs) if type(theirs).__module__.startswith("torch") else ours == theirs


def training():
    torch.manual_seed(0)
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2), torch.nn.Flatten(), torch.nn.Linear(8, 3)
    )
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, [2, 4])
    for _ in range(3):
        optimizer.zero_grad()
        net(torch.randn(4, 1, 4, 4)).square().sum().backward()
        optimizer.step()
        schedule.step()
    return net, {
        "model": net.state_dict(),
        "optimizer": optimizer.state_dict(),
        "schedule": schedule.state_dict(),
        "epoch": 3,
        "best": 0.1 + 0.2,
        "rng": torch.get_rng_state(),
    }


@FORMS
@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_a_checkpoint(zipped, protocol):
    _, checkpoint = training()
    loaded = load(written(checkpoint, zipped, pickle_protocol=protocol))
    assert same(loaded, checkpoint)
    assert loaded["model"]._metadata == checkpoint["model"]._metadata


@FORMS
def test_all_kinds_of_values(zipped):
    x = torch.arange(12.0).reshape(3, 4)
    names = ["float16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64", "bool"]
    obj = {
        **{name: (x > 5).to(getattr(torch, name)) for name in names},
        "view": x[1:, ::2],
        "transposed": x.t(),
        "expanded": torch.ones(1).expand(3, 2),
        "leaf": torch.ones(2, requires_grad=True),
        "parameter": torch.nn.Parameter(x, requires_grad=False),
        "empty": torch.empty(0, 3),
        "number": torch.tensor(3),
        "values": [None, True, 1.5, 2**80, "text ü", b"bytes\xff", (1, (2, [3])), {1, 2}, x.shape, torch.float16],
    }
    assert same(load(written(obj, zipped)), obj)


@FORMS
def test_memory_is_shared_as_it_was(zipped):
    x = torch.zeros(4)
    loaded = load(written([x, x[1:3]], zipped))
    loaded[1] += 1
    assert loaded[0].tolist() == [0, 1, 1, 0]


@FORMS
def test_bfloat16(zipped):
    x = torch.randn(5).bfloat16()
    with pytest.warns(UserWarning, match="bfloat16 tensors"):
        loaded = load(written({"x": x, "y": x[1:]}, zipped))
    assert loaded["x"].tolist() == x.float().tolist() and loaded["y"].dtype == edutorch.float32


@FORMS
@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: torch.nn.Linear(1, 1), "torch.nn.modules.linear.Linear"),
        (lambda: torch.ones(2).to_sparse(), "_rebuild_sparse_tensor"),
        (lambda: np.float64(3), "multiarray.scalar"),
        (lambda: len, "builtins.len|__builtin__.len"),
    ],
)
def test_what_pytorch_refuses_without_trust_is_refused(zipped, make, named):
    with pytest.raises(pickle.UnpicklingError, match=f"names .*{named}.*weights_only=False"):
        load(written({"a": make()}, zipped))


@FORMS
def test_a_whole_module_where_it_is_asked_for(zipped):
    net, _ = training()
    loaded = load(written(net, zipped), weights_only=False)
    x = torch.randn(4, 1, 4, 4)
    for mode in (True, False):
        net.train(mode), loaded.train(mode)
        ours = loaded(edutorch.tensor(x.numpy()))
        assert np.allclose(ours.detach().numpy(), net(x).detach().numpy(), atol=1e-6)
    assert type(loaded[0]) is edutorch.nn.Conv2d and type(loaded[0].weight) is edutorch.nn.Parameter
    optimizer = edutorch.optim.SGD(loaded.parameters(), lr=0.1)
    loaded(edutorch.tensor(x.numpy())).sum().backward()
    optimizer.step()
    assert (
        list(loaded.state_dict()) == list(net.state_dict())
        and load(written(np.float64(3), zipped), weights_only=False) == 3
    )
