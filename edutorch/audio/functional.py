"""edutorch.audio.functional: from a waveform to a spectrogram, to mel bands, to decibels, by torchaudio's names.

Tensors are real here: a spectrogram is two matrix products, of each frame with cosines and with sines.
"""

from __future__ import annotations

import functools
import math

import numpy as np

from ..autograd.base import wrap
from ..nn.functional import pad as padded
from ..ops.extremes import maximum
from ..ops.ranges import arange
from ..random.tensors import rand
from ..tensor import Tensor
from .left_out import missing as _missing
from .resampling import resample

__all__ = [
    "DB_to_amplitude",
    "amplitude_to_DB",
    "create_dct",
    "mask_along_axis",
    "mask_along_axis_iid",
    "melscale_fbanks",
    "resample",
    "spectrogram",
]


def spectrogram(
    waveform: Tensor,
    pad: int,
    window: Tensor,
    n_fft: int,
    hop_length: int,
    win_length: int,
    power: float | None,
    normalized: bool | str,
    center: bool = True,
    pad_mode: str = "reflect",
    onesided: bool = True,
) -> Tensor:
    """How strong each frequency is at each time: (..., time) becomes (..., n_fft // 2 + 1, frames).

    Frames of n_fft samples, hop_length apart, are faded by the window (win_length) and compared with a cosine and a
    sine of each frequency; what is given is the length of the pair, to the `power`: 1 for magnitude, 2 for power.
    center: frame t is centered at sample t * hop_length, the ends padded as pad_mode says. normalized: divided by
    the window's length ("window" or True) or by the square root of n_fft ("frame_length").
    Raises ValueError for power=None (complex numbers, which tensors here are not) and for a window of another length,
    RuntimeError for a waveform shorter than a frame. Source: torchaudio.functional.spectrogram."""
    if power is None:
        raise ValueError("spectrogram: power=None asks for complex numbers, and tensors are real here; use 1.0 or 2.0")
    if tuple(window.shape) != (win_length,) or win_length > n_fft:
        raise ValueError(
            f"spectrogram: expected a window of win_length {win_length} samples, at most n_fft {n_fft}, got"
            f" {tuple(window.shape)}"
        )
    signal = padded(waveform, (pad, pad)) if pad else waveform
    signal = signal.reshape(-1, signal.shape[-1])  # (N, time)
    if center:
        signal = padded(signal, (n_fft // 2, n_fft // 2), mode=pad_mode)
    if signal.shape[-1] < n_fft:
        raise RuntimeError(f"spectrogram: expected at least n_fft = {n_fft} samples, got {signal.shape[-1]}")
    before = (n_fft - win_length) // 2
    frames = signal.unfold(-1, n_fft, hop_length) * padded(window, (before, n_fft - win_length - before))
    cosines, sines = (wrap(wave).to(frames) for wave in waves(n_fft, onesided))  # (n_fft, freq)
    energy = (frames @ cosines).square() + (frames @ sines).square()  # (N, frames, freq)
    result = _to_power(energy, power) / _scale(normalized, window, n_fft) ** power
    return result.transpose(-1, -2).reshape(*waveform.shape[:-1], -1, frames.shape[-2])


@functools.lru_cache(maxsize=4)
def waves(n_fft: int, onesided: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """A cosine and a sine of each frequency as columns: two float64 arrays (n_fft, n_fft // 2 + 1); the column k goes
    through k whole turns in n_fft samples."""
    frequencies = np.arange(n_fft // 2 + 1 if onesided else n_fft)
    turns = np.outer(np.arange(n_fft), frequencies) % n_fft / n_fft
    return np.cos(2 * np.pi * turns), np.sin(2 * np.pi * turns)


def _to_power(energy: Tensor, power: float) -> Tensor:
    """The square root of the energy to the power; its gradient is 0 where the energy is."""
    if power == 2:
        return energy
    smallest = float(np.finfo(energy.array.dtype).tiny)
    return energy.clamp(min=smallest).pow(power / 2)


def _scale(normalized: bool | str, window: Tensor, n_fft: int) -> float:
    """What the magnitudes are divided by."""
    if normalized not in (True, False, "window", "frame_length"):
        raise ValueError(f"spectrogram: normalized is {normalized!r}; use True, False, 'window' or 'frame_length'")
    if normalized == "frame_length":
        return math.sqrt(n_fft)
    return window.square().sum().sqrt().item() if normalized else 1.0


def melscale_fbanks(
    n_freqs: int,
    f_min: float,
    f_max: float,
    n_mels: int,
    sample_rate: int,
    norm: str | None = None,
    mel_scale: str = "htk",
) -> Tensor:
    """Triangles that gather n_freqs frequencies (0 to sample_rate / 2) into n_mels bands: (n_freqs, n_mels) float32.

    The bands are equally wide in mel, so wider and wider in hertz. norm="slaney" gives each the area 1. mel_scale:
    "htk" or "slaney". Raises ValueError for other values. Source: torchaudio.functional.melscale_fbanks."""
    if norm not in (None, "slaney"):
        raise ValueError(f"melscale_fbanks: norm must be one of None or 'slaney', got {norm!r}")
    frequencies = np.linspace(0, sample_rate // 2, n_freqs)[:, None]
    edges = _hertz(np.linspace(_mel(f_min, mel_scale), _mel(f_max, mel_scale), n_mels + 2), mel_scale)
    left, middle, right = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (frequencies - left) / (middle - left), (right - frequencies) / (right - middle)
    bands = np.maximum(0, np.minimum(rising, falling))  # (n_freqs, n_mels)
    if norm == "slaney":
        bands *= 2 / (right - left)
    return wrap(bands.astype(np.float32))


def _mel(hertz: float, mel_scale: str) -> float:
    """Hertz to mel: 1000 mel are 1000 Hz (htk); equal steps of mel sound equally far apart."""
    if mel_scale == "htk":
        return 2595.0 * math.log10(1.0 + hertz / 700.0)
    if mel_scale != "slaney":
        raise ValueError(f"mel_scale should be one of 'htk' or 'slaney', got {mel_scale!r}")
    return hertz * 3 / 200 if hertz < 1000 else 15 + math.log(hertz / 1000) * 27 / math.log(6.4)


def _hertz(mels: np.ndarray, mel_scale: str) -> np.ndarray:
    """The way back."""
    if mel_scale == "htk":
        return 700.0 * (10.0 ** (mels / 2595.0) - 1.0)
    return np.where(mels < 15, mels * 200 / 3, 1000 * np.exp((mels - 15) * math.log(6.4) / 27))


def amplitude_to_DB(
    x: Tensor, multiplier: float, amin: float, db_multiplier: float, top_db: float | None = None
) -> Tensor:
    """Decibels: multiplier * log10(x), where x is at least amin, less multiplier * db_multiplier.

    multiplier: 10 for powers, 20 for magnitudes. top_db: what is further below the loudest value is raised to that
    level, each item of a batch (N, channels, freq, time) by its own loudest value.
    Source: torchaudio.functional.amplitude_to_DB."""
    decibels = multiplier * x.clamp(min=amin).log10() - multiplier * db_multiplier
    if top_db is None:
        return decibels
    channels = x.shape[-3] if x.dim() > 2 else 1
    each = decibels.reshape(-1, channels, *x.shape[-2:])
    floor = each.amax(dim=(-3, -2, -1), keepdim=True) - top_db
    return maximum(each, floor).reshape(x.shape)


def DB_to_amplitude(x: Tensor, ref: float, power: float) -> Tensor:
    """From decibels back: power=1 gives powers, 0.5 magnitudes; `ref` is what 0 dB stands for.

    Source: torchaudio.functional.DB_to_amplitude."""
    return ref * (10.0 ** (0.1 * x)) ** power


def create_dct(n_mfcc: int, n_mels: int, norm: str | None) -> Tensor:
    """The first n_mfcc cosines of the discrete cosine transform (DCT-II) as columns: (n_mels, n_mfcc).

    norm="ortho" makes them orthonormal. Raises ValueError for other norms but None.
    Source: torchaudio.functional.create_dct."""
    if norm not in (None, "ortho"):
        raise ValueError(f"create_dct: norm must be either 'ortho' or None, got {norm!r}")
    cosines = np.cos(np.pi / n_mels * np.outer(np.arange(n_mels) + 0.5, np.arange(n_mfcc)))
    if norm is None:
        return wrap((2 * cosines).astype(np.float32))
    cosines[:, 0] /= math.sqrt(2)
    return wrap((cosines * math.sqrt(2 / n_mels)).astype(np.float32))


def mask_along_axis(specgram: Tensor, mask_param: int, mask_value: float, axis: int, p: float = 1.0) -> Tensor:
    """A strip of a spectrogram (..., freq, time) replaced by mask_value: the same one for the whole batch.

    Its width is drawn from 0 up to mask_param (at most the part p of the axis), then its place. axis: one of the last
    two. Raises ValueError for other axes and a p outside 0 to 1. Source: torchaudio.functional.mask_along_axis."""
    widest = _widest(specgram, mask_param, axis, p, at_least=2)
    return specgram if widest < 1 else _masked(specgram, rand(1), rand(1), widest, mask_value, axis)


def mask_along_axis_iid(specgrams: Tensor, mask_param: int, mask_value: float, axis: int, p: float = 1.0) -> Tensor:
    """The same with a strip of its own for each item: of (N, ..., freq, time), all but the last two axes.

    Source: torchaudio.functional.mask_along_axis_iid."""
    widest = _widest(specgrams, mask_param, axis, p, at_least=3)
    if widest < 1:
        return specgrams
    items = specgrams.shape[:-2]
    width, place = (rand(*items, dtype=specgrams.dtype)[..., None, None] for _ in range(2))
    return _masked(specgrams, width, place, widest, mask_value, axis)


def _widest(specgram: Tensor, mask_param: int, axis: int, p: float, at_least: int) -> int:
    """How many places a mask may cover, the arguments being checked."""
    dim = specgram.dim()
    if dim < at_least:
        raise ValueError(f"Spectrogram must have at least {at_least} dimensions ({dim} given)")
    if axis not in (dim - 2, dim - 1):
        raise ValueError(
            f"Only Frequency and Time masking are supported (axis {dim - 2} and axis {dim - 1} supported; {axis} given)"
        )
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"The value of p must be between 0.0 and 1.0 ({p} given).")
    return mask_param if p == 1.0 else min(mask_param, int(specgram.shape[axis] * p))


def _masked(x: Tensor, width: Tensor, place: Tensor, widest: int, value: float, axis: int) -> Tensor:
    """x, with `value` in the strip that two numbers from 0 to 1 choose."""
    size = x.shape[axis]
    width = width * widest
    start = (place * (size - width)).long()
    along = arange(size)
    if axis == x.dim() - 2:
        along = along.unsqueeze(-1)
    inside = (along >= start) & (along < start + width.long())
    return x.masked_fill(inside.to(x.device), value)


def __getattr__(name: str) -> object:
    """For what torchaudio has and edutorch has not, an error that says so."""
    raise _missing(__name__, name)
