"""Samplers: the order of the indices of a data set."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence, Sized
from typing import Generic, TypeVar

import numpy as np

from ... import dtypes
from ...ops.from_data import as_tensor
from ...random import Generator, default_generator, draws
from ...random.tensors import multinomial
from ...tensor import Tensor

T_co = TypeVar("T_co", covariant=True)


class Sampler(Generic[T_co]):
    """An iterable of indices, or of lists of indices: write `__iter__`, and `__len__` if it has one.

    Source: torch.utils.data.Sampler."""

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError("Subclasses of Sampler should implement __iter__.")


class SequentialSampler(Sampler[int]):
    """0, 1, 2, ... Source: torch.utils.data.SequentialSampler."""

    def __init__(self, data_source: Sized) -> None:
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler[int]):
    """Shuffled indices; with `replacement=True` they are drawn one by one, so that some repeat.

    `num_samples` (default: as many as the data set has) may be larger than the data set: without replacement, the data
    set is then gone through several times. Without a `generator` each pass draws one seed from the default generator,
    and its order from that. Raises TypeError and ValueError for arguments of the wrong type or range. Source:
    torch.utils.data.RandomSampler."""

    def __init__(
        self,
        data_source: Sized,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Generator | None = None,
    ) -> None:
        self.data_source = data_source
        self.replacement = replacement
        self._num_samples = num_samples
        self.generator = generator
        if not isinstance(replacement, bool):
            raise TypeError(f"replacement should be a boolean value, but got replacement={replacement}")
        if not isinstance(self.num_samples, int) or self.num_samples <= 0:
            raise ValueError(f"num_samples should be a positive integer value, but got num_samples={self.num_samples}")

    @property
    def num_samples(self) -> int:
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __iter__(self) -> Iterator[int]:
        generator = self.generator
        if generator is None:
            generator = Generator().manual_seed(draw_seed())
        n = len(self.data_source)
        drawn = self._with_replacement if self.replacement else self._without_replacement
        for indices in drawn(n, generator):
            yield from indices

    def _with_replacement(self, n: int, generator: Generator) -> Iterator[list[int]]:
        # in blocks of 32, like PyTorch, so that a loop that is left early has drawn as many
        for start in range(0, self.num_samples, 32):
            count = min(32, self.num_samples - start)
            yield draws.integers(generator, count, np.int64, 0, n).tolist()

    def _without_replacement(self, n: int, generator: Generator) -> Iterator[list[int]]:
        for _ in range(self.num_samples // n):
            yield draws.shuffled(generator, n)
        rest = self.num_samples % n
        if rest or generator is self.generator:  # drawn even if nothing is needed, as in PyTorch
            yield draws.shuffled(generator, n)[:rest]

    def __len__(self) -> int:
        return self.num_samples


def draw_seed(generator: Generator | None = None) -> int:
    """A whole number from 0 to 2^63 - 1, like one `random_()` of PyTorch for int64."""
    return int((generator or default_generator).random64(1)[0]) % 2**63


class SubsetRandomSampler(Sampler[int]):
    """The given indices, shuffled. Source: torch.utils.data.SubsetRandomSampler."""

    def __init__(self, indices: Sequence[int], generator: Generator | None = None) -> None:
        self.indices = indices
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        for i in draws.shuffled(self.generator or default_generator, len(self.indices)):
            yield self.indices[i]

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler[int]):
    """`num_samples` indices 0 to len(weights) - 1, each as likely as its weight.

    weights: (N,) numbers that need not add up to 1. Without replacement an index occurs at most once. Raises ValueError
    for arguments of the wrong type, range or shape.
    Source: torch.utils.data.WeightedRandomSampler."""

    def __init__(
        self,
        weights: Sequence[float] | Tensor,
        num_samples: int,
        replacement: bool = True,
        generator: Generator | None = None,
    ) -> None:
        _check_positive_integer("num_samples", num_samples)
        if not isinstance(replacement, bool):
            raise ValueError(f"replacement should be a boolean value, but got replacement={replacement}")
        self.weights = as_tensor(weights, dtype=dtypes.float64)
        if self.weights.dim() != 1:
            raise ValueError(
                f"weights should be a 1d sequence but given weights have shape {tuple(self.weights.shape)}"
            )
        self.num_samples = num_samples
        self.replacement = replacement
        self.generator = generator

    def __iter__(self) -> Iterator[int]:
        drawn = multinomial(self.weights, self.num_samples, self.replacement, generator=self.generator)
        yield from drawn.tolist()

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler[list[int]]):
    """Lists of `batch_size` indices of another sampler; the last one may be shorter, or dropped.

    Raises ValueError for arguments of the wrong type or range.
    Source: torch.utils.data.BatchSampler."""

    def __init__(self, sampler: Iterable[int], batch_size: int, drop_last: bool) -> None:
        _check_positive_integer("batch_size", batch_size)
        if not isinstance(drop_last, bool):
            raise ValueError(f"drop_last should be a boolean value, but got drop_last={drop_last}")
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __iter__(self) -> Iterator[list[int]]:
        indices = iter(self.sampler)
        while batch := list(itertools.islice(indices, self.batch_size)):
            if len(batch) == self.batch_size or not self.drop_last:
                yield batch

    def __len__(self) -> int:
        whole, rest = divmod(len(self.sampler), self.batch_size)  # type: ignore[arg-type]
        return whole if self.drop_last or not rest else whole + 1


def _check_positive_integer(name: str, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise ValueError(f"{name} should be a positive integer value, but got {name}={value}")
