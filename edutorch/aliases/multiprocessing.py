"""torch.multiprocessing: Python's multiprocessing, and `spawn`. Source: torch.multiprocessing.

Tensors travel between processes as copies.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing import *  # noqa: F403
from multiprocessing.process import BaseProcess

_STRATEGY = "file_system"


def get_all_sharing_strategies() -> set[str]:
    """The ways in which processes could share tensors. Source: torch.multiprocessing.get_all_sharing_strategies."""
    return {"file_descriptor", "file_system"}


def get_sharing_strategy() -> str:
    """The last one that was set. Source: torch.multiprocessing.get_sharing_strategy."""
    return _STRATEGY


def set_sharing_strategy(new_strategy: str) -> None:
    """Takes one of get_all_sharing_strategies(); tensors are copied all the same."""
    global _STRATEGY
    assert new_strategy in get_all_sharing_strategies()
    _STRATEGY = new_strategy


class ProcessRaisedException(Exception):
    """A process of `spawn` ended with an error. Source: torch.multiprocessing.ProcessRaisedException."""


class ProcessContext:
    """The processes that `spawn` started."""

    def __init__(self, processes: list[BaseProcess]) -> None:
        self.processes = processes

    def join(self, timeout: float | None = None) -> bool:
        """Waits for all. Returns whether they have ended; ends the others and raises ProcessRaisedException where one
        failed."""
        for index, process in enumerate(self.processes):
            process.join(timeout)
            if process.exitcode:
                for other in self.processes:
                    other.terminate()
                raise ProcessRaisedException(
                    f"process {index} terminated with exit code {process.exitcode}: its error is printed above"
                )
        return all(process.exitcode == 0 for process in self.processes)


def start_processes(
    fn: Callable[..., object],
    args: tuple[object, ...] = (),
    nprocs: int = 1,
    join: bool = True,
    daemon: bool = False,
    start_method: str = "spawn",
) -> ProcessContext | None:
    """Runs fn(i, *args) in a process for each i below nprocs. Source: torch.multiprocessing.start_processes."""
    context = multiprocessing.get_context(start_method)
    processes: list[BaseProcess] = [
        context.Process(target=fn, args=(i, *args), daemon=daemon)  # type: ignore[attr-defined]
        for i in range(nprocs)
    ]
    for process in processes:
        process.start()
    started = ProcessContext(processes)
    if not join:
        return started
    started.join()
    return None


def spawn(
    fn: Callable[..., object],
    args: tuple[object, ...] = (),
    nprocs: int = 1,
    join: bool = True,
    daemon: bool = False,
    start_method: str = "spawn",
) -> ProcessContext | None:
    """start_processes. Source: torch.multiprocessing.spawn."""
    return start_processes(fn, args, nprocs, join, daemon, start_method)
