"""How an index is read: first the parts that give a view, then the positions that are picked from that view."""

from __future__ import annotations

from collections.abc import Sequence
from types import EllipsisType
from typing import TYPE_CHECKING, Any

import numpy as np

from ...autograd.base import TensorBase, wrap
from ...backend import Array, as_indices, check_positions, device_of, to_device

if TYPE_CHECKING:
    from ...tensor import Tensor

# What is between the brackets of x[index]. When read, each of its items is a Step on the way to a view, or a tensor;
# then Picks have for each axis of the view the positions that are taken, or a full slice
Index = TensorBase | Array | Sequence[object] | slice | EllipsisType | int | None
Step = slice | EllipsisType | int | None
Picks = tuple[TensorBase | slice, ...]

INDEX_DTYPES = tuple(map(np.dtype, ("int64", "int32", "bool")))


def split_index(tensor: Tensor, index: Index) -> tuple[tuple[Step, ...] | None, Picks | None]:
    """Splits an index in two: integers, slices, None and ... for a view, then for each axis of that view a
    tensor of positions or a full slice. None stands for a step that changes nothing."""
    shape = tensor.array.shape
    items = [_item(tensor, each) for each in _first_ellipsis_alone(_items(index))]
    used = sum(map(_axes, items))
    if used > len(shape):
        if not shape:
            raise IndexError(
                "invalid index of a 0-dim tensor. Use `tensor.item()` in Python to convert a 0-dim tensor to a number"
            )
        raise IndexError(f"too many indices for tensor of dimension {len(shape)}: got {used} for shape {list(shape)}")
    steps: list[Step] = []
    picks: list[TensorBase | slice] = []
    axis = 0
    for item in items:
        if isinstance(item, TensorBase):
            axes = _axes(item)
            positions = _positions(item, shape, axis)
            steps += [slice(None)] * axes or [None]  # a 0-d mask gets an axis of its own
            picks += positions
        else:
            axes = len(shape) - used if item is Ellipsis else _axes(item)
            steps += [slice(None)] * axes if item is Ellipsis else [item]
            picks += [slice(None)] * (axes if item is Ellipsis else not isinstance(item, int))
            _check_step(item, shape, axis)
        axis += axes
    whole = all(isinstance(step, slice) and step == slice(None) for step in steps)
    has_picks = any(isinstance(each, TensorBase) for each in picks)
    # ending in ..., so that a single element is a view, too, and not NumPy's scalar
    return None if whole and has_picks else (*steps, ...), tuple(picks) if has_picks else None


def _items(index: object) -> tuple[object, ...]:
    """The items of an index. As in PyTorch, a list with something other than numbers in it is read as a
    tuple: x[[[0, 1], [1, 2]]] is x[[0, 1], [1, 2]]."""
    if isinstance(index, tuple):
        return index
    if isinstance(index, list) and len(index) < 32 and any(map(_is_no_number, index)):
        return tuple(index)
    return (index,)


def _is_no_number(item: object) -> bool:
    return item is None or item is Ellipsis or isinstance(item, (TensorBase, np.ndarray, slice, list, tuple, range))


def _first_ellipsis_alone(items: tuple[object, ...]) -> list[object]:
    """The items without any ... after the first one: such a ... stands for no axis."""
    first = next((i for i, item in enumerate(items) if item is Ellipsis), None)
    return [item for i, item in enumerate(items) if item is not Ellipsis or i == first]


def _item(tensor: Tensor, item: Any) -> Step | TensorBase:
    """One item of an index: an int, a slice, None, ... or a tensor of positions or bools."""
    if isinstance(item, slice) or item is None or item is Ellipsis:
        return item
    if isinstance(item, (int, np.integer)) and not isinstance(item, bool):
        return int(item)
    if isinstance(item, (bool, np.bool_, list, tuple, range, np.ndarray)):
        item = wrap(to_device(_positions_of(item), device_of(tensor.array)))
    if not isinstance(item, TensorBase):
        raise IndexError(
            "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices (got"
            f" {type(item).__name__})"
        )
    if item.array.dtype == np.uint8:  # the masks of PyTorch before 1.2
        return wrap(item.array.astype(bool))
    if item.array.ndim == 0 and item.array.dtype.kind == "i":
        return int(item.array)
    if item.array.dtype not in INDEX_DTYPES:
        raise IndexError(
            f"tensors used as indices must be long, int, byte or bool tensors, not {item.dtype}"  # type: ignore[attr-defined]
        )
    return item


def _positions_of(item: Any) -> np.ndarray:
    """The array of a bool, a list, a range or an array: a copy, since the caller's may change."""
    if isinstance(item, (list, tuple)):
        item = [each.array if isinstance(each, TensorBase) else each for each in item]
    values = np.array(item) if np.size(item) else np.zeros(np.shape(item), np.int64)
    return values.astype(np.int64) if values.dtype.kind == "i" else values


def is_mask(index: object) -> bool:
    """Whether the index picks by one mask, and by nothing else."""
    picking = [each for each in _items(index) if isinstance(each, (TensorBase, list, np.ndarray))]
    masks = [each.array if isinstance(each, TensorBase) else np.asarray(each) for each in picking]
    return len(masks) == 1 and masks[0].dtype == bool and masks[0].ndim > 0


def _axes(item: Step | TensorBase) -> int:
    """How many axes an item of an index uses up."""
    if item is None or item is Ellipsis:
        return 0
    return item.array.ndim if isinstance(item, TensorBase) and item.array.dtype.kind == "b" else 1


def _positions(item: TensorBase, shape: tuple[int, ...], axis: int) -> list[TensorBase]:
    """Tensors of positions, one for each axis that the item indexes: of a mask, those where it is True."""
    if item.array.dtype.kind != "b":
        check_positions(item.array, shape[axis], axis)
        return [item]
    mask = item.array
    if mask.shape != shape[axis : axis + mask.ndim]:
        raise IndexError(
            f"The shape of the mask {list(mask.shape)} at index {axis} does not match the shape of the indexed"
            f" tensor {list(shape)} at index {axis}"
        )
    return [wrap(as_indices(places)) for places in mask.reshape(mask.shape or 1).nonzero()]


def _check_step(item: Step, shape: tuple[int, ...], axis: int) -> None:
    if isinstance(item, slice) and item.step is not None and item.step <= 0:
        raise ValueError("step must be greater than zero: x.flip(dim) reverses an axis")
    if isinstance(item, int) and not -shape[axis] <= item < shape[axis]:
        raise IndexError(f"index {item} is out of bounds for dimension {axis} with size {shape[axis]}")
