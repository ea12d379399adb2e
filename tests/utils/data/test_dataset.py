"""Data sets and what they are put together from."""

import itertools

import numpy as np
import pytest

import edutorch as torch
from edutorch.utils.data import (
    ChainDataset,
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    StackDataset,
    Subset,
    TensorDataset,
    random_split,
)


class Squares(Dataset):
    def __init__(self, n=5):
        self.n = n

    def __len__(self):
        return self.n

    def __getitem__(self, index):
        if not 0 <= index < self.n:
            raise IndexError(index)
        return index**2


class Count(IterableDataset):
    def __init__(self, *numbers):
        self.numbers = numbers

    def __iter__(self):
        return iter(self.numbers)

    def __len__(self):
        return len(self.numbers)


def test_dataset_wants_getitem():
    with pytest.raises(NotImplementedError, match="should implement __getitem__"):
        Dataset()[0]


def test_tensor_dataset_gives_rows_of_each():
    x, y = torch.arange(6).reshape(3, 2), torch.tensor([7, 8, 9])
    dataset = TensorDataset(x, y)
    assert len(dataset) == 3
    row, label = dataset[1]
    assert row.tolist() == [2, 3] and label.item() == 8
    assert dataset[-1][1].item() == 9
    assert [part.tolist() for part in dataset.take_batch([2, 0])] == [[[4, 5], [0, 1]], [9, 7]]


def test_whole_batches_from_both_ends_and_past_them():
    for wants_gradient in (False, True):
        x = torch.arange(6.0).reshape(3, 2).requires_grad_(wants_gradient)
        dataset = TensorDataset(x)
        (batch,) = dataset.take_batch([-1, 0])
        assert batch.tolist() == [[4.0, 5.0], [0.0, 1.0]] and batch.requires_grad is wants_gradient
        batch.detach()[0, 0] = 9.0  # a batch is a copy
        assert x.tolist()[2] == [4.0, 5.0]
        for wrong in (3, -4):
            with pytest.raises(IndexError):
                dataset.take_batch([0, wrong])


def test_tensor_dataset_names_sizes_that_differ():
    with pytest.raises(AssertionError, match=r"Size mismatch between tensors.*\[3, 4\]"):
        TensorDataset(torch.zeros(3, 2), torch.zeros(4))


def test_concat_counts_through_and_from_the_end():
    both = Squares(3) + Squares(2)
    assert isinstance(both, ConcatDataset)
    assert [both[i] for i in range(5)] == [0, 1, 4, 0, 1]
    assert both[-1] == 1 and both[-5] == 0
    assert both.cumulative_sizes == [3, 5]
    with pytest.raises(ValueError, match="absolute value of index should not exceed"):
        both[-6]
    with pytest.raises(IndexError, match="5"):
        both[5]


def test_concat_refuses_nothing_and_streams():
    with pytest.raises(AssertionError, match="should not be an empty iterable"):
        ConcatDataset([])
    with pytest.raises(AssertionError, match="does not support IterableDataset: use ChainDataset"):
        ConcatDataset([Squares(), Count(1)])


def test_chain_goes_through_streams():
    chain = Count(1, 2) + Count(3)
    assert isinstance(chain, ChainDataset)
    assert list(chain) == [1, 2, 3]
    assert len(chain) == 3
    with pytest.raises(AssertionError, match="only supports IterableDataset"):
        list(ChainDataset([Squares()]))


def test_stack_gives_tuples_or_dicts():
    assert StackDataset(Squares(3), [5, 6, 7])[2] == (4, 7)
    assert StackDataset(a=Squares(3), b=[5, 6, 7])[1] == {"a": 1, "b": 6}
    assert len(StackDataset(Squares(3))) == 3
    with pytest.raises(ValueError, match="Size mismatch between datasets: lengths are"):
        StackDataset(Squares(3), [1])
    with pytest.raises(ValueError, match="At least one dataset"):
        StackDataset()
    with pytest.raises(ValueError, match="got both"):
        StackDataset(Squares(3), b=Squares(3))


def test_subset_renumbers():
    subset = Subset(Squares(), [4, 0, 3])
    assert [subset[i] for i in range(len(subset))] == [16, 0, 9]
    assert Subset(np.arange(5) * 10, [4, 0, 3])[[0, 2]].tolist() == [40, 30]


def test_subset_of_a_data_set_that_gives_whole_batches():
    class Whole(Dataset):
        def __getitems__(self, indices):
            return [-i for i in indices]

    assert Subset(Whole(), [4, 0, 3]).__getitems__([0, 2]) == [-4, -3]
    assert Subset(Squares(), [4, 0, 3]).__getitems__([0, 2]) == [16, 9]


def test_a_subset_with_samples_of_its_own():
    class Doubled(Subset):
        def __getitem__(self, index):
            return 2 * super().__getitem__(index)

    assert [batch.tolist() for batch in DataLoader(Doubled(Squares(), [4, 3]), 2)] == [[32, 18]]


def test_random_split_gives_pytorchs_parts():
    # torch.manual_seed(0); [s.indices for s in random_split(range(10), [3, 7])]
    torch.manual_seed(0)
    three, seven = random_split(range(10), [3, 7])
    assert three.indices == [4, 1, 7]
    assert seven.indices == [5, 3, 9, 0, 8, 6, 2]


@pytest.mark.parametrize(
    ("n", "fractions", "counts"),
    [(10, [0.3, 0.7], [3, 7]), (10, [0.33, 0.33, 0.34], [4, 3, 3]), (7, [0.5, 0.5], [4, 3])],
)
def test_random_split_by_fractions_gives_the_rest_round(n, fractions, counts):
    parts = random_split(range(n), fractions, generator=torch.Generator().manual_seed(1))
    assert [len(part) for part in parts] == counts
    assert sorted(itertools.chain(*(part.indices for part in parts))) == list(range(n))


def test_random_split_refuses_lengths_that_do_not_add_up():
    with pytest.raises(ValueError, match=r"\[3, 6\] add up to 9, the dataset has 10"):
        random_split(range(10), [3, 6])
    with pytest.raises(ValueError, match=r"The lengths \[-1, 11\]"):
        random_split(range(10), [-1, 11])
    with pytest.raises(ValueError, match="Fraction at index 0 is not between 0 and 1"):
        random_split(range(10), [-0.5, 1.5])
    with pytest.warns(UserWarning, match="Length of split at index 1 is 0"):
        random_split(range(1), [0.5, 0.5])
