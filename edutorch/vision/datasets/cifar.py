"""CIFAR-10: 32 x 32 color images of ten classes."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import numpy as np

from ...utils.download import download
from ...utils.files import write_atomic
from .. import pillow
from .vision import SplitDataset

RECORD = 1 + 3 * 32 * 32  # bytes: the label, then the red, the green and the blue plane
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
    sha256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
    train_list = [f"data_batch_{i}.bin" for i in range(1, 6)]
    test_list = ["test_batch.bin"]
    classes = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]

    def _missing(self) -> str:
        return (
            f"Dataset not found in {self.folder} (the binary version is wanted). You can use"
            " download=True to download it"
        )

    def _load(self) -> None:
        names = self.train_list if self.train else self.test_list
        records = np.concatenate([self._read(name) for name in names])  # (N, 3073)
        self.targets: list[int] = records[:, 0].tolist()
        planes = records[:, 1:].reshape(-1, 3, 32, 32)
        self.data = np.ascontiguousarray(planes.transpose(0, 2, 3, 1))  # (N, 32, 32, 3)
        self.class_to_idx = {name: i for i, name in enumerate(self.classes)}

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        return self.transformed(pillow.picture(self.data[index]), self.targets[index])

    def __len__(self) -> int:
        return len(self.data)

    @property
    def folder(self) -> Path:
        """Where the files lie."""
        return Path(str(self.root), self.base_folder)

    def download(self) -> None:
        """Puts the six files into `folder`, unless they are already there."""
        if self._complete():
            return
        archive = download(self.urls, self.sha256, "CIFAR10/cifar-10-binary.tar.gz")
        self.folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive) as tar:
            for name in [*self.train_list, *self.test_list]:
                member = tar.extractfile(f"{self.base_folder}/{name}")
                assert member is not None
                with write_atomic(self.folder / name) as file:
                    file.write(member.read())

    def _complete(self) -> bool:
        return all((self.folder / name).is_file() for name in [*self.train_list, *self.test_list])

    def _read(self, name: str) -> np.ndarray:
        """The records of a file: (10000, 3073) uint8."""
        path = self.folder / name
        size = path.stat().st_size
        labels_right = False
        if size == IMAGES_PER_FILE * RECORD:
            records = np.fromfile(path, np.uint8).reshape(-1, RECORD)
            labels_right = int(records[:, 0].max()) < len(self.classes)
        if not labels_right:
            raise RuntimeError(
                f"{path} is damaged: expected {IMAGES_PER_FILE * RECORD:,} bytes and labels from 0 to "
                f"9, got {size:,} bytes. Delete {self.folder} and use download=True to fetch it anew"
            )
        return records
