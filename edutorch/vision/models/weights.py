"""Weights that were trained elsewhere: where they come from, and how they get into a model.

edutorch downloads none. `weights=ResNet18_Weights.DEFAULT` takes the file from the places where torchvision or the
reader has put it, and otherwise says which file it is and where it belongs; `weights="path/to/file"` takes any file.
"""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TypeVar

from ... import nn
from ...serialization import load
from ...tensor import Tensor
from ...utils.download import cache_folder
from ..transforms.functional import InterpolationMode
from ..transforms.presets import MEAN, STD, ImageClassification

CLASSES = 1000  # of ImageNet, which all of these were trained on
M = TypeVar("M", bound=nn.Module)


class Meta(dict[str, object]):
    """What is known of some weights, by torchvision's keys."""

    def __missing__(self, key: str) -> object:
        if key == "categories":
            raise KeyError(
                "the names of ImageNet's 1,000 classes do not come with edutorch: read them from a file of yours, such"
                " as imagenet_classes.txt of PyTorch's hub, a name a line"
            )
        raise KeyError(f"{key}: known are {', '.join(self)}")


@dataclass(frozen=True, repr=False)
class Weights:
    """A file of weights: its address, the transform its images want, and what is known of it.

    Source: torchvision.models.Weights."""

    url: str
    transforms: Callable[[], ImageClassification]
    meta: Meta


class WeightsEnum(Enum):
    """The files of weights that torchvision has for a model; DEFAULT is the best of them.

    Source: torchvision.models.WeightsEnum."""

    @property
    def url(self) -> str:
        """Where torchvision downloads the file from."""
        return self.value.url

    @property
    def transforms(self) -> Callable[[], ImageClassification]:
        """transforms() gives the transform that images need for these weights."""
        return self.value.transforms

    @property
    def meta(self) -> Meta:
        """num_params, and min_size of an image, (H, W)."""
        return self.value.meta

    def get_state_dict(self, progress: bool = True) -> dict[str, Tensor]:
        """The weights by name, from the file on this machine. Raises FileNotFoundError, which says where to put it."""
        return load(_find(self), map_location="cpu")

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self.name}"


WeightsLike = WeightsEnum | str | os.PathLike[str] | bool | None


def imagenet(
    file: str,
    num_params: int,
    min_size: int = 1,
    crop_size: int = 224,
    resize_size: int = 256,
    interpolation: InterpolationMode = InterpolationMode.BILINEAR,
    mean: tuple[float, ...] = MEAN,
    std: tuple[float, ...] = STD,
) -> Weights:
    """Weights of torchvision for ImageNet, from the file of this name (without .pth)."""

    def transforms() -> ImageClassification:
        return ImageClassification(
            crop_size=crop_size, resize_size=resize_size, mean=mean, std=std, interpolation=interpolation
        )

    meta = Meta(num_params=num_params, min_size=(min_size, min_size))
    return Weights(f"https://download.pytorch.org/models/{file}.pth", transforms, meta)


def built(
    make: Callable[..., M],
    known: type[WeightsEnum],
    weights: WeightsLike,
    options: dict[str, object],
    renamed: Iterable[tuple[str, str]] = (),
) -> M:
    """make(**options), with the weights where there are any.

    options: what a user gave; `pretrained`, torchvision's old name, may be among it. renamed: patterns of old keys in
    files, and what they are called today. Raises FileNotFoundError where the file is not there, ValueError for a
    number of classes that is not the file's, TypeError for another model's weights."""
    chosen = _chosen(known, weights, options)
    if chosen is None:
        return make(**options)
    if isinstance(chosen, WeightsEnum):
        if options.setdefault("num_classes", CLASSES) != CLASSES:
            raise ValueError(
                f"The parameter 'num_classes' expected value {CLASSES} but got {options['num_classes']} instead: build"
                " the model with its weights, and then replace its last layer"
            )
        state = chosen.get_state_dict()
    else:
        state = load(chosen, map_location="cpu")
    for pattern, name in renamed:
        state = {re.sub(pattern, name, key): value for key, value in state.items()}
    model = make(**options)
    model.load_state_dict(state)
    return model


def _chosen(known: type[WeightsEnum], weights: WeightsLike, options: dict[str, object]) -> WeightsEnum | Path | None:
    """The member, or the file, that `weights` or the older `pretrained` stands for."""
    if "pretrained" in options or isinstance(weights, bool):
        warnings.warn("pretrained is torchvision's old name: use weights=", stacklevel=_outside())
        given = options.pop("pretrained", weights)
        weights = given if isinstance(given, (str, os.PathLike)) else next(iter(known)) if given else None
    if weights is None:
        return None
    if isinstance(weights, WeightsEnum):
        if not isinstance(weights, known):
            raise TypeError(
                f"Invalid Weight class provided; expected {known.__name__} but received {type(weights).__name__}."
            )
        return weights
    name = str(weights).removeprefix(f"{known.__name__}.")
    if name in known.__members__:
        return known[name]
    if not Path(weights).is_file():
        raise FileNotFoundError(
            f"weights={weights!r} is neither a file nor one of {', '.join(known.__members__)} of {known.__name__}"
        )
    return Path(weights)


def _outside() -> int:
    """The stacklevel of the first caller that is no file of models."""
    level, package = 1, __name__.rpartition(".")[0]
    while sys._getframe(level).f_globals.get("__name__", "").startswith(package):
        level += 1
    return level


def _find(weights: WeightsEnum) -> Path:
    """The file of these weights on this machine."""
    name = weights.url.rpartition("/")[2]
    torch_home = os.environ.get("TORCH_HOME") or Path(os.environ.get("XDG_CACHE_HOME", "~/.cache"), "torch")
    ours, theirs = cache_folder() / "checkpoints", Path(torch_home, "hub", "checkpoints").expanduser()
    as_safetensors = f"{name.removesuffix('.pth')}.safetensors"
    for path in (ours / name, ours / as_safetensors, theirs / name):
        if path.is_file():
            return path
    raise FileNotFoundError(
        f"{weights!r}: edutorch downloads no weights. Fetch {weights.url} and put it at {ours / name}, or in PyTorch's"
        f" own place, {theirs}. weights='path/to/file' takes any file of torch.save or safetensors"
    )
