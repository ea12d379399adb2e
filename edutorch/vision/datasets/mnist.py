"""MNIST and Fashion-MNIST: 28 x 28 gray images of ten classes."""

from __future__ import annotations

import gzip
import os
from importlib.resources import files
from pathlib import Path

import numpy as np

from ...autograd.base import wrap
from ...utils.download import download
from ...utils.files import read_verified, write_atomic
from .. import pillow
from .idx import read_idx
from .vision import Sample, SplitDataset, Transform, VisionDataset

_EMBEDDED = {
    "train-images-idx3-ubyte": "8766146540cf908f2daaf1b20fe0eb1a95be529c0edf690e1046a2dea626f048",
    "train-labels-idx1-ubyte": "22710d97d6742085e88d38d37fefb50d4c57244c1a8d328b96eb53a944721340",
    "t10k-images-idx3-ubyte": "fa2fa0f453d30da7368de1b3d971c4d7d337993bb97663d604822d2b60473905",
    "t10k-labels-idx1-ubyte": "9016d84c0ff2a402884fc39ac1dfcb3ec411c5581759174110390192c6e1c7b5",
}


class MNIST(SplitDataset):
    """Handwritten digits: 60,000 images to train on, 10,000 to test with.

    `MNIST(root, download=True)` fetches the whole set into root/MNIST/raw. `MNIST.embedded()` has a
    fifth of it, the first 12,000 and 2,000 images, and needs no network.

    An item is (image, digit): a PIL image through `transform`, an int through `target_transform`.
    If Pillow is not installed, the image is a NumPy array (28, 28) uint8; ToTensor takes both.
    data: (N, 28, 28) uint8; targets: (N,) int64. Raises RuntimeError if files are missing, damaged
    or can't be downloaded.

    Source: torchvision.datasets.MNIST; LeCun, Bottou, Bengio, Haffner 1998."""

    mirrors = [
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "http://yann.lecun.com/exdb/mnist/",
    ]
    resources = {  # name: sha256 of the file with .gz
        "train-images-idx3-ubyte": ("440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
        "train-labels-idx1-ubyte": ("3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
        "t10k-images-idx3-ubyte": ("8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
        "t10k-labels-idx1-ubyte": ("f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
    }
    classes = [
        "0 - zero",
        "1 - one",
        "2 - two",
        "3 - three",
        "4 - four",
        "5 - five",
        "6 - six",
        "7 - seven",
        "8 - eight",
        "9 - nine",
    ]

    def _missing(self) -> str:
        elsewhere = [name for name in self._names() if self._find_in(Path(str(self.root)), name)]
        if elsewhere:
            return f"Dataset not found in {self.raw_folder}, but in {self.root}: move the files to {self.raw_folder}"
        return f"Dataset not found in {self.raw_folder}. You can use download=True to download it{self._alternative()}"

    def _load(self) -> None:
        self.data, self.targets = (wrap(self._read(name)) for name in self._names())
        self._check()

    @classmethod
    def embedded(
        cls, train: bool = True, transform: Transform | None = None, target_transform: Transform | None = None
    ) -> MNIST:
        """The part of MNIST that comes with edutorch: the first 12,000 training or 2,000 test images.

        Raises RuntimeError if an embedded file is damaged. License: CC BY-SA 3.0, see README.txt
        beside the files."""
        self = MNIST.__new__(MNIST)
        VisionDataset.__init__(self, None, transform=transform, target_transform=target_transform)
        self.train = train
        folder = files("edutorch.vision.datasets") / "embedded"
        arrays = []
        for name in self._names():
            path = str(folder / f"{name}.gz")
            content = read_verified(path, _EMBEDDED[name], "install edutorch anew, or restore it with git")
            arrays.append(read_idx(content, path))
        self.data, self.targets = wrap(arrays[0]), wrap(arrays[1].astype(np.int64))
        return self

    def __getitem__(self, index: int) -> Sample:
        pixels, digit = self.data.array[index], int(self.targets.array[index])
        return self.transformed(pillow.picture(pixels), digit)

    def __len__(self) -> int:
        return len(self.data)

    @property
    def raw_folder(self) -> str:
        """Where the files lie."""
        return os.path.join(str(self.root), type(self).__name__, "raw")

    @property
    def class_to_idx(self) -> dict[str, int]:
        """The number of each class."""
        return {name: i for i, name in enumerate(self.classes)}

    def download(self) -> None:
        """Puts the four files into `raw_folder`, unless they are already there."""
        if self._complete():
            return
        os.makedirs(self.raw_folder, exist_ok=True)
        for name, sha256 in self.resources.items():
            urls = [f"{mirror}{name}.gz" for mirror in self.mirrors]
            archive = self._fetch(urls, sha256, f"{type(self).__name__}/{name}.gz")
            with write_atomic(Path(self.raw_folder, name)) as file:
                file.write(gzip.decompress(archive.read_bytes()))

    def _fetch(self, urls: list[str], sha256: str, name: str) -> Path:
        try:
            return download(urls, sha256, name)
        except RuntimeError as error:
            raise RuntimeError(f"{error}{self._alternative()}") from error

    def _names(self) -> tuple[str, str]:
        part = "train" if self.train else "t10k"
        return f"{part}-images-idx3-ubyte", f"{part}-labels-idx1-ubyte"

    def _complete(self) -> bool:
        return all(self._find(name) is not None for name in self.resources)

    def _find(self, name: str) -> Path | None:
        return self._find_in(Path(self.raw_folder), name)

    @staticmethod
    def _find_in(folder: Path, name: str) -> Path | None:
        """The file, unpacked or as downloaded, under its own name or Kaggle's (where it may be in a folder of that
        name)."""
        names = (name, name.replace("-idx", ".idx"))
        candidates = [folder / each for one in names for each in (one, f"{one}.gz", f"{one}/{one}")]
        return next((path for path in candidates if path.is_file()), None)

    def _read(self, name: str) -> np.ndarray:
        path = self._find(name)
        assert path is not None
        try:
            array = read_idx(path.read_bytes(), str(path))
        except ValueError as error:
            raise RuntimeError(f"{error}. {self._remedy()}") from error
        return array.astype(np.int64) if "labels" in name else array

    def _check(self) -> None:
        """Checks that the two files belong together, with the right shapes and classes."""
        images, labels = tuple(self.data.shape), self.targets.array
        if images[1:] != (28, 28) or labels.shape != images[:1]:
            raise RuntimeError(
                f"the files in {self.raw_folder} are damaged: expected N images of 28 x 28 and N labels, got shapes"
                f" {images} and {labels.shape}. {self._remedy()}"
            )
        found, most = labels.max(initial=0), len(self.classes) - 1
        if found > most:
            raise RuntimeError(
                f"the labels in {self.raw_folder} go up to {found}, those of {type(self).__name__} to {most}. Of"
                " another set, as EMNIST with its letters 1 to 26, a subclass with its own list `classes` reads them;"
                f" else they are damaged. {self._remedy()}"
            )

    def _remedy(self) -> str:
        return f"Delete {self.raw_folder} and use download=True to fetch it anew"

    def _alternative(self) -> str:
        return "\nWithout a network, MNIST.embedded() has a fifth of it"


class WithoutEmbedded(MNIST):
    """What other sets in the format of MNIST have in common: no part of them comes with edutorch."""

    @classmethod
    def embedded(cls, *args: object, **kwargs: object) -> MNIST:
        """There is none: raises AttributeError."""
        raise AttributeError(f"only MNIST has an embedded part: {cls.__name__}(root, download=True)")

    def _alternative(self) -> str:
        return ""


class FashionMNIST(WithoutEmbedded):
    """Clothes, in the format of MNIST: 60,000 images to train on, 10,000 to test with.

    Source: torchvision.datasets.FashionMNIST; Xiao, Rasul, Vollgraf 2017 (MIT license)."""

    mirrors = [
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    ]
    resources = {
        "train-images-idx3-ubyte": ("3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
        "train-labels-idx1-ubyte": ("a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
        "t10k-images-idx3-ubyte": ("346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
        "t10k-labels-idx1-ubyte": ("67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
    }
    classes = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
