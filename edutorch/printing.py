"""How a tensor is printed, `tensor([[1.0000, 2.5000]], grad_fn=<AddBackward0>)`, as in PyTorch.

All numbers of a tensor are written in one style and one width: whole floats as `3.`, others with
`precision` digits, in scientific notation where the range is wide. Source: torch._tensor_str.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from . import dtypes
from .backend import Array, device_module, device_of, to_numpy

if TYPE_CHECKING:
    from .tensor import Tensor


@dataclass
class PrintOptions:
    """What `set_printoptions` sets."""

    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None


PROFILES = {
    "default": PrintOptions(),
    "short": PrintOptions(precision=2, edgeitems=2),
    "full": PrintOptions(threshold=float("inf")),
}

options = PrintOptions()


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Sets how tensors are printed; options that are None stay as they are, except for `sci_mode`.

    precision: digits after the decimal point (4). threshold: more elements than this are summarized (1000).
    edgeitems: how many a summary shows at each end of a dimension (3). linewidth: characters a line
    (80). profile: "default", "short" or "full". sci_mode: scientific notation always (True), never
    (False) or where the numbers ask for it (None).

    Source: torch.set_printoptions. Raises ValueError for an unknown profile."""
    global options
    if profile is not None and profile not in PROFILES:
        known = list(PROFILES)
        raise ValueError(f"set_printoptions: profile must be one of {known}, not {profile!r}")
    old = options if profile is None else PROFILES[profile]
    options = PrintOptions(
        old.precision if precision is None else precision,
        old.threshold if threshold is None else threshold,
        old.edgeitems if edgeitems is None else edgeitems,
        old.linewidth if linewidth is None else linewidth,
        sci_mode,
    )


# ---- numbers


class NumberFormat:
    """The style and width in which all numbers of an array are written."""

    def __init__(self, array: Array) -> None:
        shown = array.reshape(-1)
        if array.dtype.kind == "f":
            # zeros, nan and inf do not count
            shown = shown[np.isfinite(shown) & (shown != 0)].astype(np.float64)
        self.write = _style(array.dtype, shown)
        self.width = max((len(self.write(value)) for value in shown.tolist()), default=1)

    def __call__(self, value: float) -> str:
        return self.write(value).rjust(self.width)


def _style(dtype: np.dtype, shown: Array) -> Callable[[float], str]:
    """The function that writes one number."""
    precision = options.precision
    if dtype.kind != "f":
        return str
    if shown.size and _is_scientific(np.abs(shown)):
        return lambda value: f"{value:.{precision}e}"
    if (shown == np.ceil(shown)).all():
        return lambda value: f"{value:.0f}." if np.isfinite(value) else f"{value:.0f}"
    return lambda value: f"{value:.{precision}f}"


def _is_scientific(sizes: Array) -> bool:
    if options.sci_mode is not None:
        return options.sci_mode
    smallest, largest = float(sizes.min()), float(sizes.max())
    return largest / smallest > 1000 or largest > 1e8 or smallest < 1e-4


# ---- brackets


def array_str(array: Array, indent: int) -> str:
    """The numbers in brackets, over several lines if necessary. `indent`: the column where they start."""
    if array.size == 0:
        return "[]"
    summarize = array.size > options.threshold
    count = options.edgeitems
    if summarize:  # one more element stays in the place of `...`; the rest need not leave a GPU
        array = _ends(array, count + 1, count)
    array = to_numpy(array)
    write = NumberFormat(_ends(array, count, count) if summarize else array)
    return _nested(array, indent, summarize, write)


def _ends(array: Array, first: int, last: int) -> Array:
    """The first and last few along each axis that has more. Any shape; as many axes."""
    module = device_module(device_of(array))
    for axis, size in enumerate(array.shape):
        if size > first + last:
            before = (slice(None),) * axis
            parts = [array[(*before, slice(first))], array[(*before, slice(size - last, size))]]
            array = module.concatenate(parts, axis)
    return array


