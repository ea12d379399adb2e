"""The main process's side of the workers: starts them, sends tasks, receives answers, ends them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .interrupts import interrupts_held
from .shared import Packed, discard
from .worker import STOP, Job, work

try:
    from multiprocessing import connection, resource_tracker
except ImportError:  # Pyodide, in a browser: processes can't be started there, everything else works
    pass

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext
    from multiprocessing.process import BaseProcess

PATIENCE = 5.0  # seconds that a worker gets to finish its current batch


def default_context() -> BaseContext:
    """Workers are forked on Linux, where a data set of any kind goes with them. Elsewhere, or after
    `multiprocessing.set_start_method("spawn")`, they are spawned, and it must be picklable."""
    spawns = multiprocessing.get_start_method(allow_none=True) == "spawn"
    return multiprocessing.get_context("fork" if sys.platform == "linux" and not spawns else "spawn")


class WorkerPool:
    """Worker processes 0 to num_workers - 1, each with a pipe for tasks and one for answers."""

    def __init__(self, job: Job, context: Any) -> None:
        self._owner = os.getpid()
        self._closed = False
        self._advice = _advice(job, context)
        self.patience = PATIENCE
        self.processes: list[BaseProcess] = []
        self._tasks: list[connection.Connection] = []
        self._answers: list[connection.Connection] = []
        self.arrived: dict[int, Packed] = {}  # answers that wait for their turn, by number
        if os.name == "posix":
            resource_tracker.ensure_running()  # one for all: it frees blocks that a crash leaves behind
        try:
            for worker_id in range(job.num_workers):
                self._start(job, worker_id, context)
        except BaseException:
            self.shut_down()
            raise

    def _start(self, job: Job, worker_id: int, context: Any) -> None:
        tasks_there, tasks = context.Pipe(duplex=False)
        answers, answers_there = context.Pipe(duplex=False)
        process = context.Process(
            target=work, args=(job, worker_id, tasks_there, answers_there, (tasks, answers)), daemon=True
        )
        with interrupts_held():  # until the worker has decided what to do with them, and is known here
            process.start()
            self.processes.append(process)
            self._tasks.append(tasks)
            self._answers.append(answers)
        # closed here, so that the pipe ends when the worker does
        tasks_there.close()
        answers_there.close()

    def send(self, worker_id: int, task: str | tuple[int, bytes]) -> None:
        """Sends a task. A worker that is dead is noticed by `receive`."""
        try:
            self._tasks[worker_id].send(task)
        except OSError:
            pass

    def receive(self, timeout: float | None) -> bool:
        """Waits until something has `arrived`; False if that takes too long.

        Raises RuntimeError, naming it, for a worker that died."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while deadline is None or _left(deadline):
            sentinels = {process.sentinel: process for process in self.processes}
            left = None if deadline is None else _left(deadline)
            ready = connection.wait([*self._answers, *sentinels], left)
            if self._read(ready):
                return True
            dead = [sentinels[each] for each in ready if each in sentinels]
            if dead:
                raise RuntimeError(_obituary(dead, self._advice))
        return False

    def _read(self, ready: Iterable[Any]) -> bool:
        """Takes all answers out of the pipes that are ready; forgets pipes that have ended."""
        before = len(self.arrived)
        for pipe in set(ready).intersection(self._answers):
            try:
                with interrupts_held():  # no answer is read in part, or read and lost
                    while pipe.poll():
                        number, packed = pipe.recv()
                        self.arrived[number] = packed
            except (EOFError, OSError):
                self._answers.remove(pipe)
                pipe.close()
        return len(self.arrived) > before

    def discard_before(self, number: int) -> None:
        """Throws away the answers to all tasks before this one."""
        for old in [each for each in self.arrived if each < number]:
            discard(self.arrived.pop(old))

    @interrupts_held()  # or a second Ctrl-C would stop the clearing up after the first
    def shut_down(self) -> None:
        """Ends all workers and frees what they had sent. May be called again."""
        if self._closed or os.getpid() != self._owner:  # a forked copy must not
            return
        self._closed = True
        for worker_id in range(len(self.processes)):
            self.send(worker_id, STOP)
        self._wait(self.patience)
        for end in ("terminate", "kill"):
            for process in self.processes:
                if process.is_alive():
                    getattr(process, end)()
            self._wait(self.patience)
        for pipe in [*self._tasks, *self._answers]:
            pipe.close()
        for packed in self.arrived.values():
            discard(packed)
        self.arrived.clear()

    def _wait(self, seconds: float) -> None:
        """Waits until all workers have ended, and keeps reading, so that none waits to send an answer."""
        deadline = time.monotonic() + seconds
        while True:
            alive = [process.sentinel for process in self.processes if process.is_alive()]
            ready = connection.wait([*alive, *self._answers], 0 if not alive else _left(deadline))
            self._read(ready)
            if not alive or not _left(deadline):
                return


def _left(deadline: float) -> float:
    return max(0.0, deadline - time.monotonic())


def _advice(job: Job, context: BaseContext) -> str:
    """What to do if workers die: a fresh process has none of the classes that a notebook defines."""
    parts = {"data set": type(job.dataset), "collate_fn": job.collate_fn}
    own = [what for what, each in parts.items() if getattr(each, "__module__", "") == "__main__"]
    if context.get_start_method() != "fork" and own and not hasattr(sys.modules["__main__"], "__file__"):
        return (
            f"The {own[0]} is defined in the notebook itself, where a worker, a fresh process here, cannot"
            " find it: write it into a file beside the notebook (my_data.py) and import it, or use num_workers=0."
        )
    return "With num_workers=0 the data set runs in this process and shows its own error."


def _obituary(dead: list[Any], advice: str) -> str:
    """Which worker died, why, and what to do."""
    for process in dead:
        process.join()
    pids = ", ".join(str(process.pid) for process in dead)
    causes = ", ".join(_cause(process.exitcode) for process in dead)
    return f"DataLoader worker (pid(s) {pids}) exited unexpectedly: {causes}. {advice}"


def _cause(exitcode: int) -> str:
    if exitcode >= 0:
        return f"exit code {exitcode}"
    name = signal.Signals(-exitcode).name
    often = {"SIGKILL": " (often: out of memory)", "SIGBUS": " (often: out of shared memory)"}
    return f"killed by signal {name}{often.get(name, '')}"
