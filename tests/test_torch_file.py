"""Files of torch.save: what hostile and damaged ones do (nothing), made by hand. test_torch_file_torch.py reads real ones."""

import io
import os
import pickle
import random
import struct
import time
import tracemalloc
import zipfile
from collections import OrderedDict

import numpy as np
import pytest

import edutorch as torch
from edutorch.serialization import load

MAGIC = 0x1950A86A20F9469CFC6C


class Name:
    """Is pickled as a global of another module."""

    def __init__(self, module, name):
        self.module, self.name = module, name


class Called:
    """Is pickled as a call of a Name."""

    def __init__(self, module, name, *arguments):
        self.called, self.arguments = Name(module, name), arguments


class Writer(pickle._Pickler):
    """Writes what PyTorch writes, without PyTorch: the Python version of pickle's writer, with the two classes above."""

    def save(self, obj, *args, **kwargs):
        if isinstance(obj, Name):
            self.write(pickle.GLOBAL + f"{obj.module}\n{obj.name}\n".encode())
        elif isinstance(obj, Called):
            self.save(obj.called)
            self.save(tuple(obj.arguments))
            self.write(pickle.REDUCE)
        else:
            super().save(obj, *args, **kwargs)

    def persistent_id(self, obj):
        return obj if type(obj) is tuple and obj[:1] == ("storage",) else None


def pickled(obj):
    file = io.BytesIO()
    Writer(file, 2).dump(obj)
    return file.getvalue()


def tensor(key, size, stride, offset=0, kind="FloatStorage", count=None, location="cpu"):
    storage = ("storage", Name("torch", kind), key, location, size[0] if count is None else count)
    return Called("torch._utils", "_rebuild_tensor_v2", storage, offset, size, stride, False, OrderedDict())


def archive(obj, storages, **options):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", **options) as writer:
        writer.writestr("archive/data.pkl", obj if isinstance(obj, bytes) else pickled(obj))
        for key, content in storages.items():
            writer.writestr(f"archive/data/{key}", content)
    return file.getvalue()


