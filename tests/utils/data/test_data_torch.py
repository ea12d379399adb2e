"""utils.data against PyTorch's, live: batches, order and kinds of error."""

import itertools
import random
from collections import OrderedDict, namedtuple

import numpy as np
import pytest

import edutorch
import edutorch.utils.data

torch = pytest.importorskip("torch", reason="PyTorch is for comparison only")

LIBRARIES = (edutorch, torch)
Point = namedtuple("Point", ["x", "y"])


def plain(value):
    """Tensors of either library as (dtype, numbers); everything else as it is, with its type."""
    if isinstance(value, (edutorch.Tensor, torch.Tensor)):
        return str(value.dtype), tuple(value.shape), value.tolist()
    if isinstance(value, dict):
        return type(value).__name__, {key: plain(v) for key, v in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [plain(v) for v in value]
    return value


def both(run):
    """What `run(library)` gives, or the type of its error, in each library."""
    results = []
    for library in LIBRARIES:
        library.manual_seed(11)
        try:
            results.append(plain(run(library)))
        except Exception as error:
            results.append(type(error).__name__)
    return results


SIZES = [1, 5, 16]
ARGUMENTS = [
    {"batch_size": size, "shuffle": shuffle, "drop_last": drop}
    for size, shuffle, drop in itertools.product([1, 3, 8], [False, True], [False, True])
] + [{"batch_size": None, "shuffle": True}, {"sampler": [0, 0]}, {"batch_sampler": [[0, 0], [0]]}]


@pytest.mark.parametrize("size", SIZES)
def test_two_epochs_of_every_kind(size):
    for arguments in ARGUMENTS:

        def run(library, arguments=arguments):
            data = library.utils.data
            dataset = data.TensorDataset(library.arange(size), library.arange(2.0 * size).reshape(size, 2))
            loader = data.DataLoader(dataset, **arguments)
            return [list(loader), list(loader), len(loader), library.rand(1)]

        ours, theirs = both(run)
        assert ours == theirs, arguments


@pytest.mark.parametrize("lengths", [[3, 7], [10], [0.5, 0.5], [0.33, 0.33, 0.34], [0.1] * 10, [5, 6]])
def test_random_split(lengths):
    def run(library):
        parts = library.utils.data.random_split(range(10), lengths)
        return [list(part.indices) for part in parts]

    ours, theirs = both(run)
    assert ours == theirs


SAMPLES = [
    [1, 2.0],
    (1, "a", b"b", None),
    {"a": 1, "b": [1.5, (2, 3)]},
    OrderedDict(z=np.float32(1), a=np.array([1, 2], np.int8)),
    Point(np.float64(2.0), True),
    np.array("word"),
    np.array([1.5, 2.5]),
    np.int16(3),
    "text",
    2**40,
    range(3),
    set(),
    [],
    [[], ()],
]


@pytest.mark.parametrize("sample", SAMPLES, ids=repr)
@pytest.mark.parametrize("function", ["default_collate", "default_convert"])
def test_collating_and_converting(sample, function):
    given = [sample, sample] if function == "default_collate" else sample
    ours, theirs = both(lambda library: getattr(library.utils.data, function)(given))
    assert ours == theirs


WRONG = [
    lambda data: data.DataLoader(range(3), batch_size=0),
    lambda data: data.DataLoader(range(3), batch_size=1.5),
    lambda data: data.DataLoader(range(3), batch_size="2"),
    lambda data: data.DataLoader(range(3), num_workers=-1),
    lambda data: data.DataLoader(range(3), timeout=-1),
    lambda data: data.DataLoader(range(3), prefetch_factor=3),
    lambda data: data.DataLoader(range(3), num_workers=1, prefetch_factor=-3),
    lambda data: data.DataLoader(range(3), persistent_workers=True),
    lambda data: data.DataLoader(range(3), sampler=[1], shuffle=True),
    lambda data: data.DataLoader(range(3), batch_sampler=[[1]], batch_size=3),
    lambda data: data.DataLoader(range(3), batch_size=None, drop_last=True),
    lambda data: data.DataLoader(range(3), drop_last=1),
    lambda data: data.DataLoader(range(3), multiprocessing_context="fork"),
    lambda data: data.DataLoader(range(3), num_workers=1, multiprocessing_context="fork!"),
    lambda data: data.DataLoader([], shuffle=True),
    lambda data: list(data.DataLoader([object()])),
    lambda data: list(data.DataLoader([[1], [1, 2]], batch_size=2)),
    lambda data: list(data.DataLoader(range(3), sampler=[5])),
    lambda data: iter(data.DataLoader(range(3), timeout=1)),
    lambda data: len(data.DataLoader(data.IterableDataset())),
    lambda data: iter(data.IterableDataset()),
    lambda data: data.Dataset()[0],
    lambda data: len(data.Dataset()),
    lambda data: data.ConcatDataset([]),
    lambda data: data.ConcatDataset([range(3)])[-4],
    lambda data: data.ConcatDataset([range(3)])[3],
    lambda data: data.Subset(range(3), [5])[0],
    lambda data: data.Subset(range(3), [1])[1],
    lambda data: data.StackDataset(),
    lambda data: data.random_split(range(3), [0.5, 0.6]),
    lambda data: data.RandomSampler(range(3), num_samples=0),
    lambda data: data.RandomSampler(range(3), replacement="yes"),
    lambda data: data.WeightedRandomSampler([[1]], 2),
    lambda data: list(data.WeightedRandomSampler([1, 2], 5, replacement=False)),
    lambda data: list(data.WeightedRandomSampler([0.0, 0.0], 1)),
    lambda data: list(data.WeightedRandomSampler([-1.0, 1.0], 1)),
    lambda data: data.BatchSampler(range(3), 2, "no"),
    lambda data: data.default_collate([]),
]


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_wrong_calls_raise_what_pytorch_raises(number):
    ours, theirs = both(lambda library: WRONG[number](library.utils.data))
    assert isinstance(theirs, str), "PyTorch takes this call"
    assert ours == theirs


class Drawn:
    """What a worker draws from each of its generators."""

    def __init__(self, library):
        self.library = library

    def __len__(self):
        return 4

    def __getitem__(self, i):
        seed = self.library.utils.data.get_worker_info().seed
        return str(seed), self.library.rand(1), random.random(), np.random.rand()


@pytest.mark.parametrize("arguments", [{}, {"shuffle": True, "persistent_workers": True}])
def test_workers_draw_the_same_numbers(arguments):
    def run(library):
        loader = library.utils.data.DataLoader(Drawn(library), num_workers=2, **arguments)
        return [list(loader), list(loader), library.rand(1)]

    ours, theirs = both(run)
    assert ours == theirs
