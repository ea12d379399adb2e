"""How integers stand for real numbers: which of the zero points and scales there are. Source: torch.qscheme."""

from __future__ import annotations

import enum

from ..dtypes import dtype


class qscheme(enum.Enum):
    """Affine: x = (q - zero_point) scale. Symmetric: the zero point is the middle of the range, 0 for signed integers.
    Per tensor: one scale for all numbers; per channel: one for each position of an axis. Source: torch.qscheme."""

    per_tensor_affine = 0
    per_tensor_symmetric = 1
    per_channel_affine = 2
    per_channel_symmetric = 3

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    __str__ = __repr__

    @property
    def is_per_channel(self) -> bool:
        return self.name.startswith("per_channel")

    @property
    def is_symmetric(self) -> bool:
        return self.name.endswith("symmetric")


per_tensor_affine = qscheme.per_tensor_affine
per_tensor_symmetric = qscheme.per_tensor_symmetric
per_channel_affine = qscheme.per_channel_affine
per_channel_symmetric = qscheme.per_channel_symmetric

WHOLE = {"int8": (-128, 127), "uint8": (0, 255)}


def is_signed(kind: dtype) -> bool:
    """Whether a dtype of 8 bits has negative integers: qint8 and int8 have, quint8 and uint8 have none."""
    return kind.name.removeprefix("q") == "int8"


def whole_range(kind: dtype) -> tuple[int, int]:
    """The least and the largest integer of qint8 and quint8, or of int8 and uint8.

    Raises AssertionError for any other dtype."""
    found = WHOLE.get(kind.name.removeprefix("q"))
    if found is None:
        raise AssertionError(f"the integers have 8 bits here: use torch.qint8 or torch.quint8, not {kind}")
    return found


def integer_range(kind: dtype, low: int | None, high: int | None, reduce_range: bool) -> tuple[int, int]:
    """The integers in use: all of the dtype's, those from low to high if both are given, or half of them.

    Raises AssertionError for a range without 0, or of more than 256 integers."""
    least, most = whole_range(kind)
    if low is not None and high is not None:
        if not low <= 0 <= high or low == high:
            raise AssertionError(f"quantization range must include 0 and another number, got {low} to {high}")
        if is_signed(kind) and high - low > 255:
            raise AssertionError(f"quantization range must have at most 256 numbers, got {low} to {high}")
        least, most = low, high
    return (least // 2, most // 2) if reduce_range else (least, most)
