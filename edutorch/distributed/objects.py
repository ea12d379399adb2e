"""Collectives on any objects that pickle can write. Receive them only from processes that you trust.

Source: torch.distributed.all_gather_object and its relatives.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence

import numpy as np

from .agreement import agree
from .collectives import member, root_of
from .groups import Group, ProcessGroup
from .point_to_point import receive_bytes, send_bytes
from .waiting import wait


def all_gather_object(object_list: list[object], obj: object, group: Group = None) -> None:
    """Stores the objects of all processes, by rank, in `object_list` of each."""
    found = member("all_gather_object", group)
    if found is not None:
        _check_length("all_gather_object", "object_list", object_list, found.size())
        object_list[:] = _gathered(found, obj, "all_gather_object")


def gather_object(
    obj: object,
    object_gather_list: list[object] | None = None,
    dst: int | None = None,
    group: Group = None,
    group_dst: int | None = None,
) -> None:
    """Stores the objects of all processes in `object_gather_list` of the process `dst` (0 by default)."""
    found = member("gather_object", group)
    if found is None:
        return
    dst = 0 if dst is None and group_dst is None else dst
    root = root_of("gather_object", found, dst, group_dst, "dst")
    is_root = found.rank() == root
    if is_root:
        _check_length("gather_object", "object_gather_list", object_gather_list, found.size())
    objects = _gathered(found, obj, f"gather_object to {found.ranks[root]}")
    if is_root and object_gather_list is not None:
        object_gather_list[:] = objects


def broadcast_object_list(
    object_list: list[object],
    src: int | None = None,
    group: Group = None,
    device: object = None,
    group_src: int | None = None,
) -> None:
    """Overwrites the objects of the list by those of the process `src` (0 by default)."""
    found = member("broadcast_object_list", group)
    if found is None:
        return
    src = 0 if src is None and group_src is None else src
    root = root_of("broadcast_object_list", found, src, group_src, "src")
    what = f"broadcast_object_list from {found.ranks[root]} of {len(object_list)} objects"
    agree(found, what)
    object_list[:] = pickle.loads(_broadcast(found, pickle.dumps(list(object_list)), root, what))


def scatter_object_list(
    scatter_object_output_list: list[object],
    scatter_object_input_list: Sequence[object] | None = None,
    src: int | None = None,
    group: Group = None,
    group_src: int | None = None,
) -> None:
    """Stores this process's entry of the list of the process `src` in the first place of the output list."""
    found = member("scatter_object_list", group)
    if found is None:
        return
    if not scatter_object_output_list:
        raise ValueError("Expected argument scatter_object_output_list to be a list of size at least 1.")
    src = 0 if src is None and group_src is None else src
    root = root_of("scatter_object_list", found, src, group_src, "src")
    if found.rank() == root:
        _check_length("scatter_object_list", "scatter_object_input_list", scatter_object_input_list, found.size())
    what = f"scatter_object_list from {found.ranks[root]}"
    agree(found, what)
    content = [pickle.dumps(each) for each in scatter_object_input_list or ()] if found.rank() == root else []
    sent = pickle.loads(_broadcast(found, pickle.dumps(content), root, what))
    scatter_object_output_list[0] = pickle.loads(sent[found.rank()])


def send_object_list(
    object_list: list[object],
    dst: int | None = None,
    group: Group = None,
    device: object = None,
    group_dst: int | None = None,
) -> None:
    """Sends the objects of the list to the process `dst`."""
    found = member("send_object_list", group)
    if found is not None:
        peer = root_of("send_object_list", found, dst, group_dst, "dst")
        send_bytes(found, pickle.dumps(list(object_list)), peer)


def recv_object_list(
    object_list: list[object],
    src: int | None = None,
    group: Group = None,
    device: object = None,
    group_src: int | None = None,
) -> int:
    """Overwrites the objects of the list by those that the process `src` (or any) sends. Returns the sender's rank."""
    found = member("recv_object_list", group)
    if found is None:
        return -1
    anyone = src is None and group_src is None
    peer = None if anyone else root_of("recv_object_list", found, src, group_src, "src")
    content, sender = receive_bytes(found, peer)
    object_list[:] = pickle.loads(content)
    return found.ranks[sender]


def _gathered(group: ProcessGroup, obj: object, what: str) -> list[object]:
    """The objects of all processes."""
    agree(group, what)
    content = np.frombuffer(pickle.dumps(obj), np.uint8)
    sizes = np.empty(group.size(), np.int64)
    wait(group, [group.data.Iallgather(np.array([content.size]), sizes)], what)
    arrived = np.empty(int(sizes.sum()), np.uint8)
    wait(group, [group.data.Iallgatherv(content, (arrived, sizes.tolist()))], what)
    return [pickle.loads(each.tobytes()) for each in np.split(arrived, np.cumsum(sizes)[:-1])]


def _broadcast(group: ProcessGroup, content: bytes, root: int, what: str) -> bytes:
    size = np.array([len(content)])
    wait(group, [group.data.Ibcast(size, root)], what)
    array = np.frombuffer(content, np.uint8) if group.rank() == root else np.empty(int(size[0]), np.uint8)
    wait(group, [group.data.Ibcast(array, root)], what)
    return array.tobytes()


def _check_length(op: str, name: str, objects: Sequence[object] | None, count: int) -> None:
    if objects is None or len(objects) != count:
        has = "is None" if objects is None else f"has {len(objects)}"
        raise ValueError(f"{op}: {name} should have a place for each of the {count} processes, but {has}")
