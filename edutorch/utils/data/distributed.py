"""Each process its own share of a data set. Source: torch.utils.data.distributed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sized

from ...distributed.groups import get_rank, get_world_size
from ...random import Generator, draws
from .sampler import Sampler


class DistributedSampler(Sampler[int]):
    """The indices of this process: of the shuffled order every `num_replicas`-th one, from `rank` on.

    All processes have equally many: the first indices are given again at the end, or with drop_last the last ones are
    left out. The order comes of seed + epoch: call `set_epoch(epoch)` before each epoch, else each has the same.
    num_replicas and rank are those of the process group by default.

    Raises ValueError for a rank that is not from 0 to num_replicas - 1, and without a process group to ask. Source:
    torch.utils.data.distributed.DistributedSampler."""

    def __init__(
        self,
        dataset: Sized,
        num_replicas: int | None = None,
        rank: int | None = None,
        shuffle: bool = True,
        seed: int = 0,
        drop_last: bool = False,
    ) -> None:
        self.dataset = dataset
        self.num_replicas = get_world_size() if num_replicas is None else num_replicas
        self.rank = get_rank() if rank is None else rank
        if not 0 <= self.rank < self.num_replicas:
            raise ValueError(f"Invalid rank {self.rank}, rank should be in the interval [0, {self.num_replicas - 1}]")
        self.shuffle, self.seed, self.drop_last, self.epoch = shuffle, seed, drop_last, 0
        left_out = len(dataset) % self.num_replicas if drop_last else 0
        self.num_samples = math.ceil((len(dataset) - left_out) / self.num_replicas)
        self.total_size = self.num_samples * self.num_replicas

    def __iter__(self) -> Iterator[int]:
        indices = list(range(len(self.dataset)))
        if self.shuffle:
            generator = Generator()
            generator.manual_seed(self.seed + self.epoch)
            indices = draws.shuffled(generator, len(indices))
        padding = self.total_size - len(indices)
        if padding > 0:
            indices += (indices * math.ceil(padding / len(indices)))[:padding]
        return iter(indices[self.rank : self.total_size : self.num_replicas])

    def __len__(self) -> int:
        return self.num_samples

    def set_epoch(self, epoch: int) -> None:
        """The number of the epoch, on which the order depends."""
        self.epoch = epoch
