"""How numbers of several processes become one. Source: torch.distributed.ReduceOp."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mpi4py.MPI import Op

    from ..tensor import Tensor
    from .groups import ProcessGroup


class ReduceOp(enum.Enum):
    """SUM, AVG (floating dtypes), PRODUCT, MIN, MAX; BAND, BOR, BXOR (integers and bools)."""

    SUM = "sum"
    AVG = "avg"
    PRODUCT = "product"
    MIN = "min"
    MAX = "max"
    BAND = "band"
    BOR = "bor"
    BXOR = "bxor"


_OF_MPI = {"avg": "SUM", "product": "PROD"}
_NUMBERS, _BITS = ("sum", "avg", "product"), ("band", "bor", "bxor")


def mpi_op(group: ProcessGroup, op: ReduceOp) -> Op:
    """The operation of MPI."""
    return getattr(group.mpi, _OF_MPI.get(op.value, op.value.upper()))


def check_op(what: str, op: object, tensor: Tensor) -> ReduceOp:
    """The operation. Raises TypeError for something else, and for a dtype that it is not defined for."""
    if not isinstance(op, ReduceOp):
        raise TypeError(f"{what}: op should be one of torch.distributed.ReduceOp, such as ReduceOp.SUM, not {op!r}")
    kind = tensor.array.dtype.kind
    if (op.value == "avg" or op.value in _BITS) and (kind == "f") != (op.value == "avg"):
        raise TypeError(
            f"{what}: ReduceOp.{op.name} is not for {tensor.dtype}: convert the tensor, or use ReduceOp.SUM"
        )
    if kind == "b" and op.value in _NUMBERS:
        raise TypeError(
            f"{what}: ReduceOp.{op.name} is not for {tensor.dtype}: use BOR, BAND, or tensor.to(torch.uint8)"
        )
    return op


def finish_average(op: ReduceOp, array: np.ndarray, count: int) -> None:
    """Makes the average of a sum, in place."""
    if op is ReduceOp.AVG:
        array /= count
