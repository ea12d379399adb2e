"""STL-10: 96 x 96 color images of ten classes, few of them labeled."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import numpy as np

from ...utils.download import download as fetch
from ...utils.files import write_atomic
from .. import pillow
from .vision import Sample, Transform, VisionDataset, check_split

SIDE = 96


class STL10(VisionDataset):
    """split: "train" (5,000 images), "test" (8,000), "unlabeled" (100,000) or "train+unlabeled".

    folds: 0 to 9 for one of the ten parts of 1,000 training images. Read from root/stl10_binary. An item is
    (image, class): a PIL image through `transform` (a NumPy array (96, 96, 3) uint8 without Pillow), an int through
    `target_transform`, -1 without a label. data: NumPy array (N, 3, 96, 96) uint8; labels: (N,). Raises ValueError
    for another split or fold, RuntimeError if files are missing, damaged or can't be downloaded.

    Source: torchvision.datasets.STL10; Coates, Lee, Ng 2011."""

    base_folder = "stl10_binary"
    urls = ["http://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz"]
    md5 = "91f7769df0f17e558f3565bffb0c7dfb"
    names = [f"{part}_{kind}.bin" for part in ("train", "test") for kind in "Xy"] + ["unlabeled_X.bin"]
    texts = ["class_names.txt", "fold_indices.txt"]
    splits = ("train", "train+unlabeled", "unlabeled", "test")

    def __init__(
        self,
        root: str | os.PathLike[str],
        split: str = "train",
        folds: int | None = None,
        transform: Transform | None = None,
        target_transform: Transform | None = None,
        download: bool = False,
    ) -> None:
        super().__init__(root, transform=transform, target_transform=target_transform)
        self.split = check_split(split, self.splits)
        if folds is not None and folds not in range(10):
            raise ValueError(f"Value for argument folds should be in the range [0, 10), but got {folds}.")
        self.folds = folds
        if download:
            self.download()
        if not all((self.folder / name).is_file() for name in self.names):
            raise RuntimeError(f"Dataset not found in {self.folder}. You can use download=True to download it")
        self._load()

    @property
    def folder(self) -> Path:
        """Where the files lie."""
        return Path(str(self.root), self.base_folder)

    def download(self) -> None:
        """Puts the seven files into `folder`, unless they are already there."""
        if all((self.folder / name).is_file() for name in self.names):
            return
        archive = fetch(self.urls, self.md5, "STL10/stl10_binary.tar.gz")
        self.folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive) as tar:
            for name in [*self.names, *self.texts]:
                member = tar.extractfile(f"{self.base_folder}/{name}")
                assert member is not None
                with write_atomic(self.folder / name) as file:
                    while block := member.read(1 << 24):
                        file.write(block)

    def _load(self) -> None:
        images, labels = [], []
        for part in self.split.split("+"):
            pixels = self._read(part)
            known = part != "unlabeled"
            classes = np.fromfile(self.folder / f"{part}_y.bin", np.uint8) - 1 if known else np.full(len(pixels), -1)
            if len(classes) != len(pixels):
                raise self._damaged(f"{len(pixels)} images and {len(classes)} labels in {part}")
            if part == "train" and self.folds is not None:
                lines = (self.folder / "fold_indices.txt").read_text().splitlines()
                chosen = np.array(lines[self.folds].split(), np.int64)
                pixels, classes = pixels[chosen], classes[chosen]
            images.append(pixels)
            labels.append(classes)
        self.data, self.labels = np.concatenate(images), np.concatenate(labels)
        names = self.folder / "class_names.txt"
        if names.is_file():
            self.classes = names.read_text().splitlines()

    def _read(self, part: str) -> np.ndarray:
        """(N, 3, 96, 96): in the file each color is stored by columns."""
        numbers = np.fromfile(self.folder / f"{part}_X.bin", np.uint8)
        if numbers.size % (3 * SIDE * SIDE):
            raise self._damaged(f"{part}_X.bin has {numbers.size:,} bytes, no multiple of {3 * SIDE * SIDE:,}")
        return numbers.reshape(-1, 3, SIDE, SIDE).transpose(0, 1, 3, 2)

    def _damaged(self, what: str) -> RuntimeError:
        return RuntimeError(
            f"the files in {self.folder} are damaged: {what}. Delete them and use download=True to fetch them anew"
        )

    def __getitem__(self, index: int) -> Sample:
        pixels = np.ascontiguousarray(self.data[index].transpose(1, 2, 0))
        return self.transformed(pillow.picture(pixels), int(self.labels[index]))

    def __len__(self) -> int:
        return len(self.data)

    def extra_repr(self) -> str:
        """Which part it is."""
        return f"Split: {self.split}"
