"""Ranks without processes: a program of torch.distributed, run for each rank in this process, without MPI or threads.

    simulate_ranks(4, program, x)  # program(x) of rank 0, of rank 1, of rank 2, of rank 3, in one group

Within it `edutorch.distributed` and DistributedDataParallel are the library's own, on a group whose communicators are
simulated here. One rank runs until it would wait. Then the next one runs; what it gives is kept. A rank that has waited
runs again from its start: the calls that it made before find what was kept. When no rank gets any further, the wait is
the error that it is among real processes, and names the ranks. So a program should do the same each time it runs; the
inputs are copied for each run, the random numbers begin at one state, and what is printed is shown once, by rank.

As MPI allows, a send waits for its receive.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import io
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import TypeVar

import numpy as np

from ..distributed import waiting
from ..distributed.groups import GroupMember, ProcessGroup
from ..random import get_rng_state, set_rng_state
from .framework import instead

R = TypeVar("R")
Place = tuple[object, ...]
MPI = SimpleNamespace(
    **{"SUM": np.add, "PROD": np.multiply, "MIN": np.minimum, "MAX": np.maximum, "IN_PLACE": None, "ANY_SOURCE": -1},
    **{"BAND": np.bitwise_and, "BOR": np.bitwise_or, "BXOR": np.bitwise_xor},
    Status=lambda: SimpleNamespace(Get_source=None),
)
CLOCK = SimpleNamespace(monotonic=lambda: 0.0, perf_counter=lambda: 0.0)  # nobody waits, however slow the machine


def simulate_ranks(world_size: int, program: Callable[..., R], *inputs: object) -> list[R]:
    """program(*inputs) for each rank of a process group of world_size simulated processes; what they return, by rank.

    Raises what a rank raises, and DistBackendError, naming ranks, where they wait for each other forever."""
    kept, state = _Kept(world_size), get_rng_state()
    results: dict[int, R] = {}
    printed: dict[int, io.StringIO] = {}

    def run(rank: int, timeout: float = math.inf) -> None:
        printed[rank] = io.StringIO()
        set_rng_state(state)
        try:
            group = _Group(kept, rank, timeout, ended=results)
            with instead(GroupMember, "WORLD", group), contextlib.redirect_stdout(printed[rank]):
                results[rank] = program(*copy.deepcopy(inputs))
        except _Waits:
            return
        except Exception as error:
            error.add_note(f"raised in rank {rank} of {world_size}")
            raise

    try:
        with instead(waiting, "BUSY_SECONDS", -1.0), instead(waiting, "time", CLOCK):
            while len(results) < world_size:
                before = kept.count, len(results)
                for rank in range(world_size):
                    if rank not in results:
                        run(rank)
                if before == (kept.count, len(results)):
                    run(next(rank for rank in range(world_size) if rank not in results), timeout=-1.0)
    finally:
        set_rng_state(state)
        print("".join(printed[rank].getvalue() for rank in sorted(printed)), end="")
    return [results[rank] for rank in range(world_size)]


class _Waits(BaseException):
    """Ends the run of a rank that would have to wait. No Exception: a program is not to catch it."""


class _Kept:
    """What the ranks have given so far, by the place of the call; `count` tells whether there is more than before."""

    def __init__(self, size: int) -> None:
        self.size, self.count = size, 0
        self.given: dict[Place, object] = {}
        self.doing = [""] * size

    def keep(self, place: Place, content: object) -> None:
        if place not in self.given:
            self.given[place] = content
            self.count += 1


class _Group(ProcessGroup):
    """The group as one rank sees it, in one run."""

    mpi = MPI  # type: ignore[assignment]

    def __init__(self, kept: _Kept, rank: int, timeout: float, ended: dict[int, R]) -> None:
        data, control = _Comm(kept, rank, "data"), _Comm(kept, rank, "control")
        board = _Board(kept, rank, list(ended) if timeout < 0 else [])
        super().__init__(data, control, range(kept.size), "mpi", timeout, board)  # type: ignore[arg-type]

    def partners(self) -> set[int]:
        """The ranks that this one has sent to."""
        sent = [place for place in self.data.calls if place[:2] == ("message", self.rank())]  # type: ignore[attr-defined]
        return {place[2] for place in sent}


class _Board:
    """Stands for waiting.Switchboard: who would wait, waits no longer, and the answers are known."""

    def __init__(self, kept: _Kept, rank: int, ended: Sequence[int]) -> None:
        self.kept, self.rank, self.size, self.doing = kept, rank, kept.size, ""
        self.gone = dict.fromkeys(ended, -math.inf)

    def look(self) -> None:
        self.kept.doing[self.rank] = self.doing
        raise _Waits

    def ask(self, ranks: Sequence[int]) -> dict[int, str]:
        return {rank: self.kept.doing[rank] for rank in ranks if rank != self.rank and rank not in self.gone}

    def say_goodbye(self) -> None:
        """Who has ended is known."""


class _Request:
    """`done` says whether it can be finished; `finish` is then called once."""

    def __init__(self, done: Callable[[], bool], finish: Callable[[], None] = lambda: None) -> None:
        self.done, self.finish, self.over = done, finish, False

    def Test(self, status: SimpleNamespace | None = None) -> bool:
        if not self.over and self.done():
            self.over = True
            self.finish()
        if status is not None:
            status.Get_source = lambda: self.source
        return self.over

    source = -1


class _Comm:
    """A communicator: the methods of mpi4py's that edutorch.distributed calls."""

    def __init__(self, kept: _Kept, rank: int, name: str) -> None:
        self.kept, self.rank, self.name = kept, rank, name
        self.calls: defaultdict[Place, int] = defaultdict(int)

    def Get_rank(self) -> int:
        return self.rank

    def Get_size(self) -> int:
        return self.kept.size

    def _place(self, *words: object) -> Place:
        """A name for this call, the same in each run: the how-manieth of these words it is."""
        self.calls[words] += 1
        return self.name, *words, self.calls[words]

    # Collectives: each rank gives an array, and `finish` gets all of them

    def _start(self, kind: Place, given: object, finish: Callable[[list], None]) -> _Request:
        place = self._place("collective")
        self.kept.keep((*place, self.rank), (kind, copy.copy(given)))

        def arrived() -> list:
            found = [self.kept.given.get((*place, rank)) for rank in range(self.kept.size)]
            return [each[1] for each in found if isinstance(each, tuple) and each[0] == kind]

        return _Request(lambda: len(arrived()) == self.kept.size, lambda: finish(arrived()))

    def Iallreduce(self, sent: np.ndarray | None, array: np.ndarray, op: np.ufunc) -> _Request:
        return self._start(("allreduce", op), array, lambda found: _store(array, functools.reduce(op, found)))

    def Ireduce(self, sent: np.ndarray | None, array: np.ndarray | None, op: np.ufunc, root: int) -> _Request:
        mine = sent if array is None else array
        return self._start(("reduce", op, root), mine, lambda found: _store(array, functools.reduce(op, found)))

    def Ibcast(self, array: np.ndarray, root: int) -> _Request:
        return self._start(("bcast", root), array, lambda found: _store(array, found[root]))

    def Igather(self, sent: np.ndarray, rows: np.ndarray | None, root: int) -> _Request:
        return self._start(("gather", root), sent, lambda found: _store(rows, _joined(found)))

    def Iallgather(self, sent: np.ndarray, rows: np.ndarray) -> _Request:
        return self._start(("allgather",), sent, lambda found: _store(rows, _joined(found)))

    def Iallgatherv(self, sent: np.ndarray, received: tuple[np.ndarray, list[int]]) -> _Request:
        return self._start(("allgatherv",), sent, lambda found: _store(received[0], _joined(found)))

    def Iscatter(self, rows: np.ndarray | None, array: np.ndarray, root: int) -> _Request:
        return self._start(("scatter", root), rows, lambda found: _store(array, found[root][self.rank]))

    def Ireduce_scatter_block(self, rows: np.ndarray, array: np.ndarray, op: np.ufunc) -> _Request:
        return self._start(
            ("reduce_scatter", op), rows, lambda found: _store(array, functools.reduce(op, found)[self.rank])
        )

    def Ialltoall(self, rows: np.ndarray, received: np.ndarray) -> _Request:
        return self._start(
            ("alltoall",), rows, lambda found: _store(received, np.stack([each[self.rank] for each in found]))
        )

    def allgather(self, given: object) -> list:
        all_of_them: list = []
        if not self._start(("allgather of objects",), given, all_of_them.extend).Test():
            raise _Waits
        return all_of_them

    # From one rank to another

    def Isend(self, array: np.ndarray, to: int, tag: int) -> _Request:
        place = self._place("message", self.rank, to, tag)
        self.kept.keep(place, array.copy())
        return _Request(lambda: (*place, "received") in self.kept.given)

    def Irecv(self, array: np.ndarray, source: int, tag: int) -> _Request:
        if source == MPI.ANY_SOURCE:
            raise NotImplementedError("recv: simulated ranks receive from a rank that is named: recv(tensor, src=0)")
        place = self._place("message", source, self.rank, tag)
        self.kept.keep((*place, "received"), True)
        request = _Request(lambda: place in self.kept.given, lambda: _store(array, self.kept.given[place]))
        request.source = source
        return request

    def Mprobe(self, source: int, tag: int) -> SimpleNamespace:
        """A message that does not fit: it is taken, and not looked at."""
        self._place("message", source, self.rank, tag)
        return SimpleNamespace(Recv=lambda array: None)


def _store(array: np.ndarray | None, found: object) -> None:
    if array is not None:
        array[...] = np.asarray(found).reshape(array.shape)


def _joined(found: list) -> np.ndarray:
    return np.concatenate([each.reshape(-1) for each in found])
