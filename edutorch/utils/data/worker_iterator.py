"""One pass over a DataLoader through workers."""

from __future__ import annotations

import pickle
import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .fetch import warn_if_too_many
from .pin import pin
from .pool import WorkerPool, default_context
from .sampler import draw_seed
from .shared import unpack
from .worker import NEW_EPOCH, Exhausted, Job, WorkerError

if TYPE_CHECKING:
    from .dataloader import DataLoader


class WorkerIterator:
    """Keeps `prefetch_factor` tasks at each worker, and returns the answers in the order of the tasks.

    Tasks are numbered and go to the workers in turn. A worker answers each of its tasks, in order."""

    def __init__(self, loader: DataLoader) -> None:
        if not loader.prefetch_factor:
            raise AssertionError("prefetch_factor must be greater than 0 with num_workers > 0")
        self._loader = loader
        self._indices = iter(loader.index_sampler)
        job = Job(
            loader.dataset,
            loader.batched,
            loader.collate_fn,
            loader.drop_last,
            loader.worker_init_fn,
            draw_seed(loader.generator),
            loader.num_workers,
        )
        self._pool = WorkerPool(job, loader.multiprocessing_context or default_context())
        # at the end of this iterator or of the program, whichever comes first
        self._shut_down = weakref.finalize(self, self._pool.shut_down)
        self._next_number = 0
        self._begin()

    @property
    def alive(self) -> bool:
        """Whether the workers are alive for another pass."""
        return self._shut_down.alive

    def restart(self) -> None:
        """Begins another pass with the same workers; leftovers of the last one are discarded."""
        for worker_id in range(self._loader.num_workers):
            self._pool.send(worker_id, NEW_EPOCH)
        self._indices = iter(self._loader.index_sampler)
        self._begin()

    def _begin(self) -> None:
        self._given = 0
        self._first_number = self._next_number
        self._pending: dict[int, int] = {}  # task not yet given to the caller -> worker
        self._turns = list(range(self._loader.num_workers))  # workers with data, next one first
        for _ in range((self._loader.prefetch_factor or 0) * self._loader.num_workers):
            self._send_task()

    def _send_task(self) -> None:
        """Gives the next batch's indices to the worker whose turn it is."""
        if not self._turns:
            return
        try:
            index = next(self._indices)
        except StopIteration:
            return
        worker_id = self._turns.pop(0)
        self._turns.append(worker_id)
        self._pending[self._next_number] = worker_id
        self._pool.send(worker_id, (self._next_number, pickle.dumps(index)))
        self._next_number += 1

    def __iter__(self) -> Iterator[Any]:
        return self

    def __len__(self) -> int:
        return len(self._loader.index_sampler)

    def __next__(self) -> Any:
        try:
            answer = self._next_answer()
        except BaseException:  # a dead worker, Ctrl-C: no process stays behind
            self._shut_down()
            raise
        if isinstance(answer, Exhausted):
            if not self._loader.persistent_workers:
                self._shut_down()
            raise StopIteration
        if isinstance(answer, WorkerError):
            answer.reraise()
        self._given += 1
        warn_if_too_many(self._loader, self._given)
        return pin(answer) if self._loader.pins else answer

    def _next_answer(self) -> object:
        """The next answer; Exhausted if there is none."""
        while self._pending:
            number = self._wait_for_answer()
            worker_id = self._pending.pop(number)
            answer = unpack(self._pool.arrived[number])
            del self._pool.arrived[number]  # only now: Ctrl-C while unpacking loses nothing
            if isinstance(answer, Exhausted) and worker_id in self._turns:
                self._turns.remove(worker_id)
            self._send_task()
            if not isinstance(answer, Exhausted):
                return answer
        return Exhausted()

    def _wait_for_answer(self) -> int:
        """The number of the oldest task, once it is answered; without `in_order` that of any answered task."""
        while True:
            self._pool.discard_before(self._first_number)  # of a pass that was left early
            arrived = self._pool.arrived
            number = next(iter(self._pending if self._loader.in_order else arrived), None)
            if number is not None and number in arrived:
                return number
            if not self._pool.receive(self._loader.timeout or None):
                raise RuntimeError(f"DataLoader timed out after {self._loader.timeout} seconds")
