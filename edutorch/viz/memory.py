"""A tensor's memory as a picture: the storage, and the elements that the tensor takes from it by its strides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from ..ops import strides
from ..tensor import Tensor
from .drawing import COLORS, UNUSED, Drawing

PER_LINE, MOST = 16, 64  # boxes in a line of the storage, and numbers in a picture
EDGE, LINE = 0.4, 2.3  # units: the margin, and a line of the storage with its arcs and positions


def places(tensor: Tensor) -> np.ndarray:
    """The position in the storage of each element: an int64 array of the tensor's shape."""
    shape, stride, offset = tuple(tensor.shape), tensor.stride(), tensor.storage_offset()
    found = [strides.position(index, stride, offset) for index in np.ndindex(shape)]
    return np.array(found, dtype=np.int64).reshape(shape)


def is_view_of(tensor: Tensor, other: Tensor) -> bool:
    """Whether two tensors share one storage."""
    return tensor.untyped_storage().data_ptr() == other.untyped_storage().data_ptr()


def draw_memory(tensor: Tensor, of: Tensor | None = None, name: str = "x") -> Drawing:
    """A tensor, and below it its storage with the elements it reads. Elements with the same position along the first
    axis have the same color. The arcs lead from an element to its neighbor
    along the last axis: each spans that axis's stride. `of` is the tensor from which this one was made: the
    sentence then says whether it is a view or a copy. Raises ValueError for more than three axes, and for more
    than 64 elements in the tensor or the storage."""
    storage = tensor.storage().tolist()
    if tensor.ndim > 3 or max(len(storage), tensor.numel()) > MOST:
        raise ValueError(
            f"viz.draw_memory: a picture has room for 3 axes and {MOST} elements; this tensor has {tensor.ndim} axes,"
            f" {tensor.numel()} elements and a storage of {len(storage)}"
        )
    where = places(tensor)
    matrices = _as_matrices(where)
    lines, rows = -(-len(storage) // PER_LINE), matrices.shape[1]
    columns = matrices.shape[0] * (matrices.shape[2] + 0.6) - 0.6
    sentence = _sentence(tensor, of, name, len(storage), len(set(where.flat)))
    width = max(columns, min(len(storage), PER_LINE), 12) + 2 * EDGE
    repeats = where.size > len(set(where.flat))  # elements that are read more than once say so, in a separate line
    drawing = Drawing(width, rows + LINE * lines + (2.0 if repeats else 1.6), sentence)
    facts = f"shape {tuple(tensor.shape)} · strides {tensor.stride()} · offset {tensor.storage_offset()}"
    drawing.words(EDGE, 0.6, f"{name}:  {facts}", 15, bold=True)
    _draw_elements(drawing, 1.0, tensor, matrices)
    note = "" if of is None or is_view_of(tensor, of) else ", new: this is a copy"
    drawing.words(EDGE, rows + 1.65, f"the storage{note}", 13)
    _draw_storage(drawing, rows + 2.4, tensor, where, storage)
    return drawing


def _sentence(tensor: Tensor, of: Tensor | None, name: str, size: int, used: int) -> str:
    facts = f"{name} has shape {tuple(tensor.shape)}, strides {tensor.stride()}, offset {tensor.storage_offset()}."
    if of is None:
        return f"{facts} It reads {used} of the {size} numbers in its storage."
    if is_view_of(tensor, of):
        return f"{facts} A view: nothing was copied. It reads {used} of the {size} numbers in the storage."
    return f"{facts} A copy: it has a storage of its own, with {size} numbers."


def _draw_elements(drawing: Drawing, top: float, tensor: Tensor, matrices: np.ndarray) -> None:
    """The tensor as users see it, in rows and columns; several matrices side by side."""
    numbers, left = _as_matrices(np.array(tensor.detach().tolist())), EDGE
    for m, (matrix, number) in enumerate(zip(matrices, numbers, strict=True)):
        for (i, j), _ in np.ndenumerate(matrix):
            drawing.box(left + j, top + i, f"{number[i, j]:.4g}", [_color(tensor, m if tensor.ndim == 3 else i)])
        left += matrix.shape[1] + 0.6


def _draw_storage(drawing: Drawing, top: float, tensor: Tensor, where: np.ndarray, storage: list[float]) -> None:
    """The storage in a row, with elements that are read in color; below each box its position, and how often it is
    read."""
    colors: dict[int, dict[str, None]] = {}  # position: its colors, in order
    for index, p in np.ndenumerate(where):
        colors.setdefault(int(p), {})[_color(tensor, index[0] if index else 0)] = None
    times = Counter(where.ravel().tolist())
    for p, value in enumerate(storage):
        x, y = _box_at(p, top)
        drawing.box(x, y, f"{value:.4g}", list(colors.get(p, [UNUSED])))
        drawing.words(x + 0.5, y + 1.35, f"{p}", 11, middle=True, faint=True)
        if times[p] > 1:
            drawing.words(x + 0.5, y + 1.72, f"×{times[p]}", 12, middle=True, bold=True)
    for start, end in _steps(where):
        (x1, y), (x2, _) = _box_at(start, top), _box_at(end, top)
        drawing.arc(x1 + 0.5, x2 + 0.5, y)


def _box_at(position: int, top: float) -> tuple[float, float]:
    return EDGE + position % PER_LINE, top + LINE * (position // PER_LINE)


def _steps(where: np.ndarray) -> Iterator[tuple[int, int]]:
    """The steps along the last axis, at the first position of all others, that stay on a line."""
    if where.ndim and where.size:
        walk = where.reshape(-1, where.shape[-1])[0].tolist()
        for start, end in zip(walk, walk[1:], strict=False):
            if start != end and start // PER_LINE == end // PER_LINE:
                yield start, end


def _color(tensor: Tensor, first: int) -> str:
    """By the position along the first axis; a vector has one color."""
    return COLORS[first % len(COLORS)] if tensor.ndim > 1 else COLORS[0]


def _as_matrices(array: np.ndarray) -> np.ndarray:
    """(matrices, rows, columns)"""
    return array.reshape((1,) * (3 - array.ndim) + array.shape)
