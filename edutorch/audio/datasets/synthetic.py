"""Synthetic Commands: what a network hears of 30 words that machines have spoken. It comes with edutorch."""

from __future__ import annotations

import io
from collections.abc import Callable
from importlib.resources import files

import numpy as np

from ...autograd.base import wrap
from ...nn.functional import pad
from ...tensor import Tensor
from ...utils.data import Dataset
from ...utils.files import read_verified
from ..functional import resample
from ..transforms import AmplitudeToDB, MelSpectrogram

RATE = 16000  # samples in a second
LEVELS = 32  # of loudness, 0 to 31, over RANGE decibels
RANGE = 60.0
_FILE = "synthetic_commands.npz"
_SHA256 = "ebd8918869361896617d7486e5d31cd95919c63aa4afa52a75f8b6b19e9fea53"
Change = Callable[[Tensor], Tensor]


class SyntheticCommands(Dataset[tuple[Tensor, int]]):
    """The 30 words of Speech Commands, spoken by machines: 61 voices to train on, 22 others to test with.

    train=False has the other voices of the same synthesizer, eSpeak NG, which computes speech from rules.
    synthesizer="flite" (with train=False) has four voices of another one, Flite, built from recordings of people.

    An item is (features, word): a tensor (1, 32, 32) float32, 32 mel bands (axis 1) of 32 moments (axis 2) of one
    second, from 0 (60 dB below the loudest) to 1; and the number of the word in `classes`. There is no sound in it.
    data: (N, 32, 32) uint8, 0 to 31; targets: (N,) int64; voices: the name of each item's voice.

    Raises ValueError for another synthesizer, and for train=True with Flite; RuntimeError if the file is damaged.
    License and making: README.txt beside the file."""

    classes = (
        "bed bird cat dog down eight five four go happy house left marvin nine no off on one right seven sheila six"
        " stop three tree two up wow yes zero"
    ).split()

    def __init__(self, train: bool = True, transform: Change | None = None, *, synthesizer: str = "espeak-ng") -> None:
        if synthesizer not in ("espeak-ng", "flite"):
            raise ValueError(f"SyntheticCommands: synthesizer is {synthesizer!r}; use 'espeak-ng' or 'flite'")
        if train and synthesizer == "flite":
            raise ValueError("SyntheticCommands: Flite's voices are there to test with: use train=False")
        self.train, self.synthesizer, self.transform = train, synthesizer, transform
        part = "train" if train else "test" if synthesizer == "espeak-ng" else "flite"
        path = str(files("edutorch.audio.datasets") / "embedded" / _FILE)
        content = read_verified(path, _SHA256, "install edutorch anew, or restore it with git")
        with np.load(io.BytesIO(content)) as arrays:
            self.data = wrap(arrays[f"{part}_data"])
            self.targets = wrap(arrays[f"{part}_targets"].astype(np.int64))
            self.voices: list[str] = [str(arrays["voices"][i]) for i in arrays[f"{part}_voices"]]

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        features = wrap(self.data.array[index][None] / np.float32(LEVELS - 1))
        return features if self.transform is None else self.transform(features), int(self.targets.array[index])

    def __len__(self) -> int:
        return len(self.data)


def centered(waveform: Tensor, sample_rate: int) -> Tensor:
    """The word in a recording (channels, time), in the middle of one second: (1, 16000) float32, 1 at the loudest.

    Channels are averaged, the rate made 16,000 Hz, and what is quieter than a fiftieth of the loudest sample is cut
    off at both ends; of a longer recording the middle second is kept. Raises ValueError where nothing is to be
    heard."""
    sound = resample(waveform.float().mean(0, keepdim=True), sample_rate, RATE)
    loudest = sound.abs().max().item() if sound.numel() else 0.0
    if loudest == 0:
        raise ValueError("centered: the recording is silent")
    places = np.flatnonzero(np.abs(sound.numpy()[0]) > loudest / 50)
    word = sound[:, places[0] : places[-1] + 1] / loudest
    before = (RATE - word.shape[-1]) // 2
    return pad(word, (before, RATE - word.shape[-1] - before))  # a negative number cuts off


def features(waveform: Tensor) -> Tensor:
    """What the network hears of one second (..., 16000): (..., 32, 32) float32, from 0 to 1 in steps of 1/31.

    The power in 32 mel bands at 32 moments, in decibels below the loudest of them; 0 is 60 dB below or less."""
    power = MelSpectrogram(RATE, n_fft=1024, hop_length=512, n_mels=32)(waveform)
    decibels = AmplitudeToDB()(power)
    relative = (decibels - decibels.amax(dim=(-2, -1), keepdim=True)) / RANGE + 1
    return (relative.clamp(min=0) * (LEVELS - 1)).round() / (LEVELS - 1)
