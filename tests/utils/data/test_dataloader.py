"""DataLoader in one process: order, batches, arguments. With workers: test_workers.py."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import edutorch as torch
from edutorch.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    IterableDataset,
    SequentialSampler,
    Subset,
    TensorDataset,
    arguments,
    default_collate,
    random_split,
)

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "dataloader.json").read_text())


class Count(IterableDataset):
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return iter(range(self.n))

    def __len__(self):
        return self.n


def values(loader):
    return [batch.tolist() for batch in loader]


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: str(case["arguments"]))
@pytest.mark.parametrize("num_workers", [0, 2])
def test_the_order_over_two_epochs_is_pytorchs(case, num_workers):
    torch.manual_seed(case["seed"])
    arguments = dict(case["arguments"], num_workers=num_workers)
    if case["own generator"]:
        arguments["generator"] = torch.Generator().manual_seed(99)
    loader = DataLoader(torch.arange(23), **arguments)
    assert [values(loader), values(loader)] == case["epochs"]
    assert torch.rand(1).item() == case["next"]


def test_batches_and_the_last_one():
    assert values(DataLoader(range(5), batch_size=2)) == [[0, 1], [2, 3], [4]]
    assert values(DataLoader(range(5), batch_size=2, drop_last=True)) == [[0, 1], [2, 3]]
    assert len(DataLoader(range(5), batch_size=2)) == 3
    assert len(DataLoader(range(5), batch_size=2, drop_last=True)) == 2


def test_without_batches_samples_are_converted_only():
    loader = DataLoader([np.ones(2), np.zeros(2)], batch_size=None)
    assert values(loader) == [[1.0, 1.0], [0.0, 0.0]]
    assert len(loader) == 2
    assert list(DataLoader(["a", "b"], batch_size=None)) == ["a", "b"]


def test_samplers_of_ones_own():
    assert values(DataLoader(range(9), sampler=[8, 2, 5], batch_size=2)) == [[8, 2], [5]]
    assert values(DataLoader(range(9), batch_sampler=[[1], [2, 3]])) == [[1], [2, 3]]
    batches = BatchSampler(SequentialSampler(range(3)), 2, False)
    assert len(DataLoader(range(3), batch_sampler=batches)) == 2


def test_a_tensor_as_sampler():
    data = TensorDataset(torch.arange(5) * 10)
    (batch,) = DataLoader(data, sampler=torch.tensor([3, 1]), batch_size=2)
    assert batch[0].tolist() == [30, 10]


def test_collate_fn_gets_the_list_of_samples():
    assert list(DataLoader(range(5), batch_size=2, collate_fn=sum)) == [1, 5, 4]


def test_getitems_is_asked_for_whole_batches():
    class Whole(Dataset):
        def __len__(self):
            return 4

        def __getitems__(self, indices):
            return [-i for i in indices]

    assert values(DataLoader(Whole(), batch_size=3)) == [[0, -1, -2], [-3]]


def test_tensor_datasets_give_the_same_whole_as_item_by_item():
    data = TensorDataset(torch.arange(12).reshape(6, 2), torch.arange(6.0))
    once = [[t.tolist() for t in batch] for batch in DataLoader(data, batch_size=4)]
    single = DataLoader(data, batch_size=4, collate_fn=lambda samples: default_collate(samples))
    assert [[t.tolist() for t in batch] for batch in single] == once
    part = DataLoader(Subset(Subset(data, [5, 3, 1]), [2, 0]), batch_size=2)
    assert [t.tolist() for t in next(iter(part))] == [[[2, 3], [10, 11]], [1.0, 5.0]]


def test_a_tensor_dataset_with_a_getitem_of_its_own_keeps_it():
    class Negative(TensorDataset):
        def __getitem__(self, index):
            return -super().__getitem__(index)[0]

    assert values(DataLoader(Negative(torch.arange(3)), batch_size=3)) == [[0, -1, -2]]


def test_random_split_loads():
    train, test = random_split(TensorDataset(torch.arange(10)), [8, 2])
    seen = [v for part in (train, test) for (batch,) in DataLoader(part, 3) for v in batch.tolist()]
    assert sorted(seen) == list(range(10))


def test_streams():
    assert values(DataLoader(Count(5), batch_size=2)) == [[0, 1], [2, 3], [4]]
    assert values(DataLoader(Count(5), batch_size=2, drop_last=True)) == [[0, 1], [2, 3]]
    assert list(DataLoader(Count(3), batch_size=None)) == [0, 1, 2]
    assert len(DataLoader(Count(5), batch_size=2)) == 3
    assert len(DataLoader(Count(5), batch_size=2, drop_last=True)) == 2
    assert len(DataLoader(Count(5), batch_size=None)) == 5


def test_a_stream_that_gives_more_than_it_promised_warns():
    class Liar(Count):
        def __len__(self):
            return 2

    loader = DataLoader(Liar(3), batch_size=None)
    assert [*iter(loader)] == [0, 1, 2]  # nobody has asked yet
    assert len(loader) == 2
    with pytest.warns(UserWarning, match="was reported to be 2 .*, but 3 samples have been fetched"):
        list(loader)
    with pytest.warns(UserWarning, match="Each worker iterates over a copy of its own"):
        loader = DataLoader(Count(2), batch_size=None, num_workers=2)
        assert len(loader) == 2 and sorted(loader) == [0, 0, 1, 1]


def test_tensors_on_a_device_stay_there(device):
    data = TensorDataset(torch.arange(6.0).reshape(3, 2).to(device), torch.arange(3).to(device))
    for loader in (DataLoader(data, 2), DataLoader(data, 2, collate_fn=lambda s: default_collate(s))):
        x, y = next(iter(loader))
        assert {x.device.type, y.device.type} == {device}
        assert x.cpu().tolist() == [[0.0, 1.0], [2.0, 3.0]] and y.cpu().tolist() == [0, 1]


@pytest.mark.parametrize("num_workers", [0, 1])
@pytest.mark.parametrize("stream", [False, True])
def test_a_stop_iteration_of_the_users_does_not_end_the_loop(num_workers, stream):
    def collate(samples):
        return next(iter([]))

    data = Count(3) if stream else range(3)
    with pytest.raises(RuntimeError, match="raised StopIteration at index"):
        list(DataLoader(data, collate_fn=collate, num_workers=num_workers))


def test_every_iter_is_a_pass_of_its_own():
    loader = DataLoader(range(4), batch_size=2)
    first = iter(loader)
    assert next(first).tolist() == [0, 1]
    assert values(loader) == [[0, 1], [2, 3]]
    assert next(first).tolist() == [2, 3]
    assert next(first, None) is None and next(first, None) is None
    assert len(first) == 2


class Nothing(Dataset):
    pass


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"num_workers": -1}, ValueError, "num_workers option should be non-negative.*Got -1"),
        ({"timeout": -1}, ValueError, "timeout option should be non-negative, got -1"),
        ({"prefetch_factor": 2}, ValueError, "prefetch_factor option could only be specified"),
        ({"prefetch_factor": -1, "num_workers": 1}, ValueError, "non-negative, got -1"),
        ({"persistent_workers": True}, ValueError, "persistent_workers option needs num_workers"),
        ({"sampler": [1], "shuffle": True}, ValueError, "mutually exclusive with shuffle"),
        ({"batch_sampler": [[1]], "batch_size": 2}, ValueError, "mutually exclusive with batch_size"),
        ({"batch_sampler": [[1]], "drop_last": True}, ValueError, "mutually exclusive"),
        ({"batch_sampler": [[1]], "shuffle": True}, ValueError, "mutually exclusive"),
        ({"batch_size": None, "drop_last": True}, ValueError, "disables auto-batching"),
        ({"batch_size": 0}, ValueError, "positive integer value, but got batch_size=0"),
        ({"batch_size": -3}, ValueError, "but got batch_size=-3"),
        ({"batch_size": 2.5}, ValueError, "but got batch_size=2.5"),
        ({"multiprocessing_context": "fork"}, ValueError, "num_workers > 0.*got num_workers=0"),
        ({"multiprocessing_context": "x", "num_workers": 1}, ValueError, "valid start method in"),
        ({"multiprocessing_context": 5, "num_workers": 1}, TypeError, "valid context object"),
    ],
)
def test_arguments_that_exclude_each_other(arguments, error, message):
    with pytest.raises(error, match=message):
        DataLoader(range(4), **arguments)


@pytest.mark.parametrize("arguments", [{"shuffle": True}, {"sampler": [1]}, {"batch_sampler": [[1]]}])
def test_a_stream_has_its_own_order(arguments):
    with pytest.raises(ValueError, match="IterableDataset: expected unspecified"):
        DataLoader(Count(3), **arguments)


def test_an_empty_data_set_cannot_be_shuffled():
    with pytest.raises(ValueError, match="num_samples=0"):
        DataLoader([], shuffle=True)
    assert list(DataLoader([])) == []


def test_what_shapes_a_pass_is_fixed():
    loader = DataLoader(range(4))
    with pytest.raises(ValueError, match="batch_size attribute should not be set after DataLoader"):
        loader.batch_size = 3
    loader.num_workers = 1  # this one may change, as in PyTorch


def test_without_a_length():
    with pytest.raises(TypeError, match="len"):
        len(DataLoader(Nothing()))
    with pytest.raises(NotImplementedError, match="should implement __getitem__"):
        list(DataLoader(Nothing(), sampler=[0]))


def test_timeout_needs_workers():
    with pytest.raises(AssertionError, match="timeout needs num_workers > 0"):
        iter(DataLoader(range(4), timeout=1))


@pytest.mark.parametrize("num_workers", [0, 1])
def test_pin_memory(num_workers):
    cupyx = pytest.importorskip("cupyx")
    if not hasattr(cupyx, "_pinned"):
        pytest.skip("CuPy itself does not tell which arrays are pinned: its stand-in does")

    class Own:
        def pin_memory(self):
            return "pinned by itself"

    samples = [{"x": np.ones(3), "y": (i, "name")} for i in range(2)]
    loader = DataLoader(samples, 2, pin_memory=True, num_workers=num_workers)
    (batch,) = loader
    assert batch["x"].tolist() == [[1.0] * 3] * 2 and batch["y"][0].tolist() == [0, 1]
    assert [list(batch["y"][1])] == [["name", "name"]]
    known = {id(array) for array in cupyx._pinned}
    assert {id(batch["x"].array), id(batch["y"][0].array)} <= known
    assert list(DataLoader([0], pin_memory=True, collate_fn=lambda s: Own())) == ["pinned by itself"]


def test_pin_memory_without_a_gpu_warns(monkeypatch):
    monkeypatch.setattr(arguments, "find_cupy", lambda: None)
    with pytest.warns(UserWarning, match="no accelerator is found"):
        DataLoader(range(4), pin_memory=True)


def test_workers_in_a_browser_are_none_and_said_once(monkeypatch):
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setattr("edutorch.utils.data.arguments._warned", set())
    loader = DataLoader(range(4), batch_size=2, num_workers=2)
    with pytest.warns(UserWarning, match="browser starts no processes") as caught:
        assert [batch.tolist() for batch in loader] == [batch.tolist() for batch in loader] == [[0, 1], [2, 3]]
    assert len(caught) == 1
