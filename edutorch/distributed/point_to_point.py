"""From one process to another: send and recv. Source: torch.distributed.

Ahead of the numbers goes a line with their dtype and shape, so that the receiver can say what does not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..tensor import Tensor
from .agreement import described
from .buffer import Buffer, check_tensor
from .collectives import member, root_of
from .errors import DistBackendError
from .groups import Group, ProcessGroup
from .waiting import wait
from .work import Work

if TYPE_CHECKING:
    from mpi4py.MPI import Request

LINE = 128  # bytes of the line ahead


class Ahead:
    """The request for the line ahead, which keeps from whom it came."""

    def __init__(self, group: ProcessGroup, request: Request) -> None:
        self.request, self.status, self.done = request, group.mpi.Status(), False

    def Test(self) -> bool:
        """Whether it has come."""
        self.done = self.done or self.request.Test(self.status)
        return self.done


class Receiving(Work):
    """A Work that starts to receive once it is known from whom, and that what comes fits. All waits of the group let it
    go on: with a large tensor the sender cannot, before."""

    def __init__(self, group: ProcessGroup, tensor: Tensor, peer: int | None, tag: int) -> None:
        who = "any process" if peer is None else f"rank {group.ranks[peer]}"
        self._tensor, self._buffer, self._tag = tensor, Buffer(tensor), tag
        self._line = np.zeros(LINE, np.uint8)
        self._source = group.mpi.ANY_SOURCE if peer is None else peer
        self._ahead = Ahead(group, group.control.Irecv(self._line, self._source, tag))
        ranks = group.ranks if peer is None else [group.ranks[peer]]
        what = f"recv of {described(tensor)} from {who}"
        super().__init__(group, what, [], self._buffer.write_back, ranks=ranks)
        self.sender: int | None = None
        self._misfit = ""
        group.receiving.append(self)

    def go_on(self) -> None:
        """Starts to receive the numbers, if their line has come."""
        if self.sender is None and self._ahead.Test():
            self._group.receiving.remove(self)
            self._start()

    def _start(self) -> None:
        """Receives the numbers, from the process whose line has come."""
        self.sender = self._ahead.status.Get_source()
        sent = self._line.tobytes().rstrip(b"\0").decode()
        kind, _, shape = sent.partition(" ")
        size = int(np.prod([int(n) for n in shape.strip("[]").split(",") if n.strip()], dtype=np.int64))
        if kind != str(self._tensor.array.dtype) or size != self._tensor.array.size:
            peer = self._group.ranks[self.sender]
            self._group.data.Mprobe(self.sender, self._tag).Recv(bytearray(size * np.dtype(kind).itemsize))
            self._misfit = (
                f"recv: rank {peer} sends {sent}, but {self._group.who()} receives into a tensor of"
                f" {described(self._tensor)}"
            )
            return
        self._requests = [self._group.data.Irecv(self._buffer.array, self.sender, self._tag)]

    def wait(self, timeout: object = None) -> bool:
        """Returns True once the tensor has been received. Raises DistBackendError if it does not fit."""
        if self.sender is None:
            wait(self._group, [self._ahead], self._what, self._ranks)
            self.go_on()
        if self._misfit:
            raise DistBackendError(self._misfit)
        return super().wait()

    def is_completed(self) -> bool:
        """Whether the tensor has come."""
        self.go_on()
        return self.sender is not None and super().is_completed()


def isend(
    tensor: Tensor, dst: int | None = None, group: Group = None, tag: int = 0, group_dst: int | None = None
) -> Work | None:
    """Starts to send a tensor to the process `dst`; it may be changed after `wait()` of the Work returned."""
    check_tensor("isend", tensor)
    found = member("isend", group)
    if found is None:
        return None
    peer = root_of("isend", found, dst, group_dst, "dst")
    if peer == found.rank():
        raise ValueError(f"isend: rank {found.ranks[peer]} sends to itself: send and recv are for two processes")
    array = np.array(Buffer(tensor).array) if tensor.array.ndim == 0 else Buffer(tensor).array
    found.bytes_given += array.nbytes
    line = np.frombuffer(described(tensor).encode().ljust(LINE, b"\0"), np.uint8)
    requests = [found.control.Isend(line, peer, tag), found.data.Isend(array, peer, tag)]
    what = f"send of {described(tensor)} to rank {found.ranks[peer]}"
    return Work(found, what, requests, lambda: None, ranks=[found.ranks[peer]])


def irecv(
    tensor: Tensor, src: int | None = None, group: Group = None, tag: int = 0, group_src: int | None = None
) -> Work | None:
    """Starts to receive a tensor from the process `src`, or from any; it is there after `wait()` of the Work."""
    check_tensor("irecv", tensor)
    found = member("irecv", group)
    if found is None:
        return None
    anyone = src is None and group_src is None
    peer = None if anyone else root_of("irecv", found, src, group_src, "src")
    if peer == found.rank():
        raise ValueError(f"irecv: rank {found.ranks[found.rank()]} receives from itself: that is for two processes")
    return Receiving(found, tensor, peer, tag)


def send(
    tensor: Tensor, dst: int | None = None, group: Group = None, tag: int = 0, group_dst: int | None = None
) -> None:
    """Sends a tensor to the process `dst`, and returns once its memory may be used again."""
    work = isend(tensor, dst, group, tag, group_dst)
    if work is not None:
        work.wait()


def recv(
    tensor: Tensor, src: int | None = None, group: Group = None, tag: int = 0, group_src: int | None = None
) -> int:
    """Overwrites the tensor by what the process `src` (or any, if there is none) sends. Returns the sender's rank, -1
    in a process that is not in the group. Raises DistBackendError if what comes has another dtype or size."""
    work = irecv(tensor, src, group, tag, group_src)
    if not isinstance(work, Receiving):
        return -1
    work.wait()
    assert work.sender is not None
    return work._group.ranks[work.sender]


class P2POp:
    """One of the calls of batch_isend_irecv: isend or irecv, with its arguments."""

    def __init__(
        self,
        op: Callable[..., Work | None],
        tensor: Tensor,
        peer: int | None = None,
        group: Group = None,
        tag: int = 0,
        group_peer: int | None = None,
    ) -> None:
        if op not in (isend, irecv):
            raise ValueError("P2POp: op should be torch.distributed.isend or torch.distributed.irecv")
        self.op, self.tensor, self.peer, self.group, self.tag, self.group_peer = (
            op,
            tensor,
            peer,
            group,
            tag,
            group_peer,
        )


def batch_isend_irecv(p2p_op_list: Sequence[P2POp]) -> list[Work]:
    """Starts all of them, and gives a Work for each."""
    if not p2p_op_list or not all(isinstance(each, P2POp) for each in p2p_op_list):
        raise ValueError("batch_isend_irecv: give a list of torch.distributed.P2POp, one at least")
    works = [each.op(each.tensor, each.peer, each.group, each.tag, each.group_peer) for each in p2p_op_list]
    return [work for work in works if work is not None]


OBJECTS = 32_000  # the tag of objects


def send_bytes(group: ProcessGroup, content: bytes, peer: int) -> None:
    """Sends bytes to a process of the group."""
    request = group.data.Isend(np.frombuffer(content, np.uint8), peer, OBJECTS)
    wait(group, [request], f"send_object_list to rank {group.ranks[peer]}", [group.ranks[peer]])


def receive_bytes(group: ProcessGroup, peer: int | None) -> tuple[bytes, int]:
    """Receives bytes from a process of the group, or from any. Gives them and the sender."""
    source = group.mpi.ANY_SOURCE if peer is None else peer
    who = "any process" if peer is None else f"rank {group.ranks[peer]}"
    probe = Probe(group, source)
    ranks = group.ranks if peer is None else [group.ranks[peer]]
    wait(group, [probe], f"recv_object_list from {who}", ranks)
    content = np.empty(probe.size, np.uint8)
    probe.message.Recv(content)
    return content.tobytes(), probe.sender


class Probe:
    """A message with objects that is waited for as a request is, since its size is not known."""

    def __init__(self, group: ProcessGroup, source: int) -> None:
        self.group, self.source = group, source

    def Test(self) -> bool:
        """Whether it has come."""
        if not hasattr(self, "message"):
            status = self.group.mpi.Status()
            found = self.group.data.Improbe(self.source, OBJECTS, status)
            if found is None:
                return False
            self.message, self.sender, self.size = found, status.Get_source(), status.Get_count(self.group.mpi.BYTE)
        return True
