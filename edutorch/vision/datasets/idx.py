"""The IDX format of the MNIST files: a short header, then the numbers."""

import gzip
import struct
import zlib

import numpy as np

# the third byte of the magic number is the type of the numbers, all big-endian
_TYPES: dict[int, np.dtype] = {
    0x08: np.dtype(np.uint8),
    0x09: np.dtype(np.int8),
    0x0B: np.dtype(">i2"),
    0x0C: np.dtype(">i4"),
    0x0D: np.dtype(">f4"),
    0x0E: np.dtype(">f8"),
}


def read_idx(content: bytes, name: str = "IDX file") -> np.ndarray:
    """The array in the bytes of an IDX file, gzip'd or not, in this machine's byte order.

    Raises ValueError, naming the file, if the bytes are cut off, too many or not in this format.

    Source: LeCun's description of the MNIST files; torchvision.datasets.mnist.read_sn3_pascalvincent_tensor."""
    if content[:2] == b"\x1f\x8b":
        content = _gunzip(content, name)
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in _TYPES or content[3] > 8:
        raise ValueError(f"{name} is no IDX file: it begins with the bytes {content[:4]!r}")
    dtype, dimensions = _TYPES[content[2]], content[3]
    header = 4 + 4 * dimensions
    if len(content) < header:
        raise ValueError(f"{name} ends within its header of {header} bytes: it has {len(content)}")
    shape = struct.unpack(f">{dimensions}I", content[4:header])
    expected = header + dtype.itemsize * int(np.prod(shape, dtype=object))
    if len(content) != expected:
        raise ValueError(f"{name} says shape {shape}, which takes {expected} bytes: it has {len(content)}")
    array: np.ndarray = np.frombuffer(content, dtype, offset=header).reshape(shape)
    return array.astype(dtype.newbyteorder("="))


def _gunzip(content: bytes, name: str) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{name} is a damaged gzip file: {error}") from error
