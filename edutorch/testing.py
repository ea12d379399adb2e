"""Comparing results: assert_close; and tensors for tests: make_tensor. Source: torch.testing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from . import dtypes
from .autograd.grad_mode import no_grad
from .backend import DeviceLike, to_numpy
from .ops.creation import empty
from .ops.from_data import tensor
from .random.tensors import randint
from .tensor import Size, Tensor

__all__ = ["assert_close", "make_tensor"]

_TOLERANCES = {"float16": (1e-3, 1e-5), "float32": (1.3e-6, 1e-5), "float64": (1e-7, 1e-7)}  # (rtol, atol)

Message = str | Callable[[str], str] | None


def default_tolerances(*kinds: dtypes.dtype) -> tuple[float, float]:
    """(rtol, atol) for results of these dtypes: those of the coarsest."""
    pairs = [_TOLERANCES.get(kind.name, (0.0, 0.0)) for kind in kinds]
    return max(pair[0] for pair in pairs), max(pair[1] for pair in pairs)


def assert_close(
    actual: object,
    expected: object,
    *,
    allow_subclasses: bool = True,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    check_device: bool = True,
    check_dtype: bool = True,
    check_layout: bool = True,
    check_stride: bool = False,
    msg: Message = None,
) -> None:
    """Raises AssertionError, telling where and by how much, unless |actual - expected| <= atol + rtol |expected|.

    actual and expected: tensors, numbers, arrays, or sequences and mappings of them. The tolerances go by the dtype
    (float32: 1.3e-6 and 1e-5; integers: 0); give both or none. Raises ValueError for one alone, TypeError for what
    can't be compared. Source: torch.testing.assert_close."""
    told = _compare(
        actual, expected, "", allow_subclasses, (rtol, atol), equal_nan, check_device, check_dtype, check_stride
    )
    if told:
        raise AssertionError(msg if isinstance(msg, str) else msg(told) if msg is not None else told)


def _compare(actual: object, expected: object, place: str, subclasses: bool, *how: Any) -> str:
    """What differs first, or nothing."""
    if not subclasses and type(actual) is not type(expected):
        raise TypeError(
            "assert_close: allow_subclasses=False needs the same type, but found"
            f" {type(actual).__name__} and {type(expected).__name__}"
        )
    if isinstance(actual, Mapping) and isinstance(expected, Mapping):
        if set(actual) != set(expected):
            only = sorted(map(str, set(actual) ^ set(expected)))
            return f"The keys of the mappings do not match: {', '.join(only)} on one side only{_at(place)}"
        pairs = [(key, actual[key], expected[key]) for key in expected]
    elif _is_sequence(actual) and _is_sequence(expected):
        if len(actual) != len(expected):  # type: ignore[arg-type]
            return f"The length of the sequences mismatch: {len(actual)} != {len(expected)}{_at(place)}"  # type: ignore[arg-type]
        pairs = [(i, a, b) for i, (a, b) in enumerate(zip(actual, expected, strict=True))]  # type: ignore[call-overload]
    elif actual is None and expected is None:
        return ""
    else:
        return _compare_values(actual, expected, place, *how)
    told = (_compare(a, b, f"{place}[{key!r}]", subclasses, *how) for key, a, b in pairs)
    return next(filter(None, told), "")


