"""Another sample rate: each new sample is a weighted mean of the old ones around it."""

from __future__ import annotations

import functools
import math

import numpy as np

from ..autograd.base import wrap
from ..nn.functional import conv1d, pad
from ..tensor import Tensor

_BETA = 14.769656459379492  # torchaudio's default for the Kaiser window


def resample(
    waveform: Tensor,
    orig_freq: int,
    new_freq: int,
    lowpass_filter_width: int = 6,
    rolloff: float = 0.99,
    resampling_method: str = "sinc_interp_hann",
    beta: float | None = None,
) -> Tensor:
    """A waveform (..., time) with new_freq samples a second in place of orig_freq: (..., ceil(time * new / orig)).

    Frequencies that the new rate cannot carry are taken out. lowpass_filter_width: how many zeros of the sinc on each
    side; resampling_method: "sinc_interp_hann" or "sinc_interp_kaiser", how it fades. Raises ValueError for rates that
    are not positive integers and for other methods, TypeError for integers as samples.
    Source: torchaudio.functional.resample."""
    if orig_freq != int(orig_freq) or new_freq != int(new_freq) or min(orig_freq, new_freq) <= 0:
        raise ValueError(f"resample: expected rates in whole hertz above 0, got {orig_freq} and {new_freq}")
    if not waveform.is_floating_point():
        raise TypeError(f"Expected floating point type for waveform tensor, but received {waveform.dtype}.")
    if orig_freq == new_freq:
        return waveform
    common = math.gcd(int(orig_freq), int(new_freq))
    old, new = int(orig_freq) // common, int(new_freq) // common
    kernels = _kernels(old, new, lowpass_filter_width, rolloff, resampling_method, beta)
    width = (kernels.shape[-1] - old) // 2
    signal = pad(waveform.reshape(-1, 1, waveform.shape[-1]), (width, width + old))
    found = conv1d(signal, wrap(kernels).to(waveform), stride=old)  # (N, new, time / old)
    length = -(-new * waveform.shape[-1] // old)
    return found.transpose(1, 2).reshape(*waveform.shape[:-1], -1)[..., :length]


@functools.lru_cache(maxsize=16)
def _kernels(old: int, new: int, zeros: int, rolloff: float, method: str, beta: float | None) -> np.ndarray:
    """The weights of `new` samples that follow each other, as (new, 1, taps)."""
    if zeros <= 0:
        raise ValueError(f"Low pass filter width should be positive, got {zeros}")
    cutoff = min(old, new) * rolloff
    width = math.ceil(zeros * old / cutoff)
    times = np.arange(-width, width + old) / old - np.arange(new)[:, None, None] / new
    times = np.clip(times * cutoff, -zeros, zeros)
    return np.sinc(times) * _window(times / zeros, method, beta) * (cutoff / old)


def _window(x: np.ndarray, method: str, beta: float | None) -> np.ndarray:
    """1 at x = 0, fading to about 0 at x = -1 and 1."""
    if method == "sinc_interp_hann":
        return np.cos(x * np.pi / 2) ** 2
    if method != "sinc_interp_kaiser":
        raise ValueError(f"resample: expected 'sinc_interp_hann' or 'sinc_interp_kaiser', got {method!r}")
    strength = _BETA if beta is None else beta
    return np.i0(strength * np.sqrt(1 - x**2)) / np.i0(strength)
