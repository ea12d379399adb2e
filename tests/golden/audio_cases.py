"""Cases for edutorch.audio: a name of `transforms`, its arguments, and what it is given of `inputs`."""

import numpy as np

SMALL = {"n_fft": 128, "hop_length": 48}
MELS = {**SMALL, "n_mels": 12}
CASES = {
    "spectrogram": ("Spectrogram", SMALL, "sound"),
    "magnitude": ("Spectrogram", {**SMALL, "power": 1.0}, "sound"),
    "a short window": ("Spectrogram", {**SMALL, "win_length": 101}, "sound"),
    "by the window": ("Spectrogram", {**SMALL, "normalized": True}, "sound"),
    "by the frame": ("Spectrogram", {**SMALL, "normalized": "frame_length", "power": 1.5}, "sound"),
    "not centered": ("Spectrogram", {**SMALL, "center": False, "pad": 10}, "sound"),
    "two-sided": ("Spectrogram", {**SMALL, "onesided": False, "pad_mode": "constant"}, "sound"),
    "mel": ("MelSpectrogram", {"sample_rate": 8000, **MELS}, "sound"),
    "mel by Slaney": ("MelSpectrogram", {"sample_rate": 8000, "norm": "slaney", "mel_scale": "slaney", **MELS}, "sound"),
    "mel of a range": ("MelSpectrogram", {"sample_rate": 8000, "f_min": 100.0, "f_max": 3000.0, **MELS}, "sound"),
    "mel scale": ("MelScale", {"n_mels": 6, "sample_rate": 8000, "n_stft": 20}, "powers"),
    "decibels": ("AmplitudeToDB", {}, "powers"),
    "decibels from the top": ("AmplitudeToDB", {"top_db": 5.0}, "powers"),
    "decibels of magnitudes": ("AmplitudeToDB", {"stype": "magnitude", "top_db": 20.0}, "powers"),
    "mfcc": ("MFCC", {"sample_rate": 8000, "n_mfcc": 7, "melkwargs": MELS}, "sound"),
    "mfcc by logarithms": ("MFCC", {"sample_rate": 8000, "n_mfcc": 7, "log_mels": True, "norm": None, "melkwargs": MELS}, "sound"),
    "resampled down": ("Resample", {"orig_freq": 22050, "new_freq": 16000}, "sound"),
    "resampled up": ("Resample", {"orig_freq": 8, "new_freq": 11, "resampling_method": "sinc_interp_kaiser"}, "sound"),
    "frequency mask": ("FrequencyMasking", {"freq_mask_param": 9}, "powers"),
    "time mask": ("TimeMasking", {"time_mask_param": 9, "p": 0.2}, "powers"),
    "frequency masks": ("FrequencyMasking", {"freq_mask_param": 9, "iid_masks": True}, "powers"),
    "time masks": ("TimeMasking", {"time_mask_param": 9, "iid_masks": True}, "powers"),
}  # fmt: skip


def inputs() -> dict[str, np.ndarray]:
    """What the cases are given: two channels of noise, and powers of a batch (2, 3, freq, time)."""
    draw = np.random.RandomState(0)
    return {
        "sound": draw.standard_normal((2, 600)).astype(np.float32),
        "powers": draw.random_sample((2, 3, 20, 25)).astype(np.float32) ** 4,
    }
