"""Speech Commands: one second of sound for each word, spoken by thousands of people."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

from ...tensor import Tensor
from ...utils.data import Dataset
from ...utils.download import download as fetch
from ..wav import load

Sample = tuple[Tensor, int, str, str, int]  # waveform, sample rate, word, speaker, number of the utterance
SUBSETS = ("training", "validation", "testing")
_SITE = "http://download.tensorflow.org/data/"
_DIGESTS = {  # sha256
    "speech_commands_v0.01": "743935421bb51cccdb6bdd152e04c5c70274e935c82119ad7faeec31780d811d",
    "speech_commands_v0.02": "af14739ee7dc311471de98f5f9d2c9191b18aedfe957f4a6ff791c709868ff58",
}


class SPEECHCOMMANDS(Dataset[Sample]):
    """Words spoken by people: 65,000 recordings of 30 words (url="speech_commands_v0.01"), 106,000 of 35 (v0.02).

    Read from root/SpeechCommands/speech_commands_v0.02, a folder for each word; download=True fetches the archive
    (1.5 and 2.4 GB). subset: "training", "validation" or "testing", by the set's own two lists, None for all.
    An item is (waveform (1, time) float32, sample rate, word, speaker, number of the utterance).

    Raises ValueError for another subset or url, RuntimeError if the folder is missing or can't be downloaded.
    Source: torchaudio.datasets.SPEECHCOMMANDS; Warden 2018 (CC BY 4.0)."""

    def __init__(
        self,
        root: str | os.PathLike[str],
        url: str = "speech_commands_v0.02",
        folder_in_archive: str = "SpeechCommands",
        download: bool = False,
        subset: str | None = None,
    ) -> None:
        if subset is not None and subset not in SUBSETS:
            raise ValueError(f"When `subset` is not None, it must be one of {list(SUBSETS)}, got {subset!r}.")
        version = os.path.basename(url).removesuffix(".tar.gz")
        if version not in _DIGESTS:
            raise ValueError(f"SPEECHCOMMANDS: expected url to be one of {list(_DIGESTS)}, got {url!r}")
        self._archive = Path(root, folder_in_archive)
        self._path = self._archive / version
        if download and not self._path.is_dir():
            self._download(version)
        if not self._path.is_dir():
            raise RuntimeError(
                f"The path {self._path} doesn't exist. Use download=True to fetch the words (1.5 GB or more), or unpack"
                f" {_SITE}{version}.tar.gz into that folder yourself. Without a network,"
                " datasets.SyntheticCommands has features of the same 30 words, spoken by a machine"
            )
        self._walker = self._files(subset)

    def _download(self, version: str) -> None:
        archive = fetch([f"{_SITE}{version}.tar.gz"], _DIGESTS[version], f"SpeechCommands/{version}.tar.gz")
        part = self._path.with_name(self._path.name + ".part")
        with tarfile.open(archive) as files:
            files.extractall(part, filter="data")
        os.replace(part, self._path)

    def _files(self, subset: str | None) -> list[Path]:
        """The recordings of a subset; those of noise, in _background_noise_, belong to none."""
        if subset in ("validation", "testing"):
            return self._listed(subset)
        listed = {*self._listed("validation"), *self._listed("testing")} if subset else set()
        every = sorted(self._path.glob("*/*.wav"))
        return [path for path in every if "_nohash_" in path.name and path.parent.name[0] != "_" and path not in listed]

    def _listed(self, subset: str) -> list[Path]:
        lines = (self._path / f"{subset}_list.txt").read_text(encoding="utf-8").split()
        return [self._path / line for line in lines]

    def get_metadata(self, n: int) -> tuple[str, int, str, str, int]:
        """Of item n the path below root/SpeechCommands in place of the waveform, then the same four."""
        path = self._walker[n]
        speaker, _, number = path.name.split(".")[0].partition("_nohash_")
        return os.path.relpath(path, self._archive), 16000, path.parent.name, speaker, int(number)

    def __getitem__(self, n: int) -> Sample:
        path, rate, word, speaker, number = self.get_metadata(n)
        waveform, found = load(self._archive / path)
        if found != rate:
            raise ValueError(f"sample rate should be {rate}, but got {found} in {path}")
        return waveform, rate, word, speaker, number

    def __len__(self) -> int:
        return len(self._walker)
