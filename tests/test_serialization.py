"""save and load: round trips, files of other writers, and 10,000 ways to damage a file."""

import gzip
import io
import json
import math
import os
import pickle
import random
import warnings
import zipfile
from collections import Counter, OrderedDict, defaultdict, namedtuple
from enum import IntEnum

import numpy as np
import pytest

import edutorch as torch
from edutorch.serialization import load, save


@pytest.fixture
def package():
    """The package safetensors, which a browser has not."""
    return pytest.importorskip("safetensors.numpy", reason="the package safetensors is not installed")


def round_trip(obj, **kwargs):
    buffer = io.BytesIO()
    save(obj, buffer)
    buffer.seek(0)
    return load(buffer, **kwargs)


def same(a, b):
    """Equal in type, dtype, shape and every bit."""
    if isinstance(a, torch.Tensor):
        return type(b) is type(a) and same(a.detach().numpy(), b.detach().numpy())
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b


def checkpoint():
    torch.manual_seed(0)
    return {
        "epoch": 7,
        "model": {"fc.weight": torch.randn(3, 4), "fc.bias": torch.randn(3)},
        "optimizer": {
            "state": {0: {"step": torch.tensor(3.0), "exp_avg": torch.randn(3, 4)}, 1: {}},
            "param_groups": [{"lr": 0.1, "betas": (0.9, 0.999), "params": [0, 1], "foreach": None}],
        },
        "best": 0.1 + 0.2,
        "name": 'a "name" with ü',
    }


ALL_DTYPES = ["float16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64", "bool"]


@pytest.mark.parametrize("name", ALL_DTYPES)
@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (5,), (2, 3, 4)])
def test_every_dtype_and_shape(name, shape):
    tensor = torch.tensor(np.arange(24)[: math.prod(shape)].reshape(shape) % 3).to(getattr(torch, name))
    assert same(round_trip(tensor), tensor)
    assert round_trip(tensor).dtype is tensor.dtype


def test_a_checkpoint_with_nested_values():
    assert same(round_trip(checkpoint()), checkpoint())


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -(2**70),
        1.5,
        math.inf,
        -math.inf,
        "",
        "x",
        [],
        (),
        {},
        [1, (2, [3.0])],
        {1: "a", "1": "b", None: 2, (1, 2): 3, 1.5: 4},
        {"tensor": "x"},
        {"dict": []},
    ],
)
def test_plain_values_keep_value_and_type(value):
    assert same(round_trip(value), value)


def test_a_header_of_any_length_is_no_pickle():
    # its length begins the file, for one in 256 with the byte that begins a pickle
    assert all(round_trip("x" * n) == "x" * n for n in range(300))


def test_nan_numpy_dtype_and_device():
    assert math.isnan(round_trip(math.nan))
    assert round_trip(torch.float64) is torch.float64
    assert round_trip(torch.device("cpu")) == torch.device("cpu")
    assert same(round_trip(np.arange(6).reshape(2, 3)), np.arange(6).reshape(2, 3))
    assert same(round_trip([np.float32(1.5), np.int64(2)]), [1.5, 2])
    # what state_dicts are made of keeps its type
    for value in (OrderedDict(b=1, a=2), Counter(a=2), torch.ones(2, 3).shape, {3, "x", 1}, set()):
        assert round_trip(value) == value and type(round_trip(value)) is type(value)


def test_special_floats_keep_their_bits():
    tensor = torch.tensor([math.nan, math.inf, -0.0, 1e-45])
    assert same(round_trip(tensor), tensor)


def test_a_parameter_stays_a_parameter():
    for wanted in (True, False):
        weight = torch.nn.Parameter(torch.ones(2), requires_grad=wanted)
        loaded = round_trip({"w": weight, "again": [weight], "data": weight.data})
        assert type(loaded["w"]) is torch.nn.Parameter and loaded["w"].requires_grad is wanted
        assert loaded["again"][0] is loaded["w"] and type(loaded["data"]) is torch.Tensor
    assert type(round_trip(torch.nn.Linear(2, 3).state_dict())["weight"]) is torch.Tensor


class Level(IntEnum):
    LOW = 3


class Steps(list):
    pass


