"""A stand-in for cupy.cuda.nccl, with the documented calls of its NcclCommunicator: addresses, counts, numbers for types.

It moves the numbers by MPI, from memory that the stand-in for CuPy keeps in NumPy's arrays."""

import ctypes

import numpy as np
from mpi4py import MPI

available = True
(NCCL_INT8, NCCL_UINT8, NCCL_INT32, NCCL_UINT32, NCCL_INT64, NCCL_UINT64, NCCL_FLOAT16, NCCL_FLOAT32, NCCL_FLOAT64) = (
    range(9)
)
NCCL_SUM, NCCL_PROD, NCCL_MAX, NCCL_MIN = range(4)
DTYPES = [np.dtype(name) for name in "int8 uint8 int32 uint32 int64 uint64 float16 float32 float64".split()]
OPS = [MPI.SUM, MPI.PROD, MPI.MAX, MPI.MIN]
calls = []


def get_unique_id():
    return (1, 2, 3)


def memory(address, count, datatype):
    dtype = DTYPES[datatype]
    content = (ctypes.c_char * (count * dtype.itemsize)).from_address(address)
    return np.frombuffer(content, dtype)


class NcclCommunicator:
    def __init__(self, ndev: int, commId: tuple, rank: int):
        assert commId == get_unique_id() and 0 <= rank < ndev
        self.comm = MPI.COMM_WORLD.Dup()
        assert (self.comm.size, self.comm.rank) == (ndev, rank)

    def allReduce(self, sendbuf: int, recvbuf: int, count: int, datatype: int, op: int, stream: int):
        calls.append("allReduce")
        given = memory(sendbuf, count, datatype).copy()
        self.comm.Allreduce(given, memory(recvbuf, count, datatype), OPS[op])

    def broadcast(self, sendbuff: int, recvbuff: int, count: int, datatype: int, root: int, stream: int):
        calls.append("broadcast")
        given = memory(sendbuff, count, datatype).copy()
        self.comm.Bcast(given, root)
        memory(recvbuff, count, datatype)[:] = given

    def allGather(self, sendbuf: int, recvbuf: int, count: int, datatype: int, stream: int):
        calls.append("allGather")
        self.comm.Allgather(memory(sendbuf, count, datatype), memory(recvbuf, count * self.comm.size, datatype))

    def reduceScatter(self, sendbuf: int, recvbuf: int, recvcount: int, datatype: int, op: int, stream: int):
        calls.append("reduceScatter")
        self.comm.Reduce_scatter_block(
            memory(sendbuf, recvcount * self.comm.size, datatype), memory(recvbuf, recvcount, datatype), OPS[op]
        )
