"""Data sets in the manner of MNIST: 28 x 28 gray images in IDX files."""

from __future__ import annotations

import os
import string
import zipfile
from pathlib import Path

import numpy as np

from ...autograd.base import wrap
from ...utils.files import write_atomic
from .. import pillow
from .mnist import WithoutEmbedded
from .vision import Sample, Transform, check_split


class KMNIST(WithoutEmbedded):
    """Handwritten Japanese characters, in the format of MNIST: 60,000 images to train on, 10,000 to test with.

    Source: torchvision.datasets.KMNIST; Clanuwat et al. 2018 (CC BY-SA 4.0)."""

    mirrors = ["http://codh.rois.ac.jp/kmnist/dataset/kmnist/"]
    resources = {  # name: md5 of the file with .gz
        "train-images-idx3-ubyte": "bdb82020997e1d708af4cf47b453dcf7",
        "train-labels-idx1-ubyte": "e144d726b3acfaa3e44228e80efcd344",
        "t10k-images-idx3-ubyte": "5c965bf0a639b31b8f53240b1b52f4d7",
        "t10k-labels-idx1-ubyte": "7320c461ea6c1c855c0b718fb2a4b134",
    }
    classes = ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"]


# Letters whose small and capital forms look alike are one class in two of the splits.
_MERGED = sorted(set(string.digits + string.ascii_letters) - set("cijklmopsuvwxyz"))


class EMNIST(WithoutEmbedded):
    """Handwritten digits and letters, in the format of MNIST.

    split: "byclass" (814,255 images of 62 classes), "bymerge" and "balanced" (47), "letters" (26, numbered from 1),
    "digits" or "mnist" (10); train chooses the part. The images are transposed, as in the files. Raises ValueError for
    another split, RuntimeError if files are missing, damaged or can't be downloaded.

    Source: torchvision.datasets.EMNIST; Cohen, Afshar, Tapson, van Schaik 2017."""

    urls = ["https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip"]
    md5 = "58c8d27c78d21e728a6bc7b3cc06412e"
    classes_split_dict = {
        "byclass": sorted(string.digits + string.ascii_letters),
        "bymerge": _MERGED,
        "balanced": _MERGED,
        "letters": ["N/A", *string.ascii_lowercase],
        "digits": list(string.digits),
        "mnist": list(string.digits),
    }
    splits = tuple(classes_split_dict)

    def __init__(
        self,
        root: str | os.PathLike[str],
        split: str,
        *,
        train: bool = True,
        transform: Transform | None = None,
        target_transform: Transform | None = None,
        download: bool = False,
    ) -> None:
        self.split = check_split(split, self.splits)
        self.classes = self.classes_split_dict[split]
        super().__init__(root, train, transform, target_transform, download)

    def download(self) -> None:
        """Puts the files of all splits into `raw_folder`, unless those of this one are already there."""
        if self._complete():
            return
        os.makedirs(self.raw_folder, exist_ok=True)
        with zipfile.ZipFile(self._fetch(self.urls, self.md5, "EMNIST/gzip.zip")) as archive:
            for name in archive.namelist():
                if name.endswith(".gz"):
                    with write_atomic(Path(self.raw_folder, name.rpartition("/")[2])) as file:
                        file.write(archive.read(name))

    def _names(self) -> tuple[str, str]:
        start = f"emnist-{self.split}-{'train' if self.train else 'test'}"
        return f"{start}-images-idx3-ubyte", f"{start}-labels-idx1-ubyte"

    def _complete(self) -> bool:
        return all(self._find(name) is not None for name in self._names())


class QMNIST(WithoutEmbedded):
    """MNIST made anew from NIST's forms: 60,000 images to train on, all 60,000 to test with, and all there are.

    what: "train", "test", "test10k" and "test50k" (MNIST's 10,000, and the others), or "nist"; by default `train`
    chooses. An item is (image, digit), or with compat=False (image, row of 8 int64: digit, writer and so on).
    targets: (N, 8) int64. Raises ValueError for another `what`, RuntimeError as MNIST does.

    Source: torchvision.datasets.QMNIST; Yadav, Bottou 2019 (BSD license)."""

    mirrors = ["https://raw.githubusercontent.com/facebookresearch/qmnist/master/"]
    subsets = {"train": "train", "test": "test", "test10k": "test", "test50k": "test", "nist": "nist"}
    files = {  # of each subset: the packed files and their md5
        "train": {
            "qmnist-train-images-idx3-ubyte.gz": "ed72d4157d28c017586c42bc6afe6370",
            "qmnist-train-labels-idx2-int.gz": "0058f8dd561b90ffdd0f734c6a30e5e4",
        },
        "test": {
            "qmnist-test-images-idx3-ubyte.gz": "1394631089c404de565df7b7aeaf9412",
            "qmnist-test-labels-idx2-int.gz": "5b5b05890a5e13444e108efe57b788aa",
        },
        "nist": {
            "xnist-images-idx3-ubyte.xz": "7f124b3b8ab81486c9d8c2749c17f834",
            "xnist-labels-idx2-int.xz": "5ed0e788978e45d4a8bd4b7caec3d79d",
        },
    }

    def __init__(
        self,
        root: str | os.PathLike[str],
        what: str | None = None,
        compat: bool = True,
        train: bool = True,
        transform: Transform | None = None,
        target_transform: Transform | None = None,
        download: bool = False,
    ) -> None:
        self.what = check_split(what or ("train" if train else "test"), tuple(self.subsets), "what")
        self.compat = compat
        super().__init__(root, train, transform, target_transform, download)

    def download(self) -> None:
        """Puts the two files of this subset into `raw_folder`, unless they are already there."""
        if self._complete():
            return
        os.makedirs(self.raw_folder, exist_ok=True)
        for name, md5 in self._packed().items():
            content = self._fetch([mirror + name for mirror in self.mirrors], md5, f"QMNIST/{name}").read_bytes()
            if name.endswith(".xz"):
                import lzma  # which Python may lack, as in a browser

                name, content = name.removesuffix(".xz"), lzma.decompress(content)
            with write_atomic(Path(self.raw_folder, name)) as file:
                file.write(content)

    def __getitem__(self, index: int) -> Sample:
        row = self.targets[index]
        target = int(row[0]) if self.compat else row
        return self.transformed(pillow.picture(self.data.array[index]), target)

    def _load(self) -> None:
        images, labels = (self._read(name) for name in self._names())
        chosen = {"test10k": slice(0, 10_000), "test50k": slice(10_000, None)}.get(self.what, slice(None))
        self.data, self.targets = wrap(images[chosen]), wrap(labels[chosen].astype(np.int64))
        if self.targets.dim() != 2 or len(self.targets) != len(self.data):
            shapes = f"{tuple(self.data.shape)} and {tuple(self.targets.shape)}"
            raise RuntimeError(
                f"the files in {self.raw_folder} are damaged: expected N images and N rows, got shapes {shapes}."
                f" {self._remedy()}"
            )

    def _packed(self) -> dict[str, str]:
        return self.files[self.subsets[self.what]]

    def _names(self) -> tuple[str, str]:
        images, labels = (name.rpartition(".")[0] for name in self._packed())
        return images, labels

    def _complete(self) -> bool:
        return all(self._find(name) is not None for name in self._names())

    def extra_repr(self) -> str:
        """Which part it is."""
        return f"Split: {self.what}"
