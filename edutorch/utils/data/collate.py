"""Collating: a list of samples becomes a batch of tensors."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any, TypeVar

import numpy as np

from ... import dtypes
from ...ops.from_data import as_tensor, tensor
from ...ops.joining import stack
from ...tensor import Tensor

Functions = dict[Any, Callable[..., Any]]  # f(batch, *, collate_fn_map) for a type of samples, or a tuple of types
Key = TypeVar("Key")

_EXPECTED = "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {}"


def default_collate(batch: Sequence[Any]) -> Any:
    """A batch of samples as one sample whose leaves have a first dimension of len(batch).

    Tensors and arrays are stacked, ints become int64, floats float64 tensors, strings and bytes stay
    a list; mappings, namedtuples, tuples (as lists) and sequences are collated member by member.
    Raises TypeError for anything else, and RuntimeError where members have different lengths or
    tensors different shapes. Source: torch.utils.data.default_collate."""
    return collate(batch, collate_fn_map=default_collate_fn_map)


def collate(batch: Sequence[Any], *, collate_fn_map: Functions | None = None) -> Any:
    """Like `default_collate`, with custom functions for some types of samples.

    `collate_fn_map` maps a type, or a tuple of types, to a function `f(batch, *, collate_fn_map)`.
    Source: torch.utils.data._utils.collate.collate."""
    sample = batch[0]
    function = _function_for(sample, collate_fn_map or {})
    if function is not None:
        return function(batch, collate_fn_map=collate_fn_map)

    def collated(members: Sequence[object]) -> object:
        return collate(members, collate_fn_map=collate_fn_map)

    if isinstance(sample, Mapping):
        values = {key: collated([each[key] for each in batch]) for key in sample}
        return mapping_like(sample, values)
    if isinstance(sample, Sequence) and not isinstance(sample, (str, bytes)):
        try:
            each_place = list(zip(*batch, strict=True))
        except ValueError:
            raise RuntimeError(
                "each element in list of batch should be of equal size: the lengths are "
                f"{[len(each) for each in batch]}; pad them, or give DataLoader a collate_fn"
            ) from None
        return sequence_like(sample, [collated(members) for members in each_place])
    raise TypeError(_EXPECTED.format(type(sample)))


def default_convert(data: Any) -> Any:
    """NumPy arrays and numbers, also inside mappings and sequences, as tensors; the rest unchanged.

    What DataLoader does with a sample if batching is off.
    Source: torch.utils.data.default_convert."""
    if isinstance(data, Tensor) or isinstance(data, (str, bytes)):
        return data
    if isinstance(data, np.ndarray):
        return data if data.dtype.kind in "SUO" else as_tensor(data)
    if isinstance(data, np.generic):
        return as_tensor(data)
    if isinstance(data, Mapping):
        return mapping_like(data, {key: default_convert(value) for key, value in data.items()})
    if isinstance(data, Sequence):
        return sequence_like(data, [default_convert(value) for value in data])
    return data


def _function_for(sample: object, functions: Functions) -> Callable[..., Any] | None:
    """The function of the sample's own type, else of the first type it is an instance of."""
    if type(sample) in functions:
        return functions[type(sample)]
    return next((f for types, f in functions.items() if isinstance(sample, types)), None)


def mapping_like(sample: Mapping[Key, object], values: dict[Key, Any]) -> Mapping[Key, Any]:
    """A mapping of the sample's type, or a dict if that type can't be made."""
    try:
        if isinstance(sample, MutableMapping):
            clone = copy.copy(sample)  # keeps what an OrderedDict or a user's class adds
            clone.update(values)
            return clone
        return type(sample)(values)  # type: ignore[call-arg]
    except TypeError:
        return values


def sequence_like(sample: Sequence[object], values: list[Any]) -> Sequence[Any]:
    """A sequence of the sample's type; a list for a tuple, as in PyTorch."""
    if hasattr(sample, "_fields"):  # a namedtuple
        return type(sample)(*values)
    if isinstance(sample, tuple):
        return values
    try:
        if isinstance(sample, MutableSequence):
            clone = copy.copy(sample)
            for i, value in enumerate(values):
                clone[i] = value
            return clone
        return type(sample)(values)  # type: ignore[call-arg]
    except TypeError:
        return values


def _collate_tensors(batch: Sequence[Tensor], *, collate_fn_map: object = None) -> Tensor:
    return stack(batch, 0)


def _collate_arrays(batch: Sequence[np.ndarray], *, collate_fn_map: Functions | None = None) -> Tensor:
    if batch[0].dtype.kind in "SUO":
        raise TypeError(_EXPECTED.format(batch[0].dtype))
    return collate([as_tensor(array) for array in batch], collate_fn_map=collate_fn_map)


def _collate_numpy_numbers(batch: Sequence[np.generic], *, collate_fn_map: object = None) -> Tensor:
    return as_tensor(np.array(batch))


def _collate_floats(batch: Sequence[float], *, collate_fn_map: object = None) -> Tensor:
    return tensor(batch, dtype=dtypes.float64)


def _collate_ints(batch: Sequence[int], *, collate_fn_map: object = None) -> Tensor:
    return tensor(batch)


def _collate_strings(batch: Sequence[str], *, collate_fn_map: object = None) -> Sequence[str]:
    return batch


default_collate_fn_map: Functions = {
    Tensor: _collate_tensors,
    np.ndarray: _collate_arrays,
    (np.bool_, np.number): _collate_numpy_numbers,  # before float: np.float64 is one
    float: _collate_floats,
    int: _collate_ints,
    str: _collate_strings,
    bytes: _collate_strings,
}
