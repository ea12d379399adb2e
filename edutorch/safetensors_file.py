"""Reading and writing the safetensors format, one tensor after the other: memory holds the tensors and no second copy.

Eight bytes give the length of a JSON header, which gives each tensor's dtype, shape and place in the bytes that
follow. The bytes are those that the package safetensors writes, which makes a copy of all tensors, and it refuses what
the package refuses. Source: the format, github.com/huggingface/safetensors.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from typing import IO, Any

import numpy as np

# Larger items first, so that each tensor begins at a multiple of its item's size; here in the package's order.
_KINDS = ("bool", "uint8", "int8", "int16", "float16", "int32", "float32", "float64", "int64")
_CODES = ("BOOL", "U8", "I8", "I16", "F16", "I32", "F32", "F64", "I64")
_BITS = {"F4": 4, "F6_E2M3": 6, "F6_E3M2": 6}
_BITS |= dict.fromkeys("BOOL U8 I8 F8_E5M2 F8_E4M3 F8_E8M0 F8_E4M3FNUZ F8_E5M2FNUZ".split(), 8)
_BITS |= {"I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32}
_BITS |= dict.fromkeys(("C64", "F64", "I64", "U64"), 64)
_LONGEST_HEADER = 100_000_000

Entry = dict[str, Any]  # dtype, shape and data, or data_offsets
Entries = list[tuple[str, Entry]]


def pieces(arrays: dict[str, np.ndarray], metadata: dict[str, str] | None = None) -> Iterator[bytes | memoryview]:
    """A safetensors file of arrays in C order, in pieces to be written one after the other."""
    order = sorted(arrays, key=lambda name: (-_KINDS.index(arrays[name].dtype.name), name.encode()))
    header: dict[str, Any] = {} if metadata is None else {"__metadata__": dict(metadata)}
    place = 0
    for name in order:
        array, start = arrays[name], place
        place += array.nbytes
        code = _CODES[_KINDS.index(array.dtype.name)]
        header[name] = {"dtype": code, "shape": list(array.shape), "data_offsets": [start, place]}
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    yield len(text).to_bytes(8, "little") + text
    for name in order:
        yield arrays[name].reshape(-1).view(np.uint8).data


def read(file: IO[bytes]) -> tuple[Entries, dict[str, str]]:
    """(name, {"dtype", "shape", "data"}) of each tensor, and the metadata, from here to the end of a file.

    data: (bytes,) uint8. Raises ValueError if the header is none, or where it and the data do not fit each other
    exactly."""
    size = bytes_left(file)
    length = int.from_bytes(file.read(8), "little")
    if size < 8:
        raise ValueError("header too small")
    if length > min(_LONGEST_HEADER, size - 8):
        raise ValueError(f"invalid header length {length:,}")
    header, metadata = _header(file.read(length))
    order = sorted(header.items(), key=lambda item: _offsets(*item))
    _check_places(order, size - 8 - length)
    return [(name, {**entry, "data": _data(file, _size(name, entry))}) for name, entry in order], metadata


def bytes_left(file: IO[bytes]) -> int:
    """How many bytes stand between here and the end of a file."""
    here = file.tell()
    end = file.seek(0, os.SEEK_END)
    file.seek(here)
    return end - here


def _header(text: bytes) -> tuple[dict[str, Entry], dict[str, str]]:
    """The entries by name, and the metadata."""
    header = json.loads(text.decode(), object_pairs_hook=_without_duplicates)
    if not isinstance(header, dict):
        raise ValueError("the header is no JSON object")
    metadata = header.pop("__metadata__", None) or {}
    if not isinstance(metadata, dict) or not all(isinstance(each, str) for each in metadata.values()):
        raise ValueError("the metadata are not all strings")
    return header, metadata


def _check_places(order: Entries, size: int) -> None:
    """Raises ValueError unless the tensors lie one after the other in that many bytes, each as long as its shape."""
    end = 0
    for name, entry in order:
        start, stop = _offsets(name, entry)
        if start != end or stop - start != _size(name, entry):
            raise ValueError(f"tensor {name!r} has invalid offsets {start}, {stop}")
        end = stop
    if end != size:
        raise ValueError(f"incomplete metadata, file not fully covered: {size:,} bytes of data, {end:,} described")


def _data(file: IO[bytes], size: int) -> np.ndarray:
    """(size,) uint8: that many bytes, read into the array's own memory where the file can do so."""
    data = np.empty(size, np.uint8)
    place = 0
    while place < size:
        count = file.readinto(data[place:].data)  # type: ignore[attr-defined]  # of all binary files of the library io
        if not count:
            raise ValueError(f"the file ends {size - place:,} bytes early")
        place += count
    return data


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name stands twice in the header")
    return dict(pairs)


def _offsets(name: str, entry: object) -> tuple[int, int]:
    if not isinstance(entry, dict) or not set(entry) >= {"dtype", "shape", "data_offsets"}:
        raise ValueError(f"tensor {name!r} has no dtype, shape and data_offsets")
    offsets = entry["data_offsets"]
    if not _sizes(offsets) or len(offsets) != 2:
        raise ValueError(f"tensor {name!r} has data_offsets {offsets}")
    return offsets[0], offsets[1]


def _size(name: str, entry: dict[str, Any]) -> int:
    """How many bytes a tensor of that dtype and shape takes."""
    code, shape = entry["dtype"], entry["shape"]
    if not isinstance(code, str) or code not in _BITS:
        raise ValueError(f"tensor {name!r} has the unknown dtype {code}")
    if not _sizes(shape):
        raise ValueError(f"tensor {name!r} has shape {shape}")
    return math.prod(shape) * _BITS[code] // 8


def _sizes(value: object) -> bool:
    return isinstance(value, list) and all(type(each) is int and 0 <= each < 2**63 for each in value)
