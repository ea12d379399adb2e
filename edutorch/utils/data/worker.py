"""What runs in a worker process of a DataLoader."""

from __future__ import annotations

import functools
import os
import pickle
import queue
import random
import signal
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...random import manual_seed
from .fetch import EndOfStream, IterableFetcher, MapFetcher, fetch, make_fetcher

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
from .shared import Packed, discard, pack

STOP, NEW_EPOCH = "stop", "new epoch"
CHECK_INTERVAL = 5.0  # seconds between two checks that the main process is alive


@dataclass(frozen=True)
class WorkerInfo:
    """This worker: its id, how many there are, its seed, and its copy of the data set.

    Source: torch.utils.data._utils.worker.WorkerInfo."""

    id: int
    num_workers: int
    seed: int
    dataset: Any


_info: WorkerInfo | None = None


def get_worker_info() -> WorkerInfo | None:
    """In a worker process of a DataLoader, information about that worker; None in the main process.

    Source: torch.utils.data.get_worker_info."""
    return _info


@dataclass(frozen=True)
class Job:
    """What every worker of a loader needs to know."""

    dataset: Any
    batched: bool
    collate_fn: Callable[..., object]
    drop_last: bool
    worker_init_fn: Callable[[int], object] | None
    base_seed: int
    num_workers: int

    def fetcher(self) -> MapFetcher | IterableFetcher:
        return make_fetcher(self.dataset, self.batched, self.collate_fn, self.drop_last)


class Exhausted:
    """The answer of a worker whose part of an IterableDataset has ended."""


class WorkerError:
    """An exception and its traceback on the way to the main process."""

    def __init__(self, error: Exception, where: str) -> None:
        self.type: type[Exception] = type(error)
        text = "".join(traceback.format_exception(error))
        self.message = f"Caught {self.type.__name__} {where}.\nOriginal {text}"

    def reraise(self) -> None:
        """Raises an exception of the same type, whose message is the worker's traceback.

        Raises RuntimeError if that type can't be made from just a message."""
        message = _Verbatim(self.message) if self.type is KeyError else self.message
        try:
            error = self.type(message)
        except Exception:
            raise RuntimeError(self.message) from None
        raise error


class _Verbatim(str):
    """KeyError shows the repr of its argument, which would put a traceback on one line."""

    def __repr__(self) -> str:
        return str(self)


def work(job: Job, worker_id: int, tasks: Connection, answers: Connection, not_ours: tuple[Connection, ...]) -> None:
    """The main loop of a worker: answers every (number, pickled index) that it gets, until STOP.

    The answer is (number, packed batch), where the batch may be a WorkerError or Exhausted.
    `not_ours` are the other ends of the pipes: closed here, so that a pipe ends with its sender."""
    for end in not_ours:
        end.close()
    # Ctrl-C reaches all processes of a terminal: the main one decides what it means
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):  # blocked while the process was forked
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(tasks, inbox, os.getppid()), daemon=True).start()
    where = f"in DataLoader worker process {worker_id}"
    ready = _answer(lambda: _set_up(job, worker_id), where)
    fetcher = _answer(job.fetcher, where)
    while (task := inbox.get()) != STOP:
        if task == NEW_EPOCH:
            fetcher = _answer(job.fetcher, where)
            continue
        number, pickled_index = task
        failed = next((each for each in (ready, fetcher) if isinstance(each, WorkerError)), None)
        answer = failed or _answer(functools.partial(_fetch, fetcher, pickled_index), where)
        packed = _pack(answer, where)
        try:
            answers.send((number, packed))
        except OSError:  # the main process has ended
            return discard(packed)


def _receive(tasks: Connection, inbox: queue.SimpleQueue[Any], parent: int) -> None:
    """Takes tasks from the pipe immediately, so that the main process never waits to send one."""
    try:
        while True:
            while not tasks.poll(CHECK_INTERVAL):
                if os.getppid() != parent:
                    return
            inbox.put(tasks.recv())
    except (EOFError, OSError):
        pass
    finally:
        inbox.put(STOP)


def _set_up(job: Job, worker_id: int) -> None:
    """Seeds the generators, each worker its own, and calls the user's worker_init_fn."""
    global _info
    seed = job.base_seed + worker_id
    random.seed(seed)
    manual_seed(seed)
    np.random.seed(_numpy_seed(job.base_seed, worker_id))
    _info = WorkerInfo(worker_id, job.num_workers, seed, job.dataset)
    if job.worker_init_fn is not None:
        job.worker_init_fn(worker_id)


def _numpy_seed(base_seed: int, worker_id: int) -> list[int]:
    """128 bits for numpy.random, the same as PyTorch's."""
    words = [worker_id, base_seed & 0xFFFFFFFF, base_seed >> 32, 0]
    return [int(word) for word in np.random.SeedSequence(words).generate_state(4)]


def _fetch(fetcher: Any, pickled_index: bytes) -> object:
    """Unpickled here, and not by the pipe, so that an error becomes an answer like any other."""
    return fetch(fetcher, pickle.loads(pickled_index))


def _answer(action: Callable[[], object], where: str) -> object:
    """What the action returns; Exhausted at the end of a stream, a WorkerError if it raises."""
    try:
        return action()
    except EndOfStream:
        return Exhausted()
    except Exception as error:
        return WorkerError(error, where)


def _pack(answer: object, where: str) -> Packed:
    """Packs an answer; if it can't be pickled, an error that says so."""
    try:
        return pack(answer)
    except Exception as error:
        if not isinstance(answer, WorkerError):
            return _pack(WorkerError(error, f"{where} while sending a batch"), where)
        answer.type = RuntimeError  # the type was defined where pickle can't find it
        return pack(answer)
