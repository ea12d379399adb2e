"""Reading and writing the safetensors format: by the package safetensors, or in plain Python if that is not installed.

Eight bytes give the length of a JSON header, which gives each tensor's dtype, shape and place in the bytes that
follow. The functions in Python write the same bytes as the package. Source: the format,
github.com/huggingface/safetensors.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

# Larger items first, so that each tensor begins at a multiple of its item's size; here in the package's order.
_KINDS = ("bool", "uint8", "int8", "int16", "float16", "int32", "float32", "float64", "int64")
_CODES = ("BOOL", "U8", "I8", "I16", "F16", "I32", "F32", "F64", "I64")
_BITS = {"F4": 4, "F6_E2M3": 6, "F6_E3M2": 6}
_BITS |= dict.fromkeys("BOOL U8 I8 F8_E5M2 F8_E4M3 F8_E8M0 F8_E4M3FNUZ F8_E5M2FNUZ".split(), 8)
_BITS |= {"I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32}
_BITS |= dict.fromkeys(("C64", "F64", "I64", "U64"), 64)
_LONGEST_HEADER = 100_000_000

Entries = list[tuple[str, dict[str, Any]]]


def write(arrays: dict[str, np.ndarray], metadata: dict[str, str] | None = None) -> bytes:
    """A safetensors file of arrays in C order."""
    try:
        import safetensors.numpy
    except ImportError:
        return write_in_python(arrays, metadata)
    return safetensors.numpy.save(arrays, metadata)


def read(content: bytes) -> tuple[Entries, dict[str, str]]:
    """(name, {"dtype", "shape", "data"}) of each tensor, and the metadata.

    Raises ValueError if the header is none, or where it and the data do not fit each other exactly."""
    try:
        import safetensors
    except ImportError:
        return read_in_python(content)
    try:
        entries = safetensors.deserialize(content)
    except safetensors.SafetensorError as error:
        raise ValueError(str(error)) from error
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    return entries, header.get("__metadata__") or {}


def write_in_python(arrays: dict[str, np.ndarray], metadata: dict[str, str] | None = None) -> bytes:
    """Like write, without the package."""
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
    return b"".join([len(text).to_bytes(8, "little"), text, *(arrays[name].tobytes() for name in order)])


def read_in_python(content: bytes) -> tuple[Entries, dict[str, str]]:
    """Like read, without the package."""
    length = int.from_bytes(content[:8], "little")
    if len(content) < 8:
        raise ValueError("header too small")
    if length > min(_LONGEST_HEADER, len(content) - 8):
        raise ValueError(f"invalid header length {length:,}")
    header = json.loads(content[8 : 8 + length].decode(), object_pairs_hook=_without_duplicates)
    if not isinstance(header, dict):
        raise ValueError("the header is no JSON object")
    metadata = header.pop("__metadata__", None) or {}
    if not isinstance(metadata, dict) or not all(isinstance(each, str) for each in metadata.values()):
        raise ValueError("the metadata are not all strings")
    data, end, entries = memoryview(content)[8 + length :], 0, []
    for name, entry in sorted(header.items(), key=lambda item: _offsets(*item)):
        start, stop = _offsets(name, entry)
        if start != end or stop - start != _size(name, entry):
            raise ValueError(f"tensor {name!r} has invalid offsets {start}, {stop}")
        entries.append((name, {**entry, "data": bytes(data[start:stop])}))
        end = stop
    if end != len(data):
        raise ValueError(f"incomplete metadata, file not fully covered: {len(data):,} bytes of data, {end:,} described")
    return entries, metadata


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
