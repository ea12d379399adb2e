"""Images in folders, one folder for each class."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from .. import pillow
from ..pillow import Image
from .vision import Sample, Transform, VisionDataset

IMG_EXTENSIONS = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")


def pil_loader(path: str) -> Image:
    """The image of a file, in RGB."""
    image = pillow.require("pil_loader")
    with open(path, "rb") as file:
        return pillow.in_mode(image.open(file), "RGB")


class DatasetFolder(VisionDataset):
    """Files root/CLASS/.../NAME, read by `loader`.

    extensions: suffixes of the files that count; or is_valid_file(path) says which do. Classes are the
    names of the folders in order; samples: list of (path, class number). Files that the system leaves behind (names
    that begin with a dot, __MACOSX) do not count. Raises FileNotFoundError for a root without folders and, unless
    `allow_empty`, a class without files.

    Source: torchvision.datasets.DatasetFolder."""

    def __init__(
        self,
        root: str | os.PathLike[str],
        loader: Callable[[str], Image],
        extensions: tuple[str, ...] | None = None,
        transform: Transform | None = None,
        target_transform: Transform | None = None,
        is_valid_file: Callable[[str], bool] | None = None,
        allow_empty: bool = False,
    ) -> None:
        super().__init__(root, transform=transform, target_transform=target_transform)
        if (extensions is None) == (is_valid_file is None):
            raise ValueError("give either extensions or is_valid_file: one of them, and not both")
        self.loader = loader
        self.extensions = extensions
        self.classes, self.class_to_idx = self.find_classes(str(self.root))
        counts = is_valid_file or (lambda path: path.lower().endswith(extensions or ()))
        self.samples = [
            (path, self.class_to_idx[name])
            for name in self.classes
            for path in _files(os.path.join(str(self.root), name))
            if counts(path)
        ]
        self.targets = [target for _, target in self.samples]
        empty = [n for n in self.classes if self.class_to_idx[n] not in set(self.targets)]
        if empty and not allow_empty:
            known = f" Supported extensions are: {', '.join(extensions)}" if extensions else ""
            raise FileNotFoundError(f"Found no valid file for the classes {', '.join(empty)} in {self.root}.{known}")

    def find_classes(self, directory: str) -> tuple[list[str], dict[str, int]]:
        """The folders' names in order, and the number of each."""
        names = sorted(entry.name for entry in os.scandir(directory) if entry.is_dir() and not _is_litter(entry.name))
        if not names:
            raise FileNotFoundError(f"Couldn't find any class folder in {directory}.")
        return names, {name: i for i, name in enumerate(names)}

    def __getitem__(self, index: int) -> Sample:
        path, target = self.samples[index]
        return self.transformed(self.loader(path), target)

    def __len__(self) -> int:
        return len(self.samples)


class ImageFolder(DatasetFolder):
    """Images root/CLASS/.../NAME.png, as PIL images in RGB. Source: torchvision's ImageFolder."""

    def __init__(
        self,
        root: str | os.PathLike[str],
        transform: Transform | None = None,
        target_transform: Transform | None = None,
        loader: Callable[[str], Image] = pil_loader,
        is_valid_file: Callable[[str], bool] | None = None,
        allow_empty: bool = False,
    ) -> None:
        super().__init__(
            root,
            loader,
            IMG_EXTENSIONS if is_valid_file is None else None,
            transform,
            target_transform,
            is_valid_file,
            allow_empty,
        )
        self.imgs = self.samples


def _files(folder: str) -> list[str]:
    """All files below a folder, in order."""
    below = (path for path in Path(folder).rglob("*") if path.is_file())
    return sorted(str(path) for path in below if not any(map(_is_litter, path.relative_to(folder).parts)))


def _is_litter(name: str) -> bool:
    """Whether the system left it behind: .ipynb_checkpoints, ._1.png, .DS_Store, __MACOSX."""
    return name.startswith(".") or name == "__MACOSX"
