"""Collectives: every process of the group calls the same one, and tensors move. Source: torch.distributed.

Each returns None once the result is there, or with async_op=True a Work at once. Ranks (`src`, `dst`) are those among
all processes; group_src and group_dst are those in the group. All raise DistBackendError, naming ranks, where processes
call different things, have other shapes or dtypes, or do not come within the timeout.
"""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..backend import is_on_gpu, module_of_array
from ..tensor import Tensor
from .agreement import Agreement, agree, described
from .buffer import Buffer, check_list, check_tensor, stacked, unstack
from .groups import Group, GroupMember, ProcessGroup, get_group_rank, resolve
from .reduce_op import ReduceOp, check_op, finish_average, mpi_op
from .waiting import wait
from .work import Work

if TYPE_CHECKING:
    from mpi4py.MPI import Request

    from ..backend import Array


def member(op: str, group: Group) -> ProcessGroup | None:
    """The group; None, with a warning, in a process that is not in it."""
    if group == GroupMember.NON_GROUP_MEMBER:
        here = resolve(None).rank()
        warnings.warn(f"Running {op} on global rank {here} which does not belong to the given group.", stacklevel=3)
        return None
    return resolve(group)


def root_of(op: str, group: ProcessGroup, rank: int | None, group_rank: int | None, name: str) -> int:
    """The rank in the group of `src` or `dst`. Raises ValueError for none, both, or one that is not in the group."""
    if (rank is None) == (group_rank is None):
        raise ValueError(f"{op}: give either {name} or group_{name}, the rank of the process")
    if group_rank is not None:
        if not 0 <= group_rank < group.size():
            raise ValueError(f"{op}: group_{name}={group_rank} is not from 0 to {group.size() - 1}")
        return group_rank
    assert rank is not None
    return get_group_rank(group, rank)


def start(
    group: ProcessGroup,
    what: str,
    post: Callable[[], Request | None],
    finish: Callable[[], None],
    async_op: bool,
    given: int = 0,
) -> Work | None:
    """Compares `what` between the processes, starts the transfer, and finishes or returns the Work."""
    group.bytes_given += given
    if not async_op:
        agree(group, what)
        if (request := post()) is not None:
            wait(group, [request], what)
        finish()
        return None
    agreement = Agreement(group, what)
    request = post()
    return Work(group, what, [] if request is None else [request], finish, agreement)


def on_gpu(group: ProcessGroup, array: Array, call: Callable[[Array], None]) -> Callable[[], None]:
    """A transfer by NCCL of an array, by way of a contiguous copy where it has gaps."""

    def post() -> None:
        dense = module_of_array(array).ascontiguousarray(array)
        call(dense)
        if dense is not array:
            array[...] = dense

    return post


def nothing() -> None:
    """Where there is nothing left to do."""


def barrier(group: Group = None, async_op: bool = False, device_ids: Sequence[int] | None = None) -> Work | None:
    """Returns once all processes of the group have called it."""
    found = member("barrier", group)
    return None if found is None else start(found, "barrier", lambda: None, nothing, async_op)


def monitored_barrier(
    group: Group = None, timeout: datetime.timedelta | None = None, wait_all_ranks: bool = False
) -> None:
    """barrier with a timeout of its own."""
    found = member("monitored_barrier", group)
    if found is not None:
        agree(found, "monitored_barrier", timeout.total_seconds() if timeout else 0)


def broadcast(
    tensor: Tensor, src: int | None = None, group: Group = None, async_op: bool = False, group_src: int | None = None
) -> Work | None:
    """Overwrites the tensor by that of the process `src`."""
    check_tensor("broadcast", tensor)
    found = member("broadcast", group)
    if found is None:
        return None
    root = root_of("broadcast", found, src, group_src, "src")
    what = f"broadcast from {found.ranks[root]} of {described(tensor)}"
    if found.nccl and is_on_gpu(tensor.array):
        nccl = found.nccl
        post = on_gpu(found, tensor.array, lambda dense: nccl.broadcast(dense, root))
        return start(found, what, post, nothing, async_op, tensor.array.nbytes)
    buffer = Buffer(tensor)
    return start(
        found, what, lambda: found.data.Ibcast(buffer.array, root), buffer.write_back, async_op, buffer.array.nbytes
    )


