"""Data sets: something with a length and items, or something to iterate over."""

from __future__ import annotations

import bisect
import itertools
import math
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import numpy as np

from ...autograd.base import wrap
from ...random import Generator, default_generator, draws
from ...tensor import Tensor

T_co = TypeVar("T_co", covariant=True)


class Dataset(Generic[T_co]):
    """A map from an index to a sample: write `__getitem__`, and `__len__` for the samplers.

    A data set may also have `__getitems__(indices)`, which gives the samples of a whole batch in a
    list. Source: torch.utils.data.Dataset."""

    def __getitem__(self, index: Any) -> T_co:
        raise NotImplementedError("Subclasses of Dataset should implement __getitem__.")

    def __add__(self, other: Dataset[T_co]) -> ConcatDataset[T_co]:
        return ConcatDataset([self, other])


class IterableDataset(Dataset[T_co], Iterable[T_co]):
    """A stream of samples: write `__iter__`.

    With `num_workers` every worker iterates over its own copy; `get_worker_info` in `__iter__`
    tells it which part to give. Source: torch.utils.data.IterableDataset."""

    def __add__(self, other: Dataset[T_co]) -> ChainDataset[T_co]:  # type: ignore[override]
        return ChainDataset([self, other])


class TensorDataset(Dataset[tuple[Tensor, ...]]):
    """Tensors side by side: sample i is the i-th entry of each along the first dimension.

    tensors: shapes (N, ...), any dtypes. Raises AssertionError if the first sizes differ.
    Source: torch.utils.data.TensorDataset."""

    def __init__(self, *tensors: Tensor) -> None:
        sizes = [tensor.size(0) for tensor in tensors]
        if len(set(sizes)) != 1:
            raise AssertionError(
                "Size mismatch between tensors: TensorDataset expects one or more tensors with the "
                f"same first size, got first sizes {sizes}"
            )
        self.tensors = tensors

    def __getitem__(self, index: Tensor | int) -> tuple[Tensor, ...]:
        return tuple(tensor[index] for tensor in self.tensors)

    def __len__(self) -> int:
        return self.tensors[0].size(0)

    def take_batch(self, indices: Sequence[int]) -> list[Tensor]:
        """The batch that `default_collate` makes of these samples, by indexing each tensor once. Stacking N items one
        by one costs ten times as much. Each tensor: (len(indices), ...)."""
        positions = np.array(indices)
        return [_rows(tensor, positions) for tensor in self.tensors]


def _rows(tensor: Tensor, positions: np.ndarray) -> Tensor:
    """tensor[positions]; directly from the array if no gradient is wanted."""
    if tensor.requires_grad or tensor.is_cuda:
        return tensor[wrap(positions).to(tensor.device)]
    return wrap(tensor.array.take(positions, axis=0))


class StackDataset(Dataset[tuple[object, ...] | dict[str, object]]):
    """Data sets of one length side by side: a sample is the tuple, or dict, of their samples.

    Raises ValueError without any, for a mix of positional and named ones, and for different lengths.
    Source: torch.utils.data.StackDataset."""

    datasets: tuple[Any, ...] | dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if args and kwargs:
            raise ValueError(
                "StackDataset takes datasets by position (samples are tuples) or by name (samples are dicts), got both"
            )
        self.datasets = args or kwargs
        lengths = [len(dataset) for dataset in args or kwargs.values()]
        if not lengths:
            raise ValueError("At least one dataset should be passed")
        if len(set(lengths)) > 1:
            raise ValueError(f"Size mismatch between datasets: lengths are {lengths}")
        self._length = lengths[0]

    def __getitem__(self, index: int) -> tuple[object, ...] | dict[str, object]:
        if isinstance(self.datasets, dict):
            return {name: dataset[index] for name, dataset in self.datasets.items()}
        return tuple(dataset[index] for dataset in self.datasets)

    def __len__(self) -> int:
        return self._length