def _nested(array: Array, indent: int, summarize: bool, write: NumberFormat) -> str:
    if array.ndim == 0:
        return write(array.item())
    count = options.edgeitems
    head, tail = array, array[:0]
    if summarize and len(array) > 2 * count:
        head, tail = array[:count], array[len(array) - count :]
    if array.ndim == 1:
        return _row(head, tail, indent, write, gap=len(head) < len(array))
    parts = [_nested(part, indent + 1, summarize, write) for part in head]
    parts += ["..."] * (len(head) < len(array))
    parts += [_nested(part, indent + 1, summarize, write) for part in tail]
    return "[" + ("," + "\n" * (array.ndim - 1) + " " * (indent + 1)).join(parts) + "]"


def _row(head: Array, tail: Array, indent: int, write: NumberFormat, gap: bool) -> str:
    """One row of numbers, broken into lines."""
    dots = " ..." if options.edgeitems else "..."
    texts = [write(value) for value in head.tolist()] + [dots] * gap
    texts += [write(value) for value in tail.tolist()]
    per_line = max(1, (options.linewidth - indent) // (write.width + 2))  # 2: comma and space
    lines = [", ".join(texts[i : i + per_line]) for i in range(0, len(texts), per_line)]
    return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"


# ---- the whole


def is_ours(kind: type) -> bool:
    """Whether a class is the library's, and not a learner's."""
    return kind.__module__.partition(".")[0] == "edutorch"


def tensor_repr(tensor: Tensor) -> str:
    """The tensor as `print` shows it: the numbers, then whatever is not the default. Source: torch.Tensor."""
    # a learner's own subclass shows its name; Tensor and Parameter are "tensor"
    own = is_ours(type(tensor))
    prefix = "tensor(" if own else f"{type(tensor).__name__}("
    text = prefix + array_str(tensor.array, len(prefix))
    return _with_notes(text, _notes(tensor), len(prefix))


def _notes(tensor: Tensor) -> list[str]:
    """Device, size, dtype and grad_fn, where they are not the default."""
    array = tensor.array
    device, dtype = device_of(array), dtypes.from_numpy_dtype(array.dtype)
    usual = [dtypes.get_default_dtype()]
    if array.size:  # without elements one can't see an integer or a bool
        usual += [dtypes.int64, dtypes.bool]
    notes = []
    if device.type != "cpu":
        notes.append(f"device='{device}'")
    if array.ndim != 1 if array.size == 0 else options.edgeitems == 0:
        notes.append(f"size={tuple(array.shape)}")
    if dtype not in usual:
        notes.append(f"dtype={dtype}")
    if tensor.grad_fn is not None:
        notes.append(f"grad_fn=<{tensor.grad_fn.node_name()}>")
    elif tensor.requires_grad:
        notes.append("requires_grad=True")
    return notes


def _with_notes(text: str, notes: list[str], indent: int) -> str:
    """text, note, note): each on the last line if it fits, else on a new one."""
    length = len(text) - text.rfind("\n") + 1
    for note in notes:
        if length + len(note) + 2 > options.linewidth:
            text += ",\n" + " " * indent + note
            length = indent + len(note)
        else:
            text += ", " + note
            length += len(note) + 2
    return text + ")"


def tensor_format(tensor: Tensor, format_spec: str) -> str:
    """f"{x:.3f}": a tensor without dimensions is formatted as its number. Source: torch.Tensor.__format__.

    Raises TypeError for a format given to a tensor with dimensions."""
    if tensor.array.ndim == 0 and is_ours(type(tensor)):
        return format(tensor.array.item(), format_spec)
    if format_spec:
        raise TypeError(
            f"unsupported format string {format_spec!r} for a tensor of shape "
            f"{list(tensor.array.shape)}; format one element, x[0].item(), or see set_printoptions"
        )
    return str(tensor)
