"""edutorch.audio.transforms: modules that turn waveforms into what a network reads, by torchaudio's names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..nn.module import Module
from ..ops.more.windows import hann_window
from ..tensor import Tensor
from . import functional as F
from .left_out import missing as _missing

__all__ = [
    "MFCC",
    "AmplitudeToDB",
    "FrequencyMasking",
    "MelScale",
    "MelSpectrogram",
    "Resample",
    "Spectrogram",
    "TimeMasking",
]


class Spectrogram(Module):
    """How strong each frequency is at each time: (..., time) becomes (..., n_fft // 2 + 1, frames).

    win_length is n_fft by default, hop_length half of it; functional.spectrogram tells of the rest.
    Source: torchaudio.transforms.Spectrogram."""

    window: Tensor

    def __init__(
        self,
        n_fft: int = 400,
        win_length: int | None = None,
        hop_length: int | None = None,
        pad: int = 0,
        window_fn: Callable[..., Tensor] = hann_window,
        power: float | None = 2.0,
        normalized: bool | str = False,
        wkwargs: Mapping[str, object] | None = None,
        center: bool = True,
        pad_mode: str = "reflect",
        onesided: bool = True,
    ) -> None:
        super().__init__()
        self.n_fft, self.pad, self.power, self.normalized = n_fft, pad, power, normalized
        self.win_length = n_fft if win_length is None else win_length
        self.hop_length = self.win_length // 2 if hop_length is None else hop_length
        self.center, self.pad_mode, self.onesided = center, pad_mode, onesided
        self.register_buffer("window", window_fn(self.win_length, **(wkwargs or {})))

    def forward(self, waveform: Tensor) -> Tensor:
        return F.spectrogram(
            waveform,
            self.pad,
            self.window,
            self.n_fft,
            self.hop_length,
            self.win_length,
            self.power,
            self.normalized,
            self.center,
            self.pad_mode,
            self.onesided,
        )


class MelScale(Module):
    """Frequencies gathered into bands as wide as an ear tells apart: (..., n_stft, time) becomes (..., n_mels, time).

    fb: the bands (n_stft, n_mels), of functional.melscale_fbanks. Raises ValueError if f_min is above f_max.
    Source: torchaudio.transforms.MelScale."""

    fb: Tensor

    def __init__(
        self,
        n_mels: int = 128,
        sample_rate: int = 16000,
        f_min: float = 0.0,
        f_max: float | None = None,
        n_stft: int = 201,
        norm: str | None = None,
        mel_scale: str = "htk",
    ) -> None:
        super().__init__()
        self.n_mels, self.sample_rate, self.f_min, self.n_stft = n_mels, sample_rate, f_min, n_stft
        self.f_max = float(sample_rate // 2) if f_max is None else f_max
        self.norm, self.mel_scale = norm, mel_scale
        if f_min > self.f_max:
            raise ValueError(f"Require f_min: {f_min} <= f_max: {self.f_max}")
        self.register_buffer("fb", F.melscale_fbanks(n_stft, f_min, self.f_max, n_mels, sample_rate, norm, mel_scale))

    def forward(self, specgram: Tensor) -> Tensor:
        return (specgram.transpose(-1, -2) @ self.fb).transpose(-1, -2)


class MelSpectrogram(Module):
    """Spectrogram, then MelScale: (..., time) becomes (..., n_mels, frames).

    Source: torchaudio.transforms.MelSpectrogram."""

    def __init__(
        self,
        sample_rate: int = 16000,
        n_fft: int = 400,
        win_length: int | None = None,
        hop_length: int | None = None,
        f_min: float = 0.0,
        f_max: float | None = None,
        pad: int = 0,
        n_mels: int = 128,
        window_fn: Callable[..., Tensor] = hann_window,
        power: float = 2.0,
        normalized: bool | str = False,
        wkwargs: Mapping[str, object] | None = None,
        center: bool = True,
        pad_mode: str = "reflect",
        onesided: bool | None = None,
        norm: str | None = None,
        mel_scale: str = "htk",
    ) -> None:
        super().__init__()
        self.sample_rate, self.n_mels, self.f_min, self.f_max = sample_rate, n_mels, f_min, f_max
        self.spectrogram = Spectrogram(
            n_fft, win_length, hop_length, pad, window_fn, power, normalized, wkwargs, center, pad_mode
        )
        self.n_fft, self.pad, self.power, self.normalized = n_fft, pad, power, normalized
        self.win_length, self.hop_length = self.spectrogram.win_length, self.spectrogram.hop_length
        self.mel_scale = MelScale(n_mels, sample_rate, f_min, f_max, n_fft // 2 + 1, norm, mel_scale)

    def forward(self, waveform: Tensor) -> Tensor:
        return self.mel_scale(self.spectrogram(waveform))


class AmplitudeToDB(Module):
    """Decibels: 10 log10 of powers (stype="power"), 20 log10 of magnitudes. top_db: the lowest level, so far below the
    loudest value of the input. Raises ValueError if it is negative. Source: torchaudio.transforms.AmplitudeToDB."""

    def __init__(self, stype: str = "power", top_db: float | None = None) -> None:
        super().__init__()
        if top_db is not None and top_db < 0:
            raise ValueError("top_db must be positive value")
        self.stype, self.top_db = stype, top_db
        self.multiplier, self.amin, self.ref_value, self.db_multiplier = (
            10.0 if stype == "power" else 20.0,
            1e-10,
            1.0,
            0.0,
        )

    def forward(self, x: Tensor) -> Tensor:
        return F.amplitude_to_DB(x, self.multiplier, self.amin, self.db_multiplier, self.top_db)


class MFCC(Module):
    """Mel-frequency cepstral coefficients: the first n_mfcc cosines of the decibels of each frame.

    (..., time) becomes (..., n_mfcc, frames). log_mels: natural logarithms in place of decibels; melkwargs: arguments
    of MelSpectrogram. Raises ValueError for another dct_type than 2 and for more coefficients than bands.
    Source: torchaudio.transforms.MFCC."""

    dct_mat: Tensor

    def __init__(
        self,
        sample_rate: int = 16000,
        n_mfcc: int = 40,
        dct_type: int = 2,
        norm: str | None = "ortho",
        log_mels: bool = False,
        melkwargs: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__()
        if dct_type != 2:
            raise ValueError(f"DCT type not supported: {dct_type}")
        self.sample_rate, self.n_mfcc, self.dct_type, self.norm, self.log_mels = (
            sample_rate,
            n_mfcc,
            dct_type,
            norm,
            log_mels,
        )
        self.amplitude_to_DB = AmplitudeToDB("power", 80.0)
        self.MelSpectrogram = MelSpectrogram(sample_rate, **(melkwargs or {}))  # type: ignore[arg-type]
        if n_mfcc > self.MelSpectrogram.n_mels:
            raise ValueError(f"Cannot select more MFCC coefficients ({n_mfcc}) than mel bins")
        self.register_buffer("dct_mat", F.create_dct(n_mfcc, self.MelSpectrogram.n_mels, norm))

    def forward(self, waveform: Tensor) -> Tensor:
        bands = self.MelSpectrogram(waveform)
        bands = (bands + 1e-6).log() if self.log_mels else self.amplitude_to_DB(bands)
        return (bands.transpose(-1, -2) @ self.dct_mat).transpose(-1, -2)


class Resample(Module):
    """Another sample rate: functional.resample. Source: torchaudio.transforms.Resample."""

    def __init__(
        self,
        orig_freq: int = 16000,
        new_freq: int = 16000,
        resampling_method: str = "sinc_interp_hann",
        lowpass_filter_width: int = 6,
        rolloff: float = 0.99,
        beta: float | None = None,
    ) -> None:
        super().__init__()
        self.orig_freq, self.new_freq, self.resampling_method = orig_freq, new_freq, resampling_method
        self.lowpass_filter_width, self.rolloff, self.beta = lowpass_filter_width, rolloff, beta

    def forward(self, waveform: Tensor) -> Tensor:
        return F.resample(
            waveform,
            self.orig_freq,
            self.new_freq,
            self.lowpass_filter_width,
            self.rolloff,
            self.resampling_method,
            self.beta,
        )


class _AxisMasking(Module):
    """A strip of a spectrogram replaced by a value; axis: 1 for frequency, 2 for time."""

    def __init__(self, mask_param: int, axis: int, iid_masks: bool, p: float = 1.0) -> None:
        super().__init__()
        self.mask_param, self.axis, self.iid_masks, self.p = mask_param, axis, iid_masks, p

    def forward(self, specgram: Tensor, mask_value: float = 0.0) -> Tensor:
        mask = F.mask_along_axis_iid if self.iid_masks else F.mask_along_axis
        return mask(specgram, self.mask_param, mask_value, self.axis + specgram.dim() - 3, p=self.p)


class FrequencyMasking(_AxisMasking):
    """Up to freq_mask_param neighboring frequencies replaced by mask_value (0); iid_masks: others for each item.

    Source: torchaudio.transforms.FrequencyMasking; Park et al. 2019, SpecAugment."""

    def __init__(self, freq_mask_param: int, iid_masks: bool = False) -> None:
        super().__init__(freq_mask_param, 1, iid_masks)


class TimeMasking(_AxisMasking):
    """Up to time_mask_param neighboring frames replaced by mask_value (0), at most the part p of them; iid_masks:
    others for each item. Raises ValueError for a p outside 0 to 1.

    Source: torchaudio.transforms.TimeMasking; Park et al. 2019, SpecAugment."""

    def __init__(self, time_mask_param: int, iid_masks: bool = False, p: float = 1.0) -> None:
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"The value of p must be between 0.0 and 1.0 ({p} given).")
        super().__init__(time_mask_param, 2, iid_masks, p)


def __getattr__(name: str) -> object:
    """For what torchaudio has and edutorch has not, an error that says so."""
    raise _missing(__name__, name)
