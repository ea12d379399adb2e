"""MATLAB's files, as far as data sets have them: arrays of numbers in a file of version 5, packed or not."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np

_MATRIX, _COMPRESSED = 14, 15
_TYPES: dict[int, str] = {
    1: "i1",
    2: "u1",
    3: "i2",
    4: "u2",
    5: "i4",
    6: "u4",
    7: "f4",
    9: "f8",
    12: "i8",
    13: "u8",
}
# what the array is in MATLAB, which stores its numbers in the smallest type that holds them
_CLASSES: dict[int, str] = {
    6: "f8",
    7: "f4",
    8: "i1",
    9: "u1",
    10: "i2",
    11: "u2",
    12: "i4",
    13: "u4",
    14: "i8",
    15: "u8",
}


def read_mat(content: bytes, name: str = "MAT file") -> dict[str, np.ndarray]:
    """The arrays of numbers in the bytes of a MATLAB file of version 5, by name; what else is in it is left out.

    Raises ValueError, naming the file, if it is cut off or of another format, such as version 7.3, which is HDF5.

    Source: MathWorks, MAT-File Level 5 File Format."""
    order = {b"IM": "<", b"MI": ">"}.get(content[126:128])
    if order is None or not content.startswith(b"MATLAB 5"):
        raise ValueError(f"{name} is no MATLAB file of version 5: it begins with the bytes {content[:10]!r}")
    try:
        found = dict(_arrays(content[128:], order))
    except (struct.error, zlib.error, ValueError, LookupError) as error:
        raise ValueError(f"{name} is damaged: {error}") from error
    return found


def _arrays(content: bytes, order: str) -> Iterator[tuple[str, np.ndarray]]:
    for kind, data in _elements(content, order):
        if kind == _COMPRESSED:
            yield from _arrays(zlib.decompress(data), order)
        elif kind == _MATRIX:
            (_, flags), (_, shape), (_, letters), *parts = _elements(data, order)
            to = _CLASSES.get(flags[0] if order == "<" else flags[3])
            if to is None or not parts:
                continue
            numbers = np.frombuffer(parts[0][1], order + _TYPES[parts[0][0]])
            dimensions = np.frombuffer(shape, order + "i4")
            yield letters.decode(), numbers.astype(to).reshape(dimensions, order="F")


def _elements(content: bytes, order: str) -> Iterator[tuple[int, bytes]]:
    """(type, bytes) of each element: a tag of 8 bytes and what belongs to it, or both in 8 bytes."""
    place = 0
    while place < len(content):
        kind, length = struct.unpack_from(f"{order}II", content, place)
        start, end = place + 8, place + 8 + length
        if kind >> 16:  # a small element
            kind, length = kind & 0xFFFF, kind >> 16
            start, end = place + 4, place + 4 + length
        if end > len(content):
            raise ValueError(f"an element of {length:,} bytes ends after the file")
        yield kind, content[start:end]
        place = end if kind == _COMPRESSED else -(-end // 8) * 8
