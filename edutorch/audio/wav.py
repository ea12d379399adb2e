"""Sound files in the WAV format, read and written: a header of chunks, then the samples one after the other."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ..autograd.base import wrap
from ..tensor import Tensor
from ..utils.files import write_atomic

Place = str | os.PathLike[str] | BinaryIO
PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE  # the header's number for how samples are written
READABLE = "of 8, 16, 24 or 32-bit integers, or of 32 or 64-bit floats"


def load(
    uri: Place, frame_offset: int = 0, num_frames: int = -1, normalize: bool = True, channels_first: bool = True
) -> tuple[Tensor, int]:
    """(waveform, sample rate in Hz) of a WAV file: a path, or a file open in binary mode.

    waveform: (channels, time) float32 between -1 and 1, or (time, channels) with channels_first=False. normalize=False
    leaves integers as they are in the file: uint8, int16, or int32 (24 bits stand in its upper ones). frame_offset and
    num_frames choose a part. Raises ValueError for what is not such a file, with what to do.
    Source: torchaudio.load."""
    content = Path(uri).read_bytes() if isinstance(uri, (str, os.PathLike)) else uri.read()
    name = str(uri) if isinstance(uri, (str, os.PathLike)) else "the file"
    frames, rate = _read(content, name)  # (time, channels)
    end = None if num_frames < 0 else frame_offset + num_frames
    frames = frames[frame_offset:end]
    if normalize:
        frames = _normalized(frames)
    return wrap(np.ascontiguousarray(frames.T if channels_first else frames)), rate


def save(
    uri: Place,
    src: Tensor,
    sample_rate: int,
    channels_first: bool = True,
    encoding: str | None = None,
    bits_per_sample: int | None = None,
) -> None:
    """Writes a waveform (channels, time) as a WAV file: floats as 32-bit floats, int16 as 16-bit integers.

    encoding="PCM_S" with bits_per_sample=16 writes floats between -1 and 1 as 16-bit integers, which every player
    reads. Raises ValueError for other shapes, dtypes and encodings.
    Source: torchaudio.save."""
    samples = src.detach().cpu().numpy()
    if samples.ndim != 2:
        raise ValueError(f"save: expected a waveform (channels, time), got shape {samples.shape}; use unsqueeze(0)")
    frames = samples.T if channels_first else samples
    if (encoding, bits_per_sample) in (("PCM_S", 16), ("PCM_S", None)) and frames.dtype.kind == "f":
        frames = np.clip(np.round(frames * 32768.0), -32768, 32767).astype("<i2")
    elif encoding is not None or bits_per_sample is not None:
        raise ValueError(f"save: expected encoding='PCM_S', bits_per_sample=16, got {encoding!r}, {bits_per_sample}")
    if frames.dtype not in (np.int16, np.float32):
        raise ValueError(f"save: expected float32 or int16, got {src.dtype}; use waveform.float()")
    content = _written(np.ascontiguousarray(frames.astype(frames.dtype.newbyteorder("<"))), sample_rate)
    if isinstance(uri, (str, os.PathLike)):
        with write_atomic(Path(uri)) as file:
            file.write(content)
    else:
        uri.write(content)


def _read(content: bytes, name: str) -> tuple[np.ndarray, int]:
    """The frames (time, channels) in the file's own dtype, and the sample rate."""
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise ValueError(
            f"load: {name} is not a WAV file (it begins with {content[:4]!r}, not b'RIFF'). Convert it first:"
            " ffmpeg -i INPUT -ar 16000 -ac 1 word.wav"
        )
    chunks = _chunks(content)
    if "fmt " not in chunks or "data" not in chunks or len(chunks["fmt "]) < 16:
        raise ValueError(f"load: {name} is damaged: it lacks its header or its samples")
    kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunks["fmt "])
    if kind == EXTENSIBLE and len(chunks["fmt "]) >= 26:
        (kind,) = struct.unpack_from("<H", chunks["fmt "], 24)
    return _frames(chunks["data"], kind, bits, channels, name), rate


def _chunks(content: bytes) -> dict[str, bytes]:
    """The parts of a RIFF file by name. Each has a name, a length, and its bytes, of an even number."""
    found: dict[str, bytes] = {}
    at = 12
    while at + 8 <= len(content):
        name, size = content[at : at + 4].decode("latin-1"), int.from_bytes(content[at + 4 : at + 8], "little")
        found.setdefault(name, content[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    return found


def _frames(data: bytes, kind: int, bits: int, channels: int, name: str) -> np.ndarray:
    """The samples as (time, channels); 24-bit integers as int32 whose lowest byte is 0."""
    dtypes = {
        (PCM, 8): "u1",
        (PCM, 16): "<i2",
        (PCM, 24): "u1",
        (PCM, 32): "<i4",
        (FLOAT, 32): "<f4",
        (FLOAT, 64): "<f8",
    }
    if (kind, bits) not in dtypes or channels < 1:
        raise ValueError(
            f"load: {name} has samples of kind {kind} with {bits} bits; edutorch reads WAV files {READABLE}"
        )
    whole = len(data) // (channels * bits // 8) * (channels * bits // 8)  # a file cut off in a frame loses that frame
    samples = np.frombuffer(data[:whole], dtypes[kind, bits])
    if bits == 24:
        wide = np.zeros((len(samples) // 3, 4), np.uint8)
        wide[:, 1:] = samples.reshape(-1, 3)
        samples = wide.view("<i4")
    return samples.reshape(-1, channels).astype(samples.dtype.newbyteorder("="))


def _normalized(frames: np.ndarray) -> np.ndarray:
    """Samples as float32 between -1 and 1."""
    if frames.dtype == np.uint8:
        return (frames.astype(np.float32) - 128) / 128
    if frames.dtype.kind == "i":
        return (frames / 2.0 ** (8 * frames.dtype.itemsize - 1)).astype(np.float32)
    return frames.astype(np.float32)


def _written(frames: np.ndarray, rate: int) -> bytes:
    """A WAV file of the frames (time, channels) int16 or float32."""
    channels, size = frames.shape[1], frames.dtype.itemsize
    kind = PCM if frames.dtype.kind == "i" else FLOAT
    header = struct.pack("<HHIIHH", kind, channels, rate, rate * channels * size, channels * size, 8 * size)
    data = frames.tobytes()
    body = b"WAVEfmt " + struct.pack("<I", len(header)) + header + b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body
