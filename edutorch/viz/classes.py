"""What a classifier does with the plane and with its examples: decision boundaries, a confusion matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..autograd.grad_mode import no_grad
from ..ops.from_data import from_numpy
from ..tensor import Tensor

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure, SubFigure
    from matplotlib.patches import Patch

# For each class the light color of its region and the dark one of its points: Okabe and Ito (2008), lightened.
REGIONS = ("#9ECAE9", "#FFC58F", "#9DDCC4", "#E8C1DB", "#F5E08A", "#C8DDF0")
POINTS = ("#0072B2", "#B34700", "#00795A", "#9C4A7C", "#8A6D00", "#2F6F9F")
MARKS = "os^DvP"
CELLS = 220  # along each side of the map
SHADES = 5  # from hardly sure to certain; only a few, since each one makes the file larger


def draw_boundary(
    model: Callable[[Tensor], Tensor], points: Tensor, labels: Tensor, axes: Axes | None = None, title: str = ""
) -> Figure | SubFigure:
    """The plane in the colors of the classes with the highest score, and the examples on it; returns the figure.

    model: takes points (N, 2), float32, and gives scores (N, C). points: (N, 2). labels: (N,), whole numbers from 0
    to C - 1, at most 6 classes. The surer the model is, the stronger the color. axes: matplotlib's axes, if the map is
    one of several. Raises ValueError for other shapes."""
    if points.ndim != 2 or points.shape[1] != 2 or tuple(labels.shape) != (points.shape[0],):
        raise ValueError(
            f"viz.draw_boundary: points have shape (N, 2) and labels (N,), got {tuple(points.shape)} and"
            f" {tuple(labels.shape)}"
        )
    if axes is None:
        import matplotlib.pyplot as plt

        axes = plt.subplots(figsize=(4.4, 4.2))[1]
    examples, classes = points.detach().cpu().numpy(), labels.cpu().numpy()
    reach = 1.1 * float(np.abs(examples).max())
    axes.imshow(_map(model, reach), extent=(-reach, reach, -reach, reach), origin="lower", interpolation="nearest")
    for c in np.unique(classes):
        x, y = examples[classes == c].T
        axes.scatter(x, y, 14, POINTS[c], marker=MARKS[c], edgecolors="white", linewidths=0.4, label=f"class {c}")
    axes.set(xticks=[], yticks=[], xlim=(-reach, reach), ylim=(-reach, reach), title=title)
    return axes.figure


def _map(model: Callable[[Tensor], Tensor], reach: float) -> np.ndarray:
    """(CELLS, CELLS, 4) colors: that of the class with the highest score, with its probability as opacity."""
    side = np.linspace(-reach, reach, CELLS, dtype=np.float32)
    x, y = np.meshgrid(side, side)
    with no_grad():
        scores = model(from_numpy(np.stack([x.ravel(), y.ravel()], 1)))
        sure, best = (each.cpu().numpy() for each in scores.softmax(1).max(1))
    if scores.shape[1] > len(REGIONS):
        raise ValueError(f"viz.draw_boundary: there are colors for {len(REGIONS)} classes, got {scores.shape[1]}")
    colors = np.array([[int(each[i : i + 2], 16) / 255 for i in (1, 3, 5)] for each in REGIONS])
    shade = 0.25 + 0.75 * np.round(sure * SHADES) / SHADES
    return np.concatenate([colors[best], shade[:, None]], 1).reshape(CELLS, CELLS, 4)


def draw_confusion(
    matrix: Tensor, names: Sequence[object] | None = None, axes: Axes | None = None, title: str = ""
) -> Figure | SubFigure:
    """A confusion matrix: in row i and column j, how many examples of class i were taken for class j; returns the
    figure.

    matrix: (C, C), whole numbers. Right answers are on the diagonal, framed; the more mistakes, the redder the cell.
    names: those of the classes, by default 0 to C - 1. Raises ValueError for a matrix that is not square."""
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"viz.draw_confusion: a confusion matrix is square, (C, C), got {tuple(matrix.shape)}")
    count = matrix.shape[0]
    if axes is None:
        import matplotlib.pyplot as plt

        axes = plt.subplots(figsize=(5.4, 5.2))[1]
    numbers = matrix.cpu().numpy()
    mistakes = np.ma.masked_where(np.eye(count, dtype=bool) | (numbers == 0), numbers)
    most = int(mistakes.max()) if mistakes.count() else 1
    axes.imshow(mistakes, cmap=_reds(), vmin=0, vmax=most)
    for (i, j), number in np.ndenumerate(numbers):
        if number:
            color = "#767676" if i == j else "white" if number > 0.6 * most else "#222222"
            axes.text(j, i, str(number), ha="center", va="center", fontsize=9, color=color)
        if i == j:
            axes.add_patch(_frame(i))
    ticks, words = range(count), [str(name) for name in (names or range(count))]
    axes.set(xticks=ticks, yticks=ticks, xticklabels=words, yticklabels=words, title=title)
    axes.set(xlabel="what the model says", ylabel="label")
    return axes.figure


def _reds() -> Colormap:
    """From light to dark vermilion."""
    from matplotlib.colors import LinearSegmentedColormap

    colors = ["#FDEBDD", "#FBD0B0", "#F0A06A", "#D55E00", "#8A3C00"]
    return LinearSegmentedColormap.from_list("mistakes", colors)


def _frame(i: int) -> Patch:
    from matplotlib.patches import Rectangle

    return Rectangle((i - 0.46, i - 0.46), 0.92, 0.92, fill=False, edgecolor="#767676", linewidth=0.8)
