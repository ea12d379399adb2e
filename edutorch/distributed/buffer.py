"""The memory of tensors as MPI reads and writes it: on the CPU, without gaps, of a dtype that MPI knows."""

from __future__ import annotations

import numpy as np

from ..autograd.versions import version_counter
from ..backend import is_array, module_of_array, to_numpy
from ..tensor import Tensor


class Buffer:
    """`array` holds the numbers of a tensor; `write_back` stores what has arrived there.

    float16 moves as integers of its size, or as float32 where numbers are added (`reduces`); bool as uint8."""

    def __init__(self, tensor: Tensor, reduces: bool = False) -> None:
        self.tensor = tensor
        host = to_numpy(tensor.array)
        flat = host if host.flags.c_contiguous else host.copy()
        if flat.dtype == np.float16:
            flat = flat.astype(np.float32) if reduces else flat.view(np.uint16)
        self.array = flat.view(np.uint8) if flat.dtype == np.bool_ else flat

    def write_back(self) -> None:
        """Stores the numbers in the tensor, where its memory is not used directly."""
        target = self.tensor.array
        version_counter(self.tensor).bump()
        if type(target) is np.ndarray and np.may_share_memory(target, self.array):
            return
        found = self.array if self.array.dtype == np.float32 else self.array.view(target.dtype)
        target[...] = module_of_array(target).asarray(found.reshape(target.shape).astype(target.dtype, copy=False))


def check_tensor(op: str, tensor: object) -> Tensor:
    """The tensor. Raises TypeError for anything else."""
    if not isinstance(tensor, Tensor):
        article = "an array: torch.from_numpy makes a tensor of it" if is_array(tensor) else type(tensor).__name__
        raise TypeError(f"Invalid function argument. Expected parameter `tensor` of {op} to be a Tensor, not {article}")
    return tensor


def check_list(op: str, name: str, tensors: object, count: int) -> list[Tensor]:
    """The tensors, one for each process. Raises TypeError, or ValueError for another number of them."""
    if not isinstance(tensors, (list, tuple)):
        raise TypeError(f"{op}: {name} should be a list of tensors, not {type(tensors).__name__}")
    if len(tensors) != count:
        raise ValueError(f"{op}: {name} should have a tensor for each of the {count} processes, but has {len(tensors)}")
    found = [check_tensor(op, each) for each in tensors]
    kinds = {(str(each.array.dtype), each.array.shape) for each in found}
    if len(kinds) > 1:
        shown = ", ".join(f"{dtype} {list(shape)}" for dtype, shape in sorted(kinds))
        raise ValueError(f"{op}: the tensors of {name} should have one dtype and one shape, but are {shown}")
    return found


def stacked(tensors: list[Tensor]) -> np.ndarray:
    """The numbers of tensors of one shape, one after the other."""
    return np.stack([Buffer(each).array.reshape(-1) for each in tensors])


def unstack(rows: np.ndarray, tensors: list[Tensor]) -> None:
    """Stores a row in each tensor."""
    for row, tensor in zip(rows, tensors, strict=True):
        buffer = Buffer(tensor)
        buffer.array.reshape(-1)[...] = row
        buffer.write_back()