def all_reduce(tensor: Tensor, op: ReduceOp = ReduceOp.SUM, group: Group = None, async_op: bool = False) -> Work | None:
    """Overwrites the tensor, in all processes, by the sum (or `op`) over the processes."""
    check_op("all_reduce", op, check_tensor("all_reduce", tensor))
    found = member("all_reduce", group)
    if found is None:
        return None
    what = f"all_reduce {op.name} of {described(tensor)}"
    if found.nccl and is_on_gpu(tensor.array):
        nccl = found.nccl
        post = on_gpu(found, tensor.array, lambda dense: nccl.all_reduce(dense, op.value))
        return start(found, what, post, nothing, async_op, tensor.array.nbytes)
    buffer = Buffer(tensor, reduces=True)

    def finish() -> None:
        finish_average(op, buffer.array, found.size())
        buffer.write_back()

    return start(
        found,
        what,
        lambda: found.data.Iallreduce(found.mpi.IN_PLACE, buffer.array, mpi_op(found, op)),
        finish,
        async_op,
        buffer.array.nbytes,
    )


def reduce(
    tensor: Tensor,
    dst: int | None = None,
    op: ReduceOp = ReduceOp.SUM,
    group: Group = None,
    async_op: bool = False,
    group_dst: int | None = None,
) -> Work | None:
    """Overwrites the tensor of the process `dst` by the sum (or `op`) over the processes."""
    check_op("reduce", op, check_tensor("reduce", tensor))
    found = member("reduce", group)
    if found is None:
        return None
    root = root_of("reduce", found, dst, group_dst, "dst")
    what = f"reduce {op.name} to {found.ranks[root]} of {described(tensor)}"
    buffer = Buffer(tensor, reduces=True)
    is_root = found.rank() == root

    def post() -> Request:
        if is_root:
            return found.data.Ireduce(found.mpi.IN_PLACE, buffer.array, mpi_op(found, op), root)
        return found.data.Ireduce(buffer.array, None, mpi_op(found, op), root)

    def finish() -> None:
        if is_root:
            finish_average(op, buffer.array, found.size())
            buffer.write_back()

    return start(found, what, post, finish, async_op, buffer.array.nbytes)


def gather(
    tensor: Tensor,
    gather_list: list[Tensor] | None = None,
    dst: int | None = None,
    group: Group = None,
    async_op: bool = False,
    group_dst: int | None = None,
) -> Work | None:
    """Stores the tensors of all processes in `gather_list` of the process `dst` (0 by default)."""
    check_tensor("gather", tensor)
    found = member("gather", group)
    if found is None:
        return None
    dst = 0 if dst is None and group_dst is None else dst
    root = root_of("gather", found, dst, group_dst, "dst")
    is_root = found.rank() == root
    if not is_root and gather_list:
        raise ValueError("Argument ``gather_list`` must NOT be specified on non-destination ranks.")
    array = Buffer(tensor).array
    outputs = check_list("gather", "gather_list", gather_list, found.size()) if is_root else []
    _check_same("gather", "gather_list", outputs, tensor)
    rows = np.empty((len(outputs), array.size), array.dtype)
    return start(
        found,
        f"gather to {found.ranks[root]} of {described(tensor)}",
        lambda: found.data.Igather(array, rows if is_root else None, root),
        lambda: unstack(rows, outputs),
        async_op,
        array.nbytes,
    )


def all_gather(tensor_list: list[Tensor], tensor: Tensor, group: Group = None, async_op: bool = False) -> Work | None:
    """Stores the tensors of all processes, by rank, in `tensor_list` of each."""
    check_tensor("all_gather", tensor)
    found = member("all_gather", group)
    if found is None:
        return None
    outputs = check_list("all_gather", "tensor_list", tensor_list, found.size())
    _check_same("all_gather", "tensor_list", outputs, tensor)
    array = Buffer(tensor).array
    rows = np.empty((len(outputs), array.size), array.dtype)
    return start(
        found,
        f"all_gather of {described(tensor)}",
        lambda: found.data.Iallgather(array, rows),
        lambda: unstack(rows, outputs),
        async_op,
        array.nbytes,
    )


