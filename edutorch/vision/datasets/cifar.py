"""CIFAR-10 and CIFAR-100: 32 x 32 color images of 10 and 100 classes."""

from __future__ import annotations

import tarfile
from pathlib import Path

import numpy as np

from ...utils.download import download
from ...utils.files import write_atomic
from .. import pillow
from .vision import Sample, SplitDataset

PIXELS = 3 * 32 * 32  # bytes: the red, the green and the blue plane
IMAGES_PER_FILE = 10_000


class CIFAR10(SplitDataset):
    """50,000 images to train on, 10,000 to test with, from the set's binary version.

    Read from root/cifar-10-batches-bin, never from a pickle. An item is (image, class): a PIL image
    through `transform` (a NumPy array (32, 32, 3) uint8 without Pillow), an int through
    `target_transform`. data: NumPy array (N, 32, 32, 3) uint8; targets: list of N ints. Raises
    RuntimeError if files are missing, damaged or can't be downloaded.

    Source: torchvision.datasets.CIFAR10; Krizhevsky 2009."""

    base_folder = "cifar-10-batches-bin"
    urls = ["https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"]
    digest = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
    archive = "cifar-10-binary.tar.gz"
    label_bytes = 1  # of each image, before its pixels; the last of them is its class
    train_list = [f"data_batch_{i}.bin" for i in range(1, 6)]
    test_list = ["test_batch.bin"]
    texts: list[str] = []  # further files of the archive
    classes = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]

    def _missing(self) -> str:
        return (
            f"Dataset not found in {self.folder} (the binary version is wanted). You can use"
            " download=True to download it"
        )

    def _load(self) -> None:
        names = self.train_list if self.train else self.test_list
        records = np.concatenate([self._read(name) for name in names])  # (N, label_bytes + 3072)
        self.targets: list[int] = records[:, self.label_bytes - 1].tolist()
        planes = records[:, self.label_bytes :].reshape(-1, 3, 32, 32)
        self.data = np.ascontiguousarray(planes.transpose(0, 2, 3, 1))  # (N, 32, 32, 3)
        self.class_to_idx = {name: i for i, name in enumerate(self.classes)}

    def __getitem__(self, index: int) -> Sample:
        return self.transformed(pillow.picture(self.data[index]), self.targets[index])

    def __len__(self) -> int:
        return len(self.data)

    @property
    def folder(self) -> Path:
        """Where the files lie."""
        return Path(str(self.root), self.base_folder)

    def download(self) -> None:
        """Puts the files into `folder`, unless they are already there."""
        if self._complete():
            return
        archive = download(self.urls, self.digest, f"{type(self).__name__}/{self.archive}")
        self.folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive) as tar:
            for name in self._all_names():
                member = tar.extractfile(f"{self.base_folder}/{name}")
                assert member is not None
                with write_atomic(self.folder / name) as file:
                    file.write(member.read())

    def _complete(self) -> bool:
        return all((self.folder / name).is_file() for name in self._all_names())

    def _read(self, name: str) -> np.ndarray:
        """The records of a file: (10000, 3073) uint8 for CIFAR-10."""
        path = self.folder / name
        record, expected = self.label_bytes + PIXELS, (self.label_bytes + PIXELS) * self._count(name)
        size = path.stat().st_size
        labels_right = False
        if size == expected:
            records = np.fromfile(path, np.uint8).reshape(-1, record)
            labels_right = int(records[:, self.label_bytes - 1].max()) < len(self.classes)
        if not labels_right:
            raise RuntimeError(
                f"{path} is damaged: expected {expected:,} bytes and labels from 0 to "
                f"{len(self.classes) - 1}, got {size:,} bytes. Delete {self.folder} and use download=True to fetch it"
                " anew"
            )
        return records

    def _all_names(self) -> list[str]:
        return [*self.train_list, *self.test_list, *self.texts]

    def _count(self, name: str) -> int:
        """How many images a file has."""
        return IMAGES_PER_FILE


class CIFAR100(CIFAR10):
    """As CIFAR10, with 100 classes of 500 images to train on and 100 to test with.

    Read from root/cifar-100-binary; the names of the classes stand there, in fine_label_names.txt.
    Source: torchvision.datasets.CIFAR100; Krizhevsky 2009."""

    base_folder = "cifar-100-binary"
    urls = ["https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"]
    digest = "03b5dce01913d631647c71ecec9e9cb8"  # md5: the set's page gives no sha256
    archive = "cifar-100-binary.tar.gz"
    label_bytes = 2  # the coarse label, then the fine one
    train_list = ["train.bin"]
    test_list = ["test.bin"]
    texts = ["fine_label_names.txt"]

    def _load(self) -> None:
        self.classes = (self.folder / "fine_label_names.txt").read_text().split()
        super()._load()

    def _count(self, name: str) -> int:
        return 5 * IMAGES_PER_FILE if name == "train.bin" else IMAGES_PER_FILE