def _is_sequence(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _compare_values(
    actual: object,
    expected: object,
    place: str,
    tolerances: tuple[float | None, float | None],
    equal_nan: bool,
    check_device: bool,
    check_dtype: bool,
    check_stride: bool,
) -> str:
    numbers = not isinstance(actual, (Tensor, np.ndarray)) and not isinstance(expected, (Tensor, np.ndarray))
    for each in (actual, expected):
        if not isinstance(each, (Tensor, np.ndarray, np.generic, int, float)):
            raise TypeError(f"assert_close: no comparison for {type(actual).__name__} and {type(expected).__name__}")
    a, b = (each if isinstance(each, Tensor) else _as_tensor(each, numbers) for each in (actual, expected))
    if not numbers and isinstance(actual, (int, float)) != isinstance(expected, (int, float)):
        raise TypeError(f"assert_close: no comparison for {type(actual).__name__} and {type(expected).__name__}")
    rtol, atol = tolerances
    if (rtol is None) != (atol is None):
        given, lacking = ("rtol", "atol") if atol is None else ("atol", "rtol")
        raise ValueError(
            f"Both 'rtol' and 'atol' must be either specified or unspecified, but got no {lacking} with {given}"
        )
    if a.shape != b.shape:
        return f"The values for attribute 'shape' do not match: {a.shape} != {b.shape}{_at(place)}."
    if check_device and a.device != b.device:
        return f"The values for attribute 'device' do not match: {a.device} != {b.device}{_at(place)}."
    if check_dtype and not numbers and a.dtype is not b.dtype:
        return f"The values for attribute 'dtype' do not match: {a.dtype} != {b.dtype}{_at(place)}."
    if check_stride and a.stride() != b.stride():
        return f"The values for attribute 'stride()' do not match: {a.stride()} != {b.stride()}{_at(place)}."
    if rtol is None or atol is None:
        rtol, atol = default_tolerances(a.dtype, b.dtype)
    return _differences(to_numpy(a.array), to_numpy(b.array), rtol, atol, equal_nan, numbers, place)


def _as_tensor(value: object, is_number: bool) -> Tensor:
    return tensor(value, dtype=dtypes.float64 if is_number and isinstance(value, float) else None)


def _differences(
    a: np.ndarray, b: np.ndarray, rtol: float, atol: float, equal_nan: bool, numbers: bool, place: str
) -> str:
    kind = np.promote_types(np.promote_types(a.dtype, b.dtype), np.float64 if rtol or atol else a.dtype)
    if kind.kind == "b":
        kind = np.dtype(np.int64)
    a, b = a.astype(kind), b.astype(kind)
    close = np.isclose(a, b, rtol, atol, equal_nan)
    if close.all():
        return ""
    with np.errstate(all="ignore"):
        absolute = np.where(close, 0, abs(a - b))
        relative = np.where(close, 0, absolute / abs(b))
    if numbers:
        return (
            f"Scalars are not close!\n\nExpected {b.item()} but got {a.item()}.\n"
            f"Absolute difference: {absolute.item()} (up to {atol} allowed)\n"
            f"Relative difference: {relative.item()} (up to {rtol} allowed){_at(place)}"
        )
    wrong = int((~close).sum())
    most, most_relative = _place_of_most(absolute), _place_of_most(relative)
    return (
        f"Tensor-likes are not {'close' if rtol or atol else 'equal'}!\n\n"
        f"Mismatched elements: {wrong} / {a.size} ({100 * wrong / a.size:.1f}%)\n"
        f"Greatest absolute difference: {absolute[most]} at index {most} (up to {atol} allowed)\n"
        f"Greatest relative difference: {relative[most_relative]} at index {most_relative} (up to {rtol}"
        f" allowed){_at(place)}"
    )


def _place_of_most(values: np.ndarray) -> tuple[int, ...]:
    """The index of the largest value; nan counts as none."""
    flat = int(np.nanargmax(values)) if not np.isnan(values).all() else 0
    return tuple(map(int, np.unravel_index(flat, values.shape)))


def _at(place: str) -> str:
    return f"\n\nThe failure occurred for item {place}" if place else ""


@no_grad()
def make_tensor(
    *shape: int | Size | list[int] | tuple[int, ...],
    dtype: dtypes.dtype,
    device: DeviceLike,
    low: float | None = None,
    high: float | None = None,
    requires_grad: bool = False,
    noncontiguous: bool = False,
    exclude_zero: bool = False,
) -> Tensor:
    """A tensor of uniform numbers from [low, high): by default [-9, 9), [0, 10) of uint8, [0, 2) of bool.

    exclude_zero puts the smallest number (1 of integers) in the place of 0. Source: torch.testing.make_tensor."""
    sizes: Any = tuple(shape[0]) if len(shape) == 1 and not isinstance(shape[0], int) else shape
    lowest, highest = {"bool": (0, 2), "uint8": (0, 10)}.get(
        dtype.name, (-9, 9) if dtype.is_floating_point else (-9, 10)
    )
    low, high = lowest if low is None else low, highest if high is None else high
    if low >= high:
        raise ValueError(f"`low` must be less than `high`, but got {low} >= {high}")
    wide = (*sizes[:-1], 2 * sizes[-1]) if noncontiguous and sizes else sizes
    if dtype.is_floating_point:
        made = empty(wide, dtype=dtype, device=device).uniform_(low, high)
    else:
        made = randint(int(low), int(high), wide, dtype=dtype, device=device)
    result = made[..., ::2] if noncontiguous and sizes else made
    if exclude_zero:
        result[result == 0] = dtypes.finfo(dtype).tiny if dtype.is_floating_point else 1
    return result.requires_grad_(requires_grad)
