"""Broadcasting, step by step: the shapes are lined up, compared size by size, stretched, and added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..tensor import Tensor
from .drawing import COLORS, PAPER, UNUSED, Drawing

EDGE, LEFT = 0.4, 3.2  # units: the margin, and the words in front of a row of sizes


@dataclass
class Step:
    """One step: the sizes known so far (None where there are none yet), the columns in view, and what the picture
    shows.

    stage: "align", "fill", "compare", "refused", "stretch" or "add"."""

    stage: str
    sizes: list[list[int | None]]  # of the first tensor, of the second, of the result
    column: int | None
    sentence: str


def broadcast_steps(first: Sequence[int], second: Sequence[int]) -> list[Step]:
    """The steps in which two shapes become one; they end early if the shapes do not fit."""
    axes = max(len(first), len(second))
    bare: list[list[int | None]] = [[None] * (axes - len(s)) + list(s) for s in (first, second)]
    full = [[1] * (axes - len(s)) + list(s) for s in (first, second)]
    result: list[int | None] = [None] * axes
    words = f"Write {tuple(first)} and {tuple(second)} one below the other, aligned on the right."
    steps = [Step("align", [*bare, list(result)], None, words)]
    missing = "A size that is missing counts as 1." if len(first) != len(second) else "No size is missing."
    steps.append(Step("fill", [*full, list(result)], None, missing))  # type: ignore[list-item]
    for column in reversed(range(axes)):
        a, b = full[0][column], full[1][column]
        if a != b and 1 not in (a, b):
            words = f"{a} and {b} differ, and neither is 1: refused. edutorch raises a RuntimeError."
            return [*steps, Step("refused", [*full, list(result)], column, words)]  # type: ignore[list-item]
        result[column] = b if a == 1 else a
        words = f"{a} and {b} are equal." if a == b else f"{a} and {b}: the 1 is stretched to {result[column]}."
        steps.append(Step("compare", [*full, list(result)], column, words))  # type: ignore[list-item]
    shape = tuple(n for n in result if n is not None)
    words = f"Both are read as {shape}. The dashed boxes are not in memory: their stride is 0."
    steps.append(Step("stretch", [*full, list(result)], None, words))  # type: ignore[list-item]
    words = f"Now the shapes are equal, and elements in the same place are added. The sum has shape {shape}."
    steps.append(Step("add", [*full, list(result)], None, words))  # type: ignore[list-item]
    return steps


def draw_broadcast(first: Tensor, second: Tensor, step: int) -> Drawing:
    """Step number `step`, from 0, of first + second; the last step if there are fewer.

    Raises ValueError for more than two axes or more than six positions along one."""
    if max(first.ndim, second.ndim) > 2 or max(*first.shape, *second.shape, 0) > 6:
        raise ValueError(
            "viz.draw_broadcast: a picture has room for 2 axes of at most 6, got shapes"
            f" {tuple(first.shape)} and {tuple(second.shape)}"
        )
    steps = broadcast_steps(first.shape, second.shape)
    now = steps[min(step, len(steps) - 1)]
    fits = steps[-1].stage == "add"
    grids = [_as_matrix(first), _as_matrix(second)]
    if fits:
        shape = tuple(n for n in steps[-1].sizes[2] if n is not None)
        grids = [_as_matrix(t.expand(shape)) for t in (first, second)] + [_as_matrix(first + second)]
    width = max(sum(len(g[0]) + 1.2 for g in grids) - 1.2, LEFT + 3, 13) + 2 * EDGE
    drawing = Drawing(width, 4.5 + max(map(len, grids)), f"Step {steps.index(now) + 1} of {len(steps)}. {now.sentence}")
    _draw_sizes(drawing, now)
    _draw_grids(drawing, now, [first, second], grids)
    return drawing


def _draw_sizes(drawing: Drawing, step: Step) -> None:
    for row, (name, sizes) in enumerate(zip(("first", "second", "result"), step.sizes, strict=True)):
        y = 0.3 + row + (0.2 if row == 2 else 0)
        drawing.words(EDGE, y + 0.62, name, 13, bold=row == 2)
        for column, size in enumerate(sizes):
            chosen = column == step.column
            fill = COLORS[5] if chosen and step.stage == "refused" else COLORS[3] if chosen else PAPER
            if size is not None:
                drawing.box(LEFT - 1 + column, y, str(size), [fill], bold=chosen)
            elif row < 2 or chosen:
                drawing.box(LEFT - 1 + column, y, "", [UNUSED], faint=True)


def _draw_grids(drawing: Drawing, step: Step, tensors: list[Tensor], grids: list[list[list[float]]]) -> None:
    """The elements: real ones, from "stretch" on also dashed ones between them, and at the end their sum."""
    left, top = EDGE, 4.1
    stretched, added = step.stage in ("stretch", "add"), step.stage == "add"
    for k, grid in enumerate(grids):
        real = (1, 1) if k == 2 else _as_matrix_shape(tensors[k])
        for i, row in enumerate(grid):
            for j, value in enumerate(row):
                ghost = k < 2 and (i >= real[0] or j >= real[1])
                if (k == 2 and added) or (k < 2 and (stretched or not ghost)):
                    drawing.box(left + j, top + i, f"{value:.4g}", [COLORS[k]], faint=ghost)
        if k and (k == 1 or added):
            drawing.words(left - 0.6, top + len(grids[0]) / 2 + 0.15, "+" if k == 1 else "=", 18, middle=True)
        left += len(grid[0]) + 1.2


def _as_matrix(tensor: Tensor) -> list[list[float]]:
    """Rows of numbers; a vector is one row."""
    return tensor.detach().reshape(_as_matrix_shape(tensor)).tolist()


def _as_matrix_shape(tensor: Tensor) -> tuple[int, int]:
    shape = tuple(tensor.shape)
    return (1,) * (2 - len(shape)) + shape  # type: ignore[return-value]
