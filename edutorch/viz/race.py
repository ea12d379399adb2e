"""Optimizers that race for the lowest point of one surface."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..ops.from_data import tensor
from ..ops.joining import stack
from ..optim.optimizer import Optimizer
from ..tensor import Tensor

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
ARRIVED, AWAY = 0.01, 100.0  # as fractions of the height at the start
WIDE, HIGH = 8.0, 5.2  # half the length of the map's sides
CELLS = 80  # along the map's longer side
TICKS = (1e-4, 1e-2, 1, 10)

Surface = Callable[[Tensor, Tensor], Tensor]


def race(
    surface: Surface,
    start: Sequence[float],
    optimizers: Mapping[str, Callable[[list[Tensor]], Optimizer]],
    steps: int = 150,
) -> dict[str, np.ndarray]:
    """The path of each optimizer: (steps + 1, 3), of x, y and the height there.

    surface: takes x and y, float32 tensors (K,), and returns the heights (K,), one for each x and y. start: x and y.
    optimizers: each takes a list of one parameter, of shape (2,), and returns the optimizer that moves it. All walk at
    once, independently of each other."""
    walkers = [tensor([float(each) for each in start], requires_grad=True) for _ in optimizers]
    moving = [make([walker]) for make, walker in zip(optimizers.values(), walkers, strict=True)]
    seen = []
    for _ in range(steps + 1):
        places = stack(walkers)  # (K, 2)
        heights = surface(places[:, 0], places[:, 1])  # (K,)
        seen.append(np.column_stack([places.detach().cpu().numpy(), heights.detach().cpu().numpy()]))
        for optimizer in moving:
            optimizer.zero_grad()
        heights.sum().backward()
        for optimizer in moving:
            optimizer.step()
    return dict(zip(optimizers, np.stack(seen, 1), strict=True))


def steps_needed(path: np.ndarray) -> int | None:
    """The step from which on the height stays within 1 % of that at the start; None if it never does."""
    there = path[:, 2] <= ARRIVED * path[0, 2]
    missing = np.flatnonzero(~there)
    first = int(missing[-1]) + 1 if len(missing) else 0
    return first if first < len(path) else None


def in_words(path: np.ndarray) -> str:
    """Whether it arrived, moved away, circles around the lowest point, or is too slow."""
    needed = steps_needed(path)
    if needed is not None:
        return f"there after {needed} step{'' if needed == 1 else 's'}"
    height, last = path[:, 2] / path[0, 2], len(path) - 1
    if not np.isfinite(height[-1]) or height[-1] > AWAY or height[-20:].min() > 1:
        return "moves away"
    return f"swings past it, and is not settled after {last}" if height.min() <= ARRIVED else f"not there after {last}"


def draw_race(surface: Surface, paths: Mapping[str, np.ndarray], title: str = "") -> tuple[Figure, str]:
    """A map of the surface with the paths, and next to it their heights. Returns the figure, and a sentence with the
    result. surface, paths: those of `race`; the lowest height is 0."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(8.6, 3.7), width_ratios=(1.35, 1))
    _draw_map(left, surface, next(iter(paths.values()))[0, 2])
    for (name, path), color in zip(paths.items(), COLORS, strict=False):
        inside = path[: _steps_shown(path)]
        left.plot(inside[:, 0], inside[:, 1], ".-", color=color, markersize=4, linewidth=1)
        right.semilogy(inside[:, 2] / path[0, 2], color=color, label=name, linewidth=1.6)
    left.set(xlim=(-WIDE, WIDE), ylim=(-HIGH, HIGH), aspect="equal", xlabel="w[0]", ylabel="w[1]", title=title)
    right.axhline(ARRIVED, color="#767676", linestyle=":")
    right.set(xlim=(0, len(path) - 1), ylim=(1e-5, 30), xlabel="step", ylabel="height (1 at the start)")
    right.set_yticks(TICKS, [f"{tick:g}" for tick in TICKS])  # plain text: formulas take longer than everything else
    right.minorticks_off()
    right.set_title("dotted: 1 % of the height at the start")
    right.legend(loc="upper right", fontsize=8)
    return figure, "; ".join(f"{name} {in_words(path)}" for name, path in paths.items()) + "."


def _steps_shown(path: np.ndarray) -> int:
    """How many places of the path are drawn: up to the first one far outside the map."""
    away = np.flatnonzero(~(np.abs(path[:, :2]).max(1) < 10 * WIDE))
    return int(away[0]) + 1 if len(away) else len(path)


def _draw_map(axes: Axes, surface: Surface, height: float) -> None:
    """Curves of equal height, and a cross at the lowest of the points computed."""
    x, y = np.meshgrid(np.linspace(-WIDE, WIDE, CELLS + 1), np.linspace(-HIGH, HIGH, CELLS // 2 + 1))
    x_, y_ = (tensor(each.ravel().astype(np.float32)) for each in (x, y))
    heights = surface(x_, y_).cpu().numpy().reshape(x.shape)
    axes.contour(x, y, heights, levels=height * np.geomspace(ARRIVED, 30, 9), colors="0.6", linewidths=0.7)
    lowest = np.unravel_index(heights.argmin(), x.shape)
    axes.plot(x[lowest], y[lowest], "x", color="#767676", markersize=10, markeredgewidth=2.5)
