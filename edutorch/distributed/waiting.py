"""Waiting for other processes, but not forever: a wait that takes too long asks them what they do, and says so.

Each process that waits answers such questions. One that does not answer has died, or computes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from .errors import DistBackendError, DistNetworkError

if TYPE_CHECKING:
    from mpi4py.MPI import Comm, Request

    from .groups import ProcessGroup

GOODBYE = 0  # the message of a process that ends; None is a question, a text the answer
BUSY_SECONDS = 2e-3  # of looking without a pause: a collective among processes that are all there takes less
PAUSE_SECONDS = 1e-4
_let_others_run = getattr(os, "sched_yield", lambda: None)  # the others may need this very core
GRACE_SECONDS = 2.0  # for answers, and for what a process may have sent before it ended


class Switchboard:
    """Messages about what the processes do, beside those with their numbers."""

    def __init__(self, comm: Comm, timeout: float) -> None:
        self.rank, self.size = comm.Get_rank(), comm.Get_size()
        self.comm, request = comm.Idup()
        start = time.monotonic()
        while not request.Test():
            if time.monotonic() - start > timeout:
                raise DistNetworkError(
                    f"init_process_group: rank {self.rank} of {self.size} has waited for {timeout:.1f} s: not every"
                    " process that mpiexec started has called it"
                )
            time.sleep(PAUSE_SECONDS)
        self.doing = ""
        self.gone: dict[int, float] = {}  # rank -> when its goodbye was read
        self.answers: dict[int, str] = {}
        self.sent: list[Request] = []
        self.over = False

    def look(self) -> None:
        """Reads the messages that have come, and answers."""
        while (message := self.comm.improbe()) is not None:
            sender, text = message.recv()
            if text is None:
                self.sent.append(self.comm.isend((self.rank, self.doing), sender))
            elif text == GOODBYE:
                self.gone[sender] = time.monotonic()
            else:
                self.answers[sender] = text
        self.sent = [each for each in self.sent if not each.Test()]

    def ask(self, ranks: Sequence[int]) -> dict[int, str]:
        """What the processes of these ranks wait for; those that do not answer are missing."""
        self.answers.clear()
        asked = [rank for rank in ranks if rank != self.rank and rank not in self.gone]
        self.sent += [self.comm.isend((self.rank, None), rank) for rank in asked]
        end = time.monotonic() + GRACE_SECONDS
        while len(self.answers) < len(asked) and time.monotonic() < end:
            self.look()
            time.sleep(PAUSE_SECONDS)
        return dict(self.answers)

    def say_goodbye(self) -> None:
        """Tells the others that this process takes part in nothing any more."""
        if self.over:
            return
        self.over = True
        for rank in range(self.size):
            if rank != self.rank:
                self.sent.append(self.comm.isend((self.rank, GOODBYE), rank))
        for _ in range(3):
            self.look()


class Testable(Protocol):
    """What can be waited for: a request of MPI."""

    def Test(self) -> bool: ...


def wait(
    group: ProcessGroup, requests: Sequence[Testable], what: str, ranks: Sequence[int] | None = None, timeout: float = 0
) -> None:
    """Returns once the requests are done. `what` is done says the message, `ranks` take part (all of the group).

    Raises DistBackendError, which names the ranks that have not come, after the timeout (default: the group's), or
    shortly after one of them has ended."""
    start = time.perf_counter()
    busy = start + BUSY_SECONDS
    while not all_done(requests):
        group.go_on()
        if time.perf_counter() > busy:
            _wait_long(group, requests, what, group.ranks if ranks is None else ranks, timeout or group.timeout)
            break
        _let_others_run()
    group.seconds_waited += time.perf_counter() - start


def all_done(requests: Sequence[Testable]) -> bool:
    """Whether the requests are done. Does not wait."""
    done = [request.Test() for request in requests]  # each, since what is tested makes progress
    return all(done)


_abandoned: list[Testable] = []  # kept, since MPI may still write into their memory when the others come


def _wait_long(
    group: ProcessGroup, requests: Sequence[Testable], what: str, ranks: Sequence[int], timeout: float
) -> None:
    board, start = group.board, time.monotonic()
    board.doing = what
    try:
        while not all_done(requests):
            now = time.monotonic()
            ended = [rank for rank in ranks if now - board.gone.get(rank, now) > GRACE_SECONDS]
            if ended or now - start > timeout:
                _abandoned.extend(requests)
                raise DistBackendError(_complaint(group, what, ranks, now - start))
            board.look()
            group.go_on()
            time.sleep(PAUSE_SECONDS)
    finally:
        board.doing = ""


def _complaint(group: ProcessGroup, what: str, ranks: Sequence[int], seconds: float) -> str:
    board = group.board
    answers = board.ask(ranks)
    found = []
    for rank in ranks:
        if rank == board.rank:
            continue
        if rank in board.gone:
            found.append(f"rank {rank} has ended")
        elif answers.get(rank) == what:
            found.append(f"rank {rank} waits there, too")
        elif rank in answers:
            found.append(f"rank {rank} waits in {answers[rank]}" if answers[rank] else f"rank {rank} waits no more")
        else:
            found.append(f"rank {rank} does not answer: it computes, or has died")
    return (
        f"{what}: {group.who()} has waited for {seconds:.1f} s; {'; '.join(found)}. Every process of a group should"
        " call the same collectives in the same order. This group is now out of step: before it is used further, every"
        " process should call destroy_process_group() and init_process_group()."
    )