class ConcatDataset(Dataset[T_co]):
    """Data sets one after the other.

    Raises AssertionError without any, and for an IterableDataset.
    Source: torch.utils.data.ConcatDataset."""

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise AssertionError("datasets should not be an empty iterable")
        if any(isinstance(dataset, IterableDataset) for dataset in self.datasets):
            raise AssertionError("ConcatDataset does not support IterableDataset: use ChainDataset for streams")
        self.cumulative_sizes = list(itertools.accumulate(map(len, self.datasets)))

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]

    def __getitem__(self, index: int) -> T_co:
        if index < 0:
            if -index > len(self):
                raise ValueError("absolute value of index should not exceed dataset length")
            index += len(self)
        which = bisect.bisect_right(self.cumulative_sizes, index)
        if which == len(self.datasets):
            raise IndexError(f"index {index} is out of range for {len(self)} samples")
        return self.datasets[which][index - (self.cumulative_sizes[which - 1] if which else 0)]


class ChainDataset(IterableDataset[T_co]):
    """Streams one after the other. Raises AssertionError for a member that is not an IterableDataset.

    Source: torch.utils.data.ChainDataset."""

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = datasets

    def _streams(self) -> Iterator[Any]:
        for dataset in self.datasets:
            if not isinstance(dataset, IterableDataset):
                raise AssertionError("ChainDataset only supports IterableDataset")
            yield dataset

    def __iter__(self) -> Iterator[T_co]:
        for dataset in self._streams():
            yield from dataset

    def __len__(self) -> int:
        return sum(len(dataset) for dataset in self._streams())


class Subset(Dataset[T_co]):
    """The samples of `dataset` at `indices`. Source: torch.utils.data.Subset."""

    def __init__(self, dataset: Any, indices: Sequence[int]) -> None:
        self.dataset = dataset
        self.indices = indices

    def __getitem__(self, index: int | list[int]) -> T_co:
        if isinstance(index, list):
            return self.dataset[[self.indices[i] for i in index]]
        return self.dataset[self.indices[index]]

    def __getitems__(self, indices: list[int]) -> list[T_co]:
        if type(self).__getitem__ is not Subset.__getitem__:  # a subclass with its own samples
            return [self[i] for i in indices]
        inside = [self.indices[i] for i in indices]
        if callable(getattr(self.dataset, "__getitems__", None)):
            return self.dataset.__getitems__(inside)
        return [self.dataset[i] for i in inside]

    def __len__(self) -> int:
        return len(self.indices)


def random_split(dataset: Any, lengths: Sequence[int | float], generator: Generator | None = None) -> list[Subset[Any]]:
    """Subsets of these lengths that together are the whole data set, in random order.

    `lengths` are numbers of samples, or fractions that add up to 1: then each part gets the floor of its share, and the
    remaining samples go to the parts one by one, from the first part on. Raises ValueError if the lengths do not add up
    to that of the data set, or if a fraction is not between 0 and 1.

    Source: torch.utils.data.random_split."""
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        lengths = _counts_of_fractions(len(dataset), lengths)
    if sum(lengths) != len(dataset) or min(lengths, default=0) < 0:
        raise ValueError(
            "Sum of input lengths does not equal the length of the input dataset! "
            f"The lengths {list(lengths)} add up to {sum(lengths)}, the dataset has {len(dataset)}."
        )
    indices = draws.shuffled(generator or default_generator, len(dataset))
    ends = itertools.accumulate(lengths)
    return [Subset(dataset, indices[int(end - length) : int(end)]) for end, length in zip(ends, lengths, strict=True)]


def _counts_of_fractions(total: int, fractions: Sequence[float]) -> list[int]:
    for i, fraction in enumerate(fractions):
        if not 0 <= fraction <= 1:
            raise ValueError(f"Fraction at index {i} is not between 0 and 1: {fraction}")
    counts = [math.floor(total * fraction) for fraction in fractions]
    for i in range(total - sum(counts)):
        counts[i % len(counts)] += 1
    for i, count in enumerate(counts):
        if count == 0:
            warnings.warn(f"Length of split at index {i} is 0. This might result in an empty dataset.", stacklevel=3)
    return counts