@pytest.mark.parametrize(
    ("value", "read", "sentence"),
    [
        (namedtuple("Point", "x y")(1, 2), (1, 2), "Point at obj['a'] is written as a plain tuple, and load gives"),
        (defaultdict(int, a=1), {"a": 1}, "defaultdict at obj['a'] is written as a plain dict"),
        (Level.LOW, 3, "Level at obj['a'] is written as a plain int"),
        (Steps([1]), [1], "Steps at obj['a'] is written as a plain list"),
        (
            torch.tensor([[1, 2]]).max(1),
            (torch.tensor([2]), torch.tensor([1])),
            "max at obj['a'] is written as a plain",
        ),
    ],
)
def test_a_type_that_is_not_kept_is_told(value, read, sentence):
    with pytest.warns(UserWarning) as caught:
        loaded = round_trip({"a": value})
    assert same(loaded, {"a": read}) and [sentence in str(each.message) for each in caught] == [True]
    assert caught[0].filename == __file__


def test_what_is_kept_is_saved_in_silence():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        round_trip([checkpoint(), np.float32(1), np.str_("x"), OrderedDict(a=torch.ones(2).shape), {1}, Counter("ab")])
        round_trip([torch.nn.BatchNorm1d(2).state_dict(), torch.nn.Buffer(torch.ones(1)), np.ones(2)])


def test_views_requires_grad_and_one_tensor_in_two_places():
    tensor = torch.randn(3, 4)
    assert round_trip(tensor.t()).tolist() == tensor.t().tolist()
    leaf = torch.randn(2).requires_grad_()
    loaded = round_trip({"a": leaf, "b": [leaf], "c": leaf.detach()})
    assert loaded["a"] is loaded["b"][0] and loaded["a"].requires_grad
    assert not loaded["c"].requires_grad and loaded["c"] is not loaded["a"]


def test_loaded_tensors_may_be_changed():
    loaded = round_trip({"a": torch.zeros(2)})
    loaded["a"][0] = 5.0
    assert loaded["a"].tolist() == [5.0, 0.0]


def test_names_that_collide():
    obj = {"a.b": torch.ones(1), "a": {"b": torch.zeros(1)}, "__metadata__": torch.ones(2)}
    assert same(round_trip(obj), obj)


def test_a_state_dict_is_a_plain_safetensors_file(tmp_path, package):
    state = {"fc.weight": torch.randn(3, 4), "fc.bias": torch.randn(3)}
    save(state, tmp_path / "model.safetensors")
    other = package.load_file(tmp_path / "model.safetensors")
    assert set(other) == set(state)
    assert all((other[name] == state[name].numpy()).all() for name in state)


def test_a_file_of_another_writer(tmp_path, package):
    arrays = {"w": np.arange(6, dtype=np.float32).reshape(2, 3), "n": np.array(3)}
    package.save_file(arrays, tmp_path / "f", {"format": "pt"})
    loaded = load(tmp_path / "f")
    assert {name: tensor.tolist() for name, tensor in loaded.items()} == {
        "w": [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]],
        "n": 3,
    }


def test_an_optimizer_and_its_schedule_go_on_where_they_were():
    def begin():
        parameter = torch.nn.Parameter(torch.ones(3))
        optimizer = torch.optim.Adam([parameter], lr=0.1)
        return parameter, optimizer, torch.optim.lr_scheduler.MultiStepLR(optimizer, [2, 4])

    def steps(parameter, optimizer, schedule, n):
        for _ in range(n):
            optimizer.zero_grad()
            (parameter**2).sum().backward()
            optimizer.step()
            schedule.step()

    first, second = begin(), begin()
    steps(*first, 3)
    saved = round_trip({"w": first[0], "o": first[1].state_dict(), "s": first[2].state_dict()})
    second[0].data = saved["w"].detach()
    second[1].load_state_dict(saved["o"])
    second[2].load_state_dict(saved["s"])
    steps(*first, 3), steps(*second, 3)
    assert same(first[0].detach(), second[0].detach())
    assert first[2].get_last_lr() == second[2].get_last_lr()


class Stranger:
    pass


class Module:
    def state_dict(self):
        return {}


