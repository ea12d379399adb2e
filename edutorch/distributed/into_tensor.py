"""Collectives on one tensor whose first axis is divided among the processes. Source: torch.distributed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..backend import is_on_gpu
from ..tensor import Tensor
from .agreement import described
from .buffer import Buffer, check_tensor
from .collectives import member, nothing, on_gpu, start, start_reduce_scatter
from .groups import Group, ProcessGroup
from .reduce_op import ReduceOp, check_op
from .work import Work


def all_gather_into_tensor(
    output_tensor: Tensor, input_tensor: Tensor, group: Group = None, async_op: bool = False
) -> Work | None:
    """Stores the tensors of all processes, one after the other, in `output_tensor`: (n N, *) or (n, N, *) of (N, *)."""
    check_tensor("all_gather_into_tensor", output_tensor)
    check_tensor("all_gather_into_tensor", input_tensor)
    found = member("all_gather_into_tensor", group)
    if found is None:
        return None
    _check_multiple("all_gather_into_tensor", output_tensor, input_tensor, found)
    what = f"all_gather_into_tensor of {described(input_tensor)}"
    if found.nccl and is_on_gpu(input_tensor.array):
        nccl, given = found.nccl, input_tensor.contiguous().array
        post = on_gpu(found, output_tensor.array, lambda dense: nccl.all_gather(dense, given))
        return start(found, what, post, nothing, async_op, given.nbytes)
    array, buffer = Buffer(input_tensor).array, Buffer(output_tensor)
    return start(
        found, what, lambda: found.data.Iallgather(array, buffer.array), buffer.write_back, async_op, array.nbytes
    )


def reduce_scatter_tensor(
    output: Tensor, input: Tensor, op: ReduceOp = ReduceOp.SUM, group: Group = None, async_op: bool = False
) -> Work | None:
    """Sums (or `op`) `input` over the processes, and leaves in each its own part of the first axis, in `output`."""
    check_op("reduce_scatter_tensor", op, check_tensor("reduce_scatter_tensor", output))
    check_tensor("reduce_scatter_tensor", input)
    found = member("reduce_scatter_tensor", group)
    if found is None:
        return None
    _check_multiple("reduce_scatter_tensor", input, output, found)
    if found.nccl and is_on_gpu(input.array):
        nccl, given = found.nccl, input.contiguous().array
        post = on_gpu(found, output.array, lambda dense: nccl.reduce_scatter(dense, given, op.value))
        what = f"reduce_scatter_tensor {op.name} of {described(output)}"
        return start(found, what, post, nothing, async_op, given.nbytes)
    rows = Buffer(input, reduces=True).array
    return start_reduce_scatter(found, output, rows, op, async_op, "reduce_scatter_tensor")


def all_to_all_single(
    output: Tensor,
    input: Tensor,
    output_split_sizes: Sequence[int] | None = None,
    input_split_sizes: Sequence[int] | None = None,
    group: Group = None,
    async_op: bool = False,
) -> Work | None:
    """Sends part i of the first axis of `input` to process i, and stores what comes from process i in part i of
    `output`. The parts are equal unless their sizes are given. Raises ValueError for sizes that do not add up."""
    check_tensor("all_to_all_single", output)
    check_tensor("all_to_all_single", input)
    found = member("all_to_all_single", group)
    if found is None:
        return None
    if output.array.dtype != input.array.dtype:
        raise ValueError(f"all_to_all_single: output is {output.dtype}, input {input.dtype}: use one dtype")
    sent = _parts("input", input, input_split_sizes, found)
    received = _parts("output", output, output_split_sizes, found)
    array, buffer = Buffer(input).array, Buffer(output)
    what = f"all_to_all_single of {input.array.dtype} [*{''.join(f', {n}' for n in input.array.shape[1:])}]"
    return start(
        found,
        what,
        lambda: found.data.Ialltoallv((array, sent), (buffer.array, received)),
        buffer.write_back,
        async_op,
        array.nbytes,
    )


def _parts(name: str, tensor: Tensor, sizes: Sequence[int] | None, group: ProcessGroup) -> list[int]:
    """How many elements each part of the first axis has."""
    length = tensor.array.shape[0] if tensor.array.ndim else 1
    if sizes is None or len(sizes) == 0:
        if length % group.size():
            raise ValueError(
                f"all_to_all_single: {name} has {length} rows, which {group.size()} processes cannot share equally:"
                f" give {name}_split_sizes"
            )
        sizes = [length // group.size()] * group.size()
    if len(sizes) != group.size() or sum(sizes) != length:
        raise ValueError(
            f"all_to_all_single: {name}_split_sizes {list(sizes)} should be {group.size()} numbers with the sum"
            f" {length}"
        )
    width = int(np.prod(tensor.array.shape[1:], dtype=np.int64))
    return [int(size) * width for size in sizes]


def _check_multiple(op: str, whole: Tensor, part: Tensor, group: ProcessGroup) -> None:
    """Raises ValueError unless `whole` has the dtype of `part` and a part for each process."""
    if whole.array.dtype != part.array.dtype or whole.array.size != part.array.size * group.size():
        raise ValueError(
            f"{op}: {described(whole)} is not {group.size()} times {described(part)}, one for each of the"
            f" {group.size()} processes"
        )
