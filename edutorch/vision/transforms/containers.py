"""Transforms made of transforms."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from ..pillow import Image
from .draw import happens


class Compose:
    """One transform after the other. Source: torchvision.transforms.Compose."""

    def __init__(self, transforms: Sequence[Callable[[Image], Image]]) -> None:
        self.transforms = transforms

    def __call__(self, img: Image) -> Image:
        for transform in self.transforms:
            img = transform(img)
        return img

    def __repr__(self) -> str:
        lines = "".join(f"\n    {transform}" for transform in self.transforms)
        return f"{type(self).__name__}({lines}\n)"


class Lambda:
    """Any function as a transform. Raises TypeError for anything that can't be called.

    Source: torchvision.transforms.Lambda."""

    def __init__(self, lambd: Callable[[Image], Image]) -> None:
        if not callable(lambd):
            raise TypeError(f"Argument lambd should be callable, got {type(lambd).__name__!r}")
        self.lambd = lambd

    def __call__(self, img: int) -> int:
        return self.lambd(img)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class _Several:
    def __init__(self, transforms: Sequence[Callable[[Image], Image]]) -> None:
        if not isinstance(transforms, Sequence):
            raise TypeError(f"Argument transforms should be a sequence, got {type(transforms)}")
        self.transforms = transforms

    def __repr__(self) -> str:
        lines = "".join(f"\n    {transform}" for transform in self.transforms)
        return f"{type(self).__name__}({lines}\n)"


class RandomApply(_Several):
    """All of the transforms with probability p, else none of them. Source: torchvision's RandomApply."""

    def __init__(self, transforms: Sequence[Callable[[Image], Image]], p: float = 0.5) -> None:
        super().__init__(transforms)
        self.p = p

    def __call__(self, img: Image) -> Image:
        return Compose(self.transforms)(img) if happens(self.p, or_equal=True) else img

    def __repr__(self) -> str:
        lines = "".join(f"\n    {transform}" for transform in self.transforms)
        return f"{type(self).__name__}(\n    p={self.p}{lines}\n)"


class RandomChoice(_Several):
    """One of the transforms, with weights p; drawn by Python's `random`, as in torchvision."""

    def __init__(self, transforms: Sequence[Callable[[Image], Image]], p: Sequence[float] | None = None) -> None:
        super().__init__(transforms)
        if p is not None and not isinstance(p, Sequence):
            raise TypeError(f"Argument p should be a sequence, got {type(p)}")
        self.p = p

    def __call__(self, img: int) -> int:
        return random.choices(self.transforms, weights=self.p)[0](img)


class RandomOrder(_Several):
    """All of the transforms in random order; drawn by Python's `random`, as in torchvision."""

    def __call__(self, img: int) -> int:
        order = list(range(len(self.transforms)))
        random.shuffle(order)
        return Compose([self.transforms[i] for i in order])(img)
