"""The reader and writer in Python are the package safetensors, byte by byte and refusal by refusal."""

import json
import random
import sys

import numpy as np
import pytest

from edutorch import safetensors_file
from edutorch.safetensors_file import read, read_in_python, write, write_in_python

package = pytest.importorskip("safetensors.numpy", reason="the package safetensors is not installed")

ARRAYS = {
    name: (np.arange(2**i) % 3).astype(kind).reshape([2] * i)
    for i, (name, kind) in enumerate(zip("zyxwvutsü", safetensors_file._KINDS, strict=True))
}
ARRAYS |= {"a": np.zeros((0, 3), np.float32), "b": np.ones(3, np.float32), 'a "name"\n': np.array(7)}


@pytest.mark.parametrize("metadata", [None, {}, {"key": 'a "value"\n\x7f\u00e9'}])
def test_the_same_bytes(metadata):
    content = write_in_python(ARRAYS, metadata)
    assert content == package.save(ARRAYS, metadata)


def file_of(header, data=b"\0"):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


def tensor(**changed):
    return {"w": {"dtype": "I8", "shape": [1], "data_offsets": [0, 1], **changed}}


FILES = [
    b"",
    b"\0" * 8,
    file_of(tensor()),
    file_of(tensor(), b""),
    file_of(tensor(), b"\0\0"),
    file_of(tensor(shape=[2])),
    file_of(tensor(shape=[-1])),
    file_of(tensor(shape=[1.0])),
    file_of(tensor(shape=[True])),
    file_of(tensor(shape=1)),
    file_of(tensor(shape=[2**62, 4])),
    file_of(tensor(dtype="X")),
    file_of(tensor(dtype=3)),
    file_of(tensor(data_offsets=[1, 2]), b"\0\0"),
    file_of(tensor(data_offsets=[1, 0])),
    file_of(tensor(data_offsets=[0, 1, 2])),
    file_of(tensor(more=1)),
    file_of({"w": [1]}),
    file_of({"w": {"dtype": "I8"}}),
    file_of({**tensor(), "__metadata__": None}),
    file_of({**tensor(), "__metadata__": {"a": 1}}),
    file_of({**tensor(), "__metadata__": {"a": "1"}}),
    file_of({**tensor(), **{"v": tensor()["w"]}}),
    file_of({}, b""),
    file_of(b"[]"),
    file_of(b" {}", b""),
    file_of(b"{} ", b""),
    file_of(b'{"w": }'),
    file_of(b"{\xff}"),
    *(file_of(tensor(dtype=code, shape=[8], data_offsets=[0, 8]), bytes(8)) for code in ("U8", "F8_E4M3", "BOOL")),
    *(file_of(tensor(dtype=code, shape=[8], data_offsets=[0, 16]), bytes(16)) for code in ("F16", "BF16", "U16")),
    *(file_of(tensor(dtype=code, shape=[8], data_offsets=[0, 64]), bytes(64)) for code in ("C64", "U64", "F64")),
    *(file_of(tensor(dtype=code, shape=[8], data_offsets=[0, n]), bytes(n)) for code, n in (("F4", 4), ("F6_E2M3", 6))),
]


def taken(reader, content):
    try:
        entries, metadata = reader(content)
    except ValueError:
        return None
    return {name: (each["dtype"], list(each["shape"]), bytes(each["data"])) for name, each in entries}, metadata


@pytest.mark.parametrize("content", FILES)
def test_the_same_files_are_refused(content):
    assert taken(read_in_python, content) == taken(read, content)


def test_all_arrays_are_read():
    found, metadata = taken(read_in_python, write(ARRAYS, {"key": "ü"}))
    assert metadata == {"key": "ü"} and {n: each[2] for n, each in found.items()} == {
        name: array.tobytes() for name, array in ARRAYS.items()
    }


def test_a_thousand_damaged_files():
    content, rng = write(ARRAYS), random.Random(0)
    for _ in range(1000):
        damaged = bytearray(content)
        damaged[rng.randrange(900)] = rng.randrange(256)
        assert taken(read_in_python, bytes(damaged)) == taken(read, bytes(damaged))


def test_without_the_package(monkeypatch):
    assert write(ARRAYS) == write_in_python(ARRAYS)
    for name in ("safetensors", "safetensors.numpy"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(safetensors_file, "write_in_python", lambda *args: b"in Python")
    monkeypatch.setattr(safetensors_file, "read_in_python", lambda content: ([], {"in": "Python"}))
    assert write(ARRAYS) == b"in Python" and read(b"") == ([], {"in": "Python"})
