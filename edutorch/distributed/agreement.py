"""Before the numbers move: do all processes of the group ask for the same, with the same shape and dtype?"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from .errors import DistBackendError
from .waiting import wait

if TYPE_CHECKING:
    from mpi4py.MPI import Request

    from ..tensor import Tensor
    from .groups import ProcessGroup


class Agreement:
    """Compares a description of a call between the processes: the largest and smallest of its hash must be equal."""

    def __init__(self, group: ProcessGroup, what: str) -> None:
        self.group, self.what = group, what
        self.hashes = np.array([_hash(what), -_hash(what)])
        self.request: Request = group.control.Iallreduce(group.mpi.IN_PLACE, self.hashes, group.mpi.MAX)

    def wait(self, timeout: float = 0) -> None:
        """Waits for the others. Raises DistBackendError where one asks for something else, on all of them."""
        wait(self.group, [self.request], self.what, timeout=timeout)
        if self.hashes[0] != -self.hashes[1]:
            raise DistBackendError(_difference(self.group, self.what))


def agree(group: ProcessGroup, what: str, timeout: float = 0) -> None:
    """Returns once all processes of the group have called it with the same words."""
    if group.size() > 1:
        Agreement(group, what).wait(timeout)


def described(tensor: Tensor) -> str:
    """ "float32 [2, 3]" """
    return f"{tensor.array.dtype} {list(tensor.array.shape)}"


@lru_cache(1024)
def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=7).digest(), "big")


def _difference(group: ProcessGroup, what: str) -> str:
    """Which ranks ask for what."""
    askers: defaultdict[str, list[int]] = defaultdict(list)
    for rank, asked in zip(group.ranks, group.control.allgather(what), strict=True):
        askers[asked].append(rank)
    found = []
    for asked, ranks in askers.items():
        calls = f"rank {ranks[0]} calls" if len(ranks) == 1 else f"ranks {', '.join(map(str, ranks))} call"
        found.append(f"{calls} {asked}")
    return f"the processes do not ask for the same: {'; '.join(found)}"
