"""Street View House Numbers: 32 x 32 color images of digits."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from ...utils.download import download as fetch
from ...utils.files import write_atomic
from .. import pillow
from .matlab import read_mat
from .vision import Sample, Transform, VisionDataset, check_split


class SVHN(VisionDataset):
    """split: "train" (73,257 images), "test" (26,032) or "extra" (531,131), read from root/train_32x32.mat and so on.

    An item is (image, digit): a PIL image through `transform` (a NumPy array (32, 32, 3) uint8 without Pillow), an int
    through `target_transform`. data: NumPy array (N, 3, 32, 32) uint8; labels: (N,) int64. Raises ValueError for
    another split, RuntimeError if the file is missing, damaged or can't be downloaded.

    Source: torchvision.datasets.SVHN; Netzer et al. 2011."""

    mirrors = ["http://ufldl.stanford.edu/housenumbers/"]
    split_list = {  # name and md5
        "train": ("train_32x32.mat", "e26dedcc434d2e4c54c9b2d4a06d8373"),
        "test": ("test_32x32.mat", "eb5a983be6a315427106f1b164d9cef3"),
        "extra": ("extra_32x32.mat", "a93ce644f1a588dc4d68dda5feec44a7"),
    }

    def __init__(
        self,
        root: str | os.PathLike[str],
        split: str = "train",
        transform: Transform | None = None,
        target_transform: Transform | None = None,
        download: bool = False,
    ) -> None:
        super().__init__(root, transform=transform, target_transform=target_transform)
        self.split = check_split(split, tuple(self.split_list))
        self.filename, self.file_md5 = self.split_list[split]
        self.path = Path(str(self.root), self.filename)
        if download:
            self.download()
        if not self.path.is_file():
            raise RuntimeError(f"Dataset not found: no {self.path}. You can use download=True to download it")
        self._load()

    def download(self) -> None:
        """Puts the file into root, unless it is already there."""
        if self.path.is_file():
            return
        cached = fetch([mirror + self.filename for mirror in self.mirrors], self.file_md5, f"SVHN/{self.filename}")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with write_atomic(self.path) as file:
            file.write(cached.read_bytes())

    def _load(self) -> None:
        remedy = f"Delete {self.path} and use download=True to fetch it anew"
        try:
            arrays = read_mat(self.path.read_bytes(), str(self.path))
        except ValueError as error:
            raise RuntimeError(f"{error}. {remedy}") from error
        pixels, labels = arrays.get("X"), arrays.get("y")
        if pixels is None or labels is None or pixels.shape != (32, 32, 3, labels.size):
            shapes = {name: array.shape for name, array in arrays.items()}
            raise RuntimeError(f"{self.path}: expected X (32, 32, 3, N) and y (N, 1), got {shapes}. {remedy}")
        self.data = pixels.transpose(3, 2, 0, 1)  # (N, 3, 32, 32)
        self.labels = labels.reshape(-1).astype(np.int64) % 10  # the file has 10 for the digit 0

    def __getitem__(self, index: int) -> Sample:
        pixels = np.ascontiguousarray(self.data[index].transpose(1, 2, 0))
        return self.transformed(pillow.picture(pixels), int(self.labels[index]))

    def __len__(self) -> int:
        return len(self.data)

    def extra_repr(self) -> str:
        """Which part it is."""
        return f"Split: {self.split}"