@pytest.mark.parametrize(
    ("obj", "message"),
    [
        (Stranger(), r"can't write Stranger at obj: keep tensors"),
        ({"a": [1, b"x"]}, r"can't write bytes at obj\['a'\]\[1\]"),
        ({"model": Module()}, r"at obj\['model'\]: save its state_dict\(\) instead"),
        ({"f": len}, "builtin_function_or_method"),
        (np.array(["a"]), "can't write"),
        (1j, "complex"),
    ],
)
def test_what_cannot_be_written_is_named_and_nothing_is_left(obj, message, tmp_path):
    with pytest.raises(TypeError, match=message):
        save(obj, tmp_path / "f")
    assert not os.listdir(tmp_path)


def test_a_failed_save_leaves_the_old_file(tmp_path):
    save({"a": 1}, tmp_path / "f")
    with pytest.raises(TypeError):
        save({"a": object()}, tmp_path / "f")
    assert load(tmp_path / "f") == {"a": 1}


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(RuntimeError, match="Parent directory .*nowhere does not exist"):
        save({}, tmp_path / "nowhere" / "f")
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nowhere")


def test_a_text_file_is_refused(tmp_path):
    save({}, tmp_path / "f")
    with pytest.raises(TypeError, match="binary mode, 'rb'"), open(tmp_path / "f", errors="ignore") as f:
        load(f)


class Bomb:
    def __reduce__(self):
        return (pytest.fail, ("the pickle was run",))


def test_pickles_are_refused_with_what_to_do(tmp_path):
    (tmp_path / "a.pkl").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(pickle.UnpicklingError, match=r"a.pkl is a pickle, .* load\(f, weights_only=False\)"):
        load(tmp_path / "a.pkl")


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3))

    def forward(self, x):
        return self.layers(x)


def test_a_whole_module_is_a_pickle_with_a_warning_and_read_where_it_is_asked_for(tmp_path):
    net, x = Net(), torch.randn(4, 2)
    expected = net(x)
    with pytest.warns(UserWarning, match=r"Net at obj\['net'\] makes the file a pickle: .*save\(model.state_dict"):
        save({"net": net, "epoch": 3}, tmp_path / "net.pt")
    with pytest.raises(pickle.UnpicklingError, match="weights_only=False"):
        load(tmp_path / "net.pt")
    loaded = load(tmp_path / "net.pt", weights_only=False)
    assert loaded["epoch"] == 3 and type(loaded["net"]) is Net
    net.eval(), loaded["net"].eval()
    assert torch.equal(loaded["net"](x), net(x)) and not torch.equal(net(x), expected)
    with pytest.raises(TypeError):
        load(tmp_path / "net.pt", None, None, False)  # weights_only is given by its name, as in PyTorch


def test_files_of_other_programs_are_named(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.ones(2))
    np.save(tmp_path / "a.npy", np.ones(2))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", "hello")
    (tmp_path / "page").write_bytes(b"<!DOCTYPE html><html>")
    (tmp_path / "pointer").write_bytes(b"version https://git-lfs.github.com/spec/v1")
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"x"))
    for name, words in {
        "a.npz": "is a file of numpy.savez, no safetensors file: .*numpy.load",
        "a.npy": "is a file of numpy.save, no safetensors file: torch.from_numpy",
        "a.zip": "is a zip archive",
        "page": "is a page of HTML",
        "pointer": "git lfs pull",
        "a.gz": "compressed by gzip",
    }.items():
        with pytest.raises(RuntimeError, match=words):
            load(tmp_path / name)


def test_what_is_no_file_to_read_from(tmp_path):
    buffer = io.BytesIO()
    save({"a": 1}, buffer)
    with pytest.raises(EOFError, match=r"to its end, .* bytes: f.seek\(0\)"):  # PyTorch's error, without its words
        load(buffer)
    (tmp_path / "f").write_bytes(b"\xff" * 64)
    with pytest.raises(TypeError, match="binary mode"), open(tmp_path / "f", encoding="utf-8") as f:
        load(f)
    for wrong in (3, None, buffer.getvalue()):
        with pytest.raises(AttributeError, match="no attribute 'read': load expects a path"):
            load(wrong)


@pytest.mark.parametrize("content", [b"", b"\0" * 7, b"\0" * 100, b"hello, world", b"\xff" * 64])
def test_what_is_no_such_file(content):
    with pytest.raises(RuntimeError, match="the file is damaged or no safetensors file .*backup"):
        load(io.BytesIO(content))


def file_bytes():
    buffer = io.BytesIO()
    save(checkpoint(), buffer)
    return buffer.getvalue()


