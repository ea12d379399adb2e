"""NCCL, through CuPy: collectives between GPUs, one for each process.

all_reduce, broadcast, all_gather_into_tensor and reduce_scatter_tensor, which training spends its time in, go from GPU
to GPU. All else goes through the memory of the host and MPI.

Written against CuPy's documented API (cupy.cuda.nccl.NcclCommunicator). It has been tested on a stand-in only, and has
never run on GPUs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..backend import find_cupy

if TYPE_CHECKING:
    from ..backend import Array
    from .groups import ProcessGroup

# names of cupy.cuda.nccl
DTYPES = {
    "int8": "NCCL_INT8",
    "uint8": "NCCL_UINT8",
    "bool": "NCCL_UINT8",
    "int32": "NCCL_INT32",
    "int64": "NCCL_INT64",
    "float16": "NCCL_FLOAT16",
    "float32": "NCCL_FLOAT32",
    "float64": "NCCL_FLOAT64",
}
OPS = {"sum": "NCCL_SUM", "avg": "NCCL_SUM", "product": "NCCL_PROD", "min": "NCCL_MIN", "max": "NCCL_MAX"}


class Nccl:
    """The communicator of a group. Its calls are queued on the current stream of the GPU, and done in order there.

    Raises ValueError where there is no GPU, or no NCCL in CuPy."""

    def __init__(self, group: ProcessGroup) -> None:
        cupy = find_cupy()
        if cupy is None:
            raise ValueError(
                "ProcessGroupNCCL is only supported with GPUs, no GPUs found! Use init_process_group('gloo') on CPUs."
            )
        names = getattr(cupy.cuda, "nccl", None)  # a build of CuPy without NCCL lacks it
        if names is None or not names.available:
            raise ValueError("This CuPy has no NCCL: install the wheel nvidia-nccl-cu12, or use 'gloo'.")
        self.cupy, self.names = cupy, names
        unique = group.control.bcast(self.names.get_unique_id() if group.rank() == 0 else None, 0)
        self.size = group.size()
        self.comm = self.names.NcclCommunicator(self.size, unique, group.rank())

    def _what(self, array: Array) -> tuple[int, int]:
        """The number of elements, and NCCL's name of their type."""
        return array.size, getattr(self.names, DTYPES[array.dtype.name])

    @property
    def _stream(self) -> int:
        return self.cupy.cuda.get_current_stream().ptr

    def all_reduce(self, array: Array, op: str) -> None:
        """Reduces a contiguous array in place."""
        here = array.data.ptr  # type: ignore[attr-defined]
        self.comm.allReduce(here, here, *self._what(array), getattr(self.names, OPS[op]), self._stream)
        if op == "avg":
            array /= np.asarray(self.size, array.dtype)[()]

    def broadcast(self, array: Array, root: int) -> None:
        """Overwrites the array by that of `root`."""
        here = array.data.ptr  # type: ignore[attr-defined]
        self.comm.broadcast(here, here, *self._what(array), root, self._stream)

    def all_gather(self, output: Array, array: Array) -> None:
        """Gathers arrays into `output`, which is as many times as large."""
        ends = array.data.ptr, output.data.ptr  # type: ignore[attr-defined]
        self.comm.allGather(*ends, *self._what(array), self._stream)

    def reduce_scatter(self, output: Array, array: Array, op: str) -> None:
        """Reduces `array`, and leaves this process's part of the result in `output`."""
        ends = array.data.ptr, output.data.ptr  # type: ignore[attr-defined]
        self.comm.reduceScatter(*ends, *self._what(output), getattr(self.names, OPS[op]), self._stream)
        if op == "avg":
            output /= np.asarray(self.size, output.dtype)[()]


def is_nccl_available() -> bool:
    """Whether CuPy, a GPU and NCCL are there."""
    cupy = find_cupy()
    return cupy is not None and bool(getattr(getattr(cupy.cuda, "nccl", None), "available", False))
