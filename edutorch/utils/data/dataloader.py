"""DataLoader: the batches of a data set, in order or shuffled, from this process or from workers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ...backend import find_cupy
from ...random import Generator
from .arguments import check_order, check_stream, check_workers, context_for, processes_start, warn_of_machine
from .collate import default_collate, default_convert
from .dataset import IterableDataset
from .fetch import EndOfStream, fetch, make_fetcher, warn_if_too_many
from .pin import pin
from .sampler import BatchSampler, RandomSampler, Sampler, SequentialSampler, draw_seed
from .worker_iterator import WorkerIterator

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

T_co = TypeVar("T_co", covariant=True)

_FIXED = ("batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers")


class _Unlimited(Sampler[None]):
    """None forever: a stream needs no indices."""

    def __iter__(self) -> Iterator[None]:
        while True:
            yield None


class DataLoader(Generic[T_co]):
    """An iterable over the batches of a data set; each `iter` is one pass, an epoch.

    dataset: with `__getitem__` and `__len__`, or an IterableDataset.
    batch_size: samples per batch; None turns batching off. drop_last drops a last, smaller batch.
    shuffle, sampler, batch_sampler: the order; at most one of them. For the same seed, shuffle gives
        the order that PyTorch gives.
    num_workers: processes that fetch ahead, `prefetch_factor` batches each (default 2); batches still come in order,
        unless `in_order=False`. persistent_workers keeps them between passes. worker_init_fn(worker_id) runs first in
        each one, whose seed is base seed + worker id.
    collate_fn: makes the batch of a list of samples (default: `default_collate`).
    pin_memory: puts batches in memory that a GPU reads faster; without a GPU it only warns.
    timeout: seconds to wait for a batch from the workers; 0 means forever.
    generator: draws the order and the base seed (default: the one that `manual_seed` seeds).
    multiprocessing_context: "fork" (default on Linux), "spawn" (elsewhere) or a context.

    Raises ValueError for arguments that exclude each other; while iterating, the exception of a
    worker with its traceback, and RuntimeError for a worker that died or was too slow.

    Source: torch.utils.data.DataLoader."""

    dataset: Any
    batch_size: int | None

    def __init__(
        self,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Iterable[Any] | None = None,
        batch_sampler: Iterable[Any] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], object] | None = None,
        multiprocessing_context: BaseContext | str | None = None,
        generator: Generator | None = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        check_workers(num_workers, timeout, prefetch_factor, persistent_workers)
        if isinstance(dataset, IterableDataset):
            check_stream(shuffle, sampler, batch_sampler)
        check_order(batch_size, shuffle, sampler, batch_sampler, drop_last)
        self.dataset = dataset
        self.num_workers = num_workers
        self.prefetch_factor = 2 if num_workers and prefetch_factor is None else prefetch_factor
        self.pin_memory = pin_memory
        self.pin_memory_device = pin_memory_device
        self.timeout = timeout
        self.worker_init_fn = worker_init_fn
        self.multiprocessing_context = context_for(multiprocessing_context, num_workers)
        self.generator = generator
        self.in_order = in_order
        self.drop_last = drop_last
        self.batch_size = None if batch_sampler is not None else batch_size
        self.sampler = self._default_sampler(bool(shuffle)) if sampler is None else sampler
        if batch_sampler is None and batch_size is not None:
            batch_sampler = BatchSampler(self.sampler, batch_size, drop_last)
        self.batch_sampler = batch_sampler
        self.collate_fn = collate_fn or (default_collate if self.batched else default_convert)
        self.persistent_workers = persistent_workers
        self._iterator: WorkerIterator | None = None
        self.promised: int | None = None  # the length of a stream, once it was asked for
        warn_of_machine(num_workers, pin_memory)
        self._initialized = True

    def _default_sampler(self, shuffle: bool) -> Iterable[Any]:
        if isinstance(self.dataset, IterableDataset):
            return _Unlimited()
        if shuffle:
            return RandomSampler(self.dataset, generator=self.generator)
        return SequentialSampler(self.dataset)

    def __setattr__(self, name: str, value: object) -> None:
        if name in _FIXED and getattr(self, "_initialized", False):
            raise ValueError(
                f"{name} attribute should not be set after {type(self).__name__} is initialized: "
                f"make a new {type(self).__name__}"
            )
        super().__setattr__(name, value)

    @property
    def batched(self) -> bool:
        """Whether samples are put together into batches."""
        return self.batch_sampler is not None

    @property
    def pins(self) -> bool:
        """Whether batches are copied into pinned memory: it was asked for, and there is a GPU."""
        return self.pin_memory and find_cupy() is not None

    @property
    def index_sampler(self) -> Any:
        """The sampler of the index, or indices, of each step."""
        return self.sampler if self.batch_sampler is None else self.batch_sampler

    def __iter__(self) -> Iterator[Any]:
        if self.num_workers == 0 or not processes_start():
            return SingleProcessIterator(self)
        if not self.persistent_workers:
            return WorkerIterator(self)
        if self._iterator is None or not self._iterator.alive:
            self._iterator = WorkerIterator(self)
        else:
            self._iterator.restart()
        return self._iterator

    def __len__(self) -> int:
        """The number of batches in a pass; for a stream with a length, an estimate from it.

        Raises TypeError if the data set, or the sampler, has no length."""
        if not isinstance(self.dataset, IterableDataset):
            return len(self.index_sampler)
        samples = self.promised = len(self.dataset)  # type: ignore[arg-type]
        if self.batch_size is None:
            return samples
        return samples // self.batch_size if self.drop_last else math.ceil(samples / self.batch_size)


class SingleProcessIterator:
    """Fetches each batch when it is needed."""

    def __init__(self, loader: DataLoader) -> None:
        if loader.timeout != 0:
            raise AssertionError("timeout needs num_workers > 0: without workers nothing is awaited")
        self._loader = loader
        self._indices = iter(loader.index_sampler)
        # drawn as with workers, so that the number of workers does not change the order of the samples
        draw_seed(loader.generator)
        self._fetcher = make_fetcher(loader.dataset, loader.batched, loader.collate_fn, loader.drop_last)
        self._given = 0

    def __iter__(self) -> Iterator[Any]:
        return self

    def __len__(self) -> int:
        return len(self._loader.index_sampler)

    def __next__(self) -> Any:
        index = next(self._indices)
        try:
            batch = fetch(self._fetcher, index)
        except EndOfStream:
            raise StopIteration from None
        self._given += 1
        warn_if_too_many(self._loader, self._given)
        return pin(batch) if self._loader.pins else batch