def legacy(obj, storages, item=4):
    file = [pickle.dumps(each, 2) for each in (MAGIC, 1001, {"little_endian": True})]
    file += [obj if isinstance(obj, bytes) else pickled(obj), pickle.dumps(list(storages), 2)]
    for content in storages.values():
        file += [struct.pack("<q", len(content) // item), content]
    return b"".join(file)


SIX = np.arange(6, dtype=np.float32).tobytes()
FORMS = pytest.mark.parametrize("form", [archive, legacy])


@FORMS
def test_tensors_that_share_memory_share_it(form):
    content = form({"a": tensor("0", (2, 3), (3, 1), 0, count=6), "b": tensor("0", (3,), (2,), 1, count=6)}, {"0": SIX})
    loaded = load(io.BytesIO(content))
    assert loaded["a"].tolist() == [[0, 1, 2], [3, 4, 5]] and loaded["b"].tolist() == [1, 3, 5]
    loaded["b"].fill_(9)
    assert loaded["a"].tolist() == [[0, 9, 2], [9, 4, 9]]


@FORMS
def test_bfloat16_comes_as_float32_with_a_warning(form):
    bits = np.array([0x3F80, 0xC049, 0x7F80], np.uint16)  # 1, -3.140625, inf
    kwargs = {} if form is archive else {"item": 2}
    content = form({"w": tensor("0", (3,), (1,), kind="BFloat16Storage")}, {"0": bits.tobytes()}, **kwargs)
    with pytest.warns(UserWarning, match="has bfloat16 tensors, which NumPy lacks: they come as float32") as caught:
        loaded = load(io.BytesIO(content))["w"]
    assert loaded.dtype == torch.float32 and loaded.tolist() == [1, -3.140625, float("inf")]
    assert caught[0].filename == __file__


@FORMS
@pytest.mark.parametrize(
    "call",
    [
        Called("os", "system", "touch run"),
        Called("builtins", "eval", "open('run', 'w')"),
        Called("torch", "load", "f"),
        Called("torch.hub", "load", "f"),
        Called("torch.serialization", "load", "f"),
        Called("torch._utils", "_rebuild_tensor_v2.__globals__", "f"),
        Called("collections", "OrderedDict.__class__", "f"),
        Called("torch", "float32.numpy", "f"),
        Called("numpy.core.multiarray", "scalar", "f"),
        Called(
            "torch._tensor", "_rebuild_from_type_v2", Name("os", "system"), Name("torch", "Tensor"), ("touch run",), {}
        ),
    ],
    ids=lambda call: f"{call.called.module}.{call.called.name}",
)
def test_what_is_no_tensor_is_refused_and_nothing_is_run(form, call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(pickle.UnpicklingError, match="was written by torch.save, and it names .* weights_only=False"):
        load(io.BytesIO(form({"a": [call]}, {})))
    assert not os.listdir(tmp_path)


def raw(*instructions):
    return b"\x80\x02" + b"".join(instructions) + b"."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (raw(b"N", b"r\xff\xff\xff\x7f", b"0j\xff\xff\xff\x7e"), ""),  # remembers under two billion
        (raw(b"\x8e", struct.pack("<q", 2**40), b"x"), ""),  # bytes that are not there
        (raw(b"\x96", struct.pack("<q", 2**40), b"x"), ""),
        (raw(b"\x8b", struct.pack("<i", 2**31 - 1)), ""),
        (raw(b"}", b"K\x01", b"2\x86" * 60, b"K\x01", b"s"), "nested tuples as a key"),  # 2^60 numbers to hash
        (raw(b"(K\x01K\x02"), ""),
        (raw(b"K\x01R"), "empty stack"),
        (raw(b"K\x01)R"), "calls int"),
        (raw(b"K\x01K\x02a"), "appends to int"),
        (raw(b"c__builtin__\nset\n)R(K\x01\x90."), ""),
        (raw(b"\x82\x01"), "the instruction EXT1"),
        (raw(b"h\x05"), ""),
    ],
    ids=range(12),
)
@FORMS
def test_pickles_that_lie_take_neither_memory_nor_time(form, content, words):
    file = form(content, {})
    tracemalloc.start()
    begin = time.perf_counter()
    try:
        loaded = load(io.BytesIO(file))
        assert words == "" and loaded in (1, 2, {1})
    except RuntimeError as error:
        assert "is damaged, or no file of torch.save" in str(error) and words in str(error)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 20e6 and time.perf_counter() - begin < 20


@FORMS
@pytest.mark.parametrize(
    "bad",
    [
        tensor("0", (7,), (1,), count=7),
        tensor("0", (3, 2), (2, 2), count=6),
        tensor("0", (2,), (1,), offset=5, count=6),
        tensor("0", (2,), (1,), offset=-1, count=6),
        tensor("0", (2,), (-1,), offset=5, count=6),
        tensor("0", (2**62, 2**62), (0, 0), count=6),
        tensor("0", (2, 2), (1,), count=6),
        tensor("0", (1.5,), (1,), count=6),
        tensor("1", (1,), (1,), count=6),
        tensor("0", (1,) * 80, (1,) * 80, count=6),
        Called("torch._utils", "_rebuild_tensor_v2", 3, 0, (1,), (1,), False, None),
        Called("torch._utils", "_rebuild_parameter", 3),
    ],
    ids=range(12),
)
def test_tensors_beyond_their_memory_are_damage(form, bad):
    with pytest.raises(RuntimeError, match=r"the file is damaged, or no file of torch.save \(.* bytes\): "):
        load(io.BytesIO(form([bad], {"0": SIX})))


def test_storages_that_lie_about_their_length():
    for length in (-1, 2**40, 2**62):
        content = legacy([tensor("0", (6,), (1,))], {"0": SIX})
        content = content[: -len(SIX) - 8] + struct.pack("<q", length) + SIX
        with pytest.raises(RuntimeError, match="is damaged"):
            load(io.BytesIO(content))


def test_archives_that_grow_are_refused():
    content = archive([tensor("0", (25_000_000,), (1,))], {"0": bytes(100_000_000)}, compression=zipfile.ZIP_DEFLATED)
    assert len(content) < 1_000_000
    tracemalloc.start()
    with pytest.raises(RuntimeError, match="members are compressed, or longer than the archive"):
        load(io.BytesIO(content))
    assert tracemalloc.get_traced_memory()[1] < 20e6
    tracemalloc.stop()


def test_a_dtype_that_is_not_here_and_a_program_of_torchscript():
    with pytest.raises(pickle.UnpicklingError, match="holds a ComplexFloatStorage, whose dtype edutorch does not have"):
        load(io.BytesIO(archive([tensor("0", (1,), (1,), kind="ComplexFloatStorage")], {"0": SIX})))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as writer:
        writer.writestr("net/data.pkl", pickled({}))
        writer.writestr("net/constants.pkl", pickled(()))
    with pytest.raises(pickle.UnpicklingError, match="is a TorchScript program"):
        load(io.BytesIO(file.getvalue()))


def test_a_device_that_is_not_here_and_map_location():
    content = archive([tensor("0", (1,), (1,), location="cuda:0")], {"0": SIX})
    assert load(io.BytesIO(content), map_location="cpu")[0].tolist() == [0]
    assert load(io.BytesIO(content), map_location=lambda tensor, where: tensor + len(where))[0].tolist() == [6]
    for where, lacking in (("mps:0", "such device"), *(() if torch.cuda.is_available() else (("cuda:0", "GPU"),))):
        content = archive([tensor("0", (1,), (1,), location=where)], {"0": SIX})
        with pytest.raises(
            RuntimeError, match=rf"on '{where}', and there is no {lacking} here: use load\(f, map_location="
        ):
            load(io.BytesIO(content))


def damaged(content, rng):
    changed = bytearray(content)
    for _ in range(rng.randrange(1, 4)):
        place, kind = rng.randrange(len(changed)), rng.randrange(5)
        if kind < 2:
            changed[place] = rng.randrange(256)
        elif kind == 2:
            del changed[place : place + rng.randrange(1, 20)]
        elif kind == 3:
            changed[place:place] = rng.randbytes(rng.randrange(1, 20))
        else:
            changed[place : place + 1] = rng.choice([b"R", b"b", b".", b"(", b"t", b"s", b"Q", b"2", b"0", b"\x81"])
    return bytes(changed)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what pickletools decodes before it is refused
@FORMS
def test_thousands_of_damaged_files_are_clear_errors(form):
    """A change inside the numbers of a legacy file can't be seen; every other one is told."""
    obj = {
        "w": tensor("0", (2, 3), (3, 1), count=6),
        "b": [tensor("0", (3,), (2,), 1, count=6), "text", 2.5, (1, None)],
    }
    whole, rng = form(obj, {"0": SIX}), random.Random(3)
    pickle_alone = pickled(obj)
    read = refused = 0
    tracemalloc.start()
    for i in range(4000):
        # half of them with an archive that is whole around the pickle, so that the reader of pickles sees it
        content = damaged(whole, rng) if i % 2 else form(damaged(pickle_alone, rng), {"0": SIX})
        try:
            load(io.BytesIO(content))
            read += 1
        except (RuntimeError, pickle.UnpicklingError) as error:
            assert any(
                word in str(error)
                for word in ("damaged", "written by torch.save", "a zip archive", "is a pickle", "map_location")
            )
            refused += 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused > 2000 and read + refused == 4000 and peak < 50e6