def scatter(
    tensor: Tensor,
    scatter_list: list[Tensor] | None = None,
    src: int | None = None,
    group: Group = None,
    async_op: bool = False,
    group_src: int | None = None,
) -> Work | None:
    """Overwrites the tensor by this process's one of `scatter_list` of the process `src` (0 by default)."""
    check_tensor("scatter", tensor)
    found = member("scatter", group)
    if found is None:
        return None
    src = 0 if src is None and group_src is None else src
    root = root_of("scatter", found, src, group_src, "src")
    is_root = found.rank() == root
    if not is_root and scatter_list:
        raise ValueError("Argument ``scatter_list`` must NOT be specified on non-source ranks.")
    inputs = check_list("scatter", "scatter_list", scatter_list, found.size()) if is_root else []
    _check_same("scatter", "scatter_list", inputs, tensor)
    rows = stacked(inputs) if is_root else None
    buffer = Buffer(tensor)
    return start(
        found,
        f"scatter from {found.ranks[root]} of {described(tensor)}",
        lambda: found.data.Iscatter(rows, buffer.array, root),
        buffer.write_back,
        async_op,
        0 if rows is None else rows.nbytes,
    )


def reduce_scatter(
    output: Tensor,
    input_list: list[Tensor],
    op: ReduceOp = ReduceOp.SUM,
    group: Group = None,
    async_op: bool = False,
) -> Work | None:
    """Sums (or `op`) the lists over the processes, and leaves in each its own entry, in `output`."""
    check_op("reduce_scatter", op, check_tensor("reduce_scatter", output))
    found = member("reduce_scatter", group)
    if found is None:
        return None
    inputs = check_list("reduce_scatter", "input_list", input_list, found.size())
    _check_same("reduce_scatter", "input_list", inputs, output)
    rows = np.stack([Buffer(each, reduces=True).array.reshape(-1) for each in inputs])
    return start_reduce_scatter(found, output, rows, op, async_op, "reduce_scatter")


def start_reduce_scatter(
    group: ProcessGroup, output: Tensor, rows: np.ndarray, op: ReduceOp, async_op: bool, name: str
) -> Work | None:
    """Reduces rows (one for each process, of the output's size), and stores this process's in `output`."""
    buffer = Buffer(output, reduces=True)

    def finish() -> None:
        finish_average(op, buffer.array, group.size())
        buffer.write_back()

    return start(
        group,
        f"{name} {op.name} of {described(output)}",
        lambda: group.data.Ireduce_scatter_block(rows, buffer.array, mpi_op(group, op)),
        finish,
        async_op,
        rows.nbytes,
    )


def all_to_all(
    output_tensor_list: list[Tensor], input_tensor_list: list[Tensor], group: Group = None, async_op: bool = False
) -> Work | None:
    """Sends entry i of `input_tensor_list` to process i, and stores what comes from process i in entry i of
    `output_tensor_list`. All are of one shape; all_to_all_single takes parts of different sizes."""
    found = member("all_to_all", group)
    if found is None:
        return None
    inputs = check_list("all_to_all", "input_tensor_list", input_tensor_list, found.size())
    outputs = check_list("all_to_all", "output_tensor_list", output_tensor_list, found.size())
    _check_same("all_to_all", "output_tensor_list", outputs, inputs[0])
    rows = stacked(inputs)
    arrived = np.empty_like(rows)
    return start(
        found,
        f"all_to_all of {described(inputs[0])}",
        lambda: found.data.Ialltoall(rows, arrived),
        lambda: unstack(arrived, outputs),
        async_op,
        rows.nbytes,
    )


def _check_same(op: str, name: str, tensors: list[Tensor], like: Tensor) -> None:
    """Raises ValueError unless the tensors of a list have the dtype and shape of another tensor."""
    if tensors and described(tensors[0]) != described(like):
        raise ValueError(
            f"{op}: {name} should have tensors of {described(like)}, as the other argument, but has"
            f" {described(tensors[0])}"
        )
