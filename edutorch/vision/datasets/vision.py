"""What all image data sets have in common."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from ...tensor import Tensor
from ...utils.data import Dataset
from ..pillow import Image

Transform = Callable[[Any], Any]
Sample = tuple[Any, Any]  # an image and its target, as their transforms give them


class VisionDataset(Dataset[Any]):
    """A data set with a folder, a transform for images and one for targets; or one for both.

    Raises ValueError for `transforms` beside `transform` or `target_transform`.
    Source: torchvision.datasets.VisionDataset."""

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        transforms: Callable[[Any, Any], Any] | None = None,
        transform: Transform | None = None,
        target_transform: Transform | None = None,
    ) -> None:
        if transforms is not None and (transform is not None or target_transform is not None):
            raise ValueError("Only transforms or transform/target_transform can be passed as argument")
        self.root = None if root is None else os.path.expanduser(root)
        self.transform = transform
        self.target_transform = target_transform
        self.transforms = transforms

    def transformed(self, image: Image, target: int | Tensor) -> Sample:
        """(image, target) after the transforms."""
        if self.transforms is not None:
            return self.transforms(image, target)
        if self.transform is not None:
            image = self.transform(image)
        if self.target_transform is not None:
            target = self.target_transform(target)
        return image, target

    def __len__(self) -> int:
        raise NotImplementedError

    def extra_repr(self) -> str:
        """Additional lines for `repr`."""
        return ""

    def __repr__(self) -> str:
        lines = [f"Number of datapoints: {len(self)}"]
        if self.root is not None:
            lines.append(f"Root location: {self.root}")
        lines += self.extra_repr().splitlines()
        text = "\n".join([f"Dataset {type(self).__name__}", *(f"    {line}" for line in lines)])
        if self.transforms is not None:
            return f"{text}\n    {self.transforms!r}"
        details = _labeled("Transform: ", self.transform)
        details += _labeled("Target transform: ", self.target_transform)
        return "\n".join([text, "    StandardTransform", *details]) if details else text


class SplitDataset(VisionDataset):
    """A data set in two parts, for training and for testing, whose files can be downloaded.

    A subclass has `download()`, `_complete()` (whether the files are there), `_missing()` (what to say if they are
    not), and `_load()`, which reads those of the part `self.train`. Raises RuntimeError if files are missing."""

    def __init__(
        self,
        root: str | os.PathLike[str],
        train: bool = True,
        transform: Transform | None = None,
        target_transform: Transform | None = None,
        download: bool = False,
    ) -> None:
        super().__init__(root, transform=transform, target_transform=target_transform)
        self.train = train
        if download:
            self.download()
        if not self._complete():
            raise RuntimeError(self._missing())
        self._load()

    def download(self) -> None:
        """Puts the files where they belong, unless they are already there."""
        raise NotImplementedError

    def _complete(self) -> bool:
        raise NotImplementedError

    def _missing(self) -> str:
        raise NotImplementedError

    def _load(self) -> None:
        raise NotImplementedError

    def extra_repr(self) -> str:
        """Which part it is."""
        return f"Split: {'Train' if self.train else 'Test'}"


def check_split(value: str, valid: Sequence[str], name: str = "split") -> str:
    """The value, if it is one of the valid ones. Raises ValueError otherwise."""
    if value not in valid:
        raise ValueError(f"Unknown value '{value}' for argument {name}. Valid values are {{{', '.join(valid)}}}.")
    return value


def _labeled(label: str, transform: Transform | None) -> list[str]:
    """The lines of a transform's repr, the first one after the label."""
    if transform is None:
        return []
    first, *rest = repr(transform).splitlines()
    return [label + first, *(" " * len(label) + line for line in rest)]
