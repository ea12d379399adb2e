"""Files are those of the package safetensors, byte by byte and refusal by refusal; memory holds the tensors once."""

import io
import json
import random
import tracemalloc

import numpy as np
import pytest

import edutorch
from edutorch import safetensors_file
from edutorch.safetensors_file import pieces, read

package = pytest.importorskip("safetensors.numpy", reason="the package safetensors is not installed")
safetensors = pytest.importorskip("safetensors")

ARRAYS = {
    name: (np.arange(2**i) % 3).astype(kind).reshape([2] * i)
    for i, (name, kind) in enumerate(zip("zyxwvutsü", safetensors_file._KINDS, strict=True))
}
ARRAYS |= {"a": np.zeros((0, 3), np.float32), "b": np.ones(3, np.float32), 'a "name"\n': np.array(7)}


@pytest.mark.parametrize("metadata", [None, {}, {"key": 'a "value"\n\x7f\u00e9'}])
def test_the_same_bytes(metadata):
    content = b"".join(pieces(ARRAYS, metadata))
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


def ours(content):
    try:
        entries, metadata = read(io.BytesIO(content))
    except ValueError:
        return None
    return {name: (each["dtype"], list(each["shape"]), bytes(each["data"])) for name, each in entries}, metadata


def theirs(content):
    try:
        entries = safetensors.deserialize(content)
    except safetensors.SafetensorError:
        return None
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    found = {name: (each["dtype"], list(each["shape"]), bytes(each["data"])) for name, each in entries}
    return found, header.get("__metadata__") or {}


@pytest.mark.parametrize("content", FILES)
def test_the_same_files_are_refused(content):
    assert ours(content) == theirs(content)


def test_all_arrays_are_read():
    found, metadata = ours(package.save(ARRAYS, {"key": "ü"}))
    assert metadata == {"key": "ü"} and {n: each[2] for n, each in found.items()} == {
        name: array.tobytes() for name, array in ARRAYS.items()
    }


def test_a_thousand_damaged_files():
    content, rng = package.save(ARRAYS), random.Random(0)
    for _ in range(1000):
        damaged = bytearray(content)
        damaged[rng.randrange(900)] = rng.randrange(256)
        assert ours(bytes(damaged)) == theirs(bytes(damaged))


def test_a_file_that_shrinks_while_it_is_read():
    class Shrunk(io.BytesIO):
        def readinto(self, buffer):
            return super().readinto(buffer[:10])

    content = package.save({"w": np.arange(64)})
    entries, _ = read(Shrunk(content))  # a reader may give less than it was asked for
    assert bytes(entries[0][1]["data"]) == np.arange(64).tobytes()
    file = Shrunk(content)
    file.seek = lambda *place: len(content) if place == (0, 2) else None  # type: ignore[method-assign]
    file.truncate(len(content) - 100)
    with pytest.raises(ValueError, match="ends 100 bytes early"):
        read(file)


def test_saving_and_loading_hold_the_tensors_once(tmp_path):
    state = {str(i): edutorch.ones(1000, 250) for i in range(8)}
    size = 8_000_000
    assert peak(lambda: edutorch.save(state, tmp_path / "w.pt")) < 0.2 * size
    assert peak(lambda: edutorch.load(tmp_path / "w.pt")) < 1.2 * size


def peak(work):
    """Bytes that the work held at most, beyond those before it."""
    work()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
