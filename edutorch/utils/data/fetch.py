"""Fetching: from the indices of a batch, or of a sample, to what the loop gets."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .collate import default_collate
from .dataset import IterableDataset, Subset, TensorDataset

if TYPE_CHECKING:
    from ...tensor import Tensor
    from .dataloader import DataLoader


class EndOfStream(Exception):
    """An IterableDataset has no more samples."""


class MapFetcher:
    """Fetches from a data set with `__getitem__`."""

    def __init__(self, dataset: Any, batched: bool, collate_fn: Callable[..., object]) -> None:
        self.dataset = dataset
        self.batched = batched
        self.collate_fn = collate_fn

    def fetch(self, index: Any) -> object:
        if not self.batched:
            return self.collate_fn(self.dataset[index])
        if self.collate_fn is default_collate:
            batch = take_batch(self.dataset, index)
            if batch is not None:
                return batch
        if callable(getattr(self.dataset, "__getitems__", None)):
            return self.collate_fn(self.dataset.__getitems__(index))
        return self.collate_fn([self.dataset[i] for i in index])


class IterableFetcher:
    """Fetches from a stream; raises EndOfStream when it has ended."""

    def __init__(self, dataset: Any, batched: bool, collate_fn: Callable[..., object], drop_last: bool) -> None:
        self.stream = iter(dataset)
        self.batched = batched
        self.collate_fn = collate_fn
        self.drop_last = drop_last
        self.ended = False

    def fetch(self, index: Any) -> object:
        if self.ended:
            raise EndOfStream
        wanted = len(index) if self.batched else 1
        samples = list(itertools.islice(self.stream, wanted))
        self.ended = len(samples) < wanted
        if not samples or (self.ended and self.drop_last):
            raise EndOfStream
        return self.collate_fn(samples if self.batched else samples[0])


def make_fetcher(
    dataset: Any, batched: bool, collate_fn: Callable[..., object], drop_last: bool
) -> MapFetcher | IterableFetcher:
    """The fetcher for this kind of data set."""
    if isinstance(dataset, IterableDataset):
        return IterableFetcher(dataset, batched, collate_fn, drop_last)
    return MapFetcher(dataset, batched, collate_fn)


def fetch(fetcher: MapFetcher | IterableFetcher, index: object) -> object:
    """fetcher.fetch(index), where a StopIteration in the user's code is not taken for the end.

    Raises RuntimeError instead: else the loop would silently end early."""
    try:
        return fetcher.fetch(index)
    except StopIteration as error:
        raise RuntimeError(
            f"the data set or collate_fn raised StopIteration at index {index}: let it raise another "
            "exception, or give next() a default"
        ) from error


def take_batch(dataset: Any, indices: Sequence[int]) -> list[Tensor] | None:
    """The collated batch if the data set can give whole batches, else None.

    Subclasses may have a `__getitem__` of their own, so only the classes themselves count."""
    if type(dataset) is Subset:
        return take_batch(dataset.dataset, [dataset.indices[i] for i in indices])
    if type(dataset) is TensorDataset and set(map(type, indices)) == {int}:
        return dataset.take_batch(indices)
    return None


def warn_if_too_many(loader: DataLoader, given: int) -> None:
    """Warns if a stream gives more than its length: with workers, each one may give all of it."""
    if loader.promised is None or given <= loader.promised:
        return
    message = (
        f"Length of IterableDataset {loader.dataset} was reported to be {loader.promised} (when "
        f"accessing len(dataloader)), but {given} samples have been fetched."
    )
    if loader.num_workers:
        message += (
            " Each worker iterates over a copy of its own: let get_worker_info() in __iter__ decide "
            "which part it gives."
        )
    warnings.warn(message, stacklevel=3)