def test_every_truncation_is_noticed():
    content = file_bytes()
    for length in range(len(content)):
        with pytest.raises(RuntimeError, match="damaged"):
            load(io.BytesIO(content[:length]))
    with pytest.raises(RuntimeError, match="damaged"):
        load(io.BytesIO(content + b"\0"))


def mutate(content, rng):
    """One of the ways in which files get damaged."""
    changed = bytearray(content)
    place, kind = rng.randrange(len(content)), rng.randrange(5)
    if kind == 0:
        changed[place] ^= 1 << rng.randrange(8)
    elif kind == 1:
        changed[place] = rng.randrange(256)
    elif kind == 2:
        del changed[place : place + rng.randrange(1, 20)]
    elif kind == 3:
        changed[place:place] = rng.randbytes(rng.randrange(1, 20))
    else:
        other = rng.randrange(len(content))
        changed[place : place + 8], changed[other : other + 8] = (
            changed[other : other + 8],
            changed[place : place + 8],
        )
    return bytes(changed)


def test_ten_thousand_damaged_files_are_clear_errors():
    content, rng = file_bytes(), random.Random(1)
    whole, noticed, harmless = load(io.BytesIO(content)), 0, 0
    for _ in range(10_000):
        damaged = mutate(content, rng)
        try:
            loaded = load(io.BytesIO(damaged))
        except RuntimeError as error:
            assert "damaged" in str(error)
            noticed += 1
        except pickle.UnpicklingError:
            assert damaged[0] == 0x80 and 2 <= damaged[1] <= 5
            noticed += 1
        else:  # the same value written otherwise: spaces, a swap of equal bytes
            assert same(loaded, whole)
            harmless += 1
    assert noticed > 9_500 and noticed + harmless == 10_000


def test_a_tampered_shape_is_noticed():
    content = file_bytes()
    with pytest.raises(RuntimeError, match="its sha256 should be"):
        load(io.BytesIO(content.replace(b'"shape":[3,4]', b'"shape":[4,3]', 1)))


def file_of(code, shape, data):
    header = json.dumps({"w": {"dtype": code, "shape": shape, "data_offsets": [0, len(data)]}}).encode()
    return io.BytesIO(len(header).to_bytes(8, "little") + header + data)


def test_bfloat16_comes_as_float32():
    bits = np.array([[0x3F80, 0xC049], [0x7F80, 0x0001]], np.uint16)  # 1, -3.140625, inf, the smallest
    loaded = load(file_of("BF16", [2, 2], bits.tobytes()))["w"]
    assert loaded.dtype == torch.float32 and loaded.tolist() == [[1.0, -3.140625], [math.inf, 2.0**-133]]


def test_a_dtype_that_is_not_here():
    with pytest.raises(RuntimeError, match=r"the file: tensor 'w' has dtype F8_E4M3, which edutorch does not have"):
        load(file_of("F8_E4M3", [1], b"\0"))


def test_map_location(device):
    tensor = torch.ones(2).to(device)
    buffer = io.BytesIO()
    save({"w": tensor}, buffer)

    def loaded(**kwargs):
        buffer.seek(0)
        return load(buffer, **kwargs)["w"]

    assert loaded().device.type == device
    assert loaded(map_location="cpu").device.type == "cpu"
    assert loaded(map_location=torch.device(device)).device.type == device
    assert loaded(map_location={str(tensor.device): "cpu"}).device.type == "cpu"
    assert loaded(map_location={"elsewhere": "cpu"}).device.type == device
    seen = []
    loaded(map_location=lambda moved, old: seen.append((moved.device.type, old)) or moved)
    assert seen == [("cpu", str(tensor.device))]
    assert loaded(map_location="cpu").tolist() == [1.0, 1.0]


@pytest.mark.parametrize("device", ["cuda"], indirect=True)
def test_a_file_from_a_gpu_where_there_is_none(device, monkeypatch):
    buffer = io.BytesIO()
    save(torch.ones(2).to(device), buffer)
    monkeypatch.setattr("edutorch.backend.find_cupy", lambda: None)
    buffer.seek(0)
    with pytest.raises(RuntimeError, match="map_location='cpu'"):
        load(buffer)
    buffer.seek(0)
    assert load(buffer, map_location="cpu").tolist() == [1.0, 1.0]
