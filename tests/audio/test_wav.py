"""WAV files of all kinds, as other programs write them."""

import io
import struct
import wave

import numpy as np
import pytest

import edutorch as torch
from edutorch.audio import load, save

SAMPLES = np.array([[0.0, 0.5], [-0.5, 0.25], [0.75, -1.0]])  # (time, channels)


def written(
    data: bytes, kind: int, bits: int, channels: int = 2, before: bytes = b"", extra: bytes = b""
) -> io.BytesIO:
    """A file with a chunk that is to be skipped before the samples."""
    header = (
        struct.pack("<HHIIHH", kind, channels, 8000, 8000 * channels * bits // 8, channels * bits // 8, bits) + extra
    )
    body = (
        b"WAVE"
        + before
        + b"fmt "
        + struct.pack("<I", len(header))
        + header
        + b"data"
        + struct.pack("<I", len(data))
        + data
    )
    return io.BytesIO(b"RIFF" + struct.pack("<I", len(body)) + body)


def integers(bits: int) -> bytes:
    whole = (SAMPLES * 2 ** (bits - 1)).astype(np.int64).ravel()
    if bits == 8:
        return (whole + 128).astype(np.uint8).tobytes()
    return b"".join(int(n).to_bytes(bits // 8, "little", signed=True) for n in whole)


@pytest.mark.parametrize("bits", [8, 16, 24, 32])
def test_integers_of_each_width(bits):
    waveform, rate = load(written(integers(bits), 1, bits))
    assert rate == 8000 and waveform.dtype == torch.float32
    np.testing.assert_array_equal(waveform.numpy(), SAMPLES.T)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_floats(dtype):
    waveform, _ = load(written(SAMPLES.astype(dtype).tobytes(), 3, 8 * dtype().itemsize))
    assert waveform.dtype == torch.float32
    np.testing.assert_array_equal(waveform.numpy(), SAMPLES.T)


def test_the_extended_header_and_unknown_chunks():
    extra = struct.pack("<HHI", 22, 16, 3) + struct.pack("<H", 1) + bytes(14)
    waveform, _ = load(written(integers(16), 0xFFFE, 16, before=b"LIST" + struct.pack("<I", 3) + b"abc\0", extra=extra))
    np.testing.assert_array_equal(waveform.numpy(), SAMPLES.T)


def test_a_part_of_it_integers_as_they_are_and_time_first():
    raw, _ = load(written(integers(16), 1, 16), frame_offset=1, num_frames=1, normalize=False, channels_first=False)
    assert raw.dtype == torch.int16 and raw.tolist() == [[-(2**14), 2**13]]
    assert load(written(integers(24), 1, 24), normalize=False)[0].tolist()[0] == [0, -(2**30), 3 * 2**29]


def test_a_file_cut_off_in_a_frame_loses_that_frame():
    assert load(written(integers(16)[:-1], 1, 16))[0].shape == (2, 2)


def test_what_is_saved_is_read_again_and_by_python(tmp_path):
    waveform = torch.tensor(SAMPLES.T, dtype=torch.float32)
    save(tmp_path / "a.wav", waveform, 16000)
    again, rate = load(tmp_path / "a.wav")
    assert rate == 16000 and torch.equal(again, waveform)
    save(str(tmp_path / "b.wav"), waveform, 16000, encoding="PCM_S", bits_per_sample=16)
    with wave.open(str(tmp_path / "b.wav")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate(), file.getnframes()) == (2, 2, 16000, 3)
        np.testing.assert_array_equal(
            np.frombuffer(file.readframes(3), "<i2"), [0, 2**14, -(2**14), 2**13, 3 * 2**13, -(2**15)]
        )
    stream = io.BytesIO()
    save(stream, (waveform * 2**10).short().t(), 8000, channels_first=False)
    stream.seek(0)
    np.testing.assert_array_equal(load(stream, normalize=False)[0].numpy(), SAMPLES.T * 2**10)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"OggS" + bytes(60), "is not a WAV file .*ffmpeg"),
        (b"RIFF" + bytes(4) + b"WAVE", "damaged: it lacks its header or its samples"),
        (written(bytes(8), 7, 8).getvalue(), "kind 7 with 8 bits; edutorch reads WAV files of 8, 16, 24"),
    ],
)
def test_what_is_no_such_file(content, words):
    with pytest.raises(ValueError, match=words):
        load(io.BytesIO(content))


@pytest.mark.parametrize(
    ("source", "options", "words"),
    [
        (torch.ones(3), {}, r"\(channels, time\), got shape \(3,\); use unsqueeze"),
        (torch.ones(1, 3).int(), {}, "expected float32 or int16, got torch.int32"),
        (torch.ones(1, 3), {"encoding": "ULAW"}, "expected encoding='PCM_S'"),
    ],
)
def test_what_cannot_be_saved(source, options, words):
    with pytest.raises(ValueError, match=words):
        save(io.BytesIO(), source, 8000, **options)
