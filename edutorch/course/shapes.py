"""Colored shapes, drawn by this file: color images of the course that need neither a download nor a license."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from ..vision import pillow
from ..vision.datasets.vision import Transform, VisionDataset

SIDE = 32  # pixels, as in CIFAR-10
FINE = 2  # points a pixel and direction: edges are smooth

# Which points belong to a shape. u, v: coordinates in which it lies between -1 and 1
INSIDE: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "circle": lambda u, v: u**2 + v**2 < 0.8,
    "cross": lambda u, v: (np.minimum(abs(u), abs(v)) < 0.3) & (np.maximum(abs(u), abs(v)) < 1),
    "ring": lambda u, v: abs(u**2 + v**2 - 0.65) < 0.35,
    "square": lambda u, v: np.maximum(abs(u), abs(v)) < 0.8,
    "star": lambda u, v: np.hypot(u, v) < 0.7 + 0.3 * np.cos(5 * np.arctan2(v, u)),
    "triangle": lambda u, v: (v > -0.5) & (3**0.5 * abs(u) + v < 1),
}


class Shapes(VisionDataset):
    """Color images of six kinds of shapes: 3,000 to train on, 600 to test with. Each is drawn when it is asked for.

    Color, background, place, size and turn are drawn at random, always the same ones for an index. An item is (image,
    class): a PIL image (32 x 32, RGB) through `transform`, a NumPy array (32, 32, 3) uint8 without Pillow; an int
    through `target_transform`. delay: seconds that each item takes in addition, as if it came over a network. Raises
    IndexError past the end. Source: made for this course, in CIFAR-10's format; MIT, as the code."""

    classes = list(INSIDE)

    def __init__(
        self,
        train: bool = True,
        transform: Transform | None = None,
        target_transform: Transform | None = None,
        delay: float = 0.0,
    ) -> None:
        super().__init__(None, transform=transform, target_transform=target_transform)
        self.train = train
        self.delay = delay

    def __len__(self) -> int:
        return 3000 if self.train else 600

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        if not 0 <= index < len(self):
            raise IndexError(f"Shapes index out of range: {index} of {len(self)}")
        time.sleep(self.delay)
        target = index % len(self.classes)
        random = np.random.RandomState(index if self.train else 1_000_000 + index)
        return self.transformed(pillow.picture(draw(self.classes[target], random)), target)


def draw(shape: str, random: np.random.RandomState) -> np.ndarray:
    """An image of the shape: (32, 32, 3) uint8."""
    size, turn = random.uniform(0.3, 0.65), random.uniform(-0.4, 0.4)  # half the side is 1; radians
    x, y = (random.uniform(-0.9 + size, 0.9 - size) for _ in range(2))
    points = np.linspace(-1, 1, SIDE * FINE)
    right, down = points[None] - x, points[:, None] - y
    u = (np.cos(turn) * right + np.sin(turn) * down) / size
    v = (np.sin(turn) * right - np.cos(turn) * down) / size
    inside = INSIDE[shape](u, v).reshape(SIDE, FINE, SIDE, FINE).mean((1, 3))[..., None]  # (32, 32, 1), 0 to 1
    color, background = two_colors(random)
    noise = random.normal(0, 12, (SIDE, SIDE, 3))
    return np.clip(inside * color + (1 - inside) * background + noise, 0, 255).astype(np.uint8)


def two_colors(random: np.random.RandomState) -> np.ndarray:
    """Two colors that can be told apart: (2, 3), 0 to 255."""
    while True:
        colors = random.uniform(30, 225, (2, 3))
        if abs(colors[0] - colors[1]).sum() > 150:
            return colors
