"""Ranges of numbers, and the positions in a triangle."""

from __future__ import annotations

import math
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from ..autograd.base import TensorBase, wrap
from ..autograd.grad_mode import quiet
from ..backend import Array, DeviceLike, device_module, to_device
from ..dtypes import INTEGER, as_dtype, float32, get_default_dtype, int64
from ..dtypes import bool as bool_
from ..dtypes import dtype as dtype_
from .plumbing.entry import check_ints, check_numbers
from .plumbing.out import into

if TYPE_CHECKING:
    from ..tensor import Tensor


def arange(
    start: float = 0,
    end: float | None = None,
    step: int = 1,
    *,
    out: Tensor | None = None,
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """start, start + step, ... before end: int64 where all three are integers, else floating.

    arange(end) starts at 0. Raises RuntimeError for a step that is 0 or leads away from end.
    Source: torch.arange."""
    if end is None:
        start, end = 0, start
    start, end, step = (_number("arange", each) for each in (start, end, step))
    if not all(map(math.isfinite, (start, end))):
        raise RuntimeError(f"unsupported range: {start} -> {end}")
    if dtype is not None and as_dtype("arange", dtype).category == INTEGER:
        start, end, step = int(start), int(end), int(step) or _refuse_fraction(step)
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if (end - start) * step < 0:
        raise RuntimeError(f"upper bound and lower bound inconsistent with step sign: arange({start}, {end}, {step})")
    whole = all(isinstance(each, (int, np.integer)) for each in (start, end, step))
    kind = as_dtype("arange", dtype or (int64 if whole else get_default_dtype()))
    if kind is bool_:
        raise NotImplementedError('"arange" not implemented for torch.bool: use .bool() on integers')
    xp = device_module(device)
    count = xp.arange(math.ceil((end - start) / step), dtype=np.int64 if whole else np.float64)
    return _finish(xp, start + step * count, kind, device, requires_grad, out, "arange")


def _refuse_fraction(step: float) -> int:
    if step:
        raise ValueError(f"arange: step {step} is 0 as an integer: step must be nonzero, or the dtype floating")
    return 0


def linspace(
    start: float,
    end: float,
    steps: int,
    *,
    out: Tensor | None = None,
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """`steps` numbers, evenly spaced from start to end, both included. Raises RuntimeError for steps < 0.

    Source: torch.linspace."""
    kind = as_dtype("linspace", dtype or get_default_dtype())
    xp = device_module(device)
    start, end = _number("linspace", start), _number("linspace", end)
    points = _even_steps(xp, "linspace", start, end, steps)
    if kind is float32 and steps > 1:
        points = _from_both_ends(xp, np.float32(start), np.float32(end), int(steps))
    return _finish(xp, points, kind, device, requires_grad, out, "linspace")


def logspace(
    start: int,
    end: int,
    steps: int,
    base: float = 10.0,
    *,
    out: Tensor | None = None,
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
    requires_grad: bool = False,
) -> Tensor:
    """base to the powers linspace(start, end, steps). Source: torch.logspace."""
    kind = as_dtype("logspace", dtype or get_default_dtype())
    xp = device_module(device)
    points = _even_steps(xp, "logspace", _number("logspace", start), _number("logspace", end), steps)
    return _finish(xp, float(_number("logspace", base)) ** points, kind, device, requires_grad, out, "logspace")


def range_(
    start: float = 0,
    end: int | None = None,
    step: float = 1,
    *,
    out: Tensor | None = None,
    dtype: dtype_ | None = None,
    device: DeviceLike = None,
) -> Tensor:
    """arange with the end included, in the default dtype: historical, use arange. Source: torch.range."""
    if end is None:
        start, end = 0, start
    count = math.floor((end - start) / step) + 1
    return into(out, arange(0, count, dtype=dtype or get_default_dtype(), device=device) * step + start, "range")


def tril_indices(row: int, col: int, offset: int = 0, *, dtype: dtype_ = int64, device: DeviceLike = None) -> Tensor:
    """(2, n): row and column of each place on and below a diagonal of a row x col matrix.

    Source: torch.tril_indices."""
    check_ints("tril_indices", row=row, col=col, offset=offset)
    return _places(np.tril_indices(row, offset, col), dtype, device)


def triu_indices(row: int, col: int, offset: int = 0, *, dtype: dtype_ = int64, device: DeviceLike = None) -> Tensor:
    """(2, n): row and column of each place on and above a diagonal of a row x col matrix.

    Source: torch.triu_indices."""
    check_ints("triu_indices", row=row, col=col, offset=offset)
    return _places(np.triu_indices(row, offset, col), dtype, device)


def _places(places: tuple[np.ndarray, ...], dtype: dtype_, device: DeviceLike) -> Tensor:
    return wrap(to_device(np.stack(places).astype(dtype.numpy), device))


def _number(name: str, value: Any) -> Any:
    """A number, or the element of a tensor, as a Python number. Raises TypeError for anything else."""
    if isinstance(value, (TensorBase, np.generic)):
        return value.item()  # type: ignore[union-attr]
    check_numbers(name, value=value)
    return value


@quiet
def _even_steps(xp: ModuleType, name: str, start: float, end: float, steps: int) -> Array:
    check_ints(name, steps=steps)
    if steps < 0:
        raise RuntimeError(f"{name}: number of steps must be non-negative, got {steps}")
    return xp.linspace(float(start), float(end), int(steps))


@quiet
def _from_both_ends(xp: ModuleType, start: np.float32, end: np.float32, steps: int) -> Array:
    """PyTorch's numbers to the last bit: the step is rounded to float32, the first half is counted from the start, the
    second from the end, and each number is rounded once."""
    step = float((end - start) / np.float32(steps - 1))
    i = xp.arange(steps, dtype=np.float64)
    return xp.where(i < steps // 2, float(start) + step * i, float(end) - step * (steps - 1 - i))


@quiet
def _finish(
    xp: ModuleType, values: Array, kind: dtype_, device: DeviceLike, requires_grad: bool, out: Tensor | None, name: str
) -> Tensor:
    made = wrap(to_device(values.astype(kind.numpy), device) if xp is not np else values.astype(kind.numpy))
    return into(out, made.requires_grad_() if requires_grad else made, name)
